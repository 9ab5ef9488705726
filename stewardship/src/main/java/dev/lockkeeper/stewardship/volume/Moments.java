package dev.lockkeeper.stewardship.volume;

import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;

/**
 * Times of a span, from its first microsecond to before its last.
 *
 * @param from in microseconds since 1970, UTC
 * @param to in microseconds since 1970, UTC; not of the span itself
 * @param rhythm how many come in each hour of a day
 */
record Moments(long from, long to, Rhythm rhythm) {
    private static final long SECOND = 1_000_000;
    private static final long HOUR = 3_600 * SECOND;
    private static final long DAY = 24 * HOUR;
    private static final DateTimeFormatter TEXT = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /** When things happen. */
    enum Rhythm {
        /** At any time alike. */
        EVEN,
        /** Most in the afternoon (UTC), few at night, as people are awake. */
        DAILY,
        /** The same, and on Saturday and Sunday a third of it. */
        WEEKLY;

        private static final double[] HOURS = {
            2, 1.5, 1, 1, 1, 1.5, 3, 5, 8, 10, 11, 11, 10, 11, 12, 12, 11, 10, 8, 7, 6, 5, 4, 3
        };
        private static final Weights DAYTIME = Weights.of(HOURS);

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A day, or an instant with its offset; in microseconds. */
    static Optional<Long> parse(String text) {
        try {
            return Optional.of(
                    text.length() == 10
                            ? LocalDate.parse(text).toEpochDay() * DAY
                            : micros(
                                    OffsetDateTime.parse(text.replace(' ', 'T')).toInstant()));
        } catch (DateTimeParseException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    private static long micros(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), SECOND), instant.getNano() / 1_000);
    }

    long take(Draw draw) {
        if (rhythm == Rhythm.EVEN) {
            return from + draw.below(to - from);
        }
        // what falls out of the span is drawn again; a span of a night is drawn evenly in the end
        for (int i = 0; i < 64; i++) {
            long day = Math.floorDiv(from + draw.below(to - from), DAY);
            if (rhythm == Rhythm.WEEKLY && Math.floorMod(day + 3, 7) >= 5 && draw.unit() >= 1 / 3.0) {
                continue;
            }
            long at = day * DAY + Rhythm.DAYTIME.take(draw) * HOUR + draw.below(HOUR);
            if (at >= from && at < to) {
                return at;
            }
        }
        return from + draw.below(to - from);
    }

    /** As the type of the column reads it. */
    static String text(long micros, String type) {
        if (type.equals("date")) {
            return LocalDate.ofEpochDay(Math.floorDiv(micros, DAY)).toString();
        }
        Instant instant = Instant.ofEpochSecond(Math.floorDiv(micros, SECOND), Math.floorMod(micros, SECOND) * 1_000);
        return TEXT.format(instant) + (type.equals("timestamp") ? "" : "+00");
    }
}
