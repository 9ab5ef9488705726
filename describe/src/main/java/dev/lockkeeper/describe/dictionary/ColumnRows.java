package dev.lockkeeper.describe.dictionary;

import dev.lockkeeper.catalog.model.Column;
import dev.lockkeeper.catalog.model.ColumnName;
import dev.lockkeeper.catalog.model.ForeignKey;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.describe.page.Block;
import dev.lockkeeper.describe.page.Line;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The columns of a table or view as a table, one row each. */
record ColumnRows(Places places, Labels labels, Relation relation) {
    Block table() {
        boolean view = !Places.hasOwnPage(relation);
        List<String> heads = new ArrayList<>(List.of("Column", "Type"));
        if (!view) {
            heads.addAll(List.of("Null", "Default"));
        }
        if (!labels.isEmpty()) {
            heads.add("Class");
        }
        heads.add("Description");
        List<List<Line>> rows = new ArrayList<>();
        for (Column column : relation.columns()) {
            List<Line> row = new ArrayList<>();
            row.add(name(column));
            row.add(type(column));
            if (!view) {
                row.add(Line.of(column.unproven() ? "in older rows" : column.required() ? "no" : "yes"));
                row.add(made(column));
            }
            if (!labels.isEmpty()) {
                row.add(Line.of(labels.classOf(new ColumnName(relation.name(), column.name()))
                        .orElse("")));
            }
            row.add(comment(column.comment()));
            rows.add(row);
        }
        return new Block.Table(heads, rows);
    }

    static Line comment(@Nullable String comment) {
        return comment == null ? Line.empty() : Line.of(comment);
    }

    private Line name(Column column) {
        Line line = Line.empty().code(column.name());
        if (relation.primaryKey().stream().anyMatch(key -> key.columns().contains(column.name()))) {
            line = line.text(" 🔑");
        }
        Set<ObjectName> targets = new LinkedHashSet<>();
        relation.foreignKeys().stream()
                .filter(key -> key.columns().contains(column.name()))
                .map(ForeignKey::target)
                .forEach(targets::add);
        String parted = " → ";
        for (ObjectName target : targets) {
            line = line.text(parted).and(places.relation(target));
            parted = ", ";
        }
        return line;
    }

    private Line type(Column column) {
        String collation = column.collation();
        Line line = places.type(column.type());
        return collation == null ? line : line.text(" collated as ").code(collation);
    }

    private static Line made(Column column) {
        String defaulted = column.defaulted();
        String how = switch (column.making()) {
            case GIVEN -> "";
            case IDENTITY_BY_DEFAULT -> "a number, unless given";
            case IDENTITY_ALWAYS -> "a number, always";
            case GENERATED_STORED -> "generated: ";
            case GENERATED_VIRTUAL -> "generated when read: ";
        };
        if (defaulted == null) {
            return Line.of(how);
        }
        return isLong(column)
                ? Line.of(how + "see below")
                : Line.of(how).code(column.isGenerated() ? Facts.bare(defaulted) : defaulted);
    }

    /** Whether what makes a column has no room in a row. */
    static boolean isLong(Column column) {
        String defaulted = column.defaulted();
        return defaulted != null && defaulted.indexOf('\n') >= 0;
    }
}
