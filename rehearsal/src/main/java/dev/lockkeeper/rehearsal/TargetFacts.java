package dev.lockkeeper.rehearsal;

import static dev.lockkeeper.database.Quote.identifier;

import dev.lockkeeper.catalog.Platform;
import dev.lockkeeper.database.Session;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What decides on a live server what a script does there, as far as a plain user is told.
 *
 * @param serverVersion as the server calls itself
 * @param user as whom scripts run
 * @param settings with which a session of that user begins, by name; without limits of time, which others set for themselves
 * @param certain whether the time zone and the date style are those of such a session; else they are a guess
 * @param roles that have something in the database
 * @param kept settings that decide something and cannot be had on another server, by name
 */
public record TargetFacts(
        String serverVersion,
        String user,
        Map<String, String> settings,
        boolean certain,
        List<Extension> extensions,
        List<String> roles,
        List<String> kept) {
    private static final String OWN =
            "(select d.oid from pg_catalog.pg_database d where d.datname = current_database())";

    /** Settings that change what a statement does; pg_settings tells what a session begins with (manual 54.24, "reset_val"). */
    private static final String DECISIVE = "'search_path', 'intervalstyle', 'default_table_access_method',"
            + " 'default_toast_compression', 'default_transaction_isolation', 'default_transaction_deferrable',"
            + " 'check_function_bodies', 'array_nulls', 'transform_null_equals', 'xmloption', 'xmlbinary', "
            + " 'lc_monetary', 'lc_numeric', 'lc_time', 'default_text_search_config', 'row_security',"
            + " 'quote_all_identifiers', 'createrole_self_grant'";

    /** Of no weight on a throw-away server, nothing that it has, or what the reading of its answers rests on. */
    private static final Pattern LEFT =
            Pattern.compile("_timeout$|^log_|^statement_timeout|_preload_libraries$|tablespaces?$|^track_|^auto_explain"
                    + "|^pg_stat|^client_min|^application_name$|^role$|^work_mem$|^maintenance_work_mem$|^temp_file_limit$|^lc_messages$|^client_encoding$|^standard_conforming_strings$|^escape_string"
                    + "_warning$|^backslash_quote$");

    /** An extension of the database. */
    public record Extension(String name, String version, String schema) {
        /** The statement that makes it, and its schema where that is missing. */
        public String sql() {
            return "create schema if not exists " + identifier(schema) + "; create extension if not exists "
                    + identifier(name) + " with schema " + identifier(schema) + " cascade";
        }
    }

    public TargetFacts {
        settings = Map.copyOf(settings);
        extensions = List.copyOf(extensions);
        roles = List.copyOf(roles);
        kept = List.copyOf(kept);
    }

    /**
     * Reads them.
     *
     * @param user as whom scripts run
     */
    public static TargetFacts of(Session session, String user) {
        List<List<@Nullable String[]>> answers = session.queryAll("select lower(s.name), s.reset_val from"
                + " pg_catalog.pg_settings s where lower(s.name) in (" + DECISIVE + ") and s.reset_val is distinct from"
                + " s.boot_val order by 1;"
                + " select x.name, x.value from (select distinct on (lower(split_part(u.setting, '=', 1)))"
                + " split_part(u.setting, '=', 1) as name, substr(u.setting, strpos(u.setting, '=') + 1) as value from"
                + " pg_catalog.pg_db_role_setting s cross join lateral unnest(s.setconfig) u(setting) where s.setdatabase in"
                + " (0, " + OWN + ") and s.setrole in (0, (select r.oid from pg_catalog.pg_roles r where r.rolname ="
                + " session_user)) order by lower(split_part(u.setting, '=', 1)), s.setrole = 0, s.setdatabase = 0) x;"
                + " select e.extname, e.extversion, n.nspname from pg_catalog.pg_extension e join"
                + " pg_catalog.pg_namespace n on n.oid = e.extnamespace where e.extname <> 'plpgsql' order by 1;"
                + " select current_setting('log_timezone')");
        Map<String, String> settings = new LinkedHashMap<>();
        answers.get(0).forEach(row -> settings.put(text(row, 0), text(row, 1)));
        List<String> kept = new ArrayList<>();
        answers.get(1).forEach(row -> {
            String name = text(row, 0).toLowerCase(Locale.ROOT);
            if (LEFT.matcher(name).find()) {
                kept.add(name);
            } else {
                settings.put(name, text(row, 1));
            }
        });
        boolean certain = settings.containsKey("timezone");
        // initdb writes both alike, and a plain user is not told which one the file has
        settings.putIfAbsent("timezone", text(answers.get(3).get(0), 0));
        return new TargetFacts(
                session.serverVersion(),
                user,
                settings,
                certain,
                answers.get(2).stream()
                        .map(row -> new Extension(text(row, 0), text(row, 1), text(row, 2)))
                        .toList(),
                Platform.roles(session, Set.of(user)),
                kept);
    }

    private static String text(@Nullable String[] row, int column) {
        return String.valueOf(row[column]);
    }
}
