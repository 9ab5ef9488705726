package dev.lockkeeper.rows;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What the texts of conditions mention: the values that they compare with are the ones near which they hold. Nothing of it is
 * understood: the server tries what comes of it.
 *
 * @param strings string constants, without their quotes
 * @param numbers numbers outside of strings, and strings that are numbers
 */
record Hints(Set<String> strings, Set<BigDecimal> numbers) {
    static final Hints NONE = new Hints(Set.of(), Set.of());

    private static final Pattern STRING = Pattern.compile("'((?:[^']|'')*)'");
    private static final Pattern NUMBER = Pattern.compile("(?<![\\w.$\"])\\d+(?:\\.\\d+)?(?![\\w\"$])");
    private static final int MOST = 40;

    static Hints of(Iterable<String> texts) {
        Set<String> strings = new LinkedHashSet<>();
        Set<BigDecimal> numbers = new LinkedHashSet<>();
        for (String text : texts) {
            STRING.matcher(text).results().map(Hints::unquoted).limit(MOST).forEach(strings::add);
            NUMBER.matcher(STRING.matcher(text).replaceAll("''"))
                    .results()
                    .map(MatchResult::group)
                    .filter(number -> number.length() < 40)
                    .limit(MOST)
                    .forEach(number -> numbers.add(new BigDecimal(number)));
        }
        for (String string : strings) {
            if (string.matches("-?\\d{1,30}(?:\\.\\d{1,30})?")) {
                numbers.add(new BigDecimal(string));
            }
        }
        return new Hints(strings, numbers);
    }

    private static String unquoted(MatchResult string) {
        return string.group(1).replace("''", "'");
    }

    Hints and(Hints other) {
        Set<String> allStrings = new LinkedHashSet<>(strings);
        allStrings.addAll(other.strings);
        Set<BigDecimal> allNumbers = new LinkedHashSet<>(numbers);
        allNumbers.addAll(other.numbers);
        return new Hints(allStrings, allNumbers);
    }

    /** Numbers at, below and above each that is mentioned. */
    List<String> near() {
        List<String> near = new ArrayList<>();
        for (BigDecimal number : numbers) {
            near.add(number.toPlainString());
            near.add(number.add(BigDecimal.ONE).toPlainString());
            near.add(number.subtract(BigDecimal.ONE).toPlainString());
            near.add(number.divide(BigDecimal.valueOf(2)).toPlainString());
        }
        return near;
    }

    /** The numbers that may be meant as lengths. */
    List<Integer> lengths() {
        List<Integer> lengths = new ArrayList<>();
        for (BigDecimal number : numbers) {
            if (number.signum() > 0 && number.scale() <= 0 && number.compareTo(BigDecimal.valueOf(5000)) <= 0) {
                lengths.add(number.intValue());
                lengths.add(number.intValue() + 1);
                lengths.add(number.intValue() - 1);
            }
        }
        return lengths;
    }
}
