package dev.lockkeeper.doctor;

import static dev.lockkeeper.database.Quote.identifier;
import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.project.DurationText;
import dev.lockkeeper.project.PoolDeclaration;
import dev.lockkeeper.project.PoolProfile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Whether the server has as many connections as the pools of applications can ask for, and a run of Lockkeeper besides. */
final class Connections implements Check {
    /** A run takes two, and one more while a statement takes long. */
    private static final long RUN = 3;

    /** The server takes no more, and does not start with more (guc_tables.c, MAX_BACKENDS). */
    private static final long MOST = 262_143;

    @Override
    public String what() {
        return "connections";
    }

    @Override
    public Part part() {
        return Part.CAPACITY;
    }

    @Override
    public void look(Patient patient, Chart chart) {
        @Nullable
        String[] row = patient.row("select current_setting('max_connections'),"
                + " current_setting('superuser_reserved_connections'), coalesce(current_setting('reserved_connections', true), '0'),"
                + " d.datconnlimit, d.datname, session_user,"
                // what others do is hidden from a plain role, and that they are there is not
                + " (select count(*) from pg_stat_activity a where a.datid is not null)"
                + " from pg_database d where d.datname = current_database()");
        long most = number(row, 0);
        long free = most - number(row, 1) - number(row, 2);
        long used = number(row, 6);
        chart.fact("connections", used + " of " + free + " in use, " + (most - free) + " more are reserved");
        if (used * 100 >= free * patient.limits().busy()) {
            chart.found(
                    Symptom.CONNECTIONS_BUSY,
                    "",
                    used + " of " + free + " connections are in use",
                    "look who has them: select usename, application_name, count(*) from pg_stat_activity group by 1, 2; give"
                            + " the pools a smaller size, or put a pooler between");
        }
        if (patient.pools().isEmpty()) {
            chart.unseen(
                    Part.CAPACITY,
                    "what applications can ask for",
                    "the environment declares no pools: in lockkeeper.yaml");
        }
        Map<String, Long> byRole = new TreeMap<>();
        List<String> parts = new ArrayList<>();
        String login = String.valueOf(row[5]);
        long sum = RUN;
        for (PoolDeclaration pool : patient.pools()) {
            unfit(pool, chart);
            sum += pool.connections();
            byRole.merge(Objects.requireNonNullElse(pool.role(), login), pool.connections(), Long::sum);
            parts.add(pool.connections() + " of " + pool.name() + " (" + told(pool) + ")");
        }
        byRole.merge(login, RUN, Long::sum);
        String told = parts.isEmpty()
                ? "a run takes " + RUN + " connections"
                : String.join(", ", parts) + " and " + RUN + " of a run are " + sum;
        if (!parts.isEmpty()) {
            chart.fact("pools", told);
        }
        if (sum > free) {
            chart.found(
                    Symptom.CONNECTIONS_SHORT,
                    "max_connections",
                    told + ", and the server gives " + free + " (max_connections " + most
                            + " without those that are reserved)",
                    "give the pools a smaller max:, put a transaction pooler between and say server-connections:, or raise"
                            + " max_connections, which needs a restart",
                    sum + most - free > MOST
                            ? new String[0]
                            : new String[] {"alter system set max_connections = " + (sum + most - free) + ";"});
        }
        long ofDatabase = number(row, 3);
        if (ofDatabase >= 0 && sum > ofDatabase) {
            chart.found(
                    Symptom.CONNECTIONS_SHORT,
                    "database",
                    told + ", and the database takes " + ofDatabase,
                    "raise its limit",
                    "alter database " + identifier(String.valueOf(row[4])) + " connection limit " + sum + ";");
        }
        byRole.forEach((role, wanted) -> ofRole(patient, role, wanted, chart));
    }

    private static void ofRole(Patient patient, String role, long wanted, Chart chart) {
        List<@Nullable String[]> rows = patient.rows(
                "select rolconnlimit, rolcanlogin, rolvaliduntil::text, rolvaliduntil < clock_timestamp() from pg_roles where rolname = "
                        + literal(role));
        if (rows.isEmpty() || "f".equals(rows.get(0)[1])) {
            chart.found(
                    Symptom.POOL_ROLE,
                    "role " + identifier(role),
                    "pools log in as role " + role
                            + (rows.isEmpty() ? ", which is not there" : ", which may not log in"),
                    "name with role: the login that applications have, or leave it out where that is the login of the"
                            + " environment");
            return;
        }
        if ("t".equals(rows.get(0)[3])) {
            chart.found(
                    Symptom.POOL_ROLE,
                    "role " + identifier(role),
                    "pools log in as role " + role + ", whose password counts until " + rows.get(0)[2]
                            + ", which is over",
                    "give it a new password and a later time, or none: who logs in without a password is not asked for it",
                    "alter role " + identifier(role) + " valid until 'infinity';");
        }
        long limit = number(rows.get(0), 0);
        if (limit >= 0 && wanted > limit) {
            chart.found(
                    Symptom.CONNECTIONS_SHORT,
                    "role " + identifier(role),
                    (wanted == RUN ? "a run" : "pools of role " + role) + " can ask for " + wanted
                            + " connections, and role " + role + " may have " + limit,
                    "raise its limit",
                    "alter role " + identifier(role) + " connection limit " + wanted + ";");
        }
    }

    private static String told(PoolDeclaration pool) {
        return pool.profile().word() + ", " + pool.instances() + " x " + pool.max()
                + (pool.behind() == null ? "" : " behind a pooler with " + pool.behind());
    }

    private static void unfit(PoolDeclaration pool, Chart chart) {
        PoolProfile usual = PoolProfile.SERVERLESS;
        if (pool.profile() != usual) {
            return;
        }
        List<String> wrong = new ArrayList<>();
        if (pool.max() > usual.max()) {
            wrong.add("max " + pool.max() + " instead of " + usual.max());
        }
        longer("idle", pool.idle(), usual.idle(), wrong);
        longer("connect-timeout", pool.connect(), usual.connect(), wrong);
        if (!wrong.isEmpty()) {
            chart.found(
                    Symptom.POOL_UNFIT,
                    pool.name(),
                    "the serverless pool " + pool.name() + " has " + String.join(", ", wrong),
                    "leave these keys out, or name another profile if it is no function");
        }
    }

    private static void longer(String key, Duration value, Duration most, List<String> wrong) {
        if (value.isZero() || value.compareTo(most) > 0) {
            wrong.add(key + " " + (value.isZero() ? "none" : DurationText.of(value)) + " instead of "
                    + DurationText.of(most));
        }
    }

    private static long number(@Nullable String[] row, int column) {
        return Long.parseLong(Objects.requireNonNull(row[column]));
    }
}
