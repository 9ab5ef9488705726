package dev.lockkeeper.catalog;

import java.util.List;

/** What is said about a database as a whole: owner, privileges, connection limit, settings, comment. */
public final class DatabaseFacts {
    static final String SQL = """
        select 'database', 'database', jsonb_build_object('owner', d.datdba::regrole::text, 'privileges',
                 case when d.datacl is null then 'default' else (select string_agg(x::text, ', ' order by x::text)
                 from unnest(d.datacl) x) end, 'connection limit', d.datconnlimit)::text
          from pg_catalog.pg_database d where d.datname = current_database()
        union all
        select 'database setting', coalesce(nullif(s.setrole, 0)::regrole::text, 'all roles') || ' ' ||
                 split_part(u, '=', 1), u
          from pg_catalog.pg_db_role_setting s, unnest(s.setconfig) u
         where s.setdatabase = (select oid from pg_catalog.pg_database where datname = current_database())
        union all
        select 'comment', 'database', c.description
          from pg_catalog.pg_shdescription c
         where c.classoid = 'pg_catalog.pg_database'::regclass
           and c.objoid = (select oid from pg_catalog.pg_database where datname = current_database())""";

    private final List<Row> rows;

    DatabaseFacts(List<Row> rows) {
        this.rows = List.copyOf(rows);
    }

    /** What changed from these facts to others. */
    public Comparison compare(DatabaseFacts after) {
        return Comparison.of(rows, after.rows);
    }
}
