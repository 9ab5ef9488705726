package dev.lockkeeper.stewardship.classification.rule;

import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.stewardship.classification.DataRule;
import dev.lockkeeper.stewardship.classification.Findings;
import dev.lockkeeper.stewardship.classification.Retention;
import dev.lockkeeper.stewardship.classification.Scene;
import dev.lockkeeper.stewardship.classification.TableEntry;
import java.util.List;

/** DC18. Foreign keys that set the reference to null or to its default are no matter. */
public final class RetentionOrder implements DataRule {
    @Override
    public RuleText text() {
        return new RuleText(
                "DC18",
                "rows that go before what refers to them, or take longer-kept rows along",
                Severity.ERROR,
                "A row that others refer to cannot go before them, and with ON DELETE CASCADE it takes them along, however long they are to be kept.",
                "keep the table at least as long as those that refer to it, or let those go earlier",
                List.of(new RuleText.Example("""
                                create schema app;
                                create table app.parent (id int primary key, at timestamptz not null);
                                create index on app.parent (at);
                                create table app.child (id int primary key, parent int not null references app.parent, at timestamptz not null);
                                create index on app.child (at);""", """
                                tables:
                                  app.parent:
                                    retention: {days: 30, from: at, strategy: delete}
                                  app.child:
                                    retention: {days: 60, from: at, strategy: delete}""", """
                                tables:
                                  app.parent:
                                    retention: {days: 60, from: at, strategy: delete}
                                  app.child:
                                    retention: {days: 60, from: at, strategy: delete}""")));
    }

    /** A foreign key by which rows of another table refer. */
    private record Key(ObjectName child, String name, String onDelete, boolean enforced) {}

    @Override
    public void judge(Scene scene, Findings findings) {
        scene.classified().forEach(parent -> {
            Retention retention = parent.entry().retention();
            // a function of the schema knows which rows others still need
            if (retention != null && retention.removes() && retention.call() == null) {
                for (Relation child : scene.model().relations()) {
                    child.foreignKeys().stream()
                            .filter(key -> key.target().equals(parent.relation().name()))
                            .filter(key ->
                                    !child.name().equals(parent.relation().name()))
                            .forEach(key -> judge(
                                    scene,
                                    parent,
                                    retention,
                                    new Key(child.name(), key.name(), key.onDelete(), key.enforced()),
                                    findings));
                }
                scene.parts().keys().stream()
                        .filter(key -> key.target().equals(parent.relation().name())
                                && !key.whole().equals(parent.relation().name()))
                        .forEach(key -> judge(
                                scene,
                                parent,
                                retention,
                                new Key(key.whole(), key.name(), key.onDelete(), key.enforced()),
                                findings));
            }
        });
    }

    private static void judge(Scene scene, Scene.Classified parent, Retention retention, Key key, Findings findings) {
        Retention theirs = scene.classification()
                .table(key.child())
                .map(TableEntry::retention)
                .orElse(null);
        boolean gone = theirs != null && theirs.removes() && theirs.days() <= retention.days();
        boolean cascades = key.onDelete().equals("CASCADE");
        if (gone || key.onDelete().startsWith("SET ") || (!key.enforced() && !cascades)) {
            return;
        }
        String kept =
                theirs == null || !theirs.removes() ? "are not removed" : "are kept for " + theirs.days() + " days";
        findings.add(
                retention.place(),
                key.child(),
                "rows of " + parent.relation().name() + " go after " + retention.days()
                        + " days, and "
                        + (cascades
                                ? "take rows of " + key.child() + " along, which "
                                : "rows of " + key.child() + " refer to them and ")
                        + kept + " (foreign key " + key.name() + ")");
    }
}
