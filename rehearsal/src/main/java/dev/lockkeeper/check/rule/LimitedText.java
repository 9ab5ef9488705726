package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import java.util.List;

/** ST03. */
public final class LimitedText implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "ST03",
                "varchar with a limit",
                Severity.NOTE,
                """
                varchar(n) is stored as text is and saves nothing. When the limit turns out too small, the type has to change, and with it every \
                view that shows the column; a smaller limit rewrites the table.""",
                "text, with a CHECK of its length where one is needed",
                List.of(new RuleText.Example(
                        "",
                        "create table t (a varchar(20) primary key);",
                        "create table t (a text primary key check (length(a) <= 20));")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        NewColumn.in(migration).stream()
                .filter(column -> column.type().startsWith("character varying("))
                .forEach(column ->
                        findings.add(column.done().place(), column.name(), column.name() + " is " + column.type()));
    }

    @Override
    public void written(Written migration, Findings findings) {
        WrittenColumn.in(migration).stream()
                .filter(column -> column.isLimited("varchar") || column.isLimited("character", "varying"))
                .forEach(column -> findings.add(
                        column.clause().place(), column.told(), column.told() + " is a varchar with a limit"));
    }
}
