package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Clause;
import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import dev.lockkeeper.observation.Lock;
import dev.lockkeeper.observation.Rewrite;
import dev.lockkeeper.observation.Scan;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** LK37. */
public final class RunWithoutLimit implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK37",
                "statement_timeout switched off before work under a lock",
                Severity.WARNING,
                """
                statement_timeout = 0 is right before what lets others go on, such as CREATE INDEX CONCURRENTLY. \
                Before a statement that reads or copies a whole table while others are kept out of it, it takes away \
                the only end of that time.""",
                "set it to what the table can be missed for, and switch it off only before statements with CONCURRENTLY",
                List.of(
                        new RuleText.Example(
                                "create table t (a int);",
                                "set statement_timeout = 0; alter table t alter column a set not null;",
                                "set statement_timeout = '30s'; alter table t alter column a set not null;"),
                        new RuleText.Example(
                                "create table t (a int);",
                                "set statement_timeout = 0; create index on t (a);",
                                "set statement_timeout = 0; create index concurrently t_a on t (a);")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        Unlimited<Done> limit = new Unlimited<>("statement_timeout", Limit.Change::isOff);
        for (Done done : migration.statements()) {
            limit.take(done, Limit.reading(done), done.seen().transaction());
            Set<String> worked = Stream.concat(
                            done.scans().map(Scan::relation), done.rewrites().map(Rewrite::relation))
                    .collect(Collectors.toSet());
            done.blocking()
                    .filter(lock -> worked.contains(lock.relation()))
                    .min(Comparator.comparing(Lock::relation).thenComparing(Lock::mode, Comparator.reverseOrder()))
                    .ifPresent(lock -> limit.author()
                            .ifPresent(author -> findings.add(
                                    author.place(),
                                    lock.relation(),
                                    "line " + done.place().line() + " then goes through all of " + lock.relation()
                                            + " under " + lock.mode().sql() + ", however long that takes")));
        }
    }

    @Override
    public void written(Written migration, Findings findings) {
        Unlimited<Clause> limit = new Unlimited<>("statement_timeout", Limit.Change::isOff);
        for (Clause clause : migration.clauses()) {
            limit.take(clause, clause.reading(), 1);
            boolean index = clause.begins("create", "index") || clause.begins("create", "unique", "index");
            if (index && !clause.has("concurrently")) {
                clause.oldTable()
                        .ifPresent(table -> limit.author()
                                .ifPresent(author -> findings.add(
                                        author.place(),
                                        table,
                                        "line " + clause.place().line() + " then goes through all of " + table
                                                + " under a lock, however long that takes")));
            }
        }
    }
}
