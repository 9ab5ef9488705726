package dev.lockkeeper.analytics.judge;

import dev.lockkeeper.analytics.definition.Condition;
import dev.lockkeeper.analytics.definition.Grain;
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
    /** What says that texts are the same when their bytes are; the collation of a database is always of this kind. */
    private static final Set<String> PLAIN = Set.of(
            "pg_catalog.\"default\"",
            "pg_catalog.\"C\"",
            "pg_catalog.\"POSIX\"",
            "pg_catalog.\"C.utf8\"",
            "pg_catalog.ucs_basic",
            "pg_catalog.pg_c_utf8");

    private static final String DATABASE = "pg_catalog.\"default\"";
    /** By their size. */
    private static final List<String> WHOLE = List.of("int2", "int4", "int8");

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
        } else {
            requirePlain(relation, column, place);
        }
    }

    private void requirePlain(Relation relation, Column column, Place place) {
        String collation = collation(column);
        if (!PLAIN.contains(collation)) {
            problems.add(unfit(place, of(relation, column) + " and has the collation " + collation)
                    .because("it may take texts that differ for the same, and then which of them is shown is chance")
                    .help("leave the collation to the database, or say \"C\""));
        }
    }

    /** The collation of a column as the model spells it, also where its domain says it; {@link #DATABASE} where nobody does. */
    private String collation(Column column) {
        String own = column.collation();
        return own == null ? domainCollation(column.type()) : own;
    }

    private String domainCollation(TypeRef type) {
        UserType.Domain domain = domain(type).orElse(null);
        if (domain == null) {
            return DATABASE;
        }
        String own = domain.collation();
        return own == null ? domainCollation(domain.base()) : own;
    }

    /** A trigger of a statement sees no value that is made when it is read (PostgreSQL 18: unexpected virtual generated column reference). */
    void requireWritten(Relation relation, Column column, Place place) {
        if (column.making() == Column.Making.GENERATED_VIRTUAL) {
            problems.add(unfit(place, relation.name() + "." + column.name() + " is generated when it is read")
                    .because("triggers cannot see its value, and every write to " + relation.name() + " would fail")
                    .help("make it a stored generated column, or name another one"));
        }
    }

    /** What marks keep as text: how a date is written is for each session to say. */
    void requireText(Relation relation, Column column, Place place) {
        if (base(column.type()).filter("date"::equals).isPresent()) {
            problems.add(unfit(place, of(relation, column) + " and cannot part a bucket")
                    .help("part it by a uuid, a whole number, a text or an enumeration"));
        }
    }

    void requireWord(Relation relation, Column column, List<Grain> grains, Place place) {
        if (base(column.type()).filter(WORDS::contains).isEmpty() && !isEnumeration(column.type())) {
            problems.add(unfit(place, of(relation, column) + " and cannot say hour or day")
                    .help("make it text"));
            return;
        }
        grains.stream()
                .map(Grain::word)
                .filter(word -> isEnumeration(column.type())
                        ? !hasLabel(column.type(), word)
                        : length(column.type()).orElse(Integer.MAX_VALUE) < word.length())
                .findFirst()
                .ifPresent(word -> problems.add(unfit(place, of(relation, column) + " and cannot say " + word)
                        .help("make it text")));
    }

    private OptionalInt length(TypeRef type) {
        return domain(type).map(one -> length(one.base())).orElseGet(type::length);
    }

    void requireSame(Relation source, Column from, Relation target, Column to, Place place, boolean total) {
        if (!from.type().spelled().equals(to.type().spelled())
                && !(base(from.type()).equals(base(to.type()))
                        && base(from.type()).isPresent())) {
            problems.add(
                    unfit(place, of(target, to) + ", and " + of(source, from)).help("give both the same type"));
        } else if (length(to.type()).orElse(Integer.MAX_VALUE)
                < length(from.type()).orElse(Integer.MAX_VALUE)) {
            problems.add(unfit(place, of(target, to) + " and has no room for what " + of(source, from))
                    .help("give both the same type"));
        }
        requireTogether(source, from, target, to, place);
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

    /** Rows of both are grouped together, which the server refuses under two collations that somebody has said. */
    private void requireTogether(Relation source, Column from, Relation target, Column to, Place place) {
        String theirs = collation(from);
        String ours = collation(to);
        if (!PLAIN.contains(ours)) {
            requirePlain(target, to, place);
        } else if (!theirs.equals(ours) && !theirs.equals(DATABASE) && !ours.equals(DATABASE)) {
            problems.add(unfit(
                            place,
                            target.name() + "." + to.name() + " has the collation " + ours + ", and " + source.name()
                                    + "." + from.name() + " the collation " + theirs)
                    .because("the server groups no texts of two collations together")
                    .help("give both the same collation"));
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
        int needed = measure instanceof Measure.Sum exact
                ? exact.scale() == null ? decimals(source, exact) : exact.scale()
                : 0;
        OptionalInt room = WHOLE.contains(base.orElse("")) ? OptionalInt.of(0) : scale(column.type());
        if (room.isPresent() && room.getAsInt() < needed) {
            problems.add(unfit(
                            measure.place(),
                            of(target, column) + " and has fewer decimals than the " + (sum ? "sum" : "count")
                                    + ", which has "
                                    + (needed == Integer.MAX_VALUE ? "any number of them" : Integer.toString(needed)))
                    .because("the server would round it silently, and the row would never be what the events say")
                    .help(
                            sum
                                    ? "widen the column, or say {sum: ..., scale: " + room.getAsInt()
                                            + "}: then the sum of each bucket, however long, is rounded once"
                                    : "make it bigint, or numeric without negative scale"));
            return;
        }
        if (measure instanceof Measure.Sum exact && isNarrower(base.orElseThrow(), source, exact)) {
            problems.add(unfit(measure.place(), of(target, column) + " and may have no room for a single event")
                    .help("make it bigint or numeric: it holds what is added up of all events of a bucket"));
            return;
        }
        int digits = measure instanceof Measure.Sum exact ? digits(source, exact) : 1;
        OptionalInt places = digits(column.type());
        if (places.isPresent() && places.getAsInt() < digits) {
            problems.add(unfit(
                            measure.place(),
                            of(target, column) + " and has " + Math.max(0, places.getAsInt())
                                    + " digits before the point, too few for " + (sum ? "a single event" : "any count"))
                    .help("widen the column: it holds what is added up of all events of a bucket"));
        }
    }

    /** Whether it is a whole number of fewer bytes than one of those that are added up. */
    private boolean isNarrower(String base, Optional<Relation> source, Measure.Sum sum) {
        int room = WHOLE.indexOf(base);
        return room >= 0
                && source.stream()
                        .flatMap(relation -> sum.columns().stream().map(relation::column))
                        .flatMap(Optional::stream)
                        .map(from -> base(from.type()).orElse(""))
                        .anyMatch(from -> WHOLE.indexOf(from) > room);
    }

    /** The most digits before the point that a value of the columns can have, as far as these are limited. */
    private int digits(Optional<Relation> source, Measure.Sum sum) {
        return source.stream()
                .flatMap(relation -> sum.columns().stream().map(relation::column))
                .flatMap(Optional::stream)
                .mapToInt(column -> digits(column.type()).orElse(0))
                .max()
                .orElse(0);
    }

    /** How many digits before the point a {@code numeric(p,s)} has; empty without a limit, and for whole numbers. */
    private OptionalInt digits(TypeRef type) {
        Optional<UserType.Domain> domain = domain(type);
        return domain.isPresent()
                ? digits(domain.get().base())
                : type.precision().isPresent()
                        ? OptionalInt.of(
                                type.precision().getAsInt() - type.scale().orElse(0))
                        : OptionalInt.empty();
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
