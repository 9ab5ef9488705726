package dev.lockkeeper.describe.types;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Says conditions on one value in the words of JSON Schema, which knows no NULL, no order of numbers that are text, and no
 * second value. What it has no word for is left out, so that a schema refuses less than the database and never more.
 */
final class JsonConditions {
    private final Shape shape;
    private final boolean isNew;

    /** @param isNew whether a program gives the value; blanks that a limit cuts off count then, and not to the server */
    JsonConditions(Shape shape, boolean isNew) {
        this.shape = shape;
        this.isNew = isNew;
    }

    Optional<Map<String, Object>> of(Term term) {
        return Optional.ofNullable(schema(term));
    }

    private @Nullable Map<String, Object> schema(Term term) {
        if (term instanceof Term.Matches matches) {
            boolean exact =
                    matches.text() instanceof Term.Value && isText() && !matches.ascii() && !matches.insensitive();
            return exact ? Map.of("pattern", matches.pattern()) : null;
        }
        if (!(term instanceof Term.Call call)) {
            return null;
        }
        return switch (call.operation()) {
            case AND -> {
                List<Map<String, Object>> parts = new ArrayList<>();
                call.arguments().forEach(argument -> of(argument).ifPresent(parts::add));
                yield parts.isEmpty() ? null : parts.size() == 1 ? parts.get(0) : Map.of("allOf", parts);
            }
            case OR -> {
                List<Map<String, Object>> parts = new ArrayList<>();
                call.arguments().forEach(argument -> of(argument).ifPresent(parts::add));
                yield parts.size() == call.arguments().size() ? Map.of("anyOf", parts) : null;
            }
            case ANY_EQ -> words(call);
            case EQ, LE, GE, LT, GT -> compared(call);
            default -> null;
        };
    }

    private boolean isText() {
        return shape == Shape.Scalar.TEXT || (shape instanceof Shape.Varchar && !isNew);
    }

    private boolean isNumber() {
        return shape == Shape.Scalar.SMALLINT || shape == Shape.Scalar.INTEGER;
    }

    private @Nullable Map<String, Object> words(Term.Call call) {
        boolean value = call.arguments().get(0) instanceof Term.Value && (isText() || isNumber());
        if (!value || !(call.arguments().get(1) instanceof Term.Several several)) {
            return null;
        }
        List<Object> words = new ArrayList<>();
        for (Term item : several.items()) {
            if (!(item instanceof Term.Constant constant)
                    || constant.text() == null
                    || constant.text().matches("NaN|-?Infinity")) {
                return null;
            }
            words.add(isNumber() ? new BigDecimal(constant.text()) : constant.text());
        }
        return Map.of("enum", words);
    }

    private @Nullable Map<String, Object> compared(Term.Call call) {
        Term left = call.arguments().get(0);
        if (!(call.arguments().get(1) instanceof Term.Constant constant)
                || constant.text() == null
                || constant.text().matches("NaN|-?Infinity")) {
            return null;
        }
        if (left instanceof Term.Value) {
            if (call.operation() == Operation.EQ) {
                return isText() ? Map.of("const", constant.text()) : isNumber() ? bound(call, constant, "") : null;
            }
            return isNumber() ? bound(call, constant, "imum") : null;
        }
        if (!(left instanceof Term.Call measured) || !(measured.arguments().get(0) instanceof Term.Value)) {
            return null;
        }
        return switch (measured.operation()) {
            case CHARACTERS -> isText() ? bound(call, constant, "Length") : null;
            case CARDINALITY -> bound(call, constant, "Items");
            case JSON_TYPE ->
                call.operation() == Operation.EQ && !constant.text().equals("null")
                        ? Map.of("type", constant.text())
                        : null;
            default -> null;
        };
    }

    /** A length below zero is no bound, and one with digits after the point has no word. */
    private static @Nullable Map<String, Object> bound(Term.Call call, Term.Constant constant, String what) {
        BigDecimal number = new BigDecimal(String.valueOf(constant.text()));
        boolean size = !what.isEmpty() && !what.equals("imum");
        if (size && (number.stripTrailingZeros().scale() > 0 || number.signum() < 0)) {
            return null;
        }
        return switch (call.operation()) {
            case EQ ->
                size ? new TreeMap<>(Map.of("min" + what, number, "max" + what, number)) : Map.of("const", number);
            case GE -> Map.of("min" + what, number);
            case LE -> Map.of("max" + what, number);
            case GT -> size ? Map.of("min" + what, number.add(BigDecimal.ONE)) : Map.of("exclusiveMinimum", number);
            case LT ->
                !size
                        ? Map.of("exclusiveMaximum", number)
                        : number.signum() > 0 ? Map.of("max" + what, number.subtract(BigDecimal.ONE)) : null;
            default -> null;
        };
    }
}
