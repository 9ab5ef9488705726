package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import java.util.List;

/** ST05. */
public final class LocalTime implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "ST05",
                "timestamp without time zone",
                Severity.NOTE,
                """
                It is what a clock on some wall showed, and does not say where. now() written into it is converted by the session's TimeZone, so \
                two programs write two hours for one moment, and an hour is there twice in autumn.""",
                "timestamptz",
                List.of(new RuleText.Example(
                        "create table t (id bigint primary key);",
                        "alter table t add column at timestamp(3);",
                        "alter table t add column at timestamptz(3);")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        NewColumn.in(migration).stream()
                .filter(column ->
                        column.type().startsWith("timestamp") && column.type().endsWith("without time zone"))
                .forEach(column -> findings.add(
                        column.done().place(),
                        column.name(),
                        column.name() + " does not say of which time zone it is"));
    }

    @Override
    public void written(Written migration, Findings findings) {
        WrittenColumn.in(migration).stream()
                .filter(column -> column.isType("timestamp") && !column.has("with", "time", "zone"))
                .forEach(column -> findings.add(
                        column.clause().place(),
                        column.told(),
                        column.told() + " does not say of which time zone it is"));
    }
}
