package dev.lockkeeper.source;

import java.math.BigInteger;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version of a migration: numbers parted by dots or underscores, compared number by number; or the name of a {@code .sql}
 * file, as sql-migrate knows its migrations. Immutable.
 *
 * <p>Padding and trailing zeros do not count: {@code 001}, {@code 1} and {@code 1.0} are the same version. Names of files are
 * compared by the number that they begin with, then by all their characters; names without a number come last. That is
 * sql-migrate's order (its Migration.Less). {@code 1} and {@code 1-init.sql} are two versions, and the first comes before the second.
 */
public final class Version implements Comparable<Version> {
    private static final Pattern FILE = Pattern.compile("(?!R__)(?<number>\\d*)[^/\\\\]*\\.sql", Pattern.DOTALL);

    private final String text;
    private final List<BigInteger> numbers;
    /** Whether it is the name of a file. */
    private final boolean named;

    private Version(String text, List<BigInteger> numbers, boolean named) {
        this.text = text;
        this.numbers = List.copyOf(numbers);
        this.named = named;
    }

    /** The version that the text stands for; empty when it is none. The labels of repeatable scripts are none. */
    public static Optional<Version> parse(String text) {
        // nearly all are numbers, for which the expression would cost more than all the rest
        Matcher file = text.endsWith(".sql") ? FILE.matcher(text) : null;
        if (file != null && file.matches()) {
            String number = file.group("number");
            return Optional.of(new Version(text, number.isEmpty() ? List.of() : List.of(new BigInteger(number)), true));
        }
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
        return Optional.of(new Version(text, numbers, false));
    }

    /**
     * The version for the next migration, spelled like this one: the time of day where this one is a time (12 or 14
     * digits, or 13 or 17 with milliseconds), else the next number with the same padding. After a name without a number, the time of day.
     */
    public String next(Clock clock) {
        String whole = named ? text.replaceFirst("(?s)\\D.*", "") : text;
        if (whole.isEmpty()) {
            return timestamp(clock, 14);
        }
        if (whole.matches("(19|20)\\d{10}(\\d\\d|\\d{5})?|1\\d{12}")) {
            String now = timestamp(clock, whole.length());
            return now.compareTo(whole) > 0
                    ? now
                    : new BigInteger(whole).add(BigInteger.ONE).toString();
        }
        String first = whole.split("[._]", 2)[0];
        String next = new BigInteger(first).add(BigInteger.ONE).toString();
        return "0".repeat(Math.max(0, first.length() - next.length())) + next;
    }

    /**
     * The next number that none of these versions has: this one with its last number, which keeps its padding, counted up. Of the name of a file
     * the number alone, with which no other name begins.
     */
    public String free(Collection<Version> taken) {
        String whole = named ? text.replaceFirst("(?s)\\D.*", "") : text;
        int at = Math.max(whole.lastIndexOf('.'), whole.lastIndexOf('_')) + 1;
        String last = whole.substring(at);
        BigInteger number = last.isEmpty() ? BigInteger.ZERO : new BigInteger(last);
        while (true) {
            number = number.add(BigInteger.ONE);
            String next = number.toString();
            String free = whole.substring(0, at) + "0".repeat(Math.max(0, last.length() - next.length())) + next;
            List<BigInteger> meant = parse(free).orElseThrow().numbers;
            if (taken.stream().noneMatch(version -> version.numbers.equals(meant))) {
                return free;
            }
        }
    }

    /** The last of its numbers alone, as a file in a numbered folder has it. */
    public Version innermost() {
        return parse(text.substring(text.lastIndexOf('.') + 1)).orElse(this);
    }

    static String timestamp(Clock clock, int digits) {
        if (digits == 13) {
            return Long.toString(clock.millis());
        }
        return DateTimeFormatter.ofPattern("yyyyMMddHHmmssSSS")
                .withZone(ZoneOffset.UTC)
                .format(clock.instant())
                .substring(0, digits);
    }

    /**
     * The version of these that is meant: an equal one, else the only file's name that begins with this number, else this. Zero
     * stands for itself alone: it is where a rollback of everything ends.
     */
    public Version among(Collection<Version> known) {
        if (named || known.contains(this) || numbers.equals(List.of(BigInteger.ZERO))) {
            return this;
        }
        List<Version> meant = known.stream()
                .filter(v -> v.named && v.numbers.equals(numbers))
                .distinct()
                .toList();
        return meant.size() == 1 ? meant.get(0) : this;
    }

    @Override
    public int compareTo(Version other) {
        if (numbers.isEmpty() != other.numbers.isEmpty()) {
            return numbers.isEmpty() ? 1 : -1;
        }
        int shared = Math.min(numbers.size(), other.numbers.size());
        for (int i = 0; i < shared; i++) {
            int order = numbers.get(i).compareTo(other.numbers.get(i));
            if (order != 0) {
                return order;
            }
        }
        int order = Integer.compare(numbers.size(), other.numbers.size());
        return order != 0 ? order : name().compareTo(other.name());
    }

    private String name() {
        return named ? text : "";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Version version && numbers.equals(version.numbers) && name().equals(version.name());
    }

    @Override
    public int hashCode() {
        return 31 * numbers.hashCode() + name().hashCode();
    }

    /** The version as its file spells it. */
    @Override
    public String toString() {
        return text;
    }
}
