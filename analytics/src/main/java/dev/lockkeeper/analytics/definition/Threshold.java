package dev.lockkeeper.analytics.definition;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number with which something observed is compared, such as {@code > 0.05}: it is met where the comparison holds. */
public record Threshold(String operator, BigDecimal number) {
    private static final Pattern FORM =
            Pattern.compile("(?<operator><=|>=|<>|=|<|>) ?(?<number>-?\\d{1,30}(\\.\\d{1,30})?)");

    static Optional<Threshold> parse(String text) {
        Matcher form = FORM.matcher(text);
        return form.matches()
                ? Optional.of(new Threshold(form.group("operator"), new BigDecimal(form.group("number"))))
                : Optional.empty();
    }

    public boolean meets(BigDecimal observed) {
        int order = observed.compareTo(number);
        return switch (operator) {
            case "<" -> order < 0;
            case "<=" -> order <= 0;
            case ">" -> order > 0;
            case ">=" -> order >= 0;
            case "=" -> order == 0;
            default -> order != 0;
        };
    }

    @Override
    public String toString() {
        return operator + " " + number.toPlainString();
    }
}
