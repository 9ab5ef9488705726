package dev.lockkeeper.describe.erd;

import dev.lockkeeper.catalog.model.Column;
import dev.lockkeeper.catalog.model.ForeignKey;
import dev.lockkeeper.catalog.model.Index;
import dev.lockkeeper.catalog.model.Key;
import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.catalog.model.TypeRef;
import dev.lockkeeper.catalog.model.UserType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Everything that ties the tables of a model. Views have no part in it: they hold nothing of their own.
 *
 * @param tables by schema and name
 * @param lines by child, then name of the key
 * @param full domains that refuse NULL
 */
record Links(Map<ObjectName, Relation> tables, List<Line> lines, Set<ObjectName> full) {
    static Links of(Model model) {
        Map<ObjectName, Relation> tables = new LinkedHashMap<>();
        model.relations().stream()
                .filter(Links::isTable)
                .sorted((a, b) -> a.name().compareTo(b.name()))
                .forEach(table -> tables.put(table.name(), table));
        Set<ObjectName> full = full(model);
        List<Line> lines = new ArrayList<>();
        for (Relation table : tables.values()) {
            table.foreignKeys().forEach(key -> lines.add(line(table, key, full)));
            table.parents().forEach(parent -> lines.add(new Line(table.name(), parent, null, false, false)));
        }
        return new Links(tables, lines, full);
    }

    private static boolean isTable(Relation relation) {
        return relation.kind() == Relation.Kind.TABLE || relation.kind() == Relation.Kind.FOREIGN_TABLE;
    }

    private static Set<ObjectName> full(Model model) {
        Set<ObjectName> full = new HashSet<>();
        boolean more = true;
        while (more) {
            more = false;
            for (UserType type : model.types()) {
                if (type instanceof UserType.Domain domain && (domain.required() || isFull(domain.base(), full))) {
                    more |= full.add(domain.name());
                }
            }
        }
        return full;
    }

    private static boolean isFull(TypeRef type, Set<ObjectName> full) {
        return !type.array() && full.contains(type.name());
    }

    private static boolean isNullable(Column column, Set<ObjectName> full) {
        return column.mayBeNull() && !isFull(column.type(), full);
    }

    private static Line line(Relation table, ForeignKey key, Set<ObjectName> full) {
        // with MATCH FULL all columns are null or none; otherwise one that is null frees the row of the whole key
        List<Boolean> nullable = key.columns().stream()
                .map(name -> table.column(name).map(c -> isNullable(c, full)).orElse(true))
                .toList();
        boolean optional = key.definition().matches("(?s).*\\) MATCH FULL( .*)?")
                ? !nullable.contains(false)
                : nullable.contains(true);
        // the periods of several rows may lie within that of one parent
        boolean periods = key.definition().contains("PERIOD ");
        boolean single = !periods && uniques(table).anyMatch(Set.copyOf(key.columns())::containsAll);
        return new Line(table.name(), key.target(), key, optional, single);
    }

    /** Sets of columns that no two rows have alike; NULL counts as unlike. */
    private static Stream<List<String>> uniques(Relation table) {
        Stream<List<String>> indexes = table.indexes().stream()
                .filter(index -> index.unique() && index.valid() && index.condition() == null)
                .map(Index::columns)
                .filter(columns -> !columns.contains(null))
                .map(columns -> columns.stream().map(String::valueOf).toList());
        return Stream.concat(table.keys().stream().map(Key::columns), indexes);
    }

    /** Whether both ends are tables of the model. */
    boolean isWhole(Line line) {
        return tables.containsKey(line.child()) && tables.containsKey(line.parent());
    }

    /** For each table those that refer to it, itself left out. */
    Map<ObjectName, Set<ObjectName>> referring() {
        Map<ObjectName, Set<ObjectName>> referring = new LinkedHashMap<>();
        for (Line line : lines) {
            if (line.key() != null && isWhole(line) && !line.child().equals(line.parent())) {
                referring
                        .computeIfAbsent(line.parent(), parent -> new TreeSet<>())
                        .add(line.child());
            }
        }
        return referring;
    }

    /** The same without tables that are not in these schemas, and what ties them. */
    Links within(Set<String> schemas) {
        Map<ObjectName, Relation> kept = new LinkedHashMap<>(tables);
        kept.keySet().removeIf(name -> !schemas.contains(name.schema()));
        return new Links(kept, lines, full);
    }

    List<Row> rows(Relation table, Level level) {
        Set<String> primary = new HashSet<>();
        Set<String> unique = new HashSet<>();
        Set<String> shown = new HashSet<>();
        for (Key key : table.keys()) {
            shown.addAll(key.columns());
            if (key.primary()) {
                primary.addAll(key.columns());
            } else if (key.columns().size() == 1) {
                unique.addAll(key.columns());
            }
        }
        Set<String> foreign = new HashSet<>();
        table.foreignKeys().forEach(key -> foreign.addAll(key.columns()));
        shown.addAll(foreign);
        return table.columns().stream()
                .filter(column -> level == Level.ALL || (level == Level.KEYS && shown.contains(column.name())))
                .map(Column::name)
                .map(name -> new Row(
                        table.column(name).orElseThrow(),
                        primary.contains(name),
                        unique.contains(name),
                        foreign.contains(name),
                        isNullable(table.column(name).orElseThrow(), full)))
                .toList();
    }
}
