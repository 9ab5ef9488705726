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
import dev.lockkeeper.sql.Reading;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** CP01. Indexes, constraints, triggers and policies may be called what they like, and so may what belongs to another object. */
public final class Rename implements Rule {
    private static final Set<String> USED_BY_NAME = Set.of(
            "table",
            "view",
            "materialized view",
            "foreign table",
            "table column",
            "view column",
            "materialized view column",
            "foreign table column",
            "schema",
            "function",
            "procedure",
            "aggregate",
            "type",
            "sequence");

    @Override
    public RuleText text() {
        return new RuleText(
                "CP01",
                "renamed while programs use the old name",
                Severity.ERROR,
                """
                At the commit the old name is gone. Programs of the version before, which run until the last of them has been \
                replaced, fail from that moment; and a rollback of the programs alone brings back some that know only the old name.""",
                "give it the new name and leave the old one there as a view, or add a column and write both for a time",
                List.of(
                        new RuleText.Example(
                                "create table t (id bigint, a int);",
                                "alter table t rename to tt;",
                                "alter table t rename to tt; create view t as select id, a from tt;"),
                        new RuleText.Example(
                                "create table t (id bigint, a int);",
                                "alter table t rename column a to b;",
                                "alter table t add column b int;"),
                        new RuleText.Example(
                                "create table t (id bigint); create schema s;",
                                "do $$ begin alter table t set schema s; end $$;",
                                "create table n (id bigint); alter table n rename to nn; alter table nn set schema s;"),
                        new RuleText.Example(
                                "create type mood as enum ('ok');",
                                "alter type mood rename value 'ok' to 'fine';",
                                "comment on type mood is 'how it goes';")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            done.seen().effects().stream()
                    .filter(one ->
                            one.change() == Effect.Change.RENAMED && one.old() && USED_BY_NAME.contains(one.type()))
                    .filter(one -> !(one.type().equals("sequence") && one.table() != null))
                    .filter(one ->
                            !one.now().values().getOrDefault("attinhcount", "0").matches("[1-9].*"))
                    .filter(one -> !migration.gives(String.valueOf(one.before())))
                    .forEach(one -> findings.add(
                            done.place(),
                            one.before(),
                            one.before() + " is called " + one.object() + " from now on; who uses the old name fails"));
            if (done.says("rename", "value")) {
                AddEnumValue.written(done)
                        .forEach(type -> findings.add(
                                done.place(),
                                type.object(),
                                "a value of " + type.object() + " is called otherwise from now on"));
            }
        }
    }

    @Override
    public void written(Written migration, Findings findings) {
        Set<String> made = new HashSet<>();
        migration.clauses().forEach(clause -> clause.creates().ifPresent(made::add));
        for (Clause clause : migration.clauses()) {
            Reading sql = clause.reading();
            for (int action : clause.actions()) {
                boolean renames = sql.word(action).equals("rename")
                        && !sql.word(action + 1).equals("constraint");
                if (renames || sql.isPhrase(action, "set", "schema")) {
                    clause.oldTable()
                            .filter(table -> !made.contains(table))
                            .ifPresent(table -> findings.add(
                                    clause.place(),
                                    table,
                                    table + " or a column of it is called otherwise from now on"));
                }
            }
            int name = clause.begins("alter", "materialized", "view") ? 3 : 2;
            String object = clause.name(clause.afterOptions(name));
            boolean called = name == 3
                    || (sql.word(0).equals("alter")
                            && Set.of("view", "schema", "type", "sequence", "function")
                                    .contains(sql.word(1)));
            if (called && clause.has("rename") && !clause.isNew(object) && !made.contains(object)) {
                findings.add(clause.place(), object, object + " or a part of it is called otherwise from now on");
            }
        }
    }
}
