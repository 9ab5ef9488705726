package dev.lockkeeper.database;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.problem.ServerError;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** A message that the server refused, or that was lost on the way. */
public final class SqlFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient ServerError error;
    private final int completed;
    private final boolean driver;
    private final boolean said;

    SqlFailure(SQLException cause, int completed) {
        super(cause.getMessage(), cause);
        this.error = read(cause);
        this.completed = completed;
        this.said = wasSaid(cause);
        this.driver = !said && !isOfNetwork(cause);
    }

    private static boolean wasSaid(SQLException cause) {
        return cause instanceof PSQLException refused && refused.getServerErrorMessage() != null;
    }

    /** A connection that is closed already says so with 08003. */
    private static boolean isOfNetwork(SQLException cause) {
        for (Throwable reason = cause; reason != null; reason = reason.getCause()) {
            if (reason instanceof IOException) {
                return true;
            }
        }
        return "08003".equals(cause.getSQLState()) || "08001".equals(cause.getSQLState());
    }

    /** What the server said; for a lost connection what the driver said, with its SQLSTATE of class 08. */
    public ServerError error() {
        return error;
    }

    /** How many statements of the message had completed before the failing one. */
    public int completed() {
        return completed;
    }

    /**
     * Whether the session is gone: SQLSTATE class 08, an administrator's shutdown (57P01 to 57P03, 57P05), or a limit of
     * the server for transactions (25P03, 25P04).
     */
    public boolean connectionLost() {
        String state = error.sqlState();
        // what the server says of a connection of its own, such as that of a subscription, is not a loss of ours
        return (state.startsWith("08") && (!said || state.equals("08P01")))
                || state.startsWith("57P")
                || state.equals("25P03")
                || state.equals("25P04");
    }

    /**
     * Whether the driver has complained by itself, about an answer that it does not understand: the server has done what it
     * has done, and the connection may be gone.
     */
    public boolean ofDriver() {
        return driver;
    }

    /** The problem to report when no more is known about what was being done. */
    public Problem problem(String message) {
        return Problem.of(code(), message).from(error);
    }

    /** The code that fits the SQLSTATE. */
    public Code code() {
        if (driver) {
            return Code.DRIVER_REFUSED;
        }
        String state = error.sqlState();
        return switch (state) {
            case "25P04" -> Code.TRANSACTION_TIMEOUT;
            case "25P03", "57P05" -> Code.IDLE_TIMEOUT;
            case "55P03", "40P01" -> Code.LOCK_NOT_AVAILABLE;
            // a limit says the same: whoever knows the settings tells them apart
            case "57014" -> Code.STATEMENT_CANCELED;
            case "25006" -> Code.READ_ONLY;
            default ->
                connectionLost()
                        ? Code.CONNECTION_LOST
                        : !state.startsWith("53")
                                ? Code.STATEMENT_FAILED
                                : isOfLocks() ? Code.LOCK_MEMORY : Code.SERVER_EXHAUSTED;
        };
    }

    /** The hint names the setting in every language (lock.c). */
    private boolean isOfLocks() {
        String hint = error.hint();
        return hint != null && hint.contains("max_locks_per_transaction");
    }

    static ServerError read(SQLException e) {
        Optional<ServerErrorMessage> said = e instanceof PSQLException refused
                ? Optional.ofNullable(refused.getServerErrorMessage())
                : Optional.empty();
        String state = Optional.ofNullable(e.getSQLState()).orElse("XX000");
        String text = Optional.ofNullable(e.getMessage()).orElse(e.getClass().getSimpleName());
        return said.map(m -> new ServerError(
                        state,
                        Optional.ofNullable(m.getMessage()).orElse(text),
                        m.getDetail(),
                        m.getHint(),
                        m.getWhere(),
                        m.getConstraint(),
                        m.getRoutine(),
                        m.getPosition()))
                .orElseGet(() -> new ServerError(state, text, null, null, null, null, null, 0));
    }
}
