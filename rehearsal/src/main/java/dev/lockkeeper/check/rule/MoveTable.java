package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Clause;
import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import dev.lockkeeper.observation.Effect;
import dev.lockkeeper.observation.Rewrite;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** LK24. */
public final class MoveTable implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK24",
                "table or index moved to another tablespace or access method",
                Severity.ERROR,
                """
                SET TABLESPACE copies the files, SET ACCESS METHOD copies row by row and builds all indexes anew; \
                either happens under ACCESS EXCLUSIVE, and reads and writes wait. An index that moves alone keeps out \
                every query that could use it.""",
                "build it anew at the other place beside the old one: a tool such as pg_repack, or for an index create index concurrently ... tablespace",
                List.of(new RuleText.Example(
                        "create table t (a int); create access method other type table handler heap_tableam_handler;",
                        "alter table t set access method other;",
                        "create table n (a int) using other;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        Rewriting.each(
                migration,
                Rewriting.Cause.PLACE,
                (done, one) -> findings.add(done.place(), one.table(), one.waiting() + " to another place"));
        for (Done done : migration.statements()) {
            Set<String> copied = done.rewrites().map(Rewrite::relation).collect(Collectors.toSet());
            Set<String> files =
                    done.seen().rewrites().stream().map(Rewrite::relation).collect(Collectors.toSet());
            done.effects(Effect.Change.CHANGED, "index")
                    .filter(index -> files.contains(index.object())
                            && done.concernsOld(index)
                            && !copied.contains(String.valueOf(index.table()))
                            && index.was().get("reltablespace") != null
                            && !Objects.equals(
                                    index.was().get("reltablespace"),
                                    index.now().get("reltablespace")))
                    .forEach(index -> findings.add(
                            done.place(),
                            index.object(),
                            "reads and writes of " + index.table() + " that need " + index.object()
                                    + " wait while it is copied"));
        }
    }

    @Override
    public void written(Written migration, Findings findings) {
        for (Clause clause : migration.clauses()) {
            for (int action : clause.actions()) {
                if (clause.oldTable().isPresent()
                        && (clause.reading().isPhrase(action, "set", "tablespace")
                                || clause.reading().isPhrase(action, "set", "access", "method"))) {
                    String table = clause.table().orElse("");
                    findings.add(
                            clause.place(), table, "reads and writes of " + table + " wait while all of it is copied");
                    break;
                }
            }
        }
    }
}
