package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.observation.Effect;
import dev.lockkeeper.observation.Part;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * CP11. NOT VALID is the first step of the safe way, and an index of ONLY a parent is one too, so the migration that makes them is left
 * alone; the next one that touches the table and leaves them as they are is not.
 */
public final class LeftUnfinished implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "CP11",
                "invalid index or unvalidated constraint left behind",
                Severity.WARNING,
                """
                An invalid index serves no query, but every write keeps it up to date. A constraint that was never validated holds for new rows only: \
                old ones may break it, the planner does not trust it, and a dump of them cannot be restored.""",
                "alter table ... validate constraint; or drop index concurrently, and create it again",
                List.of(new RuleText.Example(
                        "create table t (a int); alter table t add constraint few check (a < 10) not valid;",
                        "alter table t add column b int;",
                        "alter table t validate constraint few; alter table t add column b int;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        Set<String> made = migration.statements().stream()
                .flatMap(done -> done.seen().effects().stream())
                .filter(one -> one.change() == Effect.Change.CREATED)
                .map(one -> one.table() + " " + Taken.name(one.now()))
                .collect(Collectors.toSet());
        Stream.concat(
                        migration
                                .parts(Part.Kind.CONSTRAINT)
                                .filter(part -> part.traits().is("convalidated", "false")),
                        migration
                                .parts(Part.Kind.INDEX)
                                .filter(part -> part.traits().is("indisvalid", "false")))
                .filter(part -> migration.existed(part.table()) && !made.contains(part.table() + " " + part.name()))
                .forEach(part -> findings.add(
                        migration.author(part.table()).place(),
                        part.name() + " on " + part.table(),
                        (part.kind() == Part.Kind.INDEX
                                        ? "the index " + part.name() + " of "
                                        : "the constraint " + part.name() + " of ")
                                + part.table() + " is still not valid"));
    }
}
