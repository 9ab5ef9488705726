package dev.lockkeeper.rows;

import dev.lockkeeper.database.Quote;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.rows.Table.Check;
import dev.lockkeeper.rows.Table.Column;
import dev.lockkeeper.rows.Table.Leaf;
import dev.lockkeeper.rows.Table.Reference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the columns of a new row can be: each by itself by its type and its conditions, and together those that a condition, a
 * foreign key or the bounds of a partition tie to each other.
 */
final class Choices {
    private final Session session;
    private final Asking asking;
    private final Candidates candidates;
    private final Map<Long, Table> tables;
    private final Table table;
    private final Kind kind;
    private final List<Check> checks;
    /** Foreign keys whose parents are made in the same transaction. */
    private final boolean promised;

    private final Map<String, List<@Nullable String>> domains = new LinkedHashMap<>();

    private Choices(Making making, Table table, Kind kind, @Nullable Leaf leaf, boolean promised) {
        this.session = making.session();
        this.asking = making.asking();
        this.candidates = making.candidates();
        this.tables = making.tables();
        this.table = table;
        this.kind = kind;
        this.promised = promised;
        Set<String> given = table.given().stream().map(Column::name).collect(Collectors.toSet());
        this.checks = Stream.concat(
                        table.checks().stream(),
                        leaf == null || leaf.bound() == null ? Stream.of() : Stream.of(leaf.bound()))
                // what the server computes is judged when the row is inserted
                .filter(check -> !check.columns().isEmpty() && given.containsAll(check.columns()))
                .toList();
    }

    /** What is the same for all tables of a database. */
    record Making(Session session, Asking asking, Candidates candidates, Map<Long, Table> tables) {}

    /**
     * @param leaf the partition that the row is for; null when the table is not partitioned
     * @param promised whether parents that have no row yet get one in the same transaction
     * @throws NoParent when a table has no row to which this one must refer
     */
    static List<Slot> of(Making making, Table table, Kind kind, @Nullable Leaf leaf, boolean promised) {
        return new Choices(making, table, kind, leaf, promised).slots();
    }

    /** That a table has no row to which another must refer. */
    static final class NoParent extends RuntimeException {
        private static final long serialVersionUID = 1;

        NoParent(String table) {
            super("it must refer to a row of " + table + ", which has none");
        }
    }

    private List<Slot> slots() {
        table.given().forEach(column -> domains.put(column.name(), domain(column)));
        List<Slot> slots = new ArrayList<>();
        for (Set<String> group : groups()) {
            slots.add(group.size() == 1 ? alone(column(group.iterator().next())) : together(group));
        }
        return slots;
    }

    private Column column(String name) {
        return table.given().stream()
                .filter(c -> c.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private List<@Nullable String> domain(Column column) {
        List<Check> own =
                checks.stream().filter(c -> c.columns().contains(column.name())).toList();
        Hints hints = Hints.of(own.stream().map(Check::text).toList());
        Set<@Nullable String> all = new LinkedHashSet<>();
        boolean takesNull = !column.required() && !candidates.requires(column.type());
        if (takesNull && kind == Kind.SPARSE) {
            all.add(null);
        }
        List<Reference> references = table.references().stream()
                .filter(r -> r.columns().contains(column.name()))
                .toList();
        if (references.isEmpty()) {
            all.addAll(invented(column, kind, table, hints));
        } else {
            references.forEach(r -> all.addAll(ofParent(r, column)));
        }
        if (takesNull) {
            all.add(null);
        }
        if (all.isEmpty() && !references.isEmpty()) {
            throw new NoParent(references.get(0).parentName());
        }
        List<@Nullable String> taken = asking.taken(
                session,
                column,
                all,
                own.stream().filter(c -> c.columns().size() == 1).toList());
        // then the row is refused for its condition, in the server's words
        return taken.isEmpty() ? asking.taken(session, column, all, List.of()) : taken;
    }

    private List<String> invented(Column column, Kind of, Table owner, Hints hints) {
        boolean key = owner.keyColumns().contains(column.name()) || (column.hasDefault() && column.required());
        List<String> values = new ArrayList<>(candidates.of(column.type(), column.typmod(), of, key, hints));
        if (of == Kind.PLAIN && !key && !values.isEmpty()) {
            // columns of one type have different values, or nobody would see that a script exchanged them
            long before = owner.columns().stream()
                    .filter(c -> c.type() == column.type() && c.number() < column.number())
                    .count();
            Collections.rotate(values, -(int) (before % values.size()));
        }
        return values;
    }

    /** The values that the rows of a parent have; those that the parent would get when it has none yet. */
    private Collection<@Nullable String> ofParent(Reference reference, Column column) {
        String name = reference.parentColumns().get(reference.columns().indexOf(column.name()));
        String parent = Quote.identifier(name);
        Set<@Nullable String> values = new LinkedHashSet<>();
        session.query("select format('%s', p." + parent + ") from " + reference.parentName() + " p where p." + parent
                        + " is not null group by 1 order by 1" + (kind == Kind.EDGE ? " desc" : "") + " limit 12")
                .forEach(row -> values.add(row[0]));
        boolean self = reference.parent() == table.oid();
        @Nullable Table other = self ? table : tables.get(reference.parent());
        if (other != null && (self || (promised && values.isEmpty()))) {
            Column own = other.columns().stream()
                    .filter(c -> c.name().equals(name))
                    .findFirst()
                    .orElseThrow();
            List<Check> known = other.checks().stream()
                    .filter(c -> c.columns().equals(Set.of(name)))
                    .toList();
            List<@Nullable String> invented = new ArrayList<>(invented(
                    own,
                    self ? kind : Kind.PLAIN,
                    other,
                    Hints.of(known.stream().map(Check::text).toList())));
            values.addAll(asking.taken(session, own, invented, known));
        }
        return values;
    }

    /** Columns that are tied to each other, in the order of the table. */
    private Collection<Set<String>> groups() {
        Map<String, Set<String>> group = new LinkedHashMap<>();
        table.given().forEach(c -> group.put(c.name(), new LinkedHashSet<>(Set.of(c.name()))));
        Stream.concat(
                        checks.stream().map(Check::columns),
                        table.references().stream().map(this::tied))
                .forEach(tied -> {
                    Set<String> joined = new LinkedHashSet<>();
                    group.keySet().stream()
                            .filter(name -> tied.stream()
                                    .anyMatch(
                                            t -> group.getOrDefault(t, Set.of()).contains(name)))
                            .forEach(joined::add);
                    joined.forEach(name -> group.put(name, joined));
                });
        return new LinkedHashSet<>(group.values());
    }

    private Set<String> tied(Reference reference) {
        Set<String> tied = new LinkedHashSet<>(reference.columns());
        if (reference.parent() == table.oid()) {
            tied.addAll(reference.parentColumns());
        }
        return tied;
    }

    private Slot alone(Column column) {
        List<List<String>> options = new ArrayList<>();
        domains.getOrDefault(column.name(), List.of()).forEach(value -> options.add(List.of(sql(value))));
        if (options.isEmpty()) {
            // no candidate is known: what the table itself gives
            options.add(List.of("default"));
        }
        return new Slot(List.of(column.name()), options);
    }

    private Slot together(Set<String> names) {
        List<Column> columns = names.stream().map(this::column).toList();
        List<String> conditions = new ArrayList<>();
        checks.stream()
                .filter(check -> check.columns().size() > 1 && names.containsAll(check.columns()))
                .forEach(check -> conditions.add("coalesce((" + check.text() + "), true)"));
        table.references().stream().filter(r -> names.containsAll(r.columns())).forEach(r -> conditions.add(refers(r)));
        if (conditions.isEmpty()) {
            conditions.add("true");
        }
        List<List<@Nullable String>> values = columns.stream()
                .map(c -> domains.getOrDefault(c.name(), List.of()))
                .toList();
        List<List<String>> options = new ArrayList<>();
        asking.together(session, columns, values, conditions)
                .forEach(row -> options.add(row.stream().map(Choices::sql).toList()));
        if (options.isEmpty()) {
            options.add(values.stream()
                    .map(v -> v.isEmpty() ? "default" : sql(v.get(0)))
                    .toList());
        }
        return new Slot(columns.stream().map(Column::name).toList(), options);
    }

    /** That all parts of a foreign key are those of one parent, or one of them is NULL. */
    private String refers(Reference reference) {
        if (promised && reference.deferrable()) {
            return "true";
        }
        List<String> nulls = new ArrayList<>();
        List<String> same = new ArrayList<>();
        List<String> own = new ArrayList<>();
        for (int i = 0; i < reference.columns().size(); i++) {
            String column = Quote.identifier(reference.columns().get(i));
            String parent = Quote.identifier(reference.parentColumns().get(i));
            nulls.add(column + " is null");
            // as text, for the operator of the key need not be on the path
            same.add("format('%s', \"lk p\"." + parent + ") = format('%s', " + column + ")");
            own.add("format('%s', " + parent + ") = format('%s', " + column + ")");
        }
        String any = "(" + String.join(" or ", nulls) + " or exists (select from " + reference.parentName()
                + " \"lk p\" where " + String.join(" and ", same) + ")";
        return any + (reference.parent() == table.oid() ? " or (" + String.join(" and ", own) + "))" : ")");
    }

    private static String sql(@Nullable String value) {
        return value == null ? "null" : Quote.literal(value);
    }
}
