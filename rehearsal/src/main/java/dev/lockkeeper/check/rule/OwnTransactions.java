package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.sql.Statement;
import java.util.List;

/**
 * TX02. The runner dissolves one pair of BEGIN and COMMIT around the whole script, so that is no finding; everything but pairs it
 * refuses (transaction-command). What is left are pairs within a script.
 */
public final class OwnTransactions implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "TX02",
                "script begins and ends transactions itself",
                Severity.WARNING,
                """
                With a COMMIT in the middle the script is kept in parts. When it fails behind that, the database is in a state that no migration \
                describes, and the parts that are kept do not run a second time.""",
                "remove BEGIN and COMMIT, or make each part a migration",
                List.of(new RuleText.Example(
                        "create table t (id bigint);",
                        "begin; alter table t add a int; commit; begin; alter table t add b int; commit;",
                        "begin; alter table t add a int; alter table t add b int; commit;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        judge(migration.migration(), findings);
    }

    @Override
    public void written(Written migration, Findings findings) {
        judge(migration.migration(), findings);
    }

    private static void judge(Migration migration, Findings findings) {
        Script.Commands commands = migration.up().commands();
        if (commands.dividesTransactions()) {
            commands.statements().stream()
                    .filter(statement -> statement.kind() == Statement.Kind.BEGIN)
                    .findFirst()
                    .ifPresent(statement -> findings.add(
                            migration.up().place(statement.start()),
                            null,
                            "each of its transactions is kept by itself"));
        }
    }
}
