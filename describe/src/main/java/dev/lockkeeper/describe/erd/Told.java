package dev.lockkeeper.describe.erd;

import dev.lockkeeper.catalog.model.ForeignKey;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.Partitioning;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.report.PlanReport;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Says in words what a picture shows, for tooltips and for those who listen to it. */
final class Told {
    private static final int MOST = 12;

    private Told() {}

    static String table(Box box, Diagram diagram) {
        Relation table = box.table();
        List<String> lines = new ArrayList<>();
        StringBuilder first = new StringBuilder(table.name().toString());
        if (table.kind() == Relation.Kind.FOREIGN_TABLE) {
            first.append(", foreign table");
        }
        Partitioning partitioning = table.partitioning();
        if (partitioning != null) {
            first.append(
                            box.partitions() == 0
                                    ? ", partitioned"
                                    : ", " + PlanReport.count(box.partitions(), "partition"))
                    .append(" by ")
                    .append(partitioning.strategy())
                    .append(" (")
                    .append(partitioning.key())
                    .append(")");
        }
        if (table.rowSecurity()) {
            first.append(", row security");
        }
        lines.add(first.toString());
        if (table.comment() != null) {
            lines.add(table.comment());
        }
        lines.add(PlanReport.count(table.columns().size(), "column"));
        List<ObjectName> hubs = diagram.hubs().stream()
                .filter(hub -> box.refersTo().contains(hub.number()))
                .map(Hub::name)
                .toList();
        list(
                lines,
                "refers to ",
                Stream.concat(
                        hubs.stream(),
                        diagram.lines().stream()
                                .filter(line -> line.child().equals(box.name()))
                                .map(Line::parent)));
        list(
                lines,
                "referred to by ",
                diagram.lines().stream()
                        .filter(line -> line.parent().equals(box.name()))
                        .map(Line::child));
        diagram.hubs().stream()
                .filter(hub -> hub.number() == box.hub())
                .forEach(hub -> lines.add("hub: " + marked(hub)));
        return String.join("\n", lines);
    }

    private static void list(List<String> lines, String word, Stream<ObjectName> names) {
        List<String> all = names.distinct().sorted().map(ObjectName::toString).toList();
        if (!all.isEmpty()) {
            String more = all.size() > MOST ? " and " + (all.size() - MOST) + " more" : "";
            lines.add(word + all.stream().limit(MOST).collect(Collectors.joining(", ")) + more);
        }
    }

    static String marked(Hub hub) {
        return PlanReport.count(hub.keys(), "key") + " of " + PlanReport.count(hub.tables(), "table")
                + ", marked instead of drawn";
    }

    /** What a row of a box leaves out; empty when it shows all. */
    static String row(Row row, Card.Text shown) {
        List<String> lines = new ArrayList<>();
        String defaulted = row.column().defaulted();
        if (row.column().isGenerated()) {
            lines.add("always " + defaulted);
        } else if (defaulted != null) {
            lines.add("default " + defaulted);
        } else if (row.column().making() != dev.lockkeeper.catalog.model.Column.Making.GIVEN) {
            lines.add("identity");
        }
        if (row.column().comment() != null) {
            lines.add(row.column().comment());
        }
        boolean cut = shown.name().endsWith("…") || shown.type().endsWith("…");
        if (cut || !lines.isEmpty()) {
            lines.add(0, row.column().name() + " " + row.column().type().spelled());
        }
        return String.join("\n", lines);
    }

    static String line(Line line) {
        ForeignKey key = line.key();
        if (key == null) {
            return line.child() + " inherits from " + line.parent();
        }
        List<String> lines = new ArrayList<>();
        lines.add(line.child() + " refers to " + line.parent());
        lines.add(key.name() + ": " + columns(key));
        lines.add(cardinality(line));
        lines.addAll(rules(line, key));
        if (key.comment() != null) {
            lines.add(key.comment());
        }
        return String.join("\n", lines);
    }

    /** Which column refers to which. */
    static String columns(ForeignKey key) {
        return IntStream.range(0, key.columns().size())
                .mapToObj(
                        i -> key.columns().get(i) + " = " + key.targetColumns().get(i))
                .collect(Collectors.joining(", "));
    }

    static String cardinality(Line line) {
        return (line.single() ? "at most one row" : "any number of rows") + " for each parent, "
                + (line.optional() ? "a parent may be missing" : "each with its parent");
    }

    static List<String> rules(Line line, ForeignKey key) {
        List<String> rules = new ArrayList<>();
        if (!key.onDelete().equals("NO ACTION")) {
            rules.add("on delete " + key.onDelete().toLowerCase(java.util.Locale.ROOT));
        }
        if (!key.onUpdate().equals("NO ACTION")) {
            rules.add("on update " + key.onUpdate().toLowerCase(java.util.Locale.ROOT));
        }
        if (key.deferrable()) {
            rules.add("deferrable");
        }
        if (!key.enforced()) {
            rules.add("not enforced");
        } else if (!key.validated()) {
            rules.add("not valid for rows from before it");
        }
        return rules;
    }
}
