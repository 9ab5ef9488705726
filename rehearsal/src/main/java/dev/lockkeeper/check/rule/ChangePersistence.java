package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Clause;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import dev.lockkeeper.observation.Effect;
import java.util.List;

/** LK23. */
public final class ChangePersistence implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK23",
                "table made logged or unlogged",
                Severity.ERROR,
                """
                SET LOGGED and SET UNLOGGED copy the table with all its indexes under ACCESS EXCLUSIVE; reads and \
                writes wait. An unlogged table is empty after a crash and is not on the standbys.""",
                "decide it when the table is made",
                List.of(new RuleText.Example(
                        "create table t (a int);", "alter table t set unlogged;", "create unlogged table n (a int);")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        Rewriting.each(
                migration,
                Rewriting.Cause.PERSISTENCE,
                (done, one) -> findings.add(
                        done.place(),
                        one.table(),
                        one.waiting() + " to be made "
                                + (done.effects(Effect.Change.CHANGED, "table")
                                                .anyMatch(t -> t.object().equals(one.table())
                                                        && t.now().is("relpersistence", "u"))
                                        ? "unlogged"
                                        : "logged")));
    }

    @Override
    public void written(Written migration, Findings findings) {
        for (Clause clause : migration.clauses()) {
            for (int action : clause.actions()) {
                if (clause.oldTable().isPresent()
                        && (clause.reading().isPhrase(action, "set", "logged")
                                || clause.reading().isPhrase(action, "set", "unlogged"))) {
                    String table = clause.table().orElse("");
                    findings.add(
                            clause.place(), table, "reads and writes of " + table + " wait while all of it is copied");
                    break;
                }
            }
        }
    }
}
