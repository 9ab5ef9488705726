package dev.lockkeeper.apply;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.sql.Effect;
import org.jspecify.annotations.Nullable;

/**
 * Asks the server what a statement is about to concern, so that a name means here what it means in the statement.
 *
 * <p>The SQL runs in the session of the script, with its role and search_path, immediately before the statement. No
 * function, operator, cast or type in it is looked for in that search_path, because objects in it may belong to anybody.
 * So it has no {@code IN}, {@code LIKE}, {@code IS DISTINCT FROM}, {@code NULLIF}, {@code CASE x WHEN}, {@code USING} or {@code
 * UNION} without {@code ALL}: their operators could not be qualified.
 */
final class Resolution {
    /** The server's {@code =}, whatever the search_path. */
    static final String EQ = " operator(pg_catalog.=) ";

    static final String NE = " operator(pg_catalog.<>) ";
    /** Copies that a REINDEX makes: their names end so (ReindexRelationConcurrently in commands/indexcmds.c). */
    static final String IS_COPY = " operator(pg_catalog.~) '_cc(new|old)[0-9]*$'";

    private static final String NONE = "0::pg_catalog.oid";
    private static final String ALL = "\nunion all ";

    private Resolution() {}

    /**
     * One statement, each row of its answer a {@link Fact}; empty when nothing needs to be asked.
     *
     * <p>The server refuses it where it would refuse the statement too, because a name is not well formed or its schema is
     * closed to the role. Nothing of the statement has begun then.
     */
    static String sql(Effect effect) {
        if (effect instanceof Effect.IndexBuilt built) {
            return built(built.table(), built.name());
        }
        if (effect instanceof Effect.IndexDropped dropped) {
            return "with " + relation("r", dropped.name()) + select("doomed", "i.indexrelid", "i.indrelid", PATH, VALID)
                    + " from r" + INDEX_OF_R + ALL + select("wanted", NONE, NONE, "r.relname", "''") + " from r";
        }
        if (effect instanceof Effect.IndexesRebuilt rebuilt) {
            return rebuilt(rebuilt);
        }
        if (effect instanceof Effect.PartitionDetached detached) {
            return detached(detached);
        }
        if (effect instanceof Effect.Created created) {
            return thing(created.thing(), created.name());
        }
        if (effect instanceof Effect.Dropped dropped) {
            return thing(dropped.thing(), dropped.name());
        }
        if (effect instanceof Effect.DatabaseMoved moved) {
            return thing(Effect.Thing.DATABASE, moved.name()) + ALL
                    + select("goal", "t.oid", NONE, "t.spcname", "''")
                    + " from pg_catalog.pg_tablespace t where t.spcname" + EQ + single(moved.tablespace());
        }
        return "";
    }

    /** The schema and name of index {@code c}, as SQL. */
    static final String PATH = "pg_catalog.format('%I.%I', n.nspname, c.relname)";

    private static final String VALID = "case when i.indisvalid then 'valid' else 'invalid' end";

    /** The file of index {@code c}, and whether REINDEX CONCURRENTLY passes it over. */
    private static final String FILE = "pg_catalog.concat(pg_catalog.pg_relation_filenode(c.oid), ' ',"
            + " case when not i.indisvalid then 'invalid' when i.indisexclusion then 'exclusion' else 'valid' end)";

    private static final String INDEX_OF_R = " join pg_catalog.pg_index i on i.indexrelid" + EQ + "r.oid"
            + " join pg_catalog.pg_class c on c.oid" + EQ + "i.indexrelid"
            + " join pg_catalog.pg_namespace n on n.oid" + EQ + "c.relnamespace";

    private static String select(String role, String oid, String of, String name, String mark) {
        return "\nselect '" + role + "', " + oid + "::pg_catalog.text, " + of + "::pg_catalog.text, " + name
                + "::pg_catalog.text, " + mark + "::pg_catalog.text";
    }

    /** Under that name what the server finds by the name; nothing when it finds nothing. */
    private static String relation(String alias, String name) {
        return alias + " as (select c.oid, c.relnamespace, c.relname, c.relkind, c.reltoastrelid, x.nspname"
                + " from pg_catalog.pg_class c join pg_catalog.pg_namespace x on x.oid" + EQ
                + "c.relnamespace where c.oid" + EQ + "pg_catalog.to_regclass(" + literal(name) + ")::pg_catalog.oid)";
    }

    /** A name without a schema, folded as the server folds it and cut as it cuts it. */
    private static String single(String name) {
        return "(pg_catalog.parse_ident(" + literal(name) + "))[1]::pg_catalog.name";
    }

    private static String built(String table, @Nullable String name) {
        String sql = "with " + relation("t", table)
                + select(
                        "table",
                        "t.oid",
                        "t.relnamespace",
                        "pg_catalog.format('%I.%I', t.nspname, t.relname)",
                        "t.relkind")
                + " from t" + ALL + select("index", "i.indexrelid", "i.indrelid", "c.relname", FILE)
                + " from t join pg_catalog.pg_index i on i.indrelid" + EQ + "t.oid"
                + " join pg_catalog.pg_class c on c.oid" + EQ + "i.indexrelid";
        return name == null
                ? sql
                : sql + ALL + select("wanted", NONE, NONE, single(name), "''") + ALL
                        + select("named", "c.oid", "coalesce(i.indrelid, 0::pg_catalog.oid)", PATH, "c.relkind")
                        + " from t join pg_catalog.pg_class c on c.relnamespace" + EQ + "t.relnamespace and c.relname"
                        + EQ
                        + single(name) + " join pg_catalog.pg_namespace n on n.oid" + EQ + "c.relnamespace"
                        + " left join pg_catalog.pg_index i on i.indexrelid" + EQ + "c.oid";
    }

    private static String rebuilt(Effect.IndexesRebuilt rebuilt) {
        String name = rebuilt.name();
        if (name == null) {
            return select("rebuilt", "t.oid", NONE, "t.datname", "''")
                    + " from pg_catalog.pg_database t where t.datname" + EQ + "pg_catalog.current_database()" + ALL
                    + copies("");
        }
        if (rebuilt.scale() == Effect.Scale.SCHEMA) {
            String schema = "pg_catalog.pg_namespace t where t.nspname" + EQ + single(name);
            return select("rebuilt", "t.oid", NONE, "t.nspname", "''") + " from " + schema + ALL
                    + copies(" and coalesce(o.relnamespace, t.relnamespace)" + EQ + "(select t.oid from " + schema
                            + ")");
        }
        // of a partitioned one all leaves; of each table the one behind it that keeps its long values
        String parts = "with " + relation("r", name) + ", part as (select r.oid from r" + ALL
                + "select p.relid::pg_catalog.oid from r, lateral pg_catalog.pg_partition_tree(r.oid::pg_catalog.regclass) p"
                + " where p.relid::pg_catalog.oid" + NE + "r.oid), rel as (select part.oid from part" + ALL
                + "select c.reltoastrelid from part join pg_catalog.pg_class c on c.oid" + EQ + "part.oid"
                + " where c.reltoastrelid" + NE + "0::pg_catalog.oid)";
        String of = rebuilt.scale() == Effect.Scale.INDEX ? "i.indexrelid" : "i.indrelid";
        return parts
                + select(
                        "rebuilt",
                        "r.oid",
                        "r.relnamespace",
                        "pg_catalog.format('%I.%I', r.nspname, r.relname)",
                        "r.relkind")
                + " from r" + ALL + select("index", "i.indexrelid", "i.indrelid", "c.relname", FILE)
                + " from rel join pg_catalog.pg_index i on " + of + EQ + "rel.oid join pg_catalog.pg_class c on c.oid"
                + EQ
                + "i.indexrelid where c.relkind" + EQ + "'i'::pg_catalog.\"char\"";
    }

    /** The copies in the database; {@code t} is the table of each, {@code o} the one whose long values it keeps. */
    static String copies(String which) {
        return select("copy", "i.indexrelid", "i.indrelid", PATH, "''") + " from pg_catalog.pg_index i"
                + " join pg_catalog.pg_class c on c.oid" + EQ + "i.indexrelid"
                + " join pg_catalog.pg_namespace n on n.oid" + EQ + "c.relnamespace"
                + " join pg_catalog.pg_class t on t.oid" + EQ + "i.indrelid"
                + " left join pg_catalog.pg_class o on o.reltoastrelid" + EQ + "t.oid"
                + " where not i.indisvalid and c.relname" + IS_COPY + which;
    }

    private static String detached(Effect.PartitionDetached detached) {
        return "with " + relation("t", detached.table()) + ", " + relation("p", detached.partition())
                + select("parent", "t.oid", NONE, "pg_catalog.format('%I.%I', t.nspname, t.relname)", "''")
                + " from t" + ALL
                + select(
                        "partition",
                        "p.oid",
                        "i.inhparent",
                        "pg_catalog.format('%I.%I', p.nspname, p.relname)",
                        "case when i.inhdetachpending then 'pending' else 'attached' end")
                + " from p join pg_catalog.pg_inherits i on i.inhrelid" + EQ + "p.oid";
    }

    static String thing(Effect.Thing thing, String name) {
        String sql = switch (thing) {
            case DATABASE ->
                select("thing", "t.oid", "t.dattablespace", "t.datname", "''")
                        + " from pg_catalog.pg_database t where t.datname";
            case TABLESPACE ->
                select("thing", "t.oid", NONE, "t.spcname", "''") + " from pg_catalog.pg_tablespace t where t.spcname";
            case SUBSCRIPTION ->
                select("thing", "t.oid", NONE, "t.subname", "''")
                        + " from pg_catalog.pg_subscription t join pg_catalog.pg_database d on d.oid" + EQ
                        + "t.subdbid and d.datname" + EQ + "pg_catalog.current_database() where t.subname";
        };
        return sql + EQ + single(name);
    }
}
