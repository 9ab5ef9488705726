package dev.lockkeeper.schemas;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One connection, in autocommit mode outside {@link #begin()} and {@link #commit()}. */
public final class Session implements AutoCloseable {
    private final Connection connection;

    Session(Connection connection) {
        this.connection = connection;
    }

    public Connection connection() {
        return connection;
    }

    /** Executes the statement; returns the rows it changed, 0 for a statement that changes none. */
    public int run(String sql, @Nullable Object... args) throws SQLException {
        try (PreparedStatement statement = prepare(sql, args)) {
            return statement.execute() ? 0 : Math.max(0, statement.getUpdateCount());
        }
    }

    /** Sends a script of any number of statements as one message. */
    public void script(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        }
    }

    /** The plan of a query as JSON, made from statistics; the query is not run. */
    public String plan(String sql) throws SQLException {
        return text("explain (format json) " + sql);
    }

    /** Reads the first column of each row as text. */
    public List<String> lines(String sql, @Nullable Object... args) throws SQLException {
        try (PreparedStatement statement = prepare(sql, args);
                ResultSet rows = statement.executeQuery()) {
            List<String> lines = new ArrayList<>();
            while (rows.next()) {
                lines.add(String.valueOf(rows.getString(1)));
            }
            return lines;
        }
    }

    /** Reads the first column of the only row as text, "null" for null. */
    public String text(String sql, @Nullable Object... args) throws SQLException {
        List<String> lines = lines(sql, args);
        if (lines.size() != 1) {
            throw new AssertionError(lines.size() + " rows: " + sql);
        }
        return lines.get(0);
    }

    public long number(String sql, @Nullable Object... args) throws SQLException {
        return Long.parseLong(text(sql, args));
    }

    public Refusal refused(String sql, @Nullable Object... args) {
        try {
            run(sql, args);
        } catch (SQLException e) {
            return Refusal.of(e);
        }
        throw new AssertionError("accepted: " + sql);
    }

    public void begin() throws SQLException {
        connection.setAutoCommit(false);
    }

    public void commit() throws SQLException {
        connection.commit();
        connection.setAutoCommit(true);
    }

    public void abort() throws SQLException {
        connection.rollback();
        connection.setAutoCommit(true);
    }

    public Refusal commitRefused() throws SQLException {
        try {
            connection.commit();
        } catch (SQLException e) {
            return Refusal.of(e);
        } finally {
            abort();
        }
        throw new AssertionError("committed");
    }

    public int pid() throws SQLException {
        return (int) number("select pg_backend_pid()");
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    private PreparedStatement prepare(String sql, @Nullable Object... args) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < args.length; i++) {
            statement.setObject(i + 1, args[i]);
        }
        return statement;
    }
}
