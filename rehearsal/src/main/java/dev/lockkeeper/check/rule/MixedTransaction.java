package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Script;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * TX01. The runner copes with a statement that runs in no transaction: it runs the script statement by statement and keeps a journal.
 * What it cannot give is that the rest of the script happens as a whole. Who has written -- lockkeeper:no-transaction knows.
 */
public final class MixedTransaction implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "TX01",
                "statement without a transaction among others",
                Severity.WARNING,
                """
                One statement of the script runs in no transaction, so the whole script runs statement by statement. When a later one \
                fails, the earlier ones stay; programs see the state between them, and a rollback has to undo a half.""",
                "a migration of its own for the statement; or -- lockkeeper:no-transaction if it is meant so",
                List.of(
                        new RuleText.Example(
                                "create table t (id bigint, a int);",
                                "alter table t add column b int; create index concurrently t_a on t (a);",
                                "create index concurrently t_a on t (a);"),
                        new RuleText.Example(
                                "create table t (id bigint, a int);",
                                "create index concurrently t_a on t (a); comment on table t is 'indexed';",
                                "-- lockkeeper:no-transaction\n"
                                        + "create index concurrently t_a on t (a); comment on table t is 'indexed';")));
    }

    private static boolean isMeant(Migration migration) {
        Script.Commands commands = migration.up().commands();
        return commands.directives().declineTransaction()
                || commands.declinesTransaction()
                || commands.dividesTransactions();
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        boolean others = migration.statements().stream()
                .anyMatch(done -> done.seen().isTransactional()
                        && !(done.seen().effects().isEmpty()
                                && done.seen().rows().isEmpty()
                                && done.seen().rewrites().isEmpty()));
        if (others && !isMeant(migration.migration())) {
            migration.statements().stream()
                    .filter(done -> !done.seen().isTransactional()
                            && !NotRepeatable.runsCode(done.seen().statement()))
                    .findFirst()
                    .ifPresent(done -> findings.add(
                            done.place(),
                            null,
                            "because of it the whole script runs statement by statement, and may stop in the middle"));
        }
    }

    @Override
    public void written(Written migration, Findings findings) {
        Set<Integer> alone = migration.migration().up().commands().outside().stream()
                .map(Script.Remark::ordinal)
                .collect(Collectors.toSet());
        boolean others = migration.clauses().stream()
                .anyMatch(clause -> !alone.contains(clause.statement().ordinal())
                        && !clause.begins("set")
                        && !clause.begins("select")
                        && !clause.begins("reset"));
        if (others && !alone.isEmpty() && !isMeant(migration.migration())) {
            migration.clauses().stream()
                    .filter(clause -> alone.contains(clause.statement().ordinal()))
                    .findFirst()
                    .ifPresent(clause -> findings.add(
                            clause.place(),
                            null,
                            "because of it the whole script runs statement by statement, and may stop in the middle"));
        }
    }
}
