package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import dev.lockkeeper.observation.Part;
import java.util.List;
import java.util.Set;

/** ST01. */
public final class IntegerKey implements Rule {
    private static final Set<String> SMALL = Set.of("smallint", "integer");

    @Override
    public RuleText text() {
        return new RuleText(
                "ST01",
                "key that can run out of numbers",
                Severity.NOTE,
                """
                An integer key ends at 2,147,483,647, a smallint at 32,767. A table that is written all day gets there, and to change \
                the type then rewrites it and every table that refers to it. In most tables bigint costs no byte more, for columns are aligned.""",
                "bigint",
                List.of(
                        new RuleText.Example(
                                "",
                                "create table t (id int primary key);",
                                "create table t (id bigint primary key, a int, unique (a));"),
                        new RuleText.Example(
                                "create table t (a text primary key);",
                                "alter table t add column n int generated always as identity;",
                                "alter table t add column n bigint generated always as identity;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (NewColumn column : NewColumn.in(migration)) {
            boolean counted = !column.part().traits().is("attidentity", "")
                    || column.part().traits().get("owns") != null;
            boolean key = migration
                    .parts(Part.Kind.INDEX, column.part().table())
                    .anyMatch(index -> index.traits().is("indisprimary")
                            && index.traits().is("columns", column.part().name()));
            if (SMALL.contains(column.type()) && (counted || key)) {
                findings.add(column.done().place(), column.name(), column.name() + " is " + column.type());
            }
        }
    }

    @Override
    public void written(Written migration, Findings findings) {
        for (WrittenColumn column : WrittenColumn.in(migration)) {
            boolean small = Set.of("int", "integer", "smallint", "int2", "int4").stream()
                    .anyMatch(column::isType);
            boolean serial = Set.of("serial", "smallserial", "serial2", "serial4").stream()
                    .anyMatch(column::isType);
            if (serial || (small && (column.has("primary", "key") || column.has("as", "identity")))) {
                findings.add(column.clause().place(), column.told(), column.told() + " can run out of numbers");
            }
        }
    }
}
