package dev.lockkeeper.apply;

import dev.lockkeeper.source.Script;
import dev.lockkeeper.sql.Statement;
import dev.lockkeeper.trace.Tracing;
import java.time.Duration;
import java.util.function.Consumer;

/** Tells of statements that took long, by the answers that the run waits for anyway. Costs nothing where nobody asks for it. */
final class StatementClock {
    private final long least;
    private final boolean apart;
    private final Consumer<Event> listener;

    StatementClock(Tracing tracing, Consumer<Event> listener) {
        Duration statements = tracing.statements();
        this.least = statements == null ? Long.MAX_VALUE : statements.toNanos();
        this.apart = tracing.apart() && statements != null;
        this.listener = listener;
    }

    /** Whether each statement is to be sent by itself. */
    boolean isApart() {
        return apart;
    }

    /** When what is sent now begins; 0 when nobody asks. */
    long begin() {
        return least == Long.MAX_VALUE ? 0 : System.nanoTime();
    }

    /** A statement that was sent by itself has ended well. */
    void ended(Script script, Statement statement, long begun, long rows) {
        if (least == Long.MAX_VALUE) {
            return;
        }
        long nanos = System.nanoTime() - begun;
        if (nanos >= least) {
            listener.accept(new Event.StatementFinished(
                    statement.ordinal(),
                    script.place(statement.start()),
                    StatementVerb.of(statement.words()),
                    nanos,
                    rows));
        }
    }
}
