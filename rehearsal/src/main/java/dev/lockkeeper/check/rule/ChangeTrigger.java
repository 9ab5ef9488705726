package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Clause;
import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import dev.lockkeeper.observation.LockMode;
import dev.lockkeeper.sql.Reading;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** LK32. */
public final class ChangeTrigger implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK32",
                "trigger made, changed or dropped",
                Severity.WARNING,
                """
                CREATE TRIGGER and ENABLE or DISABLE TRIGGER take SHARE ROW EXCLUSIVE on the table, for which writes \
                wait; DROP TRIGGER and ALTER TRIGGER take ACCESS EXCLUSIVE, for which reads wait too. Dropping a \
                function with CASCADE does it to every table whose trigger calls it.""",
                "a short transaction of its own",
                List.of(
                        new RuleText.Example(
                                "create table t (id int); create function f() returns trigger language plpgsql as 'begin return new; end';",
                                "create trigger g before insert on t for each row execute function f();",
                                "create table n (id int); create trigger g before insert on n for each row execute function f();"),
                        new RuleText.Example(
                                "create table t (id int); create function f() returns trigger language plpgsql as 'begin return new; end'; create trigger g before insert on t for each row execute function f();",
                                "drop function f() cascade;",
                                "create or replace function f() returns trigger language plpgsql as 'begin return old; end';"),
                        new RuleText.Example(
                                "create table t (id int);",
                                "alter table t disable trigger all;",
                                "alter table t set (fillfactor = 90);")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            Set<String> tables = done.seen().effects().stream()
                    .filter(one ->
                            one.type().equals("trigger") && one.traits().is("tgparentid", "0") && done.concernsOld(one))
                    .map(one -> migration.top(done, String.valueOf(one.table())))
                    .filter(table -> !done.drops(table))
                    .collect(Collectors.toCollection(TreeSet::new));
            if (switches(done)) {
                done.locks(LockMode.SHARE_ROW_EXCLUSIVE).forEach(lock -> tables.add(lock.relation()));
            }
            for (String table : tables) {
                done.lock(table)
                        .filter(lock -> lock.mode().blocksWrites())
                        .ifPresent(lock -> findings.add(
                                done.place(),
                                table,
                                (lock.mode().blocksReads() ? "reads and writes of " : "writes of ") + table
                                        + " wait to the end of the transaction for a change of its triggers"));
            }
        }
    }

    /** Also for those that belong to foreign keys, of which the catalogs tell nothing that we read. */
    static boolean switches(Done done) {
        if (!done.begins("alter", "table") || !done.seen().effects().isEmpty()) {
            return false;
        }
        Reading reading = Reading.of(done.seen().statement().sql());
        return IntStream.range(0, reading.size())
                .anyMatch(
                        at -> reading.isPhrase(at, "disable", "trigger") || reading.isPhrase(at, "enable", "trigger"));
    }

    @Override
    public void written(Written migration, Findings findings) {
        for (Clause clause : migration.clauses()) {
            boolean trigger = clause.begins("create", "trigger")
                    || clause.begins("create", "or", "replace", "trigger")
                    || clause.begins("create", "constraint", "trigger")
                    || clause.begins("drop", "trigger")
                    || clause.begins("alter", "trigger")
                    || clause.actions().stream()
                            .anyMatch(at -> clause.actionHas(at, "disable", "trigger")
                                    || clause.actionHas(at, "enable", "trigger"));
            if (trigger) {
                clause.oldTable()
                        .ifPresent(table -> findings.add(
                                clause.place(), table, "others wait for " + table + " to the end of the transaction"));
            }
        }
    }
}
