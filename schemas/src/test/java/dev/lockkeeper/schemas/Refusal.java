package dev.lockkeeper.schemas;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** The server's answer to a statement that it refused; a field is null where the server names none. */
public record Refusal(
        String sqlState,
        @Nullable String schema,
        @Nullable String table,
        @Nullable String column,
        @Nullable String constraint,
        String message,
        @Nullable String hint) {

    public static Refusal of(SQLException e) {
        ServerErrorMessage error = e instanceof PSQLException p ? p.getServerErrorMessage() : null;
        if (error == null) {
            throw new AssertionError("not refused by the server", e);
        }
        return new Refusal(
                e.getSQLState(),
                error.getSchema(),
                error.getTable(),
                error.getColumn(),
                error.getConstraint(),
                String.valueOf(error.getMessage()),
                error.getHint());
    }

    /** SQLSTATE and constraint in one string, since a test always wants both. */
    public String rule() {
        return constraint == null ? sqlState : sqlState + " " + constraint;
    }
}
