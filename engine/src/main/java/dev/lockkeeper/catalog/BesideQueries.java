package dev.lockkeeper.catalog;

import dev.lockkeeper.database.Quote;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The query for what is kept beside a database: its settings, whether everybody may create schemas in it, and the roles that a
 * history has made, with their memberships and settings. Everybody may read all of it; passwords are not looked at.
 */
final class BesideQueries {
    private static final String OWN =
            "(select d.oid from pg_catalog.pg_database d where d.datname = current_database())";

    private BesideQueries() {}

    /** Rows as {@link Lot#rows} gives them. */
    static String sql(Set<String> roles) {
        String named = roles.isEmpty()
                ? "null"
                : roles.stream().sorted().map(r -> Quote.literal(r)).collect(Collectors.joining(", "));
        return Reading.SETTINGS
                + String.join(
                        " union all ",
                        List.of(
                                settings(named),
                                database(),
                                roles(named),
                                memberships(named),
                                comments(named),
                                subscriptions()));
    }

    private static String row(String list, String kind, String object, String parents, String content, String from) {
        return "select '" + list + "', '" + list + "', " + kind + ", " + object + ", " + parents + ", false,"
                + " jsonb_strip_nulls(jsonb_build_object(" + content + "))::text, '' " + from;
    }

    private static String settings(String roles) {
        String name = "split_part(u.setting, '=', 1) || case when t.setrole <> 0 then ' of role ' || t.setrole::regrole"
                + " else '' end || case when t.setrole <> 0 and t.setdatabase <> 0 then ' in this database' else '' end";
        return row(
                "pg_db_role_setting",
                "case when t.setdatabase = 0 then 'role setting' else 'database setting' end",
                name,
                "coalesce('pg_authid ' || nullif(t.setrole, 0)::regrole, '')",
                "'of', " + name + ", 'value', substr(u.setting, strpos(u.setting, '=') + 1), 'name',"
                        + " split_part(u.setting, '=', 1)",
                "from pg_catalog.pg_db_role_setting t cross join lateral unnest(t.setconfig) u(setting)"
                        + " left join pg_catalog.pg_roles r on r.oid = t.setrole where t.setdatabase = " + OWN
                        + " or (t.setdatabase = 0 and r.rolname in (" + roles + "))");
    }

    private static String database() {
        return row(
                "pg_database",
                "'database'",
                "'(this one)'",
                "''",
                "'create for everybody', exists (select from aclexplode(t.datacl) a where a.grantee = 0 and"
                        + " a.privilege_type = 'CREATE')",
                "from pg_catalog.pg_database t where t.datname = current_database()");
    }

    private static String roles(String roles) {
        return row(
                "pg_authid",
                "'role'",
                "quote_ident(t.rolname)",
                "''",
                "'rolsuper', t.rolsuper, 'rolinherit', t.rolinherit, 'rolcreaterole', t.rolcreaterole, 'rolcreatedb',"
                        + " t.rolcreatedb, 'rolcanlogin', t.rolcanlogin, 'rolreplication', t.rolreplication,"
                        + " 'rolbypassrls', t.rolbypassrls, 'rolconnlimit', t.rolconnlimit, 'rolvaliduntil', "
                        + Columns.VALID_UNTIL,
                "from pg_catalog.pg_roles t where t.rolname in (" + roles + ")");
    }

    private static String comments(String roles) {
        return row(
                "pg_shdescription",
                "'comment'",
                "'role ' || quote_ident(r.rolname)",
                "'pg_authid ' || quote_ident(r.rolname)",
                "'description', t.description",
                "from pg_catalog.pg_shdescription t join pg_catalog.pg_roles r on r.oid = t.objoid where t.classoid ="
                        + " 'pg_catalog.pg_authid'::regclass and r.rolname in (" + roles + ")");
    }

    /** How it connects only superusers may read. */
    private static String subscriptions() {
        return row(
                "pg_subscription",
                "'subscription'",
                "quote_ident(t.subname)",
                "''",
                "'subname', t.subname::text, 'subowner', t.subowner::regrole::text, 'subenabled', t.subenabled, 'subbinary', t.subbinary,"
                        + " 'substream', t.substream::text, 'subtwophasestate', case when t.subtwophasestate <> 'd' then 'e' else"
                        + " 'd' end, 'subdisableonerr', t.subdisableonerr,"
                        + " 'subslotname', t.subslotname, 'subsynccommit', t.subsynccommit, 'subpublications',"
                        + " t.subpublications::text",
                "from pg_catalog.pg_subscription t where t.subdbid = " + OWN);
    }

    /**
     * Whoever made a role may hold it: that depends on what he is allowed, and is no drift. Two of the options came with 16,
     * and an older server has no such columns to name.
     */
    private static String memberships(String roles) {
        return row(
                "pg_auth_members",
                "'membership'",
                "t.member::regrole || ' in ' || t.roleid::regrole",
                "'pg_authid ' || t.member::regrole || chr(31) || 'pg_authid ' || t.roleid::regrole",
                "'roleid', t.roleid::regrole::text, 'member', t.member::regrole::text, 'admin_option',"
                        + " bool_or(t.admin_option), 'inherit_option', bool_or(to_jsonb(t)->>'inherit_option' = 'true'),"
                        + " 'set_option', bool_or(to_jsonb(t)->>'set_option' = 'true')",
                "from pg_catalog.pg_auth_members t join pg_catalog.pg_roles r on r.oid in (t.roleid, t.member) where"
                        + " r.rolname in (" + roles + ") group by t.member, t.roleid");
    }
}
