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

    private ModelChanges(Model before, Model after) {
        this.before = before;
        this.after = after;
    }

    /** Everything that they have apart; empty when they tell of the same database. */
    public static List<ModelChange> between(Documented before, Documented after) {
        return new ModelChanges(before.model(), after.model()).changes();
    }

    private List<ModelChange> changes() {
        Pairs<String> extensions = Pairs.of(before.extensions(), after.extensions(), UnaryOperator.identity());
        extensions.removed().forEach(one -> telling.removed("extension", one, "", true));
        extensions.added().forEach(one -> telling.added("extension", one, "", false));
        schemas();
        new TypeChanges(telling).tell(before.types(), after.types());
        sequences();
        relations();
        routines();
        publications();
        return telling.changes();
    }

    private void schemas() {
        Pairs<Namespace> pairs = Pairs.of(before.schemas(), after.schemas(), Namespace::name);
        pairs.removed().forEach(one -> telling.removed("schema", one.name(), "", true));
        pairs.added().forEach(one -> telling.added("schema", one.name(), "", false));
        for (Pairs.Pair<Namespace> pair : pairs.both()) {
            String name = pair.after().name();
            telling.comment(
                    "schema", name, pair.before().comment(), pair.after().comment());
            telling.grants("schema", name, pair.before().grants(), pair.after().grants());
        }
    }

    private void relations() {
        Pairs<Relation> pairs = Pairs.of(before.relations(), after.relations(), Relation::name);
        Map<ObjectName, ObjectName> renamed = Renames.tables(pairs);
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
                .forEach(one -> telling.added(one.kind().word(), one.name().toString(), "", false));
        pairs.both().forEach(pair -> tell(pair.before(), pair.after()));
    }

    private void tell(Relation was, Relation now) {
        new RelationChanges(telling, was, now).tell();
    }

    private void sequences() {
        Pairs<Sequence> pairs = Pairs.of(before.sequences(), after.sequences(), Sequence::name);
        pairs.removed().forEach(one -> telling.removed("sequence", one.name().toString(), "", true));
        pairs.added().forEach(one -> telling.added("sequence", one.name().toString(), "", false));
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
        pairs.added().forEach(one -> telling.added(kind(one), name(one), "", false));
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
