package dev.lockkeeper.apply;

import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.sql.Statement;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A refused message, traced back to the place in the file that it came from. */
record Failure(
        Script script,
        SqlFailure cause,
        @Nullable Place place,
        @Nullable Guard guard) {

    /**
     * A failure of a message that holds a whole script.
     *
     * @param prefixLength how many code points stand before the script
     * @param prefixStatements how many statements stand before the script
     */
    static Failure ofMessage(
            Script script, List<Statement> statements, SqlFailure cause, int prefixLength, int prefixStatements) {
        int position = cause.error().position();
        if (position > prefixLength) {
            int count = position - 1 - prefixLength;
            // a last statement without its semicolon can end too early: then the server points at what follows the
            // script
            int end = script.text().codePointCount(0, script.text().length());
            int offset = codePoints(script.text(), count <= end + 1 ? Math.min(count, end) : count);
            return new Failure(script, cause, offset < 0 ? null : script.place(offset), null);
        }
        // an error at run time has no position: the statement after those that completed is the one
        int index = cause.completed() - prefixStatements;
        boolean known = index >= 0 && index < statements.size();
        return new Failure(
                script, cause, known ? script.place(statements.get(index).start()) : null, null);
    }

    /** A failure of a message that starts with one statement. */
    static Failure ofStatement(Script script, Statement statement, SqlFailure cause) {
        int position = cause.error().position();
        int inside = position > 0 ? codePoints(statement.sql(), position - 1) : 0;
        return new Failure(script, cause, script.place(statement.start() + Math.max(0, inside)), null);
    }

    /**
     * A failure of a message that is made from the script but reads otherwise.
     *
     * @param offset of what it is made from
     */
    static Failure at(Script script, int offset, SqlFailure cause) {
        return new Failure(script, cause, script.place(offset), null);
    }

    /** A guard that refuses, or whose query the server does not understand. */
    static Failure ofGuard(Script script, Guard guard, SqlFailure cause) {
        return new Failure(script, cause, script.place(guard.offset()), guard);
    }

    /** A constraint or a trigger that the script has deferred to the end of its transaction. */
    static Failure ofDeferred(Script script, SqlFailure cause) {
        return new Failure(script, cause, null, null);
    }

    /** A failure of what Lockkeeper itself wanted to write at the end. */
    static Failure ofClosing(Script script, SqlFailure cause) {
        return new Failure(script, cause, null, null);
    }

    /** The server counts code points, Java counts chars. */
    private static int codePoints(String text, int count) {
        return count <= text.codePointCount(0, text.length()) ? text.offsetByCodePoints(0, count) : -1;
    }

    LockkeeperException asException() {
        Code code = cause.code();
        boolean closing = place == null && guard == null;
        if (closing && cause.error().sqlState().equals(Observance.REFUSED)) {
            code = Code.ASSERTION_FAILED;
        } else if (guard != null && cause.error().sqlState().equals(Guard.REFUSED)) {
            code = guard.before() ? Code.CHECK_FAILED : Code.CONTRACT_BROKEN;
        } else if (guard != null && guard.before() && code == Code.STATEMENT_FAILED) {
            code = Code.CHECK_FAILED;
        }
        String message = code == Code.CONNECTION_LOST
                ? "the connection was lost while " + script.file() + " ran"
                : code == Code.DRIVER_REFUSED
                        ? "the driver could not go on while " + script.file() + " ran"
                        : cause.error().message();
        return Problem.of(code, message)
                .at(place == null ? Place.of(script.file()) : place)
                .from(cause.error())
                .help(help(code))
                .asException(cause);
    }

    /** For a session that could not be brought into the state in which the script goes on. */
    LockkeeperException notRestored() {
        Problem problem = asException().problems().get(0);
        return problem.because("the session in which the script goes on could not be made what it was before the"
                        + " interruption")
                .asException(cause);
    }

    /** Which of the statements it was, counted from 0; negative when that is not known. */
    int statement(List<Statement> statements) {
        for (int i = statements.size() - 1; i >= 0 && place != null; i--) {
            Place start = script.place(statements.get(i).start());
            if (start.line() < place.line() || (start.line() == place.line() && start.column() <= place.column())) {
                return i;
            }
        }
        return -1;
    }

    /** For a statement that runs in no transaction, which nobody could know before. */
    LockkeeperException outside() {
        return asException()
                .problems()
                .get(0)
                .because(
                        "the script was sent as one transaction; it is not run again statement by statement by itself, for"
                                + " what it does to sequences and outside of the database would happen twice")
                .help(
                        "move the statement into a migration of its own, or let the script run statement by statement with the"
                                + " line -- lockkeeper:no-transaction, if the statement may run so at all")
                .asException(cause);
    }

    /** For a script that asks for a transaction around a statement that allows none. */
    LockkeeperException inTransaction() {
        Problem problem = asException().problems().get(0);
        return problem.because("the script says BEGIN ... COMMIT around it")
                .help("remove BEGIN and COMMIT, so that the script may run statement by statement")
                .asException(cause);
    }

    private @Nullable String help(Code code) {
        return switch (code) {
            case CONNECTION_LOST -> "run the same command again: it goes on from what was kept";
            case SERVER_EXHAUSTED -> "make room on the server and run the same command again";
            case READ_ONLY ->
                script.text().toLowerCase(Locale.ROOT).contains("read only")
                        ? "remove READ ONLY from the script: the history is written in its transaction"
                        : "connect to the primary, or let somebody lift default_transaction_read_only";
            case LOCK_NOT_AVAILABLE -> "run the same command again when the other session is done";
            case STATEMENT_CANCELED -> "run the same command again";
            case LOCK_MEMORY -> "split the script, or let the administrator raise max_locks_per_transaction";
            case TRANSACTION_TIMEOUT -> "raise transaction_timeout where it is set, or split the script";
            case IDLE_TIMEOUT -> "raise the setting where it is set";
            case DRIVER_REFUSED -> "see what the driver says, and what was kept";
            default ->
                cause.error().sqlState().equals("42501") && place == null
                        ? "let the user who connects, in the role with which the session begins, write to Lockkeeper's record"
                        : cause.error().hint();
        };
    }
}
