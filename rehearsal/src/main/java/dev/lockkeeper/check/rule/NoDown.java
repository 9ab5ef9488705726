package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.source.Migration;
import java.util.List;

/** FN02. Without downs: optional the problem missing-down refuses it already; this is for projects that have said so and want to see it. */
public final class NoDown implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "FN02",
                "migration without a down script",
                Severity.WARNING,
                """
                A rollback stops at it: everything applied after it can be taken back, it and what came before cannot. That shows when a release has to \
                be taken back in a hurry, which is a bad time to write the script.""",
                "write the down script together with the up script, or say in it why there is no way back",
                List.of(new RuleText.Example(
                        "",
                        "create table t (id bigint primary key);",
                        "create table t (id bigint primary key);\n-- down\ndrop table t;")));
    }

    @Override
    public boolean isOptional() {
        return true;
    }

    @Override
    public boolean isOfMigrations() {
        return true;
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
        if (migration.down() == null) {
            findings.add(Place.of(migration.up().file()), null, "it cannot be rolled back");
        }
    }
}
