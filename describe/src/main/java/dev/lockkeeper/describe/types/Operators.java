package dev.lockkeeper.describe.types;

import dev.lockkeeper.describe.types.Sort.Kind;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What operators that neither compare nor match mean, by the types beside them. */
final class Operators {
    private Operators() {}

    static Term apply(String sign, Term one, Term other) {
        Term left = ConditionReader.adopted(one, hinted(sign, other.sort()));
        Term right = ConditionReader.adopted(other, hinted(sign, left.sort()));
        @Nullable Term term = numbers(sign, left, right);
        term = term == null ? lists(sign, left, right) : term;
        term = term == null ? json(sign, left, right) : term;
        if (left instanceof Term.Constant first
                && right instanceof Term.Constant second
                && isJoined(sign, first, second)) {
            return new Term.Constant(Sort.of(Kind.TEXT), String.valueOf(first.text()) + second.text());
        }
        if (term == null
                && sign.equals("||")
                && left.sort().is(Kind.TEXT)
                && right.sort().is(Kind.TEXT)) {
            term = Term.call(Operation.CONCAT, Kind.TEXT, left, right);
        }
        if (term == null) {
            throw new Unreadable("the operator " + sign + " between "
                    + left.sort().word() + " and " + right.sort().word());
        }
        return term;
    }

    private static boolean isJoined(String sign, Term.Constant first, Term.Constant second) {
        return sign.equals("||")
                && first.sort().is(Kind.TEXT)
                && second.sort().is(Kind.TEXT)
                && first.text() != null
                && second.text() != null;
    }

    /** A key of JSON is a text. */
    private static Sort hinted(String sign, Sort other) {
        return sign.startsWith("->") || sign.equals("?") ? Sort.of(Kind.TEXT) : other;
    }

    private static @Nullable Term numbers(String sign, Term left, Term right) {
        if (sign.equals("-") && left.sort().is(Kind.DATE) && right.sort().is(Kind.DATE)) {
            return Term.call(Operation.DAYS, Kind.NUMBER, left, right);
        }
        if (left.sort().is(Kind.DATE)
                && right.sort().is(Kind.NUMBER)
                && Set.of("+", "-").contains(sign)) {
            Term days = sign.equals("+") ? right : Term.call(Operation.NEGATIVE, Kind.NUMBER, right);
            return Term.call(Operation.ADD_DAYS, Kind.DATE, left, days);
        }
        if (left.sort().is(Kind.TIMESTAMPTZ, Kind.TIMESTAMP)
                && right.sort().is(Kind.SPAN)
                && Set.of("+", "-").contains(sign)) {
            Operation shift = sign.equals("+") ? Operation.LATER : Operation.EARLIER;
            return new Term.Call(shift, left.sort(), List.of(left, right));
        }
        if (!left.sort().is(Kind.NUMBER) || !right.sort().is(Kind.NUMBER)) {
            return null;
        }
        return switch (sign) {
            case "+" -> Term.call(Operation.PLUS, Kind.NUMBER, left, right);
            case "-" -> Term.call(Operation.MINUS, Kind.NUMBER, left, right);
            case "*" -> Term.call(Operation.TIMES, Kind.NUMBER, left, right);
            case "%" -> Term.call(Operation.MODULO, Kind.NUMBER, left, right);
            default -> null;
        };
    }

    private static @Nullable Term lists(String sign, Term left, Term right) {
        @Nullable Sort one = left.sort().element();
        @Nullable Sort other = right.sort().element();
        if (one == null || other == null) {
            return null;
        }
        Sort element = ConditionReader.common(one, other);
        if (!element.isEqualable() || element.is(Kind.CITEXT)) {
            return null;
        }
        return switch (sign) {
            case "@>" -> Term.call(Operation.CONTAINS, Kind.BOOLEAN, left, right);
            case "<@" -> Term.call(Operation.CONTAINS, Kind.BOOLEAN, right, left);
            case "&&" -> Term.call(Operation.OVERLAPS, Kind.BOOLEAN, left, right);
            default -> null;
        };
    }

    private static @Nullable Term json(String sign, Term left, Term right) {
        if (!left.sort().is(Kind.JSON)) {
            return null;
        }
        boolean key = right.sort().is(Kind.TEXT);
        boolean keys = right.sort().element() != null && right.sort().element().is(Kind.TEXT);
        return switch (sign) {
            case "->" -> key ? Term.call(Operation.JSON_FIELD, Kind.JSON, left, right) : null;
            case "->>" -> key ? Term.call(Operation.JSON_TEXT, Kind.TEXT, left, right) : null;
            case "?" -> key ? Term.call(Operation.JSON_HAS, Kind.BOOLEAN, left, right) : null;
            case "?&" -> keys ? Term.call(Operation.JSON_HAS_ALL, Kind.BOOLEAN, left, right) : null;
            case "?|" -> keys ? Term.call(Operation.JSON_HAS_ANY, Kind.BOOLEAN, left, right) : null;
            default -> null;
        };
    }
}
