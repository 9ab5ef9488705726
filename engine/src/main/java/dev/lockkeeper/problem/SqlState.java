package dev.lockkeeper.problem;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An error code of PostgreSQL (manual, appendix A, "PostgreSQL Error Codes").
 *
 * @param code five characters, such as {@code 42P07}
 * @param inClass what the manual calls its class
 * @param condition the manual's name of the condition, as PL/pgSQL catches it; null for those that {@code sqlstates.txt} leaves
 *     out
 * @param meaning what it means for a migration and what to do; null likewise
 */
public record SqlState(
        String code,
        String inClass,
        @Nullable String condition,
        @Nullable String meaning) {
    /** Where the manual lists all of them. */
    public static final String MANUAL = "https://www.postgresql.org/docs/current/errcodes-appendix.html";

    /** The state of this code; empty when the text has another form or a class that the manual does not know. */
    public static Optional<SqlState> of(String text) {
        String code = text.toUpperCase(Locale.ROOT);
        if (!code.matches("[0-9A-Z]{5}")) {
            return Optional.empty();
        }
        List<String> lines = TextResource.lines("sqlstates.txt");
        Optional<String> inClass = lines.stream()
                .filter(line -> line.startsWith(code.substring(0, 2) + " "))
                .map(line -> line.substring(3))
                .findFirst();
        return inClass.map(name -> lines.stream()
                .filter(line -> line.startsWith(code + " "))
                .map(line -> line.split(" ", 3))
                .map(parts -> new SqlState(code, name, parts[1], parts[2]))
                .findFirst()
                .orElse(new SqlState(code, name, null, null)));
    }

    /** Those that {@code sqlstates.txt} names. */
    public static List<SqlState> named() {
        List<SqlState> named = new ArrayList<>();
        for (String line : TextResource.lines("sqlstates.txt")) {
            if (line.matches("[0-9A-Z]{5} .*")) {
                of(line.substring(0, 5)).ifPresent(named::add);
            }
        }
        return named;
    }
}
