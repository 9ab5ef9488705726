package dev.lockkeeper.project;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: a number with ms, s, min, h or d. */
public final class DurationText {
    private static final Pattern FORM = Pattern.compile("(?<number>\\d{1,6}) ?(?<unit>ms|s|min|h|d)|0|none");

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

    /** A duration in its largest whole unit, such as {@code 10 min}. */
    public static String of(Duration duration) {
        long millis = duration.toMillis();
        if (millis > 0 && millis % 60_000 == 0) {
            return millis / 60_000 + " min";
        }
        return millis > 0 && millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
    }
}
