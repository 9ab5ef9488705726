package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Done;
import dev.lockkeeper.sql.Reading;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The time limits that scripts set for their session. */
final class Limit {
    private static final Pattern VALUE =
            Pattern.compile("'?\\s*(\\d+)\\s*(us|ms|s|min|h|d)?\\s*'?", Pattern.CASE_INSENSITIVE);

    private Limit() {}

    /**
     * What a statement makes of a limit.
     *
     * @param value zero for no limit; null for what held before the script
     * @param local whether it holds only to the end of the transaction
     */
    record Change(@Nullable Duration value, boolean local) {
        boolean isOff() {
            return value != null && value.isZero();
        }
    }

    /** The tokens of a statement that may set something, else none: scripts have long ones. */
    static Reading reading(Done done) {
        boolean sets = done.begins("set") || done.begins("reset") || done.begins("discard") || done.begins("select");
        return Reading.of(sets ? done.seen().statement().sql() : "");
    }

    /** Empty when the statement leaves it alone. */
    static Optional<Change> change(Reading reading, String setting) {
        if (reading.isPhrase(0, "reset", setting)
                || reading.isPhrase(0, "reset", "all")
                || reading.isPhrase(0, "discard", "all")) {
            return Optional.of(new Change(null, false));
        }
        if (reading.word(0).equals("set")) {
            boolean local = reading.word(1).equals("local");
            int at = local || reading.word(1).equals("session") ? 2 : 1;
            boolean assigned =
                    reading.text(at + 1).equals("=") || reading.word(at + 1).equals("to");
            return reading.word(at).equals(setting) && assigned
                    ? change(reading.text(at + 2), local)
                    : Optional.empty();
        }
        for (int at = 0; reading.word(0).equals("select") && at < reading.size(); at++) {
            if (reading.word(at).equals("set_config") && reading.text(at + 2).equalsIgnoreCase("'" + setting + "'")) {
                return change(reading.text(at + 4), reading.word(at + 6).equals("true"));
            }
        }
        return Optional.empty();
    }

    /** A value that cannot be read is one that the server does not take. */
    private static Optional<Change> change(String text, boolean local) {
        if (text.equalsIgnoreCase("default")) {
            // the server's own, which is none as a rule
            return Optional.of(new Change(Duration.ZERO, local));
        }
        Matcher value = VALUE.matcher(text);
        if (!value.matches() || value.group(1).length() > 9) {
            return Optional.empty();
        }
        long number = Long.parseLong(value.group(1));
        String unit = value.group(2) == null ? "ms" : value.group(2).toLowerCase(Locale.ROOT);
        return Optional.of(new Change(
                switch (unit) {
                    case "us" -> Duration.ofMillis(Math.max(number / 1000, Math.min(number, 1)));
                    case "s" -> Duration.ofSeconds(number);
                    case "min" -> Duration.ofMinutes(number);
                    case "h" -> Duration.ofHours(number);
                    case "d" -> Duration.ofDays(number);
                    default -> Duration.ofMillis(number);
                },
                local));
    }
}
