package dev.lockkeeper.analytics.judge;

import static dev.lockkeeper.database.Quote.identifier;
import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Whether the triggers that mark do fire, of a table with events and of its partitions, which the model of a database does not have. */
final class Firing {
    private static final int MOST = 10;

    private Firing() {}

    /** Those that do not, a problem for each table. One that is missing from a partition is none: a run makes it. */
    static List<Problem> of(Site site, Rollup rollup) {
        Map<ObjectName, List<String>> silent = new LinkedHashMap<>();
        for (@Nullable
        String[] row : site.session()
                .query(members(rollup)
                        + " select n.nspname, c.relname, t.tgname from member m join pg_class c on c.oid ="
                        + " m.oid join pg_namespace n on n.oid = c.relnamespace join pg_trigger t on t.tgrelid = c.oid join pg_proc f on"
                        + " f.oid = t.tgfoid where " + marks(site, rollup)
                        + " and t.tgenabled not in ('O', 'A') order by n.nspname, c.relname, t.tgname")) {
            silent.computeIfAbsent(
                            new ObjectName(String.valueOf(row[0]), String.valueOf(row[1])), table -> new ArrayList<>())
                    .add(String.valueOf(row[2]));
        }
        List<Problem> problems = new ArrayList<>();
        silent.entrySet().stream()
                .limit(MOST)
                .forEach(one -> problems.add(Problem.of(
                                Code.ANALYTICS_UNFIT,
                                one.getKey() + " has triggers that do not fire when it changes, for " + rollup.name())
                        .at(rollup.source().place())
                        .because("disabled, or for replicas only: " + String.join(", ", one.getValue()))
                        .help(enable(one.getKey(), one.getValue()))));
        if (silent.size() > MOST) {
            problems.set(
                    MOST - 1,
                    problems.get(MOST - 1).note("and " + (silent.size() - MOST) + " more tables of this kind"));
        }
        return problems;
    }

    /** Partitions with events that no run has given triggers yet. */
    static List<Problem> unwatched(Site site, Rollup rollup) {
        return tables(
                        site,
                        rollup,
                        "c.relkind = 'r' and c.relispartition and pg_relation_size(c.oid) > 0 and not exists (select from pg_trigger t"
                                + " join pg_proc f on f.oid = t.tgfoid where t.tgrelid = c.oid and "
                                + marks(site, rollup) + ")")
                .stream()
                .limit(MOST)
                .map(table -> Problem.of(
                                Code.ANALYTICS_UNFIT,
                                table + " has events and no triggers that mark them for " + rollup.name())
                        .at(rollup.source().place())
                        .because("it has come since the last run")
                        .help("have it watched and computed: lockkeeper analytics run " + rollup.name()))
                .toList();
    }

    /** What fills a table and fires no trigger. */
    static List<Problem> subscribed(Site site, Rollup rollup) {
        return tables(site, rollup, "exists (select from pg_subscription_rel s where s.srrelid = c.oid)").stream()
                .limit(MOST)
                .map(table -> Problem.of(Code.ANALYTICS_UNFIT, table + " is filled by logical replication")
                        .at(rollup.source().place())
                        .because("events that come by replication leave no marks")
                        .help("compute the sums where the events are written"))
                .toList();
    }

    /** Partitions on another server get no triggers that see rows of a statement (manual, "CREATE TRIGGER"). */
    static List<Problem> foreign(Site site, Rollup rollup) {
        return tables(site, rollup, "c.relkind = 'f' and c.relispartition").stream()
                .map(table -> Problem.of(
                                Code.ANALYTICS_UNFIT,
                                "partition " + table + " of " + rollup.source().name() + " is a foreign table")
                        .at(rollup.source().place())
                        .because("its rows are on another server, whose writers leave no marks here")
                        .help(
                                "compute its sums where its rows are, and detach it, or bring its rows into a partition of this"
                                        + " server"))
                .toList();
    }

    /** PostgreSQL 18 has NOT NULL that holds for new rows alone; the model takes it for one that holds. */
    static List<Problem> unproven(Site site, Rollup rollup) {
        return site
                .session()
                .query(
                        "select k.conname from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and a.attnum ="
                                + " k.conkey[1] where k.contype = 'n' and not k.convalidated and k.conrelid = "
                                + oid(rollup.source().name()) + " and a.attname = "
                                + literal(rollup.time().name()))
                .stream()
                .map(row -> Problem.of(
                                Code.ANALYTICS_UNFIT,
                                rollup.source().name() + "." + rollup.time().name()
                                        + " may be null in rows that were there before, and an event of no time is in no bucket")
                        .at(rollup.time().place())
                        .help("give these a time, then: alter table "
                                + rollup.source().name().quoted() + " validate constraint "
                                + identifier(String.valueOf(row[0]))))
                .toList();
    }

    /** Those of the table and its partitions for which a condition on {@code c} of pg_class holds. */
    private static List<ObjectName> tables(Site site, Rollup rollup, String condition) {
        return site
                .session()
                .query(members(rollup)
                        + " select n.nspname, c.relname from member m join pg_class c on c.oid = m.oid join pg_namespace n on n.oid ="
                        + " c.relnamespace where " + condition + " order by n.nspname, c.relname")
                .stream()
                .map(row -> new ObjectName(String.valueOf(row[0]), String.valueOf(row[1])))
                .toList();
    }

    /** The table and all of its partitions; no lock is taken, which would wait for whoever changes one. */
    private static String members(Rollup rollup) {
        return "with recursive member (oid) as (select " + oid(rollup.source().name())
                + " union all select i.inhrelid from pg_inherits i join member m on m.oid = i.inhparent)";
    }

    /** The number of a table, which to_regclass tells only who may use its schema. */
    static String oid(ObjectName table) {
        return "(select k.oid from pg_class k join pg_namespace s on s.oid = k.relnamespace where s.nspname = "
                + literal(table.schema()) + " and k.relname = " + literal(table.name()) + ")";
    }

    private static String marks(Site site, Rollup rollup) {
        return "f.pronamespace = (select oid from pg_namespace where nspname = "
                + literal(site.schema().name()) + ") and f.proname = "
                + literal(site.schema().marker(rollup.name()).name());
    }

    /** What makes triggers fire again; the run that sees it computes what they have missed. */
    static String enable(ObjectName table, List<String> triggers) {
        return "make them fire, and the next run computes what they have missed: alter table " + table.quoted() + " "
                + triggers.stream()
                        .map(one -> "enable trigger " + identifier(one))
                        .collect(Collectors.joining(", "));
    }
}
