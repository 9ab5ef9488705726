package dev.lockkeeper.describe.changes;

import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.Namespace;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.Publication;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.catalog.model.Routine;
import dev.lockkeeper.catalog.model.Sequence;
import dev.lockkeeper.describe.model.Documented;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Finds what two models have apart, object by object. */
public final class ModelChanges {
    private final Telling telling = new Telling();
    private final Model before;
    private final Model after;

    private final boolean lineage;

    private ModelChanges(Documented before, Documented after, boolean lineage) {
        this.before = before.model();
        this.after = after.model();
        this.lineage = lineage;
    }

    /** What two databases have apart, by names; empty when they are the same. */
    public static List<ModelChange> between(Documented before, Documented after) {
        return new ModelChanges(before, after, false).changes();
    }

    /** What statements have made of a database: then a table or column that is called otherwise is known again, and one that was made anew too. */
    public static List<ModelChange> along(Documented before, Documented after) {
        return new ModelChanges(before, after, true).changes();
    }

    private List<ModelChange> changes() {
        Pairs<String> extensions = Pairs.of(before.extensions(), after.extensions(), UnaryOperator.identity());
        extensions.removed().forEach(one -> telling.removed("extension", one, "", true));
        extensions.added().forEach(one -> telling.added("extension", one, "", false));
        schemas();
        new TypeChanges(telling, lineage).tell(before.types(), after.types());
        sequences();
        relations();
        routines();
        publications();
        return telling.changes();
    }

    private void schemas() {
        Pairs<Namespace> pairs = Pairs.of(before.schemas(), after.schemas(), Namespace::name);
        pairs.removed().forEach(one -> telling.removed("schema", one.name(), "", true));
        pairs.added().forEach(one -> telling.described("schema", one.name(), one.comment()));
        for (Pairs.Pair<Namespace> pair : pairs.both()) {
            String name = pair.after().name();
            telling.comment(
                    "schema", name, pair.before().comment(), pair.after().comment());
            telling.grants("schema", name, pair.before().grants(), pair.after().grants());
        }
    }

    private void relations() {
        Pairs<Relation> pairs = Pairs.of(before.relations(), after.relations(), Relation::name);
        Map<ObjectName, ObjectName> renamed = lineage ? Renames.tables(pairs) : Map.of();
        for (Relation gone : pairs.removed()) {
            ObjectName now = renamed.get(gone.name());
            if (now == null) {
                telling.removed(gone.kind().word(), gone.name().toString(), "", true);
            } else {
                telling.renamed(gone.kind().word(), gone.name().toString(), now.toString());
                after.relation(now).ifPresent(one -> tell(gone, one));
            }
        }
        pairs.added().stream()
                .filter(one -> !renamed.containsValue(one.name()))
                .forEach(one -> telling.described(one.kind().word(), one.name().toString(), one.comment()));
        pairs.both().forEach(pair -> tell(pair.before(), pair.after()));
    }

    private void tell(Relation was, Relation now) {
        new RelationChanges(telling, was, now, lineage).tell();
    }

    private void sequences() {
        Pairs<Sequence> pairs = Pairs.of(before.sequences(), after.sequences(), Sequence::name);
        pairs.removed().forEach(one -> telling.removed("sequence", one.name().toString(), "", true));
        pairs.added().forEach(one -> telling.described("sequence", one.name().toString(), one.comment()));
        for (Pairs.Pair<Sequence> pair : pairs.both()) {
            String name = pair.after().name().toString();
            telling.changed("sequence", name, "numbers", text(pair.before()), text(pair.after()), false);
            telling.comment(
                    "sequence", name, pair.before().comment(), pair.after().comment());
        }
    }

    private static String text(Sequence one) {
        return one.type() + " from " + one.start() + " by " + one.increment() + ", " + one.minimum() + " to "
                + one.maximum() + (one.cycles() ? ", cycling" : "")
                + (one.owner() == null ? "" : ", of " + one.owner());
    }

    private void routines() {
        Pairs<Routine> pairs =
                Pairs.of(before.routines(), after.routines(), one -> List.of(one.name(), one.arguments()));
        pairs.removed().forEach(one -> telling.removed(kind(one), name(one), "", true));
        pairs.added().forEach(one -> telling.described(kind(one), name(one), one.comment()));
        for (Pairs.Pair<Routine> pair : pairs.both()) {
            Routine was = pair.before();
            Routine now = pair.after();
            String kind = kind(now);
            String name = name(now);
            telling.changed(kind, name, "kind", kind(was), kind, true);
            telling.changed(kind, name, "result", was.result(), now.result(), true);
            telling.said(
                    kind,
                    name,
                    "rights",
                    was.definer(),
                    now.definer(),
                    false,
                    now.definer() ? "runs with the rights of its owner now" : "runs with the rights of its caller now");
            telling.changed(kind, name, "language", was.language(), now.language(), false);
            telling.changed(kind, name, "volatility", was.volatility(), now.volatility(), false);
            telling.changed(kind, name, "definition", was.definition(), now.definition(), false);
            telling.comment(kind, name, was.comment(), now.comment());
            telling.grants(kind, name, was.grants(), now.grants());
        }
    }

    private static String kind(Routine one) {
        return one.kind() == Routine.Kind.WINDOW
                ? "window function"
                : one.kind().name().toLowerCase(Locale.ROOT);
    }

    private static String name(Routine one) {
        return one.name() + "(" + one.arguments() + ")";
    }

    private void publications() {
        Pairs<Publication> pairs = Pairs.of(before.publications(), after.publications(), Publication::name);
        pairs.removed().forEach(one -> telling.removed("publication", one.name(), text(one), true));
        pairs.added().forEach(one -> telling.added("publication", one.name(), text(one), false));
        pairs.both()
                .forEach(pair -> telling.changed(
                        "publication", pair.after().name(), "tables", text(pair.before()), text(pair.after()), false));
    }

    private static String text(Publication one) {
        return one.everything()
                ? "every table"
                : one.tables().stream()
                        .map(table -> table.table()
                                + (table.columns().isEmpty() ? "" : " (" + String.join(", ", table.columns()) + ")"))
                        .collect(Collectors.joining(", "));
    }
}
