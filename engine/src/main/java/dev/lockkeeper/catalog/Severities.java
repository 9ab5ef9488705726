package dev.lockkeeper.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** The table of severities. */
final class Severities {
    private final Properties table = new Properties();

    Severities() {
        try (InputStream stream =
                Objects.requireNonNull(Severities.class.getResourceAsStream("severities.properties"))) {
            table.load(new InputStreamReader(stream, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The gravest that a change does. */
    Severity of(Change change) {
        String kind = kind(change);
        if (change.missing()) {
            return of(kind, change.lost() ? "missing" : "extra");
        }
        return change.names().stream()
                .map(name -> of(kind, what(name)))
                .min(Severity::compareTo)
                .orElse(Severity.CORRECTNESS);
    }

    private static String kind(Change change) {
        if (change.thing().equals("pg_constraint")
                && change.missing()
                && "n".equals(change.any().field("contype"))) {
            // from 18 on: whether the column takes no null is told of the column
            return "not-null-name";
        }
        boolean unique = change.any().kind().equals("index")
                && ("true".equals(change.was("indisunique")) || "true".equals(change.is("indisunique")));
        return unique ? "unique-index" : change.any().kind().replace(' ', '-');
    }

    private static String what(String name) {
        String word = name.replace(' ', '-');
        return Words.isPrivileges(name) ? "acl" : word.endsWith("owner") ? "owner" : word;
    }

    private Severity of(String kind, String what) {
        for (String key : List.of(kind + "." + what, "any." + what, kind)) {
            @Nullable String found = table.getProperty(key);
            if (found != null) {
                return Severity.valueOf(found.toUpperCase(Locale.ROOT));
            }
        }
        return Severity.valueOf(table.getProperty("any").toUpperCase(Locale.ROOT));
    }
}
