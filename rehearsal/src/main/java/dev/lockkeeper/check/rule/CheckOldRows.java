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
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.sql.Reading;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * DT09. Only where old rows are checked at once. VALIDATE CONSTRAINT and CREATE UNIQUE INDEX CONCURRENTLY may fail just as well, but
 * they have stopped nobody then, and are how one finds out. NOT NULL is DT10 and CP03.
 */
public final class CheckOldRows implements Rule {
    private static final Map<String, String> FAILS = Map.of(
            "u", "rows of %s agree in what shall be unique",
            "p", "rows of %s agree in the key or have null in it",
            "x", "rows of %s exclude one another",
            "c", "a row of %s breaks the check",
            "f", "a row of %s refers to one that is not there");

    @Override
    public RuleText text() {
        return new RuleText(
                "DT09",
                "old rows may break the new rule",
                Severity.WARNING,
                """
                A constraint or a unique index is checked against the rows that are there. On an empty database it always holds; in \
                production a single row that breaks it makes the statement fail, after it has read up to that row under its lock.""",
                "ask first, in the script: -- lockkeeper:before select not exists (select from TABLE where ...)",
                List.of(
                        new RuleText.Example(
                                "create table t (id bigint, a int);",
                                "alter table t add constraint t_a check (a > 0);",
                                "alter table t add constraint t_a check (a > 0) not valid;"),
                        new RuleText.Example(
                                "create table t (id bigint, a int);",
                                "create unique index t_a on t (a);",
                                "-- lockkeeper:before select not exists (select from t group by a having count(*) > 1)\n"
                                        + "create unique index t_a on t (a);"),
                        new RuleText.Example(
                                "create table r (id bigint primary key); create table c (r bigint);",
                                "alter table c add foreign key (r) references r;",
                                "alter table c add s bigint references r;"),
                        new RuleText.Example(
                                "create domain d as int; create table t (a d);",
                                "alter domain d add constraint few check (value < 10);",
                                "alter domain d add constraint few check (value < 10) not valid;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        Set<String> empty = new HashSet<>();
        for (Done done : migration.statements()) {
            done.effects(Effect.Change.CREATED, "table column")
                    .filter(column -> !column.now().is("atthasdef"))
                    .forEach(column ->
                            empty.add(column.table() + " " + column.now().get("attnum")));
            if (done.says("update")) {
                empty.clear();
            }
            Set<String> constraints = new HashSet<>();
            done.effects(Effect.Change.CREATED, "table constraint").forEach(one -> {
                constraints.add(one.table() + " " + one.now().get("conname"));
                if (done.concernsOld(one) && isChecked(done, one) && canFail(done, one, empty)) {
                    add(
                            migration,
                            done,
                            findings,
                            one.object(),
                            one.table(),
                            FAILS.getOrDefault(one.now().get("contype"), ""));
                }
            });
            done.effects(Effect.Change.CREATED, "index")
                    .filter(index -> done.concernsOld(index)
                            && done.seen().isTransactional()
                            && index.now().is("indisunique"))
                    .filter(index -> !index.now().is("relispartition")
                            && !constraints.contains(
                                    index.table() + " " + index.now().get("relname")))
                    .forEach(index ->
                            add(migration, done, findings, index.object(), index.table(), FAILS.getOrDefault("u", "")));
            columns(migration, done, constraints, findings);
            domains(migration, done, findings);
        }
    }

    /** Columns that were read because no null may be in them any more; a key tells of its own. */
    private static void columns(Rehearsed migration, Done done, Set<String> constraints, Findings findings) {
        if (constraints.isEmpty() || !done.says("primary", "key")) {
            done.changed("table column")
                    .filter(column -> done.concernsOld(column)
                            && column.now().is("attnotnull")
                            && !column.was().is("attnotnull")
                            && column.now().is("attinhcount", "0")
                            && done.scans(String.valueOf(column.table())))
                    .forEach(column -> add(
                            migration, done, findings, column.object(), column.table(), "a row of %s has null there"));
        }
    }

    private static boolean isChecked(Done done, Effect constraint) {
        return constraint.now().is("convalidated")
                && constraint.now().is("conparentid", "0")
                && constraint.now().is("coninhcount", "0")
                && done.scans()
                        .anyMatch(
                                scan -> !scan.relation().equals(constraint.now().get("references"))
                                        || scan.relation().equals(constraint.table()));
    }

    /** What is null in all rows, or counted, breaks nothing. */
    private static boolean canFail(Done done, Effect constraint, Set<String> empty) {
        List<String> columns = Stream.of(
                        String.valueOf(constraint.now().get("conkey")).split("[^0-9]+"))
                .filter(number -> !number.isEmpty())
                .map(number -> constraint.table() + " " + number)
                .toList();
        boolean counted = Set.of("u", "p")
                        .contains(String.valueOf(constraint.now().get("contype")))
                && done.effects(Effect.Change.CREATED, "sequence")
                        .anyMatch(one -> String.valueOf(constraint.table()).equals(one.table()));
        return !counted && (columns.isEmpty() || !empty.containsAll(columns));
    }

    private static void domains(Rehearsed migration, Done done, Findings findings) {
        if (done.scans().findAny().isPresent()) {
            done.effects(Effect.Change.CREATED, "domain constraint")
                    .filter(one -> one.now().is("convalidated"))
                    .forEach(one -> add(
                            migration,
                            done,
                            findings,
                            one.object(),
                            one.now().get("domain"),
                            one.now().is("contype", "n") ? "a value of %s is null" : "a value of %s breaks the check"));
            done.changed("type")
                    .filter(one -> one.now().is("typtype", "d")
                            && one.now().is("typnotnull")
                            && !one.was().is("typnotnull"))
                    .filter(one -> done.effects(Effect.Change.CREATED, "domain constraint")
                            .findAny()
                            .isEmpty())
                    .forEach(
                            one -> add(migration, done, findings, one.object(), one.object(), "a value of %s is null"));
        }
    }

    private static void add(
            Rehearsed migration, Done done, Findings findings, String object, @Nullable String of, String fails) {
        if (!isAsked(migration.migration(), Meant.bare(String.valueOf(of)))) {
            findings.add(done.place(), object, "fails when " + String.format(fails, of));
        }
    }

    /** Whether the script asks something of the table before it runs. */
    private static boolean isAsked(Migration migration, String table) {
        return migration.up().commands().directives().before().stream()
                .anyMatch(before -> Reading.of(before.query()).mentions(table));
    }

    @Override
    public void written(Written migration, Findings findings) {
        for (Clause clause : migration.clauses()) {
            if ((clause.begins("create", "unique", "index") && !clause.has("index", "concurrently"))
                    || clause.actions().stream().anyMatch(action -> checks(clause, action))) {
                clause.oldTable()
                        .filter(table -> !isAsked(migration.migration(), table.substring(table.lastIndexOf('.') + 1)))
                        .ifPresent(table ->
                                findings.add(clause.place(), table, "fails when rows of " + table + " break it"));
            }
        }
    }

    private static boolean checks(Clause clause, int action) {
        Reading sql = clause.reading();
        int at = sql.isPhrase(action, "add", "constraint") ? sql.afterName(action + 2) : action + 1;
        return sql.word(action).equals("add")
                && Set.of("unique", "primary", "check", "foreign", "exclude").contains(sql.word(at))
                && !clause.actionHas(action, "not", "valid")
                && !clause.actionHas(action, "using", "index");
    }
}
