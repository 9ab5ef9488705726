package dev.lockkeeper.doctor;

import static dev.lockkeeper.database.Quote.identifier;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The version of the server, and those of its settings that decide whether a run goes well and what is committed stays. */
final class ServerSettings implements Check {
    private static final int OLDEST = 15;
    private static final int NEWEST = 18;

    /** Below that many a transaction over some partitions fails (the default is 64). */
    private static final long LOCKS = 64;

    /** What a statement of a run needs between two messages at most. */
    private static final long IDLE_MILLIS = 5_000;

    /** Many statements of a run take longer, such as one that reads a large table. */
    private static final long STATEMENT_MILLIS = 30_000;

    private static final long HOUR_MILLIS = 3_600_000;

    private static final Set<String> STARTS = Set.of("command line", "environment variable", "override");

    private static final String AT_START =
            "change it where the server is started, such as its unit or its container, which wins over its files, and start it"
                    + " anew; it should be ";

    private static final List<String> NAMES = List.of(
            "autovacuum",
            "default_transaction_read_only",
            "fsync",
            "full_page_writes",
            "idle_in_transaction_session_timeout",
            "lock_timeout",
            "max_locks_per_transaction",
            "server_version_num",
            "session_replication_role",
            "standard_conforming_strings",
            "statement_timeout",
            "track_counts",
            "transaction_timeout",
            "wal_level");

    @Override
    public String what() {
        return "version and settings";
    }

    @Override
    public Part part() {
        return Part.SERVER;
    }

    /** @param source as pg_settings has it */
    private record Setting(String value, String source) {}

    @Override
    public void look(Patient patient, Chart chart) {
        Map<String, Setting> all = new HashMap<>();
        Map<String, String> sources = sources(patient);
        // what a session of this login begins with: its own settings are ours
        for (@Nullable
        String[] row : patient.rows("select name, reset_val, source from pg_settings where name in ("
                + NAMES.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", ")) + ")")) {
            String name = Objects.requireNonNull(row[0]);
            String source = Objects.requireNonNullElse(row[2], "");
            all.put(
                    name,
                    new Setting(
                            Objects.requireNonNullElse(row[1], ""),
                            source.equals("session") ? sources.getOrDefault(name, "") : source));
        }
        @Nullable String[] who = patient.row("select current_database(), session_user, pg_is_in_recovery()");
        String database = identifier(String.valueOf(who[0]));
        String role = identifier(String.valueOf(who[1]));
        version(patient, all, chart);
        if ("t".equals(who[2])) {
            chart.found(
                    Symptom.SERVER_STANDBY,
                    "",
                    "the server replays another one",
                    "name the primary in the address, or write target_session_attrs=primary into it");
        }
        off(all, "default_transaction_read_only", "on", "off", Symptom.READ_ONLY, database, role, chart);
        for (String word : List.of("replica", "local")) {
            off(all, "session_replication_role", word, "origin", Symptom.REPLICATION_ROLE, database, role, chart);
        }
        off(all, "standard_conforming_strings", "off", "on", Symptom.STRINGS_UNCLEAR, database, role, chart);
        for (String name : List.of("fsync", "full_page_writes")) {
            off(all, name, "off", "on", Symptom.DURABILITY_OFF, database, role, chart);
        }
        for (String name : List.of("autovacuum", "track_counts")) {
            off(all, name, "off", "on", Symptom.AUTOVACUUM_OFF, database, role, chart);
        }
        if ("minimal".equals(value(all, "wal_level"))) {
            restart(all, "wal_level", "replica", Symptom.WAL_MINIMAL, chart);
        }
        if (number(all, "max_locks_per_transaction") < LOCKS) {
            restart(all, "max_locks_per_transaction", Long.toString(LOCKS), Symptom.LOCKS_FEW, chart);
        }
        limit(all, "transaction_timeout", HOUR_MILLIS, database, role, chart);
        limit(all, "idle_in_transaction_session_timeout", IDLE_MILLIS, database, role, chart);
        if (patient.patience().statement().isZero()) {
            limit(all, "statement_timeout", STATEMENT_MILLIS, database, role, chart);
        }
        for (String name : List.of("statement_timeout", "lock_timeout", "wal_level")) {
            chart.fact(
                    name, value(all, name).equals("0") ? "none" : value(all, name) + (name.endsWith("t") ? " ms" : ""));
        }
    }

    private static void version(Patient patient, Map<String, Setting> all, Chart chart) {
        long number = number(all, "server_version_num");
        int major = (int) (number / 10_000);
        String version = patient.session().serverVersion();
        chart.fact("server", version);
        if (major < OLDEST || major > NEWEST) {
            chart.found(
                    Symptom.SERVER_UNSUPPORTED,
                    "",
                    "the server is PostgreSQL " + version,
                    "use a server of version " + OLDEST + " to " + NEWEST + ", or a later Lockkeeper");
            return;
        }
        String tested = patient.tested().get(major);
        if (tested != null && tested.matches("\\d+\\.\\d+")) {
            long latest = Long.parseLong(tested.substring(tested.indexOf('.') + 1));
            if (number % 10_000 < latest) {
                chart.found(
                        Symptom.SERVER_OUTDATED,
                        "",
                        "the server is PostgreSQL " + version + ", and " + tested + " is known",
                        "install the latest minor release, which needs a restart and no upgrade of the data");
            }
        }
    }

    private static void off(
            Map<String, Setting> all,
            String name,
            String bad,
            String good,
            Symptom symptom,
            String database,
            String role,
            Chart chart) {
        if (bad.equals(value(all, name))) {
            chart.found(
                    symptom,
                    name,
                    name + " is " + bad + from(all, name),
                    isOfStart(all, name) ? AT_START + good : "set it back",
                    reset(all, name, good, database, role));
        }
    }

    /** For a setting that holds from the start of the server on. */
    private static void restart(Map<String, Setting> all, String name, String good, Symptom symptom, Chart chart) {
        chart.found(
                symptom,
                name,
                name + " is " + value(all, name) + from(all, name),
                isOfStart(all, name) ? AT_START + good : "set it and restart the server",
                isOfStart(all, name)
                        ? new String[0]
                        : new String[] {"alter system set " + name + " = '" + good + "';"});
    }

    /** What a session has set itself, as this one much, hides in pg_settings where the value comes from that it begins with. */
    private static Map<String, String> sources(Patient patient) {
        Map<String, String> sources = new HashMap<>();
        // the last one wins, as it does on the server (manual, "pg_db_role_setting")
        for (@Nullable
        String[] row :
                patient.rows("select split_part(c, '=', 1), case when s.setrole = 0 and s.setdatabase = 0 then 'global'"
                        + " when s.setrole = 0 then 'database' when s.setdatabase = 0 then 'user' else 'database user' end"
                        + " from pg_db_role_setting s, unnest(s.setconfig) c where s.setrole in (0, (select oid from pg_roles where"
                        + " rolname = session_user)) and s.setdatabase in (0, (select oid from pg_database where datname ="
                        + " current_database())) order by s.setrole <> 0, s.setdatabase <> 0")) {
            sources.put(String.valueOf(row[0]), String.valueOf(row[1]));
        }
        return sources;
    }

    private static void limit(
            Map<String, Setting> all, String name, long least, String database, String role, Chart chart) {
        long millis = number(all, name);
        if (millis > 0 && millis < least) {
            chart.found(
                    Symptom.TIME_LIMIT,
                    name,
                    name + " is " + millis + " ms" + from(all, name),
                    "give the login of migrations a limit of its own, or none",
                    source(all, name).equals("client")
                            ? new String[0]
                            // what is set for the role in this database wins over what is set for the role
                            : new String[] {
                                "alter role " + role
                                        + (source(all, name).equals("database user") ? " in database " + database : "")
                                        + " set " + name + " = 0;"
                            });
        }
    }

    private static String from(Map<String, Setting> all, String name) {
        return switch (source(all, name)) {
            case "user" -> ", set for the role";
            case "database" -> ", set for the database";
            case "global" -> ", set for all roles";
            case "database user" -> ", set for the role in this database";
            case "client" -> ", set by the address";
            case "command line", "environment variable", "override" -> ", set where the server is started";
            default -> "";
        };
    }

    private static String[] reset(Map<String, Setting> all, String name, String good, String database, String role) {
        return switch (source(all, name)) {
            case "user" -> new String[] {"alter role " + role + " reset " + name + ";"};
            case "global" -> new String[] {"alter role all reset " + name + ";"};
            case "database" -> new String[] {"alter database " + database + " reset " + name + ";"};
            case "database user" ->
                new String[] {"alter role " + role + " in database " + database + " reset " + name + ";"};
            // an address sets it for itself alone
            case "client", "command line", "environment variable", "override" -> new String[0];
            default -> new String[] {"alter system set " + name + " = " + good + ";", "select pg_reload_conf();"};
        };
    }

    /** What stands on the command line of the server wins over its files. */
    private static boolean isOfStart(Map<String, Setting> all, String name) {
        return STARTS.contains(source(all, name));
    }

    private static String value(Map<String, Setting> all, String name) {
        Setting setting = all.get(name);
        return setting == null ? "0" : setting.value();
    }

    private static String source(Map<String, Setting> all, String name) {
        Setting setting = all.get(name);
        return setting == null ? "" : setting.source();
    }

    private static long number(Map<String, Setting> all, String name) {
        String value = value(all, name);
        return value.matches("\\d{1,18}") ? Long.parseLong(value) : 0;
    }
}
