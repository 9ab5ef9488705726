package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import java.util.List;

/** CP02. Where values may not fit it is DT11. */
public final class ChangeType implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "CP02",
                "type of a column changes under its readers",
                Severity.WARNING,
                """
                Programs that run on receive values of another type from the commit on: drivers decode by the type that the server names, so what \
                was an integer overflows or what was text cannot be parsed, and prepared statements fail once with "cached plan must not change result type".""",
                "add a column of the new type, write both, move the readers, then drop the old one",
                List.of(
                        new RuleText.Example(
                                "create table t (a int);",
                                "alter table t alter column a type bigint;",
                                "alter table t add column b bigint;"),
                        new RuleText.Example(
                                "create table t (a timestamp);",
                                "alter table t alter column a type timestamptz;",
                                "alter table t alter column a type timestamp;"),
                        new RuleText.Example(
                                "create table t (a cidr, b varchar(20));",
                                "alter table t alter column a type inet;",
                                "alter table t alter column b type text;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            NarrowType.retyped(done).stream()
                    .filter(column -> !NarrowType.isNarrower(column)
                            && !NarrowType.was(column).isReadAs(NarrowType.now(column)))
                    .forEach(column -> findings.add(
                            done.place(),
                            column.object(),
                            "readers of " + column.object() + " get "
                                    + column.now().get("type") + " in place of "
                                    + column.was().get("type")));
        }
    }
}
