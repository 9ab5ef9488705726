package dev.lockkeeper.apply;

import dev.lockkeeper.database.Liveness;
import dev.lockkeeper.database.RunnerLock;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.history.History;
import dev.lockkeeper.history.HistoryTable;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Lets one at a time work on the record of a component: takes the runner lock, reads the history, and gives it back. */
final class RecordLock {
    private final HistoryTable table;
    private final RunnerLock lock;
    private final Consumer<String> waiting;
    private final Runnable lost;

    /**
     * @param waiting told who holds the lock, when it has to wait
     * @param lost what to do when the session that holds the lock was lost, of which the server may not know yet
     */
    RecordLock(HistoryTable table, Consumer<String> waiting, Runnable lost) {
        this.table = table;
        this.lock = new RunnerLock(table.schema(), table.component());
        this.waiting = waiting;
        this.lost = lost;
    }

    /** The lock of the component. */
    RunnerLock lock() {
        return lock;
    }

    /**
     * Does the work while nobody else works on the component.
     *
     * @param control an open session; stays open
     * @param others opens more sessions
     * @param patience how long to wait for the runner lock
     * @param writes whether work on such a history will write to the record: only then is the record created where there
     *     is none, so that a refusal leaves no trace
     */
    <T> T holding(
            Session control,
            Supplier<Session> others,
            Duration patience,
            Predicate<History> writes,
            Function<History, T> work) {
        History history = read(control, others, patience, writes);
        try {
            return work.apply(history);
        } finally {
            if (!lock.release(control)) {
                lost.run();
            }
        }
    }

    private History read(Session control, Supplier<Session> others, Duration patience, Predicate<History> writes) {
        String reading = Liveness.ifOwnSql(control) + "; " + table.readSql();
        try {
            History history = table.withOtherTool(
                    control,
                    table.parse(
                            control, lock.acquire(control, table.sql().working(), reading, patience, waiting, others)));
            if (history.about().ready() || !writes.test(history)) {
                return history;
            }
            if (history.about().outdated()) {
                return entered(control);
            }
            table.enter(control, false, () -> {});
            return history.entered();
        } catch (SqlFailure e) {
            if (!HistoryTable.isAbsent(e)) {
                throw table.unreadable(e);
            }
        }
        // a session-level lock outlives the transaction that failed, and is counted; it was taken only if it was free
        control.query(lock.releaseIfHeldSql());
        History seen = table.read(control);
        if (!writes.test(seen)) {
            return seen;
        }
        lock.requireSession(control, others);
        lock.acquire(control, "select 1 where false", Liveness.ifOwnSql(control), patience, waiting, others);
        return entered(control);
    }

    private History entered(Session control) {
        table.enter(control, false, () -> {});
        return table.read(control);
    }
}
