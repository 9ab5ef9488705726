package dev.lockkeeper.database;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.problem.ServerError;
import java.sql.SQLException;
import java.util.Optional;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** A message that the server refused, or that was lost on the way. */
public final class SqlFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient ServerError error;
    private final int completed;

    SqlFailure(SQLException cause, int completed) {
        super(cause.getMessage(), cause);
        this.error = read(cause);
        this.completed = completed;
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
        return state.startsWith("08") || state.startsWith("57P") || state.equals("25P03") || state.equals("25P04");
    }

    /** The problem to report when no more is known about what was being done. */
    public Problem problem(String message) {
        return Problem.of(code(), message).from(error);
    }

    /** The code that fits the SQLSTATE. */
    public Code code() {
        if (connectionLost()) {
            return Code.CONNECTION_LOST;
        }
        if (error.sqlState().startsWith("53")) {
            return Code.SERVER_EXHAUSTED;
        }
        return switch (error.sqlState()) {
            case "55P03", "40P01", "57014" -> Code.LOCK_NOT_AVAILABLE;
            case "25006" -> Code.READ_ONLY;
            default -> Code.STATEMENT_FAILED;
        };
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
