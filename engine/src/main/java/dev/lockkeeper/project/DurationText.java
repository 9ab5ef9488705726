package dev.lockkeeper.project;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: a number with ms, s, min, h or d. */
public final class DurationText {
    private static final Pattern FORM = Pattern.compile("(?<number>\\d{1,6}) ?(?<unit>ms|s|min|h|d)|0|none");

    private static final Pattern NEAR = Pattern.compile(
            "(?<number>\\d{1,6}) *(?<unit>m|mins?|minutes?|s|secs?|seconds?|h|hrs?|hours?|d|days?)",
            Pattern.CASE_INSENSITIVE);

    private DurationText() {}

    /** The duration that a text such as {@code 500ms} names; {@code 0} and {@code none} are zero; empty for other texts. */
    public static Optional<Duration> parse(String text) {
        Matcher found = FORM.matcher(text);
        if (!found.matches()) {
            return Optional.empty();
        }
        String unit = found.group("unit");
        if (unit == null) {
            return Optional.of(Duration.ZERO);
        }
        long number = Long.parseLong(found.group("number"));
        return Optional.of(
                unit.equals("ms")
                        ? Duration.ofMillis(number)
                        : unit.equals("s")
                                ? Duration.ofSeconds(number)
                                : unit.equals("h")
                                        ? Duration.ofHours(number)
                                        : unit.equals("d") ? Duration.ofDays(number) : Duration.ofMinutes(number));
    }

    /**
     * What to do about a text that is no duration.
     *
     * @param example one that is
     */
    public static String advice(String text, String example) {
        Matcher near = NEAR.matcher(text);
        if (!near.matches()) {
            return "write a number with ms, s, min, h or d, such as " + example;
        }
        String unit = near.group("unit").toLowerCase(Locale.ROOT);
        return "did you mean " + near.group("number") + (unit.startsWith("m") ? "min" : unit.substring(0, 1)) + "?";
    }

    /** A duration in its largest whole unit, such as {@code 10 min}. */
    public static String of(Duration duration) {
        long millis = duration.toMillis();
        if (millis > 0 && millis % 60_000 == 0) {
            return millis / 60_000 + " min";
        }
        return millis > 0 && millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
    }
}
