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

/** ST15. A matter of taste. */
public final class MissingComment implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "ST15",
                "table or column without a comment",
                Severity.NOTE,
                """
                COMMENT ON is where whoever looks at the database finds what a table is for and in which unit a column counts; a wiki is somewhere else, \
                and about an earlier version.""",
                "comment on table ..., comment on column ...",
                List.of(
                        new RuleText.Example(
                                "",
                                "create table t (id bigint primary key); comment on table t is 'all of them';",
                                "create table t (id bigint primary key); comment on table t is 'all of them'; comment on column t.id is 'given by us';")));
    }

    @Override
    public boolean isOptional() {
        return true;
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            done.effects(Effect.Change.CREATED, "table")
                    .flatMap(table -> migration
                            .parts(Part.Kind.TABLE)
                            .filter(part -> part.traits()
                                    .is("oid", String.valueOf(table.now().get("oid")))))
                    .filter(table -> table.traits().get("comment") == null
                            && !table.traits().is("relispartition"))
                    .forEach(table -> findings.add(done.place(), table.table(), table.table() + " has no comment"));
        }
        NewColumn.in(migration).stream()
                .filter(column -> column.part().traits().get("comment") == null)
                .forEach(column ->
                        findings.add(column.done().place(), column.name(), column.name() + " has no comment"));
    }

    @Override
    public void written(Written migration, Findings findings) {
        for (Clause clause : migration.clauses()) {
            String table = WrittenColumn.isTable(clause) ? clause.creates().orElse("") : "";
            boolean told = migration.clauses().stream()
                    .anyMatch(other -> other.begins("comment", "on", "table")
                            && other.name(3).equals(table));
            if (!table.isEmpty() && !told) {
                findings.add(clause.place(), table, table + " has no comment");
            }
        }
    }
}
