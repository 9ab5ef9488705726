package dev.lockkeeper.rehearsal;

import dev.lockkeeper.database.Quote;
import dev.lockkeeper.database.Session;

/**
 * What belongs to a database but is kept outside of it, where CREATE DATABASE ... TEMPLATE leaves it (manual 23.3, "Template
 * Databases"): a rehearsal in a copy would not find what an earlier migration made.
 */
final class Belongings {
    private static final String COPY = """
        set local search_path = pg_catalog, pg_temp; set local allow_system_table_mods = on;
        do $do$
        declare
          own oid := (select d.oid from pg_catalog.pg_database d where d.datname = current_database());
          other oid := (select d.oid from pg_catalog.pg_database d where d.datname = ${other});
        begin
          insert into pg_catalog.pg_db_role_setting (setdatabase, setrole, setconfig)
            select own, setrole, setconfig from pg_catalog.pg_db_role_setting where setdatabase = other;
          insert into pg_catalog.pg_shdescription (objoid, classoid, description)
            select own, classoid, description from pg_catalog.pg_shdescription
             where classoid = 'pg_catalog.pg_database'::regclass and objoid = other;
          update pg_catalog.pg_database d set datdba = o.datdba, datacl = o.datacl, datconnlimit = o.datconnlimit
            from pg_catalog.pg_database o where d.oid = own and o.oid = other;
          execute (select format('insert into pg_catalog.pg_subscription (%s) select %s from pg_catalog.pg_subscription where'
                          ' subdbid = %s', string_agg(quote_ident(attname), ', ' order by attnum),
                          string_agg(case attname
                            when 'oid' then 'pg_nextoid(''pg_subscription'', ''oid'', ''pg_subscription_oid_index'')'
                            when 'subdbid' then own::text else quote_ident(attname) end, ', ' order by attnum), other)
                     from pg_catalog.pg_attribute
                    where attrelid = 'pg_catalog.pg_subscription'::regclass and attnum > 0 and not attisdropped);
        end $do$""";

    private Belongings() {}

    /** Gives the session's database what another has. Only for a server that is thrown away: it writes to catalogs. */
    static void copy(Session session, String other) {
        session.execute(COPY.replace("${other}", Quote.literal(other)));
    }
}
