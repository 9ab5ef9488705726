package dev.lockkeeper.database;

import dev.lockkeeper.project.Target;
import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.Field;
import org.postgresql.core.NativeQuery;
import org.postgresql.core.Query;
import org.postgresql.core.QueryExecutor;
import org.postgresql.core.ResultCursor;
import org.postgresql.core.ResultHandlerBase;
import org.postgresql.core.SqlCommand;
import org.postgresql.core.Tuple;

/**
 * One connection to a server, always in autocommit, always in the simple protocol. Not thread-safe.
 *
 * <p>A message may hold any number of statements; the server runs them as one transaction unless they say otherwise
 * (manual 55.2.2.1, "Multiple Statements in a Simple Query").
 */
public final class Session implements AutoCloseable {
    private final Connection connection;
    private final Duration silence;

    private Session(Connection connection, Duration silence) {
        this.connection = connection;
        this.silence = silence;
    }

    /**
     * Connects. An answer may take as long as {@link #silence} says, which is meant for short statements.
     *
     * @param application what pg_stat_activity shows, cut by the server after 63 bytes
     * @throws dev.lockkeeper.problem.LockkeeperException {@code connection-failed}, {@code
     *     authentication-failed}, or {@code server-exhausted} when it has no connection left
     */
    public static Session open(Target target, String application) {
        Properties properties = Liveness.complete(target, new Properties());
        properties.setProperty("preferQueryMode", "simple");
        properties.setProperty("ApplicationName", application);
        // spares a round trip: the name then travels in the start-up message
        properties.setProperty("assumeMinServerVersion", "15");
        return new Session(Connector.open(target, properties), Liveness.silence(properties));
    }

    /** Takes over an open connection; it must be in autocommit. Closing the session closes it. */
    public static Session over(Connection connection) {
        return new Session(connection, Duration.ZERO);
    }

    /** From now on an answer may take for ever. Somebody else must notice when the connection is dead. */
    public Session unlimited() {
        try {
            connection.setNetworkTimeout(Runnable::run, 0);
            return this;
        } catch (SQLException e) {
            throw new SqlFailure(e, 0);
        }
    }

    /** How long the connection may be silent before it is taken for dead; zero means for ever. */
    public Duration silence() {
        return silence;
    }

    /**
     * Notices that the connection has ended, if word of that has come; asks nobody.
     *
     * @throws SqlFailure when it has
     */
    public void requireOpen() {
        try {
            connection.unwrap(PGConnection.class).getNotifications();
        } catch (SQLException e) {
            throw new SqlFailure(e, 0);
        }
    }

    /** Ends the connection at once, also while another thread waits for an answer, which then fails. */
    public void cut() {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            throw new SqlFailure(e, 0);
        }
    }

    /**
     * Sends one message and waits for its end; rows that it returns are dropped.
     *
     * @throws SqlFailure with the number of statements that had completed
     */
    public void execute(String message) {
        Counter counter = new Counter();
        try {
            // the driver's own entry point would cut the text again, and wrongly for BEGIN ATOMIC bodies
            QueryExecutor executor = connection.unwrap(BaseConnection.class).getQueryExecutor();
            Query query = executor.wrap(List.of(new NativeQuery(message, SqlCommand.BLANK)));
            int flags = QueryExecutor.QUERY_ONESHOT
                    | QueryExecutor.QUERY_EXECUTE_AS_SIMPLE
                    | QueryExecutor.QUERY_SUPPRESS_BEGIN;
            executor.execute(query, null, counter, 0, 0, flags);
        } catch (SQLException e) {
            throw new SqlFailure(e, counter.completed);
        }
    }

    /** Sends one message and gives the rows of its last result, every value as text, SQL NULL as null. */
    public List<@Nullable String[]> query(String message) {
        List<List<@Nullable String[]>> results = queryAll(message);
        return results.isEmpty() ? List.of() : results.get(results.size() - 1);
    }

    /** Sends one message and gives the rows of each of its results that has rows. */
    public List<List<@Nullable String[]>> queryAll(String message) {
        List<List<@Nullable String[]>> results = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            boolean rows = statement.execute(message);
            while (rows || statement.getUpdateCount() != -1) {
                if (rows) {
                    results.add(rows(statement));
                }
                rows = statement.getMoreResults();
            }
            return results;
        } catch (SQLException e) {
            throw new SqlFailure(e, results.size());
        }
    }

    private static List<@Nullable String[]> rows(Statement statement) throws SQLException {
        try (ResultSet set = statement.getResultSet()) {
            int columns = set.getMetaData().getColumnCount();
            List<@Nullable String[]> rows = new ArrayList<>();
            while (set.next()) {
                @Nullable String[] row = new @Nullable String[columns];
                for (int i = 0; i < columns; i++) {
                    row[i] = set.getString(i + 1);
                }
                rows.add(row);
            }
            return rows;
        }
    }

    /** Runs {@code COPY ... FROM STDIN} with its data. */
    public void copyIn(String sql, String data) {
        try {
            new CopyManager(connection.unwrap(BaseConnection.class)).copyIn(sql, new StringReader(data));
        } catch (SQLException e) {
            throw new SqlFailure(e, 0);
        } catch (IOException e) {
            throw new IllegalStateException("a string in memory is always readable", e);
        }
    }

    /** The server's version as it calls itself, such as {@code 18.6}. */
    public String serverVersion() {
        try {
            String version = connection.getMetaData().getDatabaseProductVersion();
            return version.split(" ", 2)[0];
        } catch (SQLException e) {
            throw new SqlFailure(e, 0);
        }
    }

    /** The process id of the server's side. */
    public int pid() {
        try {
            return connection.unwrap(BaseConnection.class).getBackendPID();
        } catch (SQLException e) {
            throw new SqlFailure(e, 0);
        }
    }

    /** Closes the connection; a transaction that is still open aborts. */
    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new SqlFailure(e, 0);
        }
    }

    /** Counts the statements that completed, which no public method of the driver tells after a failure. */
    private static final class Counter extends ResultHandlerBase {
        private int completed;

        @Override
        public void handleResultRows(Query from, Field[] fields, List<Tuple> tuples, @Nullable ResultCursor cursor) {
            completed++;
        }

        @Override
        public void handleCommandStatus(String status, long updated, long insertedOid) {
            completed++;
        }

        @Override
        public void handleWarning(SQLWarning warning) {}
    }
}
