package dev.lockkeeper.apply;

import dev.lockkeeper.database.Quote;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.history.History;
import dev.lockkeeper.history.HistoryTable;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Carries out undertakings under the runner lock of a component. */
public final class Undertakings {
    private final HistoryTable table;
    private final Consumer<String> waiting;

    /** @param waiting told who holds the runner lock */
    public Undertakings(HistoryTable table, Consumer<String> waiting) {
        this.table = table;
        this.waiting = waiting;
    }

    /**
     * Does it.
     *
     * @param control holds the lock
     * @param others opens more sessions
     * @param works opens the session in which it is done
     * @param patience how long to wait for the runner lock
     */
    public <T> T run(
            Undertaking<T> undertaking,
            Session control,
            Supplier<Session> others,
            Supplier<Session> works,
            Duration patience) {
        RecordLock lock = new RecordLock(table, waiting, () -> {});
        BiFunction<History, Boolean, T> work = (history, stays) -> {
            undertaking.admit(control);
            try (Session session = works.get()) {
                return carryOut(undertaking, control, session.unlimited());
            }
        };
        return undertaking.stays()
                ? lock.holding(control, others, patience, history -> true, stays -> true, work)
                : lock.reading(control, others, patience, history -> false, work);
    }

    private <T> T carryOut(Undertaking<T> undertaking, Session control, Session session) {
        try {
            if (undertaking.stays()) {
                table.requireGuards(session);
            }
            session.execute("begin");
            T result = undertaking.work(new Desk(session));
            if (undertaking.stays()) {
                control.requireOpen();
                session.execute("set local session authorization default;reset role;set constraints all immediate;"
                        + table.audit().othersEnded(null, undertaking.command()) + ";"
                        + table.audit()
                                .entry(
                                        null,
                                        undertaking.command(),
                                        null,
                                        undertaking.detail(result),
                                        Quote.literal(undertaking.payload(result)))
                        + ";commit");
            } else {
                session.execute("rollback");
            }
            return result;
        } catch (SqlFailure e) {
            throw failed(undertaking, e);
        }
    }

    private static RuntimeException failed(Undertaking<?> undertaking, SqlFailure e) {
        Problem problem = e.problem(
                e.connectionLost()
                        ? "the connection was lost during " + undertaking.command()
                        : "the server refused what " + undertaking.command() + " does");
        if (problem.code() == Code.CONNECTION_LOST) {
            problem = problem.help("run the same command again: all of it is there, or nothing");
        }
        return problem.note("kept: nothing, unless the connection was lost while it was committed")
                .asException(e);
    }
}
