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

/** LK31. */
public final class RefreshView implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK31",
                "materialized view refreshed without CONCURRENTLY",
                Severity.ERROR,
                """
                REFRESH MATERIALIZED VIEW takes ACCESS EXCLUSIVE on the view while its query runs and its indexes are \
                built: whoever reads it waits. WITH NO DATA is quick, but afterwards nobody can read it.""",
                "a unique index over the view, then refresh materialized view concurrently",
                List.of(new RuleText.Example(
                        "create table t (id int); create materialized view mv as select id from t; create unique index mv_id on mv (id);",
                        "refresh materialized view mv;",
                        "refresh materialized view concurrently mv;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        Rewriting.each(migration, Rewriting.Cause.REFRESH, (done, one) -> {
            boolean readable = done.effects(Effect.Change.CHANGED, "materialized view")
                    .noneMatch(view ->
                            view.object().equals(one.table()) && view.was().is("relispopulated", "false"));
            if (readable) {
                findings.add(done.place(), one.table(), "reads of " + one.table() + " wait while it is computed");
            }
        });
    }

    @Override
    public void written(Written migration, Findings findings) {
        for (Clause clause : migration.clauses()) {
            if (clause.begins("refresh", "materialized", "view")
                    && !clause.begins("refresh", "materialized", "view", "concurrently")) {
                String view = clause.name(3);
                if (!clause.isNew(view)) {
                    findings.add(clause.place(), view, "reads of " + view + " wait while it is computed");
                }
            }
        }
    }
}
