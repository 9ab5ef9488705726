package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import java.util.List;
import java.util.Set;

/** ST02. That adding one to a table with rows rewrites it is LK17. */
public final class SerialColumn implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "ST02",
                "serial in place of an identity",
                Severity.NOTE,
                """
                A serial column is a default value and a sequence that hang together loosely: who inserts needs rights on the sequence too, \
                copies of the table share it, and nothing keeps a program from writing numbers that the sequence will give again.""",
                "bigint generated always as identity",
                List.of(new RuleText.Example(
                        "",
                        "create table t (id bigserial primary key);",
                        "create table t (id bigint generated always as identity primary key);")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        NewColumn.in(migration).stream()
                .filter(column -> column.part().traits().get("owns") != null
                        && column.part().traits().is("attidentity", ""))
                .forEach(column -> findings.add(column.done().place(), column.name(), column.name() + " is a serial"));
    }

    @Override
    public void written(Written migration, Findings findings) {
        WrittenColumn.in(migration).stream()
                .filter(column -> Set.of("serial", "bigserial", "smallserial", "serial2", "serial4", "serial8").stream()
                        .anyMatch(column::isType))
                .forEach(
                        column -> findings.add(column.clause().place(), column.told(), column.told() + " is a serial"));
    }
}
