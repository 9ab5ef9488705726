package dev.lockkeeper.catalog;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the databases of a server share, and what is said about a database as a whole: no copy of a database takes any of
 * it along. Databases that come and go with a proof are left out, and the one looked at has no name, because that name
 * is made up.
 */
final class SharedLists {
    private static final String OWN =
            "(select d.oid from pg_catalog.pg_database d where d.datname = current_database())";

    /** Shared catalogs that are read column by column. */
    static final Set<String> CATALOGS = Set.of(
            "pg_authid",
            "pg_auth_members",
            "pg_database",
            "pg_parameter_acl",
            "pg_replication_origin",
            "pg_shdescription",
            "pg_shseclabel",
            "pg_subscription",
            "pg_tablespace");

    private SharedLists() {}

    /**
     * @param fields what was made of the columns of each of the catalogs
     * @param throwAway a regular expression for the names of databases that come and go
     */
    static Map<String, Source> all(Map<String, List<String>> fields, String throwAway) {
        Map<String, Source> sources = new TreeMap<>();
        fields.forEach((catalog, list) ->
                sources.put(catalog, Source.small(catalog, catalog, shape(catalog, throwAway), list)));
        for (Source source : List.of(settings(throwAway), slots(), prepared(), server())) {
            sources.put(source.name(), source);
        }
        return sources;
    }

    private static Shape shape(String catalog, String throwAway) {
        String others = " or d.datname !~ '" + throwAway + "'";
        return switch (catalog) {
            case "pg_authid" ->
                Shape.part("oid", catalog, "'role'", "t.oid::regrole::text")
                        .with(Thing.INCARNATION, "t.oid::text")
                        .with(Thing.VERIFIER, "md5(t.rolpassword)");
            case "pg_auth_members" ->
                // OID 10 is the superuser of initdb, who stands for every superuser from 16 on
                Shape.part(
                                "roleid",
                                catalog,
                                "'membership'",
                                "t.member::regrole || ' in ' || t.roleid::regrole || case when t.grantor <> 10 then ' by ' ||"
                                        + " t.grantor::regrole else '' end")
                        .in("'pg_authid ' || t.member::regrole")
                        .in("'pg_authid ' || t.roleid::regrole");
            case "pg_database" ->
                Shape.part(
                                "oid",
                                catalog,
                                "'database'",
                                "case when t.oid = " + OWN + " then '(this one)' else quote_ident(t.datname) end")
                        .where("(t.datname = current_database()" + others.replace("d.", "t.") + ")");
            case "pg_parameter_acl" -> Shape.part("oid", catalog, "'parameter'", "t.parname");
            case "pg_replication_origin" ->
                // those of subscriptions are called after an OID
                Shape.part("roident", catalog, "'replication origin'", "quote_ident(t.roname)")
                        .where("t.roname !~ '^pg_[0-9_]+$'");
            case "pg_shdescription" -> remark(catalog, "comment", others);
            case "pg_shseclabel" -> remark(catalog, "security label", others).with("provider", "t.provider");
            case "pg_subscription" ->
                Shape.part("oid", catalog, "'subscription'", "quote_ident(t.subname)")
                        .where("t.subdbid = " + OWN);
            default ->
                Shape.part("oid", catalog, "'tablespace'", "quote_ident(t.spcname)")
                        .with("location", "pg_tablespace_location(t.oid)");
        };
    }

    private static Shape remark(String catalog, String kind, String others) {
        String described = "case when t.classoid = 'pg_catalog.pg_database'::regclass and t.objoid = " + OWN
                + " then 'database (this one)' else " + Names.described("t.classoid", "t.objoid", "0") + " end";
        return Shape.part("objoid", catalog, "'" + kind + "'", described)
                .where(
                        "(t.classoid <> 'pg_catalog.pg_database'::regclass or exists (select from pg_catalog.pg_database d"
                                + " where d.oid = t.objoid and (d.datname = current_database()" + others + ")))")
                .in("case when t.classoid <> 'pg_catalog.pg_database'::regclass then "
                        + Names.identity("t.classoid", "t.objoid", "0") + " end")
                .with("of", described);
    }

    private static Source settings(String throwAway) {
        String name = "split_part(u.setting, '=', 1) || case when t.setrole <> 0 then ' of role ' || t.setrole::regrole"
                + " when t.setdatabase = 0 then ' of all roles' else '' end || case when t.setdatabase = 0 then '' when"
                + " t.setdatabase <> " + OWN + " then ' in database ' || (select quote_ident(d.datname) from"
                + " pg_catalog.pg_database d where d.oid = t.setdatabase) when t.setrole <> 0 then ' in this database' else"
                + " '' end";
        return Source.small(
                "pg_db_role_setting",
                "pg_db_role_setting",
                new Shape(
                                "setdatabase",
                                " cross join lateral unnest(t.setconfig) u(setting)",
                                "(t.setdatabase in (0, " + OWN
                                        + ") or exists (select from pg_catalog.pg_database d where d.oid"
                                        + " = t.setdatabase and d.datname !~ '" + throwAway + "'))",
                                "'pg_db_role_setting'",
                                "case when t.setdatabase = 0 then 'role setting' else 'database setting' end",
                                name,
                                List.of(),
                                List.of())
                        .in("'pg_authid ' || nullif(t.setrole, 0)::regrole"),
                List.of("of", name, "value", "substr(u.setting, strpos(u.setting, '=') + 1)"));
    }

    private static Source slots() {
        return Source.small(
                "replication-slot",
                "pg_get_replication_slots()",
                Shape.part("slot_name", "replication-slot", "'replication slot'", "quote_ident(t.slot_name)")
                        .where("not t.temporary"),
                List.of("name", "t.slot_name::text", "type", "t.slot_type", "plugin", "t.plugin::text"));
    }

    private static Source prepared() {
        return Source.small(
                "prepared-transaction",
                "pg_prepared_xact()",
                Shape.part("gid", "prepared-transaction", "'prepared transaction'", "quote_literal(t.gid)"),
                List.of("name", "t.gid", "owner", "t.ownerid::regrole::text"));
    }

    /** What ALTER SYSTEM wrote. */
    private static Source server() {
        return Source.small(
                "server-setting",
                "pg_show_all_file_settings()",
                Shape.part("name", "server-setting", "'server setting'", "t.name")
                        .where("t.sourcefile ~ 'postgresql[.]auto[.]conf$'"),
                List.of("name", "t.name", "value", "t.setting"));
    }
}
