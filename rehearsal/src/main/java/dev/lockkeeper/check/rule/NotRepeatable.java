package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Clause;
import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import dev.lockkeeper.sql.Statement;
import java.util.List;

/**
 * TX05. What runs statement by statement has its journal: each statement in a transaction is kept together with its entry, and of
 * CREATE INDEX CONCURRENTLY and the like the runner looks what became. Only of code that commits in the middle nobody knows.
 */
public final class NotRepeatable implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "TX05",
                "code that commits by itself",
                Severity.WARNING,
                """
                A procedure or DO block with COMMIT is one statement for the history. When the connection breaks off within it, some of its \
                transactions are kept and some are not; the run stops there until somebody has looked, for it cannot be told whether it may run again.""",
                "-- lockkeeper:backfill, which keeps its place; or code that does nothing for what is done already",
                List.of(new RuleText.Example(
                        "create table t (id bigint);",
                        "do $$ begin insert into t values (1); commit; insert into t values (2); end $$;",
                        "do $$ begin insert into t values (1); insert into t values (2); end $$;")));
    }

    /** Whether it runs code of its own making. */
    static boolean runsCode(Statement statement) {
        String first = statement.words().isEmpty() ? "" : statement.words().get(0);
        return first.equals("do") || first.equals("call");
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            if (!done.seen().isTransactional() && runsCode(done.seen().statement())) {
                findings.add(
                        done.place(),
                        null,
                        "it commits by itself: an interruption leaves a part of it, and nobody knows which");
            }
        }
    }

    @Override
    public void written(Written migration, Findings findings) {
        for (Clause clause : migration.clauses()) {
            if (clause.begins("do") && clause.statement().sql().matches("(?is).*\\bcommit\\s*;.*")) {
                findings.add(
                        clause.place(),
                        null,
                        "it commits by itself: an interruption leaves a part of it, and nobody knows which");
            }
        }
    }
}
