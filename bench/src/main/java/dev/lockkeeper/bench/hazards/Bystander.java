package dev.lockkeeper.bench.hazards;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** A second session, which tries what programs do while a migration runs. */
final class Bystander implements AutoCloseable {
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private final Connection connection;

    Bystander(Connection connection) throws SQLException {
        this.connection = connection;
        connection.setAutoCommit(false);
    }

    /** Whether a reader has to wait; not for what this session cannot see, because it is new. */
    boolean readsWait(String relation) throws SQLException {
        return waits(relation, "access share", "select from " + relation + " limit 0");
    }

    /** Whether a writer has to wait; of a materialized view, whoever refreshes it without stopping readers. */
    boolean writesWait(String relation) throws SQLException {
        return waits(relation, "row exclusive", "refresh materialized view concurrently " + relation);
    }

    private boolean waits(String relation, String mode, String ofView) throws SQLException {
        @Nullable String kind = text("select relkind from pg_class where oid = to_regclass('" + relation + "')");
        if (kind == null) {
            connection.rollback();
            return false;
        }
        try {
            execute(
                    kind.equals("m")
                            ? "set local lock_timeout = '50ms'; " + ofView
                            : "lock table only " + relation + " in " + mode + " mode nowait");
            return false;
        } catch (SQLException e) {
            if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                return true;
            }
            throw e;
        } finally {
            connection.rollback();
        }
    }

    /** Writes to a table in a transaction that stays open until {@link #leave}. */
    void write(String table) throws SQLException {
        @Nullable
        String kind =
                text("select relkind from pg_class where oid = to_regclass('" + table + "') and relkind in ('r', 'p')");
        if (kind != null) {
            execute("lock table " + table + " in row exclusive mode");
        }
    }

    void leave() throws SQLException {
        connection.rollback();
    }

    /** What a session is doing: its state, and whether it waits for a lock. */
    String activity(int pid) throws SQLException {
        String found =
                text("select state || coalesce(' ' || wait_event_type, '') from pg_stat_activity where pid = " + pid);
        connection.rollback();
        return found == null ? "" : found;
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        }
    }

    private @Nullable String text(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getString(1) : null;
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
