package dev.lockkeeper.stewardship.volume;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Arithmetic over columns of the same row. NULL wherever one of them is, and where something is divided by zero. */
sealed interface Expression {
    Pattern TOKEN =
            Pattern.compile("\\s*(?:(\\d+(?:\\.\\d+)?)|([\\p{L}_][\\p{L}\\p{N}_$]*)|\"([^\"]+)\"|([-+*/()]))\\s*");

    /** The value for a row; null for none. */
    @Nullable
    BigDecimal value(MadeRow row);

    record Constant(BigDecimal number) implements Expression {
        @Override
        public BigDecimal value(MadeRow row) {
            return number;
        }
    }

    record OfColumn(String name) implements Expression {
        @Override
        public @Nullable BigDecimal value(MadeRow row) {
            String text = row.value(name);
            return text == null || !text.matches("-?\\d+(\\.\\d+)?") ? null : new BigDecimal(text);
        }
    }

    record Operation(char sign, Expression left, Expression right) implements Expression {
        @Override
        public @Nullable BigDecimal value(MadeRow row) {
            BigDecimal one = left.value(row);
            BigDecimal other = right.value(row);
            if (one == null || other == null) {
                return null;
            }
            return switch (sign) {
                case '+' -> one.add(other);
                case '-' -> one.subtract(other);
                case '*' -> one.multiply(other);
                default -> other.signum() == 0 ? null : one.divide(other, MathContext.DECIMAL64);
            };
        }
    }

    /** The columns that stand in a text. */
    static Set<String> columns(String text) {
        Set<String> columns = new LinkedHashSet<>();
        Matcher token = TOKEN.matcher(text);
        while (token.find()) {
            if (token.group(2) != null || token.group(3) != null) {
                columns.add(token.group(2) == null ? token.group(3) : token.group(2));
            }
        }
        return columns;
    }

    /**
     * Reads a text.
     *
     * @throws IllegalArgumentException that says what is wrong
     */
    static Expression parse(String text) {
        Parser parser = new Parser(text);
        Expression expression = parser.sum(0);
        if (parser.at < text.length()) {
            throw new IllegalArgumentException("unexpected is " + text.substring(parser.at));
        }
        return expression;
    }

    /** Reads from left to right. */
    final class Parser {
        private static final int DEEPEST = 100;

        private final String text;
        private final Matcher token;
        private int at;

        Parser(String text) {
            this.text = text;
            this.token = TOKEN.matcher(text);
        }

        private Expression sum(int depth) {
            Expression left = product(depth);
            while (sign("+-")) {
                char sign = token.group(4).charAt(0);
                at = token.end();
                left = new Operation(sign, left, product(depth));
            }
            return left;
        }

        private Expression product(int depth) {
            Expression left = single(depth);
            while (sign("*/")) {
                char sign = token.group(4).charAt(0);
                at = token.end();
                left = new Operation(sign, left, single(depth));
            }
            return left;
        }

        private boolean sign(String signs) {
            return next() && token.group(4) != null && signs.contains(token.group(4));
        }

        private boolean next() {
            return at < text.length() && token.region(at, text.length()).lookingAt();
        }

        private Expression single(int depth) {
            if (depth > DEEPEST || !next()) {
                throw new IllegalArgumentException(
                        at >= text.length() ? "it ends too early" : "unexpected is " + text.substring(at));
            }
            String number = token.group(1);
            String name = token.group(2) == null ? token.group(3) : token.group(2);
            at = token.end();
            if (number != null) {
                return new Constant(new BigDecimal(number));
            }
            if (name != null) {
                return new OfColumn(name);
            }
            if (token.group(4).equals("-")) {
                return new Operation('-', new Constant(BigDecimal.ZERO), single(depth + 1));
            }
            if (!token.group(4).equals("(")) {
                throw new IllegalArgumentException("unexpected is " + token.group(4));
            }
            Expression inner = sum(depth + 1);
            if (!sign(")")) {
                throw new IllegalArgumentException("a parenthesis is not closed");
            }
            at = token.end();
            return inner;
        }
    }
}
