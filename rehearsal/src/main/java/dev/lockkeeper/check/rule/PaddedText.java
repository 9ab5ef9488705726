package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import java.util.List;

/** ST04. */
public final class PaddedText implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "ST04",
                "char(n) pads with blanks",
                Severity.NOTE,
                """
                The server fills values of char(n) up with blanks, takes them away when it compares, and keeps them when it matches a pattern. \
                It needs more room than text and is never faster.""",
                "text, with a CHECK of its length where one is needed",
                List.of(new RuleText.Example(
                        "",
                        "create table t (a char(3) primary key);",
                        "create table t (a text primary key check (length(a) = 3));")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        NewColumn.in(migration).stream()
                .filter(column -> column.type().startsWith("character("))
                .forEach(column ->
                        findings.add(column.done().place(), column.name(), column.name() + " is " + column.type()));
    }

    @Override
    public void written(Written migration, Findings findings) {
        WrittenColumn.in(migration).stream()
                .filter(column -> column.isType("char")
                        || (column.isType("character") && !column.isType("character", "varying"))
                        || column.isType("bpchar"))
                .forEach(column ->
                        findings.add(column.clause().place(), column.told(), column.told() + " is padded with blanks"));
    }
}
