package dev.lockkeeper.describe.types;

import dev.lockkeeper.describe.types.Sort.Kind;
import dev.lockkeeper.describe.types.Tree.Head;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives the parts of an expression their types, and with them their meaning. What has none here is refused by name: a
 * condition is never guessed.
 */
final class ConditionReader {
    private static final Map<String, Operation> COMPARISONS = Map.of(
            "=", Operation.EQ,
            "<>", Operation.NE,
            "<", Operation.LT,
            "<=", Operation.LE,
            ">", Operation.GT,
            ">=", Operation.GE);
    private static final Set<String> MATCHES = Set.of("~", "~*", "!~", "!~*", "~~", "~~*", "!~~", "!~~*");

    private final TypeNames types;
    private final Columns columns;

    /** What is known of columns by their names. */
    interface Columns {
        /**
         * What its values are compared as.
         *
         * @throws Unreadable when it cannot be spoken of
         */
        Sort sort(String column);

        /** Whether it holds whole numbers alone. */
        boolean isWhole(String column);
    }

    ConditionReader(TypeNames types, Columns columns) {
        this.types = types;
        this.columns = columns;
    }

    /** @throws Unreadable naming what is not translated */
    Term read(String expression) {
        return bool(ExpressionReader.read(expression));
    }

    /**
     * A default, which need be no condition.
     *
     * @throws Unreadable naming what is not translated
     */
    Term value(String expression) {
        return term(ExpressionReader.read(expression));
    }

    private Term bool(Tree tree) {
        Term term = term(tree);
        if (term instanceof Term.Constant constant && constant.sort().is(Kind.UNKNOWN) && constant.text() == null) {
            return new Term.Constant(Sort.of(Kind.BOOLEAN), null);
        }
        if (!term.sort().is(Kind.BOOLEAN)) {
            throw new Unreadable("a condition of type " + term.sort().word());
        }
        return term;
    }

    private Term term(Tree tree) {
        return switch (tree.head()) {
            case COLUMN -> new Term.Value(tree.text(), columns.sort(tree.text()));
            case NUMBER -> new Term.Constant(Sort.of(Kind.NUMBER), tree.text());
            case STRING -> new Term.Constant(Sort.of(Kind.UNKNOWN), tree.text());
            case NULL -> new Term.Constant(Sort.of(Kind.UNKNOWN), null);
            case TRUE -> new Term.Constant(Sort.of(Kind.BOOLEAN), "true");
            case FALSE -> new Term.Constant(Sort.of(Kind.BOOLEAN), "false");
            case CAST -> cast(term(tree.part(0)), tree.text());
            case CALL ->
                Functions.call(
                        tree.text(), tree.parts().stream().map(this::term).toList());
            case OPERATOR -> operator(tree);
            case ANY, ALL -> quantified(tree);
            case AND -> logic(Operation.AND, tree.parts());
            case OR -> logic(Operation.OR, tree.parts());
            case NOT -> logic(Operation.NOT, tree.parts());
            case IS_NULL -> Term.call(Operation.IS_NULL, Kind.BOOLEAN, term(tree.part(0)));
            case IS_NOT_NULL -> not(Term.call(Operation.IS_NULL, Kind.BOOLEAN, term(tree.part(0))));
            case IS -> is(tree);
            case IS_NOT -> not(is(tree));
            case DISTINCT -> distinct(tree);
            case NOT_DISTINCT -> not(distinct(tree));
            case ARRAY -> several(tree.parts().stream().map(this::term).toList());
            case CASE -> cases(tree.parts());
            case COLLATE -> collated(tree);
            case AT_ZONE -> inUtc(tree);
        };
    }

    /** Texts are the same to it only when all of their characters are. */
    private Term collated(Tree tree) {
        if (!isC(tree) && !tree.text().equals("pg_catalog.\"default\"")) {
            throw new Unreadable("COLLATE " + tree.text());
        }
        return term(tree.part(0));
    }

    private static boolean isC(Tree tree) {
        return (tree.head() == Head.COLLATE
                        && Set.of("\"C\"", "\"POSIX\"", "pg_catalog.\"C\"", "pg_catalog.\"POSIX\"")
                                .contains(tree.text()))
                || (tree.head() == Head.CAST && isC(tree.part(0)));
    }

    /** The wall clock of UTC at a moment, and the other way round. */
    private Term inUtc(Tree tree) {
        Term moment = term(tree.part(0));
        boolean utc = term(tree.part(1)) instanceof Term.Constant constant && "UTC".equals(constant.text());
        if (!utc || !moment.sort().is(Kind.TIMESTAMPTZ, Kind.TIMESTAMP)) {
            throw new Unreadable("AT TIME ZONE");
        }
        return retyped(moment, Sort.of(moment.sort().is(Kind.TIMESTAMP) ? Kind.TIMESTAMPTZ : Kind.TIMESTAMP));
    }

    private static Term not(Term term) {
        return Term.call(Operation.NOT, Kind.BOOLEAN, term);
    }

    private Term logic(Operation operation, List<Tree> parts) {
        return new Term.Call(
                operation, Sort.of(Kind.BOOLEAN), parts.stream().map(this::bool).toList());
    }

    private Term is(Tree tree) {
        Term value = bool(tree.part(0));
        return Term.call(
                switch (tree.text()) {
                    case "true" -> Operation.IS_TRUE;
                    case "false" -> Operation.IS_FALSE;
                    default -> Operation.IS_NULL;
                },
                Kind.BOOLEAN,
                value);
    }

    private Term distinct(Tree tree) {
        Term left = term(tree.part(0));
        Term right = term(tree.part(1));
        return compared(Operation.DISTINCT, left, right);
    }

    private Term cases(List<Tree> parts) {
        List<Term> terms = new ArrayList<>();
        Sort sort = Sort.of(Kind.UNKNOWN);
        for (int i = 0; i < parts.size(); i++) {
            boolean condition = i % 2 == 0 && i < parts.size() - 1;
            Term term = condition ? bool(parts.get(i)) : term(parts.get(i));
            terms.add(term);
            sort = condition ? sort : common(sort, term.sort());
        }
        return new Term.Call(Operation.CASE, sort, terms);
    }

    /** The sort of values that go together. */
    static Sort common(Sort one, Sort other) {
        if (one.is(Kind.UNKNOWN)) {
            return other;
        }
        if (other.is(Kind.UNKNOWN) || one.equals(other)) {
            return one;
        }
        if (one.is(Kind.TEXT, Kind.CHARS) && other.is(Kind.TEXT, Kind.CHARS)) {
            return Sort.of(Kind.TEXT);
        }
        throw new Unreadable(one.word() + " together with " + other.word());
    }

    private Term.Several several(List<Term> items) {
        Sort element = Sort.of(Kind.UNKNOWN);
        for (Term item : items) {
            element = common(element, item.sort());
        }
        Sort common = element;
        return new Term.Several(
                new Sort(Kind.LIST, common, null),
                items.stream().map(item -> adopted(item, common)).toList());
    }

    /** A constant of no type is one of the other side's. */
    static Term adopted(Term term, Sort sort) {
        return term instanceof Term.Constant constant && constant.sort().is(Kind.UNKNOWN)
                ? Constants.of(sort, constant.text())
                : term;
    }

    private Term operator(Tree tree) {
        String sign = tree.text();
        if (tree.parts().size() == 1) {
            Term value = term(tree.part(0));
            require(value, Kind.NUMBER, sign);
            return value instanceof Term.Constant constant && constant.text() != null
                    ? new Term.Constant(constant.sort(), "-" + constant.text())
                    : Term.call(Operation.NEGATIVE, Kind.NUMBER, value);
        }
        Term left = term(tree.part(0));
        Term right = term(tree.part(1));
        sign = own(sign, left, right);
        if (COMPARISONS.containsKey(sign)) {
            return compared(COMPARISONS.get(sign), left, right);
        }
        if (MATCHES.contains(sign)) {
            return matches(sign, left, right, isC(tree.part(0)) || isC(tree.part(1)));
        }
        return Operators.apply(sign, left, right);
    }

    /** The operators of citext are those of an extension, and the server names their schema. */
    private static String own(String sign, Term left, Term right) {
        if (sign.charAt(0) != ExpressionReader.FOREIGN) {
            return sign;
        }
        if (!left.sort().is(Kind.CITEXT) && !right.sort().is(Kind.CITEXT)) {
            throw new Unreadable("an operator of an extension or of the database itself");
        }
        return sign.substring(1);
    }

    private static void require(Term term, Kind kind, String sign) {
        if (!term.sort().is(kind)) {
            throw new Unreadable("the operator " + sign + " on " + term.sort().word());
        }
    }

    private Term compared(Operation operation, Term one, Term other) {
        Term left = adopted(one, other.sort());
        Term right = adopted(other, one.sort());
        if (left.sort().is(Kind.JSON) && right instanceof Term.Constant constant && constant.text() != null) {
            Term empty = Term.call(
                    Operation.JSON_EMPTY, Kind.BOOLEAN, left, new Term.Constant(Sort.of(Kind.TEXT), constant.text()));
            if (operation == Operation.EQ || operation == Operation.NE) {
                return operation == Operation.EQ ? empty : not(empty);
            }
        }
        @Nullable Term empty = emptiness(operation, left, right);
        if (empty != null) {
            return empty;
        }
        boolean ordered = operation != Operation.EQ && operation != Operation.NE && operation != Operation.DISTINCT;
        requireComparable(left.sort(), right.sort(), ordered);
        if (left.sort().is(Kind.LABEL) && ordered) {
            return Term.call(operation, Kind.BOOLEAN, rank(left), rank(right));
        }
        return Term.call(operation, Kind.BOOLEAN, left, right);
    }

    private static void requireComparable(Sort left, Sort right, boolean ordered) {
        boolean texts = left.isText() && right.isText();
        boolean alike = left.equals(right)
                || texts
                || (left.is(Kind.DATE, Kind.TIMESTAMP) && right.is(Kind.DATE, Kind.TIMESTAMP))
                || (left.is(Kind.REAL, Kind.DOUBLE) && right.is(Kind.REAL, Kind.DOUBLE));
        boolean comparable = left.isOrdered() || left.is(Kind.LABEL) || (!ordered && left.isEqualable());
        if (!alike || !comparable) {
            throw new Unreadable(
                    alike && ordered && texts
                            ? "the order of text, which depends on a collation"
                            : "comparing " + left.word() + " with " + right.word());
        }
    }

    private Term rank(Term label) {
        List<Term> arguments = new ArrayList<>(List.of(label));
        if (label.sort().enumeration() != null) {
            types.labels(label.sort().enumeration())
                    .forEach(one -> arguments.add(new Term.Constant(label.sort(), one)));
        }
        return new Term.Call(Operation.RANK, Sort.of(Kind.NUMBER), arguments);
    }

    /** An array compared with an empty one. */
    private static @Nullable Term emptiness(Operation operation, Term left, Term right) {
        boolean known = operation == Operation.EQ || operation == Operation.NE;
        if (known
                && left.sort().is(Kind.LIST)
                && right instanceof Term.Several list
                && list.items().isEmpty()) {
            return Term.call(
                    operation,
                    Kind.BOOLEAN,
                    Term.call(Operation.CARDINALITY, Kind.NUMBER, left),
                    new Term.Constant(Sort.of(Kind.NUMBER), "0"));
        }
        return null;
    }

    private Term quantified(Tree tree) {
        Term value = term(tree.part(0));
        Term list = term(tree.part(1));
        Sort sort = list.sort();
        @Nullable Sort element = sort.element();
        if (element == null) {
            throw new Unreadable((tree.head() == Head.ANY ? "ANY" : "ALL") + " over " + sort.word());
        }
        Term left = adopted(value, element);
        String sign = own(tree.text(), left, new Term.Constant(element, null));
        @Nullable Operation comparison = COMPARISONS.get(sign);
        if (comparison == null) {
            throw new Unreadable("the operator " + sign + " with ANY or ALL");
        }
        requireComparable(left.sort(), element, comparison != Operation.EQ && comparison != Operation.NE);
        if (left.sort().is(Kind.LABEL) && comparison != Operation.EQ && comparison != Operation.NE) {
            throw new Unreadable("the order of labels with ANY or ALL");
        }
        Operation operation = Operation.valueOf((tree.head() == Head.ANY ? "ANY_" : "ALL_") + comparison.name());
        return Term.call(operation, Kind.BOOLEAN, left, list);
    }

    /** @param certain whether it does not depend on a locale, because the collation is C */
    private static Term matches(String sign, Term left, Term right, boolean certain) {
        Term text = adopted(left, Sort.of(Kind.TEXT));
        if (!text.sort().is(Kind.TEXT, Kind.CITEXT)) {
            throw new Unreadable("the operator " + sign + " on " + text.sort().word());
        }
        if (!(right instanceof Term.Constant constant)
                || constant.text() == null
                || !right.sort().isText()) {
            throw new Unreadable("a pattern that is no constant");
        }
        boolean insensitive = sign.endsWith("*") || text.sort().is(Kind.CITEXT);
        RegexReader.Translated read =
                sign.contains("~~") ? RegexReader.like(constant.text()) : RegexReader.read(constant.text());
        Term matches = new Term.Matches(text, read.pattern(), insensitive, (!certain && read.ascii()) || insensitive);
        return sign.startsWith("!") ? not(matches) : matches;
    }

    private Term cast(Term term, String type) {
        if (term instanceof Term.Constant constant && constant.sort().is(Kind.UNKNOWN)) {
            return Constants.cast(types, type, constant.text());
        }
        Sort target = types.sort(type);
        Sort from = term.sort();
        if (from.equals(target)) {
            return exactOrRefused(term, type);
        }
        if (isSame(from, target)) {
            return retyped(term, target);
        }
        if (target.is(Kind.DOUBLE) && from.is(Kind.NUMBER, Kind.REAL)) {
            return from.is(Kind.REAL) ? retyped(term, target) : Term.call(Operation.TO_DOUBLE, Kind.DOUBLE, term);
        }
        if (from.is(Kind.BOOLEAN) && type.equals("integer")) {
            return Term.call(Operation.TO_NUMBER, Kind.NUMBER, term);
        }
        if (from.is(Kind.TIMESTAMP) && target.is(Kind.DATE)) {
            return Term.call(Operation.TO_DAY, Kind.DATE, term);
        }
        throw new Unreadable("a cast from " + from.word() + " to " + type);
    }

    /** From one number to another nothing changes only where the target has room for digits after the point. */
    private Term exactOrRefused(Term term, String type) {
        boolean whole = Set.of("smallint", "integer", "bigint").contains(type)
                && term instanceof Term.Value value
                && columns.isWhole(value.column());
        boolean exact =
                !term.sort().is(Kind.NUMBER) || type.equals("numeric") || whole || term instanceof Term.Constant;
        if (!exact) {
            throw new Unreadable("a cast from a number to " + type);
        }
        return term;
    }

    private static boolean isSame(Sort from, Sort target) {
        if (from.is(Kind.LIST) && target.is(Kind.LIST) && from.element() != null && target.element() != null) {
            return from.element().is(Kind.UNKNOWN) || isSame(from.element(), target.element());
        }
        return from.equals(target)
                || (from.is(Kind.TEXT, Kind.CHARS, Kind.CITEXT, Kind.UUID, Kind.LABEL) && target.is(Kind.TEXT))
                || (from.is(Kind.TEXT) && target.is(Kind.CITEXT))
                || (from.is(Kind.DATE) && target.is(Kind.TIMESTAMP));
    }

    private static Term retyped(Term term, Sort sort) {
        if (term instanceof Term.Value value) {
            return new Term.Call(Operation.COALESCE, sort, List.of(value));
        } else if (term instanceof Term.Constant constant) {
            return new Term.Constant(sort, constant.text());
        } else if (term instanceof Term.Several several && sort.element() != null) {
            Sort element = sort.element();
            return new Term.Several(
                    sort,
                    several.items().stream().map(item -> retyped(item, element)).toList());
        } else if (term instanceof Term.Call call) {
            return new Term.Call(call.operation(), sort, call.arguments());
        }
        return term;
    }
}
