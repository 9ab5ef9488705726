package dev.lockkeeper.describe.types;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes conditions in JavaScript, over the functions of the runtime module. */
final class Conditions {
    private final Described described;
    private final boolean isNew;
    private final Map<String, Described.Field> fields = new HashMap<>();

    /** @param isNew whether a program gives the values; otherwise the database does */
    Conditions(Described described, List<Described.Field> fields, boolean isNew) {
        this.described = described;
        this.isNew = isNew;
        fields.forEach(field -> this.fields.put(field.name(), field));
    }

    /** The values of a row; {@code whole} when a column that is left out has the value of its default. */
    String ofRow(Term term, boolean whole) {
        return text(term, column -> {
            Described.Field field = fields.get(column);
            if (field == null) {
                return "undefined";
            }
            String property = Script.property("row", column);
            if (!whole || !isNew) {
                return property;
            }
            Term.Constant fallback = field.fallback();
            String otherwise =
                    fallback == null ? "undefined" : fallback.text() == null ? "null" : Script.string(fallback.text());
            return field.optional() ? "k.otherwise(" + property + ", " + otherwise + ")" : property;
        });
    }

    /** The value of a domain over this shape. */
    String ofValue(Term term, Shape shape) {
        fields.put(
                "value",
                new Described.Field("value", shape, false, false, null, null, false, false, true, true, true, null));
        return text(term, column -> "value");
    }

    /** How a column is read. */
    private interface Reading {
        String of(String column);
    }

    private String text(Term term, Reading reading) {
        if (term instanceof Term.Value value) {
            String read = reading.of(value.column());
            Described.Field field = fields.get(value.column());
            String converted = field == null ? read : converted(field.shape(), field.nullable(), read);
            return value.sort().is(Sort.Kind.BOOLEAN) ? "k.truth(" + converted + ")" : converted;
        } else if (term instanceof Term.Constant constant) {
            return constant(constant);
        } else if (term instanceof Term.Several several) {
            return several.items().stream()
                    .map(item -> text(item, reading))
                    .collect(Collectors.joining(", ", "[", "]"));
        } else if (term instanceof Term.Matches matches) {
            return "k.matches(" + text(matches.text(), reading) + ", /"
                    + (matches.pattern().isEmpty() ? "(?:)" : matches.pattern()) + "/"
                    + (matches.insensitive() ? "iu" : "u") + ", " + matches.ascii() + ")";
        }
        Term.Call call = (Term.Call) term;
        boolean folds = call.arguments().stream().anyMatch(Conditions::isFolded) && isComparison(call.operation());
        String arguments = call.arguments().stream()
                .map(argument -> folds ? folded(text(argument, reading), argument) : text(argument, reading))
                .collect(Collectors.joining(", "));
        String made = "k." + call.operation().key() + "(" + arguments + ")";
        boolean value = call.operation() == Operation.CASE || call.operation() == Operation.COALESCE;
        return value && call.sort().is(Sort.Kind.BOOLEAN) ? "k.truth(" + made + ")" : made;
    }

    private static boolean isFolded(Term term) {
        Sort sort = term.sort();
        return sort.is(Sort.Kind.CITEXT)
                || (sort.element() != null && sort.element().is(Sort.Kind.CITEXT));
    }

    private static boolean isComparison(Operation operation) {
        String name = operation.name();
        return name.matches("EQ|NE|DISTINCT|(ANY|ALL)_(EQ|NE)");
    }

    private static String folded(String text, Term term) {
        return term.sort().is(Sort.Kind.LIST) ? "k.foldAll(" + text + ")" : "k.fold(" + text + ")";
    }

    private String converted(Shape shape, boolean nullable, String read) {
        Shape bare = described.bare(shape);
        if (bare instanceof Shape.Scalar scalar) {
            return switch (scalar) {
                case BOOLEAN -> "k.bool(" + read + ")";
                case SMALLINT, INTEGER, BIGINT -> "k.num(" + read + ")";
                case REAL -> "k.real(" + read + ")";
                case DOUBLE -> "k.dbl(" + read + ")";
                case UUID -> "k.uuid(" + read + ")";
                case TEXT, CITEXT -> "k.text(" + read + ")";
                case TIMESTAMPTZ -> "k.stamp(" + read + ", " + isNew + ")";
                case TIMESTAMP, DATE -> "k.wall(" + read + ")";
                case TIME -> "k.clock(" + read + ")";
                case TIMETZ, INTERVAL -> "k.opaque(" + read + ")";
                case BYTEA -> "k.bytes(" + read + ")";
                case JSON, JSONB -> "k.json(" + read + ", " + nullable + ", " + isNew + ")";
            };
        } else if (bare instanceof Shape.Varchar varchar) {
            return "k.text(" + read + ", " + varchar.limit() + ")";
        } else if (bare instanceof Shape.Char) {
            return "k.chars(" + read + ")";
        } else if (bare instanceof Shape.Numeric numeric) {
            return numeric.precision() == null
                    ? "k.num(" + read + ")"
                    : "k.num(" + read + ", " + numeric.precision() + ", " + numeric.scale() + ")";
        } else if (bare instanceof Shape.ListOf list) {
            return "k.list(" + read + ", (one) => " + converted(list.element(), true, "one") + ")";
        } else if (bare instanceof Shape.Named) {
            return "k.text(" + read + ")";
        }
        return "k.opaque(" + read + ")";
    }

    private static String constant(Term.Constant constant) {
        if (constant.text() == null) {
            return "null";
        }
        String text = Script.string(constant.text());
        return switch (constant.sort().kind()) {
            case BOOLEAN -> constant.text();
            case NUMBER -> "k.num(" + text + ")";
            case REAL -> "k.real(" + text + ")";
            case DOUBLE -> "k.dbl(" + text + ")";
            case TIMESTAMPTZ -> "k.stamp(" + text + ", true)";
            case TIMESTAMP, DATE -> "k.wall(" + text + ")";
            case TIME -> "k.clock(" + text + ")";
            case SPAN -> "k.span(" + text + ")";
            case BYTES -> "k.bytes(" + text + ")";
            default -> text;
        };
    }
}
