package dev.lockkeeper.loss;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.plan.Plan;
import dev.lockkeeper.plan.Step;
import dev.lockkeeper.sql.Drop;
import dev.lockkeeper.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Asks the server what data the scripts of a plan will take away. Names mean what they would mean to the script: the
 * server resolves them under the search path that the script has at that point. Rows are never read: how many there are
 * comes from the statistics, and that there are none from the size of the table, which is nothing then.
 */
public final class Losses {
    private final Session session;
    private final List<Loss> losses = new ArrayList<>();
    private final Set<String> made = new HashSet<>();
    private final Set<String> renamed = new HashSet<>();
    private String path;
    private boolean uncertain;

    /**
     * @param session one that nobody needs afterwards: its search path is changed
     * @param publicPath whether scripts run with the search path {@code public}, because this user has the name of the record
     */
    public Losses(Session session, boolean publicPath) {
        this.session = session;
        this.path = publicPath ? "set search_path = public" : "set search_path to default";
    }

    /** What the plan takes away, in its order; tables that are empty are left out. */
    public List<Loss> of(Plan plan) {
        for (Step step : plan.steps()) {
            made.clear();
            String start = path;
            step.commands().statements().forEach(statement -> add(step, statement));
            path = start;
        }
        return List.copyOf(losses);
    }

    private void add(Step step, Statement statement) {
        List<String> words = statement.words();
        if (words.size() > 1
                && words.get(0).equals("set")
                && words.subList(1, words.size()).contains("search_path")) {
            path = statement.sql();
        } else if (words.size() > 1
                && words.get(0).equals("reset")
                && words.get(1).matches("all|search_path")) {
            path = "set search_path to default";
        } else if (statement.sql().toLowerCase(Locale.ROOT).contains("search_path")) {
            // set by a function: nobody knows to what
            uncertain = true;
        }
        for (Drop drop : Drop.of(statement)) {
            switch (drop.kind()) {
                case MADE -> made.add(drop.name().toLowerCase(Locale.ROOT));
                case RENAMED -> {
                    uncertain = true;
                    renamed.addAll(parts(drop.name()));
                }
                case UNKNOWN -> {
                    uncertain = true;
                    unknown(
                            step,
                            "statement " + statement.ordinal() + " runs code, and what it takes away is not known");
                }
                case TABLE, COLUMN, ROWS, VALUES -> table(step, drop);
                case SCHEMA, EXTENSION -> members(step, drop);
            }
        }
    }

    /** The names that a name is put together from, as the server compares them. */
    private static Set<String> parts(String name) {
        Set<String> parts = new HashSet<>();
        for (String part : name.split("\\.(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", -1)) {
            parts.add(part.startsWith("\"") ? part.replaceAll("^\"|\"$", "") : part.toLowerCase(Locale.ROOT));
        }
        parts.remove("");
        return parts;
    }

    /** Whether a name may mean something else by then than it does now. */
    private boolean isRenamed(Drop drop) {
        Set<String> parts = parts(drop.name());
        parts.addAll(parts(drop.column() == null ? "" : drop.column()));
        return !Collections.disjoint(parts, renamed);
    }

    private void unknown(Step step, String what) {
        losses.add(new Loss(step.name(), what, null, false));
    }

    private void table(Step step, Drop drop) {
        String name = drop.name() + (drop.column() == null ? "" : "." + drop.column());
        boolean otherwise = isRenamed(drop);
        if (!otherwise && made.contains(drop.name().toLowerCase(Locale.ROOT))) {
            return;
        }
        @Nullable String oid = resolve("pg_catalog.to_regclass(" + literal(drop.name()) + ")");
        if (oid == null) {
            if (uncertain) {
                unknown(step, name + ", which is not there now: what it will be is not known");
            }
            return;
        }
        if (otherwise) {
            unknown(step, name + ", which may be something else by then: what goes with it is not known");
            return;
        }
        String column = drop.column();
        // a table with its partitions and its children: cascade takes them too
        String query = "with recursive part (oid) as (select " + oid + "::oid union select i.inhrelid from"
                + " pg_catalog.pg_inherits i join part on part.oid = i.inhparent) select format('%I.%I', n.nspname,"
                + " c.relname), (select sum(pg_relation_size(part.oid)) from part join pg_catalog.pg_class p on p.oid ="
                + " part.oid where p.relkind in ('r', 'm')), (select case when bool_and(p.reltuples >= 0) then"
                + " sum(p.reltuples)::bigint end from part join pg_catalog.pg_class p on p.oid = part.oid where p.relkind"
                + " in ('r', 'm')), c.relkind from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid ="
                + " c.relnamespace where c.oid = " + oid
                + (column == null
                        ? ""
                        : " and exists (select from pg_catalog.pg_attribute a where a.attrelid = c.oid and not"
                                + " a.attisdropped and a.attname = (parse_ident(" + literal(column) + "))[1])");
        for (@Nullable String[] row : ask(query)) {
            note(step, kind(drop) + row[0] + (column == null ? "" : "." + column), row[1], row[2]);
        }
    }

    private static String kind(Drop drop) {
        return switch (drop.kind()) {
            case ROWS -> "rows of table ";
            case VALUES -> drop.column() == null ? "values of table " : "values of column ";
            default -> drop.column() == null ? "table " : "column ";
        };
    }

    /** The tables of a schema or an extension that have rows. */
    private void members(Step step, Drop drop) {
        if (drop.kind() == Drop.Kind.SCHEMA && isRenamed(drop)) {
            unknown(
                    step,
                    "schema " + drop.name() + ", which may be another one by then: what goes with it is not known");
            return;
        }
        String where = drop.kind() == Drop.Kind.SCHEMA
                ? "c.relnamespace = to_regnamespace(" + literal(drop.name()) + ")"
                : "c.oid in (select d.objid from pg_catalog.pg_depend d join pg_catalog.pg_extension e on e.oid ="
                        + " d.refobjid where d.classid = 'pg_catalog.pg_class'::regclass and d.refclassid ="
                        + " 'pg_catalog.pg_extension'::regclass and d.deptype = 'e' and e.extname = (parse_ident("
                        + literal(drop.name()) + "))[1])";
        for (@Nullable
        String[] row : ask("select format('%I.%I', n.nspname, c.relname), pg_relation_size(c.oid),"
                + " case when c.reltuples >= 0 then c.reltuples::bigint end from pg_catalog.pg_class c join"
                + " pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'm') and " + where
                + " order by 1")) {
            note(step, "table " + row[0], row[1], row[2]);
        }
    }

    private void note(Step step, String what, @Nullable String size, @Nullable String rows) {
        if (!"0".equals(size)) {
            losses.add(new Loss(step.name(), what, rows == null ? null : Long.valueOf(rows), true));
        }
    }

    /** The object that an expression finds under the path of the script; null when it finds none. */
    private @Nullable String resolve(String expression) {
        try {
            // nothing but the call resolves by that path
            return session.query(path + "; select " + expression + "::pg_catalog.oid")
                    .get(0)[0];
        } catch (SqlFailure e) {
            if (e.connectionLost()) {
                throw e;
            }
            uncertain = true;
            return null;
        }
    }

    private List<@Nullable String[]> ask(String query) {
        return session.query("set search_path = pg_catalog, pg_temp; " + query);
    }
}
