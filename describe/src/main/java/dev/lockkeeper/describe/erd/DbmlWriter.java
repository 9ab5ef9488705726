package dev.lockkeeper.describe.erd;

import dev.lockkeeper.catalog.model.Column;
import dev.lockkeeper.catalog.model.ForeignKey;
import dev.lockkeeper.catalog.model.Index;
import dev.lockkeeper.catalog.model.Key;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.catalog.model.TypeRef;
import dev.lockkeeper.catalog.model.UserType;
import dev.lockkeeper.report.Style;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Writes the tables of a diagram as DBML, with every column and every key between them, whatever the diagram leaves out. What DBML has no
 * word for (policies, partitions, checks, what an index only includes, a second key between the same columns) is not in it.
 */
final class DbmlWriter {
    private final Diagram diagram;
    private final List<UserType> types;
    private final StringBuilder out = new StringBuilder();

    private DbmlWriter(Diagram diagram, List<UserType> types) {
        this.diagram = diagram;
        this.types = types;
    }

    static String write(Diagram diagram, List<UserType> types, String title) {
        return new DbmlWriter(diagram, types).text(title);
    }

    private String text(String title) {
        line("// " + Erd.MARK);
        line("Project " + name(title) + " {");
        line("  database_type: 'PostgreSQL'");
        line("}");
        enumerations();
        // DBML knows no table without columns
        diagram.boxes().stream()
                .map(Box::table)
                .filter(table -> !table.columns().isEmpty())
                .forEach(this::table);
        Set<Set<String>> ends = new HashSet<>();
        for (Box box : diagram.boxes()) {
            for (ForeignKey key : box.table().foreignKeys()) {
                // DBML takes one reference between the same columns, whatever its direction
                String from = name(box.name()) + columns(key.columns());
                String to = name(key.target()) + columns(key.targetColumns());
                if (diagram.box(key.target()).isPresent() && ends.add(new TreeSet<>(List.of(from, to)))) {
                    reference(box, key);
                }
            }
        }
        return out.toString();
    }

    private void enumerations() {
        Set<ObjectName> used = new TreeSet<>();
        diagram.boxes()
                .forEach(box -> box.table()
                        .columns()
                        .forEach(column -> used.add(column.type().name())));
        for (UserType type : types) {
            if (type instanceof UserType.Enumeration enumeration && used.contains(enumeration.name())) {
                line("");
                line("Enum " + name(enumeration.name()) + " {");
                enumeration.labels().forEach(label -> line("  " + name(label)));
                line("}");
            }
        }
    }

    private void table(Relation table) {
        line("");
        line("Table " + name(table.name()) + " {");
        table.columns().forEach(column -> column(table, column));
        if (table.comment() != null) {
            line("");
            line("  Note: " + text(table.comment(), true));
        }
        List<String> indexes = indexes(table);
        if (!indexes.isEmpty()) {
            line("");
            line("  indexes {");
            indexes.forEach(index -> line("    " + index));
            line("  }");
        }
        line("}");
    }

    private void column(Relation table, Column column) {
        List<String> settings = new ArrayList<>();
        for (Key key : table.keys()) {
            if (key.columns().equals(List.of(column.name()))) {
                settings.add(key.primary() ? "pk" : "unique");
            }
        }
        if (column.required() && !settings.contains("pk")) {
            settings.add("not null");
        }
        if (column.making() == Column.Making.IDENTITY_ALWAYS || column.making() == Column.Making.IDENTITY_BY_DEFAULT) {
            settings.add("increment");
        } else if (column.defaulted() != null && !column.isGenerated()) {
            settings.add("default: " + expression(column.defaulted()));
        }
        if (column.comment() != null) {
            settings.add("note: " + text(column.comment(), false));
        }
        line("  " + name(column.name()) + " " + type(column.type())
                + (settings.isEmpty()
                        ? ""
                        : " [" + String.join(", ", settings.stream().distinct().toList()) + "]"));
    }

    private String type(TypeRef type) {
        boolean enumeration = !type.array()
                && types.stream()
                        .anyMatch(t ->
                                t instanceof UserType.Enumeration && t.name().equals(type.name()));
        return enumeration ? name(type.name()) : name(type.spelled());
    }

    private static List<String> indexes(Relation table) {
        List<String> lines = new ArrayList<>();
        for (Key key : table.keys()) {
            if (key.columns().size() > 1) {
                lines.add(columns(key.columns()) + " [" + (key.primary() ? "pk" : "unique, name: " + name(key.name()))
                        + "]");
            }
        }
        for (Index index : table.indexes()) {
            List<String> columns = index.columns().stream()
                    .filter(Objects::nonNull)
                    .map(String::valueOf)
                    .toList();
            // DBML has no conditions and would tell a rule that is none
            boolean plain = columns.size() == index.columns().size() && index.condition() == null;
            if (plain && !index.constraint()) {
                String method = Set.of("btree", "gin", "gist", "hash").contains(index.method())
                        ? ", type: " + index.method()
                        : "";
                lines.add(columns(columns) + " [" + (index.unique() ? "unique, " : "") + "name: " + name(index.name())
                        + method + "]");
            }
        }
        return lines;
    }

    private void reference(Box box, ForeignKey key) {
        boolean single = diagram.lines().stream()
                .anyMatch(line -> line.child().equals(box.name()) && key.equals(line.key()) && line.single());
        List<String> settings = new ArrayList<>();
        if (!key.onDelete().equals("NO ACTION")) {
            settings.add("delete: " + key.onDelete().toLowerCase(Locale.ROOT));
        }
        if (!key.onUpdate().equals("NO ACTION")) {
            settings.add("update: " + key.onUpdate().toLowerCase(Locale.ROOT));
        }
        line("");
        line("Ref " + name(key.name()) + ": " + name(box.name()) + "." + columns(key.columns())
                + (single ? " - " : " > ") + name(key.target()) + "." + columns(key.targetColumns())
                + (settings.isEmpty() ? "" : " [" + String.join(", ", settings) + "]"));
    }

    private static String columns(List<String> columns) {
        return columns.stream().map(DbmlWriter::name).collect(Collectors.joining(", ", "(", ")"));
    }

    private static String name(ObjectName name) {
        return name(name.schema()) + "." + name(name.name());
    }

    /** DBML's names have no escapes: a double quote becomes a typographic one. */
    private static String name(String text) {
        return '"' + Style.line(text).replace('"', '\u201d') + '"';
    }

    private static String expression(String sql) {
        return "`" + Style.line(sql).replace('`', '\u2019') + "`";
    }

    private static String text(String text, boolean several) {
        String plain = Style.printable(text).replace("\\", "\\\\").replace("'", "\\'");
        return several && plain.contains("\n") ? "'''" + plain + "'''" : "'" + plain.replace("\n", " ") + "'";
    }

    private void line(String text) {
        out.append(text).append('\n');
    }
}
