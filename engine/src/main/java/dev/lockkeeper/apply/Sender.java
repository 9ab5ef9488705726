package dev.lockkeeper.apply;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.sql.Statement;
import java.util.List;

/** Sends the parts of one script, and traces what the server refuses back to its place in the file. */
record Sender(Session session, Script script) {
    /** The server runs this script only outside of a transaction; nothing was kept. */
    static final class RefusedInTransaction extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final transient Failure failure;

        RefusedInTransaction(Failure failure) {
            super(failure.cause());
            this.failure = failure;
        }

        Failure failure() {
            return failure;
        }
    }

    /**
     * Sends one statement, or the data of COPY.
     *
     * @param after SQL that goes into the same message; empty for COPY
     */
    void send(Statement statement, String after) {
        try {
            String data = statement.copyData();
            if (data != null) {
                session.copyIn(statement.sql(), data);
            } else {
                session.execute(statement.sql() + after);
            }
        } catch (SqlFailure e) {
            throw refusal(Failure.ofStatement(script, statement, e));
        }
    }

    void guard(List<Guard> guards) {
        for (Guard guard : guards) {
            try {
                session.execute(guard.sql());
            } catch (SqlFailure e) {
                throw Failure.ofGuard(script, guard, e).asException();
            }
        }
    }

    /** Ends the transaction; a failing cleanup must not hide why it was needed. */
    RuntimeException abort(RuntimeException reason) {
        try {
            session.execute("rollback");
        } catch (SqlFailure e) {
            reason.addSuppressed(e);
        }
        return reason;
    }

    static RuntimeException refusal(Failure failure) {
        return failure.cause().error().refusedInTransaction()
                ? new RefusedInTransaction(failure)
                : failure.asException();
    }
}
