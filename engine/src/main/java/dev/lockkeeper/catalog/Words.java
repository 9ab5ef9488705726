package dev.lockkeeper.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What people call the columns and the values of the system catalogs. */
final class Words {
    private static final Map<String, String> WORDS = read();

    /** Never shown, because they may hold passwords. */
    private static final Set<String> HIDDEN = Set.of("umoptions", "subconninfo");

    /** Columns that hold what somebody wrote, where true is not an answer to a question. */
    private static final Set<String> TEXTS =
            Set.of("prosrc", "typdefault", "agginitval", "aggminitval", "enumlabel", "label", "tgargs");

    private Words() {}

    private static Map<String, String> read() {
        try (InputStream stream = Objects.requireNonNull(Words.class.getResourceAsStream("words.properties"))) {
            Properties properties = new Properties();
            properties.load(new InputStreamReader(stream, StandardCharsets.UTF_8));
            return properties.stringPropertyNames().stream()
                    .collect(Collectors.toUnmodifiableMap(name -> name, properties::getProperty));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a column of a catalog is called; a field with a name of its own keeps it, as does a column of a newer server. */
    static String field(String name) {
        return name.equals(Thing.VERIFIER) ? "password" : WORDS.getOrDefault(name, name);
    }

    /** What a value means; what is absent is {@code none}. */
    static String value(String field, @Nullable String value) {
        if (value == null || value.isEmpty()) {
            return "none";
        }
        String word = WORDS.get(field + "." + value);
        if (word != null) {
            return word;
        }
        if (!WORDS.containsKey(field) || TEXTS.contains(field)) {
            return value;
        }
        return switch (value) {
            case "true" -> "yes";
            case "false" -> "no";
            default -> value;
        };
    }

    static boolean hidden(String field) {
        return HIDDEN.contains(field);
    }

    static boolean isPrivileges(String field) {
        return field(field).equals("privileges");
    }
}
