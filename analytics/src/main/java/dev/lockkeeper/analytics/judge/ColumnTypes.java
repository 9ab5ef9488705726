package dev.lockkeeper.analytics.judge;

import dev.lockkeeper.analytics.definition.Condition;
import dev.lockkeeper.analytics.definition.Literal;
import dev.lockkeeper.analytics.definition.Measure;
import dev.lockkeeper.catalog.model.Column;
import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.catalog.model.Tables;
import dev.lockkeeper.catalog.model.TypeRef;
import dev.lockkeeper.catalog.model.UserType;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Whether the columns of tables are of types that can be added up, and told apart alike by every engine. */
final class ColumnTypes {
    private static final Set<String> WHOLE = Set.of("int2", "int4", "int8");
    private static final Set<String> WORDS = Set.of("text", "varchar");
    /** What has one text for one value, and the other way round. */
    private static final Set<String> KEYS = Set.of("uuid", "int2", "int4", "int8", "text", "varchar", "bool", "date");

    private final Model model;
    private final List<Problem> problems;

    /** @param problems to which what is found is added */
    ColumnTypes(Model model, List<Problem> problems) {
        this.model = model;
        this.problems = problems;
    }

    Optional<Column> column(Relation relation, String name, Place place) {
        Optional<Column> found = relation.column(name);
        if (found.isEmpty() && !name.isEmpty()) {
            problems.add(
                    unfit(place, relation.name() + " has no column " + name).help(Tables.advice(name, relation)));
        }
        return found;
    }

    boolean isInstant(Column column) {
        return base(column.type()).filter("timestamptz"::equals).isPresent();
    }

    /** What rows are grouped by. */
    void requireKey(Relation relation, Column column, Place place) {
        Optional<String> base = base(column.type());
        boolean known = base.filter(KEYS::contains).isPresent() || isEnumeration(column.type());
        if (isEnumeration(innermost(column.type()))) {
            // known, and in a domain nothing compares its values (manual, "Polymorphic Types": anyenum takes no domain)
            if (!isEnumeration(column.type())) {
                problems.add(unfit(place, of(relation, column) + ", a domain over an enumeration")
                        .because("the server has no operators for the values of such a domain")
                        .help("make the column one of the enumeration itself, or of a domain over text"));
            }
        } else if (!known) {
            problems.add(unfit(place, of(relation, column) + " and cannot be a dimension")
                    .help("a dimension is a uuid, a whole number, a text, a boolean, a date or an enumeration"));
        } else if (column.collation() != null
                && !column.collation().contains("\"C\"")
                && !isPlain(column.collation())) {
            problems.add(unfit(place, of(relation, column) + " and has the collation " + column.collation())
                    .because("it may take texts that differ for the same, and then which of them is shown is chance")
                    .help("leave the collation to the database, or say \"C\""));
        }
    }

    /** What marks keep as text: how a date is written is for each session to say. */
    void requireText(Relation relation, Column column, Place place) {
        if (base(column.type()).filter("date"::equals).isPresent()) {
            problems.add(unfit(place, of(relation, column) + " and cannot part a bucket")
                    .help("part it by a uuid, a whole number, a text or an enumeration"));
        }
    }

    private static boolean isPlain(String collation) {
        return collation.replace("\"", "").replaceFirst("^pg_catalog\\.", "").matches("C|POSIX|default|C\\.utf8");
    }

    void requireWord(Relation relation, Column column, Place place) {
        if (base(column.type()).filter(WORDS::contains).isEmpty() && !isEnumeration(column.type())) {
            problems.add(unfit(place, of(relation, column) + " and cannot say hour or day")
                    .help("make it text"));
        }
    }

    void requireSame(Relation source, Column from, Relation target, Column to, Place place, boolean total) {
        if (!from.type().spelled().equals(to.type().spelled())
                && !(base(from.type()).equals(base(to.type()))
                        && base(from.type()).isPresent())) {
            problems.add(
                    unfit(place, of(target, to) + ", and " + of(source, from)).help("give both the same type"));
        }
        requireCollation(source, from, target, to, place);
        if (to.required() && !from.required() && !total) {
            problems.add(unfit(
                            place,
                            target.name() + "." + to.name() + " is NOT NULL, and " + source.name() + "." + from.name()
                                    + " is not")
                    .because("events without a value are a group of their own")
                    .help("let the column of the target be null"));
        }
        if (total && (to.required() || !from.required())) {
            problems.add(unfit(
                            place,
                            to.required()
                                    ? target.name() + "." + to.name() + " is NOT NULL"
                                    : source.name() + "." + from.name() + " may be null")
                    .because("a row of sums without a value is the total over all values here")
                    .help("let the column of the events be NOT NULL, and that of the sums not"));
        }
    }

    /** Two that are named, and not the same, are none for the server when both sides are put together. */
    private void requireCollation(Relation source, Column from, Relation target, Column to, Place place) {
        String there = to.collation();
        if (there == null || there.equals(from.collation())) {
            return;
        }
        if (!isPlain(there) || (from.collation() != null && isPlain(String.valueOf(from.collation())))) {
            problems.add(unfit(
                            place,
                            target.name() + "." + to.name() + " has the collation " + there
                                    + (from.collation() == null
                                            ? ""
                                            : ", and " + source.name() + "." + from.name() + " " + from.collation()))
                    .because(
                            "the server compares no texts of two collations, and one that takes texts that differ for the same"
                                    + " makes one group of two")
                    .help("give both columns the same collation, or leave it to the database"));
        }
    }

    /** What measures read. */
    void requireSource(Relation source, Measure measure) {
        if (measure instanceof Measure.Sum sum) {
            for (String name : sum.columns()) {
                column(source, name, sum.place())
                        .filter(column -> !isExact(column))
                        .ifPresent(column ->
                                problems.add(unfit(sum.place(), of(source, column) + " and cannot be added up exactly")
                                        .help(
                                                "a sum is of whole numbers or numeric: floating numbers add up to what the order makes of"
                                                        + " them")));
            }
        } else if (measure instanceof Measure.CountIf some) {
            Condition condition = some.condition();
            column(source, condition.column(), condition.place())
                    .ifPresent(column -> compare(source, column, condition));
        }
    }

    private void compare(Relation source, Column column, Condition condition) {
        for (Literal value : condition.values()) {
            String base = base(column.type()).orElse("");
            boolean fits = switch (value.kind()) {
                case TEXT -> WORDS.contains(base) || base.equals("uuid") || hasLabel(column.type(), value.text());
                case NUMBER -> isExact(column);
                case BOOLEAN -> base.equals("bool");
            };
            if (!fits) {
                problems.add(unfit(condition.place(), of(source, column) + " and is not compared with " + value.text())
                        .help("compare it with a value of its type, with quotes around a text"));
            }
        }
    }

    /** What measures write. */
    void requireTarget(Optional<Relation> source, Relation target, Column column, Measure measure) {
        Optional<String> base = base(column.type());
        boolean sum = measure instanceof Measure.Sum;
        if (base.filter(one -> WHOLE.contains(one) || one.equals("numeric")).isEmpty()) {
            problems.add(unfit(
                            measure.place(),
                            of(target, column) + " and cannot hold " + (sum ? "an exact sum" : "a count"))
                    .help("make it bigint or numeric"));
            return;
        }
        if (measure instanceof Measure.Sum exact) {
            int decimals = decimals(source, exact);
            OptionalInt room = WHOLE.contains(base.orElse("")) ? OptionalInt.of(0) : scale(column.type());
            int needed = exact.scale() == null ? decimals : exact.scale();
            if (room.isPresent() && room.getAsInt() < needed) {
                problems.add(unfit(
                                measure.place(),
                                of(target, column) + " and has fewer decimals than the sum, which has "
                                        + (needed == Integer.MAX_VALUE
                                                ? "any number of them"
                                                : Integer.toString(needed)))
                        .because("the server would round it silently, and the row would never be what the events say")
                        .help("widen the column, or say {sum: ..., scale: " + room.getAsInt()
                                + "}: then the sum of each bucket, however long, is rounded once"));
            }
        }
    }

    /** The most decimals that a sum can have; the largest number when there is no limit. */
    private int decimals(Optional<Relation> source, Measure.Sum sum) {
        return source.map(relation -> sum.columns().stream()
                        .map(relation::column)
                        .flatMap(Optional::stream)
                        .mapToInt(column ->
                                base(column.type()).filter(WHOLE::contains).isPresent()
                                        ? 0
                                        : isExact(column) ? scale(column.type()).orElse(Integer.MAX_VALUE) : 0)
                        .max()
                        .orElse(0))
                .orElse(0);
    }

    private OptionalInt scale(TypeRef type) {
        return domain(type).map(one -> scale(one.base())).orElseGet(type::scale);
    }

    private boolean isExact(Column column) {
        return base(column.type())
                .filter(one -> WHOLE.contains(one) || one.equals("numeric"))
                .isPresent();
    }

    private Optional<UserType.Domain> domain(TypeRef type) {
        return type.array()
                ? Optional.empty()
                : model.type(type.name())
                        .filter(UserType.Domain.class::isInstance)
                        .map(UserType.Domain.class::cast);
    }

    private TypeRef innermost(TypeRef type) {
        return domain(type).map(one -> innermost(one.base())).orElse(type);
    }

    /** The built-in type behind domains; empty for all others. */
    private Optional<String> base(TypeRef type) {
        if (type.array()) {
            return Optional.empty();
        }
        return type.isBuiltIn() ? Optional.of(type.name().name()) : domain(type).flatMap(one -> base(one.base()));
    }

    private boolean isEnumeration(TypeRef type) {
        return !type.array()
                && model.type(type.name())
                        .filter(UserType.Enumeration.class::isInstance)
                        .isPresent();
    }

    private boolean hasLabel(TypeRef type, String label) {
        return model.type(type.name())
                .filter(one -> one instanceof UserType.Enumeration words
                        && words.labels().contains(label))
                .isPresent();
    }

    private static String of(Relation relation, Column column) {
        return relation.name() + "." + column.name() + " is of type "
                + column.type().spelled();
    }

    private static Problem unfit(Place place, String message) {
        return Problem.of(Code.ANALYTICS_UNFIT, message).at(place);
    }
}
