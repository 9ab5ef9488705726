package dev.lockkeeper.catalog;

import dev.lockkeeper.database.Quote;
import dev.lockkeeper.database.Session;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What a database has from its server, that scripts run by and that an empty server lacks. */
public final class Platform {
    private static final String OWN =
            "(select d.oid from pg_catalog.pg_database d where d.datname = current_database())";

    private Platform() {}

    /** The settings of the sessions of some users that decide where objects land and whose they are. */
    public static Map<String, Map<String, String>> settings(Session session, Set<String> users) {
        Map<String, Map<String, String>> settings = new HashMap<>();
        if (!users.isEmpty()) {
            session.query("select distinct on (r.rolname, split_part(u.setting, '=', 1)) r.rolname,"
                            + " split_part(u.setting, '=', 1), substr(u.setting, strpos(u.setting, '=') + 1)"
                            + " from pg_catalog.pg_roles r join pg_catalog.pg_db_role_setting s on s.setrole in (r.oid, 0)"
                            + " and s.setdatabase in (" + OWN + ", 0) cross join lateral unnest(s.setconfig) u(setting)"
                            + " where r.rolname in ("
                            + users.stream().map(u -> Quote.literal(u)).collect(Collectors.joining(", "))
                            + ") and split_part(u.setting, '=', 1) in ('search_path', 'role') order by r.rolname,"
                            + " split_part(u.setting, '=', 1), s.setrole <> 0 desc, s.setdatabase <> 0 desc")
                    .forEach(r -> settings.computeIfAbsent(String.valueOf(r[0]), u -> new HashMap<>())
                            .put(String.valueOf(r[1]), String.valueOf(r[2])));
        }
        return settings;
    }

    /**
     * A prelude that makes what the database takes for granted: the roles that own something in it or may do something in it.
     *
     * @param users those that are made anyway
     */
    public static List<String> prelude(Session session, Set<String> users) {
        return roles(session, users).stream()
                .map(role -> "create role " + Quote.identifier(role) + ";")
                .toList();
    }

    /** The roles that own something in the database or may do something in it, but for some. */
    public static List<String> roles(Session session, Set<String> but) {
        return session
                .query("select distinct r.rolname from pg_catalog.pg_shdepend d join pg_catalog.pg_roles r on r.oid ="
                        + " d.refobjid where d.dbid = " + OWN
                        + " and d.refclassid = 'pg_catalog.pg_authid'::regclass and"
                        + " r.oid >= 16384 order by 1")
                .stream()
                .map(r -> String.valueOf(r[0]))
                .filter(role -> !but.contains(role))
                .toList();
    }
}
