package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import java.util.List;

/** ST06. */
public final class JsonColumn implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "ST06",
                "json in place of jsonb",
                Severity.NOTE,
                """
                json is kept as text and parsed at each use. It cannot be compared, so DISTINCT, GROUP BY and UNION over rows with it fail, \
                and no index helps to search in it.""",
                "jsonb, unless every blank and double key has to be kept",
                List.of(new RuleText.Example(
                        "create table t (id bigint primary key);",
                        "alter table t add column a json;",
                        "alter table t add column a jsonb;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        NewColumn.in(migration).stream()
                .filter(column -> column.type().equals("json"))
                .forEach(column -> findings.add(column.done().place(), column.name(), column.name() + " is json"));
    }

    @Override
    public void written(Written migration, Findings findings) {
        WrittenColumn.in(migration).stream()
                .filter(column -> column.isType("json"))
                .forEach(column -> findings.add(column.clause().place(), column.told(), column.told() + " is json"));
    }
}
