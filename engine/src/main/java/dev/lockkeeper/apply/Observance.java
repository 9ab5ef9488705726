package dev.lockkeeper.apply;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.project.Assertions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether what a project asserts of an apply is so, in the transaction that ends a script, so that the script aborts where
 * it is not.
 *
 * <p>A table brings rows when it has some and had none before the run, or when the ending transaction has put rows into it. A
 * table that this user may fill and not read is not known to be empty, and so refused.
 *
 * @param filled the OIDs of the tables that had rows before the run
 */
record Observance(Assertions assertions, String schema, List<Long> filled) {
    /** The SQLSTATE of a refusal. */
    static final String REFUSED = "LK004";

    private static final String FILLED = "lockkeeper.filled";

    Observance {
        filled = List.copyOf(filled);
    }

    /** Looks at nothing. */
    static Observance none() {
        return new Observance(Assertions.none(), "", List.of());
    }

    /** The query for the OIDs of the tables that have rows, as one text; for a message of own SQL. */
    static String filledSql(String schema) {
        return block(
                        "found text := ''; t record; rows boolean;",
                        "for t in " + tables(schema, "select") + " loop execute"
                                + " format('select exists (select from only %s)', t.name) into rows; if rows then found := found"
                                + " || ' ' || t.oid; end if; end loop; perform set_config('" + FILLED
                                + "', found, true);")
                + ";select current_setting('" + FILLED + "')";
    }

    static Observance of(Assertions assertions, String schema, @Nullable String filled) {
        List<Long> oids = new ArrayList<>();
        if (filled != null) {
            for (String oid : filled.strip().split(" ", -1)) {
                if (!oid.isEmpty()) {
                    oids.add(Long.parseLong(oid));
                }
            }
        }
        return new Observance(assertions, schema, oids);
    }

    /** Statements for the end of a script of an apply; none when nothing is asserted. */
    List<String> sql(boolean last) {
        List<String> sql = new ArrayList<>();
        if (assertions.noSeedData()) {
            sql.add(seeds());
        }
        if (last) {
            assertions.checks().forEach(check -> sql.add(check(check)));
        }
        return sql;
    }

    private static String tables(String schema, String right) {
        return "select c.oid, format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid ="
                + " c.relnamespace where c.relkind = 'r' and c.relpersistence <> 't' and n.nspname !~ '^pg_' and n.nspname"
                + " not in ('information_schema', " + literal(schema)
                + ") and not exists (select from pg_depend d where"
                + " d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e') and"
                + " has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, '" + right + "') order by 2";
    }

    private String seeds() {
        String known = filled.stream().map(String::valueOf).collect(Collectors.joining(","));
        return block(
                "t record; rows boolean; found text[] := '{}'; hidden text[] := '{}';",
                "perform set_config('row_security', 'off', true); if not current_setting('track_counts')::boolean then raise"
                        + " exception using errcode = '" + REFUSED
                        + "', message = 'no-seed-data: it cannot be observed what"
                        + " a script inserts', hint = 'switch track_counts on'; end if; for t in "
                        + tables(schema, "insert")
                        + " loop if not has_table_privilege(t.oid, 'select') then hidden := hidden || t.name; continue;"
                        + " end if; if t.oid = any ('{" + known + "}'::oid[]) then rows :="
                        + " pg_stat_get_xact_tuples_inserted(t.oid) > 0; else execute format('select exists (select from"
                        + " only %s)', t.name) into rows; end if; if rows then found := found || t.name; end if; end loop;"
                        + " if cardinality(found) > 0 then raise exception using errcode = '" + REFUSED + "', message ="
                        + " 'no-seed-data: rows were brought into ' || array_to_string(found, ', '), hint = 'bring rows by"
                        + " other means than migrations, or remove the assertion from lockkeeper.yaml'; end if; if"
                        + " cardinality(hidden) > 0 then raise exception using errcode = '" + REFUSED + "', message ="
                        + " 'no-seed-data: it is not known whether rows were brought into ' || array_to_string(hidden,"
                        + " ', '), hint = 'let this user read these tables'; end if;");
    }

    private static String check(Assertions.Check check) {
        String named = "assertion " + check.name();
        return block(
                "good boolean;",
                "begin execute " + literal(check.query())
                        + " into good; exception when others then raise exception using"
                        + " errcode = '" + REFUSED + "', message = "
                        + literal(named + ": the server does not run its query: ")
                        + " || sqlerrm, hint = 'names in it need their schema'; end; if good is not true then raise"
                        + " exception using errcode = '" + REFUSED + "', message = "
                        + literal(named + " does not hold: ")
                        + " || coalesce(good::text, 'no value'), detail = " + literal(check.query()) + "; end if;");
    }

    private static String block(String declarations, String body) {
        String code = "declare " + declarations + " begin " + body + " end";
        StringBuilder tag = new StringBuilder("$lockkeeper");
        while (code.contains(tag)) {
            tag.append('_');
        }
        return "do " + tag + "$ " + code + " " + tag + "$";
    }
}
