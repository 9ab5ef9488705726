package dev.lockkeeper.project;

import dev.lockkeeper.problem.Place;
import java.time.LocalDate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Deviations of a database from its history that somebody has decided to live with.
 *
 * @param place where it stands in the project file
 * @param object the names of the objects; {@code *} stands for any text
 * @param kind what they are, such as {@code table}, in the same way; null for any
 * @param state missing, extra or changed; null for any
 * @param reason why, in the words of a person
 * @param until the last day on which it holds, in UTC; null when it holds for ever
 */
public record Exemption(
        Place place,
        String object,
        @Nullable String kind,
        @Nullable String state,
        String reason,
        @Nullable LocalDate until) {
    /** Whether it is of an object. */
    public boolean covers(String name, String schema, String ofKind, String inState) {
        return (matches(object, name) || (!schema.isEmpty() && matches(object, schema + "." + name)))
                && (kind == null || matches(kind, ofKind))
                && (state == null || state.equals(inState));
    }

    /** Whether its last day is over. */
    public boolean isOver(LocalDate today) {
        return until != null && today.isAfter(until);
    }

    private static boolean matches(String pattern, String text) {
        String expression =
                Stream.of(pattern.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
        return Pattern.compile(expression, Pattern.DOTALL).matcher(text).matches();
    }
}
