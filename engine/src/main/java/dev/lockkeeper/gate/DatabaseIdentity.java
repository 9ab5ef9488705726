package dev.lockkeeper.gate;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which database it is, by what no address tells.
 *
 * @param system what initdb has given the server's data, and its copies keep
 * @param oid of the database on that server
 * @param name of the database
 * @param major version of the server
 */
public record DatabaseIdentity(String system, long oid, String name, int major) {
    private static final String SQL = "select (select system_identifier from pg_control_system())::text, d.oid::text,"
            + " d.datname, (current_setting('server_version_num')::int / 10000)::text,"
            + " (extract(epoch from clock_timestamp()) * 1000)::bigint::text, session_user::text from pg_database d"
            + " where d.datname = current_database()";

    /**
     * An identity, and what the clock of the server showed as it was read.
     *
     * @param now to the millisecond
     * @param login as which the session has connected
     */
    public record Sighting(DatabaseIdentity database, Instant now, String login) {}

    /**
     * Asks a session.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code plan-changed} when the server does not say it to this user
     */
    public static Sighting of(Session session) {
        @Nullable String[] row;
        try {
            row = session.query(SQL).get(0);
        } catch (SqlFailure e) {
            if (!e.error().sqlState().equals("42501")) {
                throw e.problem("the database does not say which one it is").asException(e);
            }
            throw Problem.of(Code.PLAN_CHANGED, "it is not known which server this is")
                    .because(
                            "this user may not call pg_control_system(), and what is unknown is not taken for the same")
                    .help("grant execute on function pg_catalog.pg_control_system() to this user")
                    .asException(e);
        }
        return new Sighting(
                new DatabaseIdentity(
                        text(row[0]), Long.parseLong(text(row[1])), text(row[2]), Integer.parseInt(text(row[3]))),
                Instant.ofEpochMilli(Long.parseLong(text(row[4]))),
                text(row[5]));
    }

    private static String text(@Nullable String value) {
        if (value == null) {
            throw new IllegalStateException("the server says nothing of this as null");
        }
        return value;
    }
}
