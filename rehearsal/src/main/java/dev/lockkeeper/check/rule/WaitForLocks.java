package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Clause;
import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import dev.lockkeeper.observation.LockMode;
import java.time.Duration;
import java.util.List;

/** LK36. */
public final class WaitForLocks implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK36",
                "lock_timeout switched off or raised",
                Severity.ERROR,
                """
                While a statement waits for a strong lock, everybody who comes after it waits behind it, readers too. \
                Lockkeeper gives each statement a short lock_timeout and tries again, so that the queue drains in \
                between. A script that sets lock_timeout to 0, or above 10 s, lets one forgotten transaction stop all \
                traffic of a table.""",
                "leave it to lock-timeout in lockkeeper.yaml, which holds for every statement of a run",
                List.of(
                        new RuleText.Example(
                                "create table t (a int);",
                                "set lock_timeout = 0; alter table t add column b int;",
                                "set lock_timeout = '1s'; alter table t add column b int;"),
                        new RuleText.Example(
                                "create table t (a int);",
                                "select set_config('lock_timeout', '5min', true); alter table t add column b int;",
                                "set lock_timeout = 0; reset lock_timeout; alter table t add column b int;")));
    }

    private static final Duration LONGEST = Duration.ofSeconds(10);

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        Unlimited<Done> limit = new Unlimited<>("lock_timeout", WaitForLocks::isTooMuch);
        for (Done done : migration.statements()) {
            limit.take(done, Limit.reading(done), done.seen().transaction());
            done.locks(LockMode.SHARE)
                    .findFirst()
                    .ifPresent(lock -> limit.author()
                            .ifPresent(author -> findings.add(
                                    author.place(),
                                    lock.relation(),
                                    "line " + done.place().line() + " then waits for "
                                            + lock.mode().sql() + " on " + lock.relation()
                                            + " for long, and all others behind it")));
        }
    }

    private static boolean isTooMuch(Limit.Change change) {
        return change.isOff() || (change.value() != null && change.value().compareTo(LONGEST) > 0);
    }

    @Override
    public void written(Written migration, Findings findings) {
        Unlimited<Clause> limit = new Unlimited<>("lock_timeout", WaitForLocks::isTooMuch);
        for (Clause clause : migration.clauses()) {
            limit.take(clause, clause.reading(), 1);
            Locking.table(clause)
                    .ifPresent(table -> limit.author()
                            .ifPresent(author -> findings.add(
                                    author.place(),
                                    table,
                                    "line " + clause.place().line() + " then waits for " + table
                                            + " for long, and all others behind it")));
        }
    }
}
