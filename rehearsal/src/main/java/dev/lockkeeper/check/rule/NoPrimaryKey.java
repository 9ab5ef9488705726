package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Clause;
import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import dev.lockkeeper.observation.Effect;
import dev.lockkeeper.observation.Part;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** ST14. Partitions and children have what their parent has. */
public final class NoPrimaryKey implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "ST14",
                "table without a primary key",
                Severity.NOTE,
                """
                Nothing names one row of it: a row that is there twice cannot be told from the other, logical replication refuses UPDATE and DELETE, and no \
                backfill can count its rows off.""",
                "id bigint generated always as identity primary key",
                List.of(
                        new RuleText.Example("", "create table t (a text);", "create table t (a text primary key);"),
                        new RuleText.Example(
                                "",
                                "create table t (a text unique);",
                                "create table t (a text); alter table t add primary key (a);")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            done.effects(Effect.Change.CREATED, "table")
                    .flatMap(table -> migration
                            .parts(Part.Kind.TABLE)
                            .filter(part -> part.traits()
                                    .is("oid", String.valueOf(table.now().get("oid")))))
                    .filter(table -> table.traits().get("parent") == null)
                    .filter(table -> migration
                            .parts(Part.Kind.INDEX, table.table())
                            .noneMatch(index -> index.traits().is("indisprimary")))
                    .forEach(table -> findings.add(done.place(), table.table(), table.table() + " has no primary key"));
        }
    }

    @Override
    public void written(Written migration, Findings findings) {
        Set<String> later = migration.clauses().stream()
                .filter(clause -> clause.begins("alter", "table") && clause.has("primary", "key"))
                .flatMap(clause -> clause.table().stream())
                .collect(Collectors.toSet());
        for (Clause clause : migration.clauses()) {
            String table = WrittenColumn.isTable(clause) ? clause.creates().orElse("") : "";
            boolean own = !table.isEmpty()
                    && clause.reading().isOpen(clause.reading().afterName(tableAt(clause)))
                    && !clause.has("like")
                    && !clause.has("inherits")
                    && !clause.has("primary", "key");
            if (own && !later.contains(table)) {
                findings.add(clause.place(), table, table + " has no primary key");
            }
        }
    }

    private static int tableAt(Clause clause) {
        return clause.afterOptions(clause.begins("create", "table") ? 2 : 3);
    }
}
