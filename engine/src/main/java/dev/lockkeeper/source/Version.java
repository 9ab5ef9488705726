package dev.lockkeeper.source;

import java.math.BigInteger;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The version of a migration: numbers parted by dots or underscores, compared number by number.
 *
 * <p>Padding and trailing zeros do not count: {@code 001}, {@code 1} and {@code 1.0} are the same version.
 */
public final class Version implements Comparable<Version> {
    private final String text;
    private final List<BigInteger> numbers;

    private Version(String text, List<BigInteger> numbers) {
        this.text = text;
        this.numbers = List.copyOf(numbers);
    }

    /** The version that the text stands for; empty when it is none. */
    public static Optional<Version> parse(String text) {
        List<BigInteger> numbers = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            char c = i == text.length() ? '.' : text.charAt(i);
            boolean separator = c == '.' || c == '_';
            if (separator ? i == start : c < '0' || c > '9') {
                return Optional.empty();
            }
            if (separator) {
                numbers.add(new BigInteger(text.substring(start, i)));
                start = i + 1;
            }
        }
        while (numbers.size() > 1 && numbers.get(numbers.size() - 1).signum() == 0) {
            numbers.remove(numbers.size() - 1);
        }
        return Optional.of(new Version(text, numbers));
    }

    /**
     * The version for the next migration, spelled like this one: the time of day where this one is a time (12 or 14
     * digits), else the next number with the same padding.
     */
    public String next(Clock clock) {
        if (text.matches("(19|20)\\d{10}(\\d\\d)?")) {
            String now = timestamp(clock, text.length());
            return now.compareTo(text) > 0
                    ? now
                    : new BigInteger(text).add(BigInteger.ONE).toString();
        }
        String first = text.split("[._]", 2)[0];
        String next = new BigInteger(first).add(BigInteger.ONE).toString();
        return "0".repeat(Math.max(0, first.length() - next.length())) + next;
    }

    static String timestamp(Clock clock, int digits) {
        return DateTimeFormatter.ofPattern("yyyyMMddHHmmss")
                .withZone(ZoneOffset.UTC)
                .format(clock.instant())
                .substring(0, digits);
    }

    @Override
    public int compareTo(Version other) {
        int shared = Math.min(numbers.size(), other.numbers.size());
        for (int i = 0; i < shared; i++) {
            int order = numbers.get(i).compareTo(other.numbers.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(numbers.size(), other.numbers.size());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Version version && numbers.equals(version.numbers);
    }

    @Override
    public int hashCode() {
        return numbers.hashCode();
    }

    /** The version as its file spells it. */
    @Override
    public String toString() {
        return text;
    }
}
