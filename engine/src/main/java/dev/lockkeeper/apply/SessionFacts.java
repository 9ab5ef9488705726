package dev.lockkeeper.apply;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.database.Backend;
import dev.lockkeeper.database.Liveness;
import dev.lockkeeper.database.ScriptSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the server says of a new session in which scripts shall run.
 *
 * @param backend its process
 * @param role the role that the session begins with, as the setting {@code role} spells it
 * @param standardStrings whether a backslash in a plain string is a plain character
 * @param roleSettings the settings of its role and database
 * @param hides whether functions of the database may set what the server does not show: custom settings
 * @param choosesPath whether the role or the database prescribes a search path
 * @param customSettings that functions of the database may set
 * @param liveness keeps the server looking after its client until the end of the transaction; may be empty
 * @param preamble the statements that set what the driver has overridden back to what a new session of psql has, and by which
 *     the server looks after its client
 */
record SessionFacts(
        Backend backend,
        String role,
        boolean standardStrings,
        RoleSettings roleSettings,
        boolean hides,
        boolean choosesPath,
        Set<String> customSettings,
        String liveness,
        List<String> preamble) {
    /**
     * Whether code in this database may create a custom setting, which neither pg_settings nor RESET ALL knows; 2078 is
     * {@code set_config} in a body that is stored parsed. Beside it the custom settings that functions of the database name, as
     * far as their text tells, with spaces between.
     */
    private static final String FUNCTIONS =
            "select coalesce(bool_or(l.lanname not in ('sql', 'plpgsql', 'c', 'internal')"
                    + " or array_to_string(p.proconfig, ' ') ~ " + literal("(^| )[^=]*\\.")
                    + " or p.prosqlbody::text ~ " + literal(":funcid 2078\\M")
                    + " or p.prosrc ~* " + literal("set_config\\s*\\(\\s*([^'\\s]|'[^']*\\.)")
                    + " or p.prosrc ~* "
                    + literal("\\mset\\s+((session|local)\\s+)?\"?[[:alpha:]_][[:alnum:]_$]*\"?\\s*\\.")
                    + " or p.prosrc ~* "
                    + literal("\\m(setseed|dblink_connect|pg_replication_origin_session_setup)\\M") + "), false)"
                    // what such a trigger has set, RESET ALL takes back
                    + " or exists (select from pg_catalog.pg_event_trigger where evtevent = 'login' and evtenabled <> 'D'),"
                    + " string_agg(distinct lower(coalesce(w.m[1], w.m[2])), ' ') from pg_catalog.pg_proc p"
                    + " join pg_catalog.pg_language l on l.oid = p.prolang left join lateral regexp_matches(p.prosrc, "
                    + literal(
                            "'([[:alpha:]_][[:alnum:]_$]*(?:\\.[[:alpha:]_][[:alnum:]_$]*)+)'|"
                                    + "\\mset\\s+(?:(?:session|local)\\s+)?([[:alpha:]_][[:alnum:]_$]*(?:\\.[[:alpha:]_][[:alnum:]_$]*)+)")
                    + ", 'gi') w (m) on true where p.oid >= 16384";

    /** Asks the session, and its user as the server knows it. */
    static SessionFacts of(ScriptSession session) {
        Map<String, String> given = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        given.putAll(session.given());
        List<List<@Nullable String[]>> answers = session.ask(
                "select current_setting('role'), has_table_privilege('pg_catalog.pg_file_settings', 'select')"
                        + " and has_function_privilege('pg_catalog.pg_show_all_file_settings()', 'execute'),"
                        + " current_setting('log_timezone'), " + RoleSettings.COLUMNS + "; " + RoleSettings.PRESCRIBED
                        + "; " + FUNCTIONS
                        + "; " + Liveness.question() + "; "
                        + Backend.AS_LOGIN + Backend.sql());
        @Nullable String[] first = answers.get(0).get(0);
        @Nullable String[] functions = answers.get(2).get(0);
        List<String> prescribed =
                answers.get(1).stream().map(row -> String.valueOf(row[0])).toList();
        List<String> preamble = new ArrayList<>(Liveness.settings(answers.get(3)));
        preamble.add("set timezone = "
                + literal(prescribed(given, prescribed, "timezone")
                        .or(() -> "t".equals(first[1]) ? ofFile(session, "TimeZone") : Optional.empty())
                        // whoever may not read the server's files: initdb writes both alike
                        .orElse(String.valueOf(first[2]))));
        prescribed(given, prescribed, "datestyle")
                .ifPresent(style -> preamble.add("set datestyle = " + literal(style)));
        prescribed(given, prescribed, "extra_float_digits")
                .ifPresent(digits -> preamble.add("set extra_float_digits = " + literal(digits)));
        // what the server would not say cannot be shown
        prescribed(given, prescribed, "client_min_messages")
                .filter(least -> !least.matches("(?i)debug.*|log|notice|warning"))
                .ifPresent(least -> preamble.add("set client_min_messages = warning"));
        return new SessionFacts(
                Backend.of(answers.get(4))
                        .orElseThrow(() -> new IllegalStateException("a session sees its own process")),
                String.valueOf(first[0]),
                session.standardStrings(),
                RoleSettings.of(first, 3),
                "t".equals(functions[0]),
                prescribed(given, prescribed, "search_path").isPresent(),
                functions[1] == null ? Set.of() : Set.of(functions[1].split(" ")),
                Liveness.untilCommit(answers.get(3)),
                preamble);
    }

    private static Optional<String> prescribed(Map<String, String> given, List<String> settings, String name) {
        return Optional.ofNullable(given.get(name))
                .or(() -> settings.stream()
                        .filter(setting -> setting.toLowerCase(Locale.ROOT).startsWith(name + "="))
                        .findFirst()
                        .map(setting -> setting.substring(name.length() + 1)));
    }

    private static Optional<String> ofFile(ScriptSession session, String name) {
        return session
                .ask("select setting from pg_catalog.pg_file_settings where applied and lower(name) = lower("
                        + literal(name) + ")")
                .get(0)
                .stream()
                .map(row -> String.valueOf(row[0]))
                .findFirst();
    }
}
