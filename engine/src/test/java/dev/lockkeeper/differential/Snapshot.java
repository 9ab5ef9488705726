package dev.lockkeeper.differential;

import dev.lockkeeper.catalog.Catalog;
import dev.lockkeeper.catalog.Fingerprint;
import dev.lockkeeper.database.Session;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * What a database is like, without our own record.
 *
 * @param catalog its schema
 * @param lines its rows, sequences, large objects, and what the server says about its users
 */
record Snapshot(Fingerprint catalog, List<String> lines) {
    private static final String READABLE = "set session_replication_role = replica; set search_path = pg_catalog;"
            + " set row_security = off; set datestyle = 'ISO, YMD'; set timezone = 'UTC'; set intervalstyle = postgres;"
            + " set bytea_output = hex; set extra_float_digits = 1; set client_min_messages = error; reset role;"
            + " set default_transaction_read_only = off; set default_transaction_isolation = 'read committed';"
            // event triggers of the case have nothing to do with it, for they do not fire for a replica
            + " drop schema if exists lockkeeper cascade;"
            // a backend leaves the empty schema of its temporary objects for the next one of its number
            + " set allow_system_table_mods = on; delete from pg_namespace where nspname ~ '^pg_(toast_)?temp_';";

    /** Makes the query that reads all rows. */
    private static final String TABLES = """
        select coalesce(string_agg(format(
          case c.relkind when 'S' then 'select %L || last_value || '' '' || is_called from %I.%I'
                         else 'select %L || t::text from only %I.%I t' end,
          n.nspname || '.' || c.relname || ': ', n.nspname, c.relname), ' union all '), 'select null where false')
          from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind in ('r', 'm', 'S') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'""";

    private static final String SHARED = """
        select 'large object ' || loid || ' ' || pageno || ' ' || data::text from pg_largeobject
        union all select 'role ' || (to_jsonb(r) - 'oid' - 'rolpassword')::text from pg_roles r where rolname !~ '^pg_'
        union all select format('member %s %s %s', roleid::regrole, member::regrole, to_jsonb(m) - 'oid' - 'roleid' - 'member' - 'grantor')
          from pg_auth_members m where roleid >= 16384
        union all select format('setting %s %s %s', coalesce((select datname from pg_database d where d.oid = setdatabase), '-'),
          setrole::regrole, setconfig) from pg_db_role_setting
         where setdatabase in (0, (select oid from pg_database where datname = current_database()))
        union all select format('comment %s %s', objoid::regrole, description) from pg_shdescription where classoid = 'pg_authid'::regclass
        union all select format('database %s %s %s', datname, datacl, datdba::regrole) from pg_database where datname ~ '^(dl_|awkward$)'
        union all select format('invalid %s', indexrelid::regclass) from pg_index where not indisvalid
        union all select format('left %s', query) from pg_stat_activity
         where datname = 'awkward' and backend_type = 'client backend' and pid <> pg_backend_pid() and state <> 'idle'""";

    static Snapshot take(Catalog catalog, Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(READABLE);
            List<String> lines =
                    new ArrayList<>(rows(statement, rows(statement, TABLES).get(0)));
            lines.addAll(rows(statement, SHARED));
            lines.sort(null);
            // sets a path of its own
            return new Snapshot(catalog.fingerprint(Session.over(connection)), List.copyOf(lines));
        }
    }

    private static List<String> rows(Statement statement, String sql) throws SQLException {
        try (ResultSet set = statement.executeQuery(sql)) {
            List<String> rows = new ArrayList<>();
            while (set.next()) {
                rows.add(set.getString(1));
            }
            return rows;
        }
    }

    List<String> apart(Snapshot other) {
        List<String> apart = new ArrayList<>();
        TreeSet<String> lists = new TreeSet<>(catalog.digests().keySet());
        lists.removeIf(list ->
                catalog.digests().get(list).equals(other.catalog.digests().get(list)));
        if (!lists.isEmpty()) {
            apart.add("catalogs: " + lists);
        }
        List<String> missing = new ArrayList<>(lines);
        other.lines.forEach(missing::remove);
        missing.forEach(line -> apart.add("- " + line));
        List<String> more = new ArrayList<>(other.lines);
        lines.forEach(more::remove);
        more.forEach(line -> apart.add("+ " + line));
        return apart;
    }
}
