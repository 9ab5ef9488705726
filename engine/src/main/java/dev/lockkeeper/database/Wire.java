package dev.lockkeeper.database;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
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
import org.postgresql.core.TransactionState;
import org.postgresql.core.Tuple;
import org.postgresql.util.PSQLWarning;

/**
 * A connection with the driver between: messages go in the simple protocol, always in autocommit, and what the server says
 * beside its answer is handed on. Not thread-safe, but for {@link #cut}.
 *
 * <p>A message may hold any number of statements; the server runs them as one transaction unless they say otherwise
 * (manual 55.2.2.1, "Multiple Statements in a Simple Query").
 */
final class Wire implements AutoCloseable {
    private static final int COPY_BUFFER = 1 << 16;

    private final @Nullable Supplier<Line> opener;
    private volatile Line line;
    private boolean unlimited;
    private boolean standardStrings;

    /** @param opener opens the connection, and another one when it is asked to */
    Wire(Supplier<Line> opener) {
        this.opener = opener;
        this.line = opener.get();
        this.standardStrings = hasStandardStrings();
    }

    /** Over an open connection, which cannot be opened again, only be cleaned as far as the server does that. */
    Wire(Connection connection) {
        this.opener = null;
        this.line = Line.of(connection);
        this.standardStrings = hasStandardStrings();
    }

    /** Ends the connection and opens a new one in its place. */
    void reopen() {
        if (opener == null) {
            execute("discard all", notice -> {});
            return;
        }
        if (line.isLent()) {
            // a pool may have no room for one more
            close();
            line = opener.get();
        } else {
            Line next = opener.get();
            close();
            line = next;
        }
        standardStrings = hasStandardStrings();
        if (unlimited) {
            unlimited();
        }
    }

    /**
     * Sends a message and waits for its end; rows that it returns are dropped as they come.
     *
     * @param notices told what the server says beside
     * @return how many rows the last statement that counts rows has changed
     */
    long execute(String message, Consumer<Notice> notices) {
        return execute(message, notices, RowCounts.NONE);
    }

    /** @param counts told what each statement has changed */
    long execute(String message, Consumer<Notice> notices, RowCounts counts) {
        Counter counter = new Counter(notices, counts);
        try {
            // the driver's own entry point would cut the text again, and wrongly for BEGIN ATOMIC bodies
            QueryExecutor executor = driver().getQueryExecutor();
            Query query = executor.wrap(List.of(new NativeQuery(message, SqlCommand.BLANK)));
            int flags = QueryExecutor.QUERY_ONESHOT
                    | QueryExecutor.QUERY_EXECUTE_AS_SIMPLE
                    | QueryExecutor.QUERY_NO_RESULTS
                    | QueryExecutor.QUERY_BOTH_ROWS_AND_STATUS
                    | QueryExecutor.QUERY_SUPPRESS_BEGIN;
            executor.execute(query, null, counter, 0, 0, flags);
            return counter.updated;
        } catch (SQLException e) {
            throw failure(e, counter.completed);
        }
    }

    /** Sends a message and gives the rows of each of its results that has rows, every value as text, SQL NULL as null. */
    List<List<@Nullable String[]>> query(String message) {
        List<List<@Nullable String[]>> results = new ArrayList<>();
        try (Statement statement = line.connection().createStatement()) {
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
            throw failure(e, results.size());
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

    /** Runs {@code COPY ... FROM STDIN} with its data; gives the number of its rows. */
    long copyIn(String sql, String data, Consumer<Notice> notices) {
        return copy(copies -> copies.copyIn(sql, new StringReader(data)), notices);
    }

    /** The same with data in UTF-8 that somebody makes meanwhile. */
    long copyIn(String sql, InputStream data, Consumer<Notice> notices) {
        return copy(copies -> copies.copyIn(sql, data, COPY_BUFFER), notices);
    }

    /** Runs {@code COPY ... TO STDOUT}; its rows are dropped as they come. */
    void copyOut(String sql, Consumer<Notice> notices) {
        copy(copies -> copies.copyOut(sql, OutputStream.nullOutputStream()), notices);
    }

    private interface Copying {
        long run(CopyManager copies) throws SQLException, IOException;
    }

    private long copy(Copying copying, Consumer<Notice> notices) {
        try {
            line.connection().clearWarnings();
            long rows = copying.run(new CopyManager(driver()));
            for (SQLWarning said = line.connection().getWarnings(); said != null; said = said.getNextWarning()) {
                notices.accept(notice(said, 0));
            }
            return rows;
        } catch (SQLException e) {
            throw failure(e, 0);
        } catch (IOException e) {
            // a string in memory is always readable, and what is made meanwhile fails in its own way
            throw new UncheckedIOException(e);
        }
    }

    private static Notice notice(SQLWarning warning, int completed) {
        return Notice.of(
                warning instanceof PSQLWarning said ? said.getServerErrorMessage() : null,
                String.valueOf(warning.getMessage()),
                warning.getSQLState(),
                completed);
    }

    /** A message is read as a whole before it sets anything, so how strings are read must be set before. */
    void requireStandardStrings() {
        if (!hasStandardStrings()) {
            execute("set standard_conforming_strings = on", notice -> {});
        }
    }

    private boolean hasStandardStrings() {
        try {
            return driver().getQueryExecutor().getStandardConformingStrings();
        } catch (SQLException e) {
            throw failure(e, 0);
        }
    }

    /** Whether a backslash in a plain string was a plain character when the connection was opened; asks nobody. */
    boolean beganWithStandardStrings() {
        return standardStrings;
    }

    /** From now on an answer may take for ever. Somebody else must notice when the connection is dead. */
    void unlimited() {
        unlimited = true;
        try {
            line.connection().setNetworkTimeout(Runnable::run, 0);
        } catch (SQLException e) {
            throw failure(e, 0);
        }
    }

    /**
     * Notices that the connection has ended, if word of that has come; asks nobody.
     *
     * @throws SqlFailure when it has
     */
    void requireOpen() {
        try {
            line.connection().unwrap(PGConnection.class).getNotifications();
        } catch (SQLException e) {
            throw failure(e, 0);
        }
    }

    /** Ends the connection at once, also while another thread waits for an answer, which then fails. */
    void cut() {
        try {
            line.cut();
        } catch (SQLException e) {
            throw failure(e, 0);
        }
    }

    /** Asks the server to give up what another thread waits for, over a connection of its own. */
    void cancel() {
        try {
            driver().cancelQuery();
        } catch (SQLException e) {
            throw failure(e, 0);
        }
    }

    /** Whether no transaction is open. */
    boolean isIdle() {
        try {
            return driver().getQueryExecutor().getTransactionState() == TransactionState.IDLE;
        } catch (SQLException e) {
            throw failure(e, 0);
        }
    }

    /** The server's version as it calls itself, such as {@code 18.6}. */
    String serverVersion() {
        try {
            return line.connection().getMetaData().getDatabaseProductVersion().split(" ", 2)[0];
        } catch (SQLException e) {
            throw failure(e, 0);
        }
    }

    /** The process id of the server's side, as the start of the connection has named it. */
    int pid() {
        try {
            return driver().getBackendPID();
        } catch (SQLException e) {
            throw failure(e, 0);
        }
    }

    private SqlFailure failure(SQLException e, int completed) {
        line.giveUpIfDead();
        return new SqlFailure(e, completed);
    }

    private BaseConnection driver() throws SQLException {
        return line.connection().unwrap(BaseConnection.class);
    }

    /** Closes the connection; a transaction that is still open aborts. */
    @Override
    public void close() {
        try {
            line.close();
        } catch (SQLException e) {
            throw failure(e, 0);
        }
    }

    /** Counts the statements that completed, which no public method of the driver tells after a failure. */
    private static final class Counter extends ResultHandlerBase {
        /** What begins the tags of commands that write rows. */
        private static final Pattern WRITING = Pattern.compile("(?:INSERT|UPDATE|DELETE|MERGE|COPY)\\b.*");
        /** The tag of a query, and of CREATE TABLE AS, which returns no rows. */
        private static final Pattern SELECTING = Pattern.compile("SELECT\\b.*");

        private final Consumer<Notice> notices;
        private final RowCounts counts;
        private int completed;
        private long updated;
        private boolean returned;

        Counter(Consumer<Notice> notices, RowCounts counts) {
            this.notices = notices;
            this.counts = counts;
        }

        @Override
        public void handleResultRows(Query from, Field[] fields, List<Tuple> tuples, @Nullable ResultCursor cursor) {
            returned = true;
        }

        @Override
        public void handleCommandStatus(String status, long count, long insertedOid) {
            boolean wrote = WRITING.matcher(status).matches()
                    || (!returned && SELECTING.matcher(status).matches());
            if (count > 0 && wrote) {
                counts.changed(completed, count);
            }
            if (!returned) {
                updated = count;
            }
            returned = false;
            completed++;
        }

        @Override
        public void handleWarning(SQLWarning warning) {
            notices.accept(notice(warning, completed));
        }
    }
}
