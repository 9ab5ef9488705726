package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Clause;
import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** DT03. It speaks for all that lies in the schema. */
public final class DropSchema implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "DT03",
                "schema or database dropped",
                Severity.ERROR,
                """
                A schema goes with every table, view and function in it, a database with all its schemas. One line \
                is enough for that, nothing brings the rows back, and no review can see from it what was in there.""",
                "do it by hand, after a backup, when nothing is left in it",
                List.of(
                        new RuleText.Example(
                                "create schema s; create table s.t (id bigint);",
                                "drop schema s cascade;",
                                "create schema n; drop schema n;"),
                        new RuleText.Example(
                                "create schema s;", "drop schema s;", "comment on schema s is 'not used any more';")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            done.lost("schema").forEach(schema -> {
                long tables = done.lost("table")
                        .filter(one -> one.was()
                                .is("relnamespace", String.valueOf(schema.was().get("oid"))))
                        .count();
                findings.add(
                        done.place(),
                        schema.object(),
                        "the schema " + schema.object() + " is dropped"
                                + (tables == 0
                                        ? ""
                                        : " with " + tables + (tables == 1 ? " table" : " tables") + " and all rows"));
            });
            if (done.begins("drop", "database")) {
                findings.add(done.place(), null, "a whole database is dropped");
            }
        }
    }

    @Override
    public void written(Written migration, Findings findings) {
        Set<String> made = new HashSet<>();
        for (Clause clause : migration.clauses()) {
            if (clause.begins("create", "schema")) {
                made.add(clause.name(clause.afterOptions(2)));
            } else if (clause.begins("drop", "database")) {
                findings.add(clause.place(), null, "a whole database is dropped");
            } else if (clause.begins("drop", "schema")) {
                clause.names(clause.afterOptions(2)).stream()
                        .filter(schema -> !made.contains(schema))
                        .forEach(schema -> findings.add(
                                clause.place(), schema, "the schema " + schema + " is dropped with all that is in it"));
            }
        }
    }
}
