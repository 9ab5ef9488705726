package dev.lockkeeper.apply;

import dev.lockkeeper.database.RowCounts;
import dev.lockkeeper.database.ScriptSession;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.sql.Statement;
import java.util.List;

/** Sends the parts of one script, and traces what the server refuses back to its place in the file. */
record Sender(ScriptSession session, Script script, Said said, Witness witness, RowTally tally, StatementClock clock) {
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
        witness.before(statement, session);
        long before = tally.rows();
        long begun = clock.begin();
        try {
            switch (statement.kind()) {
                case COPY_IN ->
                    tally.add(
                            session.copyIn(statement.sql(), String.valueOf(statement.copyData()), said.at(statement)));
                case COPY_OUT -> session.copyOut(statement.sql(), said.at(statement));
                default -> session.send(statement.sql() + after, said.at(statement), first());
            }
        } catch (SqlFailure e) {
            throw refusal(Failure.ofStatement(script, statement, e));
        }
        clock.ended(script, statement, begun, tally.rows() - before);
        witness.after(statement, session);
    }

    /** Counts the first statement of a message; what follows it is not of the script. */
    RowCounts first() {
        return (completed, rows) -> {
            if (completed == 0) {
                tally.add(rows);
            }
        };
    }

    /** Whether somebody looks at each statement before it commits. */
    boolean isWatched() {
        return witness.isWatching();
    }

    void guard(List<Guard> guards) {
        for (Guard guard : guards) {
            try {
                session.send(guard.sql(), said.elsewhere());
            } catch (SqlFailure e) {
                throw Failure.ofGuard(script, guard, e).asException();
            }
        }
    }

    /** Sends what is not of the script. */
    void own(String sql) {
        try {
            session.send(sql, notice -> {});
        } catch (SqlFailure e) {
            throw Failure.ofClosing(script, e).asException();
        }
    }

    /** After a statement that sets settings back: the driver's own come back with it, and must not be found. */
    void prepareAgain(Statement statement, WorkSession work) {
        if (Resetting.is(statement)) {
            own(work.preambleOfMany());
        }
    }

    /** Lets what is deferred to the end of the transaction have its turn. */
    void deferred() {
        deferred(Ending.DEFERRED);
    }

    /** The same by another statement. */
    void deferred(String sql) {
        try {
            session.send(sql, said.elsewhere());
        } catch (SqlFailure e) {
            throw Failure.ofDeferred(script, e).asException();
        }
    }

    /** Ends the transaction; a failing cleanup must not hide why it was needed. */
    RuntimeException abort(RuntimeException reason) {
        try {
            session.send("rollback", notice -> {});
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
