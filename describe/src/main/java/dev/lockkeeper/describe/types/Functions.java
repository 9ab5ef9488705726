package dev.lockkeeper.describe.types;

import dev.lockkeeper.describe.types.Sort.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What PostgreSQL's functions mean, by the types that they are called with. Functions of the database itself are refused. */
final class Functions {
    private Functions() {}

    static Term call(String name, List<Term> arguments) {
        @Nullable
        Term term = switch (name) {
            case "coalesce" -> coalesce(arguments);
            case "num_nulls" -> new Term.Call(Operation.NULLS, Sort.of(Kind.NUMBER), arguments);
            case "num_nonnulls" -> new Term.Call(Operation.NONNULLS, Sort.of(Kind.NUMBER), arguments);
            default ->
                switch (arguments.size()) {
                    case 1 -> one(name, arguments.get(0));
                    case 2 -> two(name, arguments.get(0), arguments.get(1));
                    default -> null;
                };
        };
        if (term == null) {
            throw new Unreadable("the function " + name);
        }
        return term;
    }

    private static Term coalesce(List<Term> arguments) {
        Sort sort = Sort.of(Kind.UNKNOWN);
        for (Term argument : arguments) {
            sort = ConditionReader.common(sort, argument.sort());
        }
        Sort common = sort;
        return new Term.Call(
                Operation.COALESCE,
                common,
                arguments.stream().map(a -> ConditionReader.adopted(a, common)).toList());
    }

    private static @Nullable Term one(String name, Term argument) {
        Sort sort = argument.sort();
        if (sort.is(Kind.TEXT, Kind.CHARS, Kind.CITEXT)) {
            return text(name, argument);
        }
        return switch (name) {
            case "length", "octet_length" ->
                sort.is(Kind.BYTES) ? Term.call(Operation.BYTES, Kind.NUMBER, argument) : null;
            case "abs" -> sort.is(Kind.NUMBER) ? Term.call(Operation.ABS, Kind.NUMBER, argument) : null;
            case "cardinality" -> sort.is(Kind.LIST) ? Term.call(Operation.CARDINALITY, Kind.NUMBER, argument) : null;
            case "jsonb_typeof", "json_typeof" ->
                sort.is(Kind.JSON) ? Term.call(Operation.JSON_TYPE, Kind.TEXT, argument) : null;
            case "jsonb_array_length", "json_array_length" ->
                sort.is(Kind.JSON) ? Term.call(Operation.JSON_LENGTH, Kind.NUMBER, argument) : null;
            case "isfinite" ->
                sort.is(Kind.DATE, Kind.TIMESTAMP, Kind.TIMESTAMPTZ)
                        ? Term.call(Operation.IS_FINITE, Kind.BOOLEAN, argument)
                        : null;
            default -> null;
        };
    }

    private static @Nullable Term text(String name, Term argument) {
        boolean padded = argument.sort().is(Kind.CHARS);
        return switch (name) {
            case "length", "char_length", "character_length" -> Term.call(Operation.CHARACTERS, Kind.NUMBER, argument);
            case "octet_length" -> padded ? null : Term.call(Operation.OCTETS, Kind.NUMBER, argument);
            case "lower" -> Term.call(Operation.LOWER, Kind.TEXT, argument);
            case "upper" -> Term.call(Operation.UPPER, Kind.TEXT, argument);
            case "btrim" -> Term.call(Operation.TRIM, Kind.TEXT, argument, blank());
            case "ltrim" -> Term.call(Operation.TRIM_LEFT, Kind.TEXT, argument, blank());
            case "rtrim" -> Term.call(Operation.TRIM_RIGHT, Kind.TEXT, argument, blank());
            default -> null;
        };
    }

    private static Term blank() {
        return new Term.Constant(Sort.of(Kind.TEXT), " ");
    }

    private static @Nullable Term two(String name, Term first, Term second) {
        Sort sort = first.sort();
        @Nullable Sort element = sort.element();
        if (element != null) {
            return switch (name) {
                case "array_length" ->
                    second instanceof Term.Constant constant && "1".equals(constant.text())
                            ? Term.call(Operation.ARRAY_LENGTH, Kind.NUMBER, first)
                            : null;
                case "array_position" ->
                    element.isEqualable() && !element.is(Kind.CITEXT)
                            ? Term.call(
                                    Operation.ARRAY_POSITION,
                                    Kind.NUMBER,
                                    first,
                                    ConditionReader.adopted(second, element))
                            : null;
                default -> null;
            };
        }
        Term right = ConditionReader.adopted(second, Sort.of(Kind.TEXT));
        if (sort.is(Kind.TEXT) && right.sort().is(Kind.NUMBER)) {
            return switch (name) {
                case "left" -> Term.call(Operation.LEFT, Kind.TEXT, first, right);
                case "right" -> Term.call(Operation.RIGHT, Kind.TEXT, first, right);
                default -> null;
            };
        }
        if (name.equals("mod") && sort.is(Kind.NUMBER) && right.sort().is(Kind.NUMBER)) {
            return Term.call(Operation.MODULO, Kind.NUMBER, first, right);
        }
        if (!sort.is(Kind.TEXT) || !right.sort().is(Kind.TEXT)) {
            return null;
        }
        return switch (name) {
            case "btrim" -> Term.call(Operation.TRIM, Kind.TEXT, first, right);
            case "ltrim" -> Term.call(Operation.TRIM_LEFT, Kind.TEXT, first, right);
            case "rtrim" -> Term.call(Operation.TRIM_RIGHT, Kind.TEXT, first, right);
            case "strpos", "position" -> Term.call(Operation.POSITION, Kind.NUMBER, first, right);
            case "starts_with" -> Term.call(Operation.STARTS_WITH, Kind.BOOLEAN, first, right);
            default -> null;
        };
    }
}
