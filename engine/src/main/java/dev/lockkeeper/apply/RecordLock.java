package dev.lockkeeper.apply;

import dev.lockkeeper.database.Liveness;
import dev.lockkeeper.database.RunnerLock;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.history.History;
import dev.lockkeeper.history.HistoryTable;
import dev.lockkeeper.problem.LockkeeperException;
import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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

    /** What was read, and the intention that was formed of it; null when it is still to be formed. */
    private record Seen<I>(History history, @Nullable I intention) {}

    /**
     * Does the work while nobody else works on the component.
     *
     * @param control an open session; stays open
     * @param others opens more sessions
     * @param patience how long to wait for the runner lock
     * @param intend what shall be done with such a history
     * @param writes whether that will write to the record: only then is the record created where there is none, so that a
     *     refusal leaves no trace
     */
    <I, T> T holding(
            Session control,
            Supplier<Session> others,
            Duration patience,
            Function<History, I> intend,
            Predicate<I> writes,
            BiFunction<History, I, T> work) {
        return held(control, read(control, others, patience, intend, writes, false), intend, work);
    }

    /** The same for work that leaves the record as it is, and makes none where there is none; the lock is held even so. */
    <I, T> T reading(
            Session control,
            Supplier<Session> others,
            Duration patience,
            Function<History, I> intend,
            BiFunction<History, I, T> work) {
        return held(control, read(control, others, patience, intend, intention -> false, true), intend, work);
    }

    private <I, T> T held(Session control, Seen<I> seen, Function<History, I> intend, BiFunction<History, I, T> work) {
        try {
            I known = seen.intention();
            return work.apply(seen.history(), known == null ? intend.apply(seen.history()) : known);
        } finally {
            if (!lock.release(control)) {
                lost.run();
            }
        }
    }

    /** @param holds whether the lock is to be held even where nothing will be written */
    private <I> Seen<I> read(
            Session control,
            Supplier<Session> others,
            Duration patience,
            Function<History, I> intend,
            Predicate<I> writes,
            boolean holds) {
        String reading = Liveness.ifOwnSql(control) + "; " + table.readSql();
        try {
            History read = table.parse(
                    control, lock.acquire(control, table.sql().working(), reading, patience, waiting, others));
            Seen<I> begun = read.about().ready() ? null : begun(control, read, intend, writes);
            return begun == null ? new Seen<>(table.withOtherTool(control, read), null) : begun;
        } catch (SqlFailure e) {
            if (!HistoryTable.isAbsent(e)) {
                throw table.unreadable(e);
            }
        }
        // a session-level lock outlives the transaction that failed, and is counted; it was taken only if it was free
        control.query(lock.releaseIfHeldSql());
        if (holds) {
            acquire(control, others, patience);
            return new Seen<>(table.read(control), null);
        }
        History history = table.read(control);
        I intention = intend.apply(history);
        if (!writes.test(intention)) {
            return new Seen<>(history, intention);
        }
        acquire(control, others, patience);
        return entered(control);
    }

    /** Where there is no record, there is none of scripts that are at work. */
    private void acquire(Session control, Supplier<Session> others, Duration patience) {
        lock.requireSession(control, others);
        lock.acquire(control, "select 1 where false", Liveness.ifOwnSql(control), patience, waiting, others);
    }

    /** Enters a component that is to be written; null when it is not, or when there is a reason against it. */
    private <I> @Nullable Seen<I> begun(
            Session control, History read, Function<History, I> intend, Predicate<I> writes) {
        History history = table.withForeignTable(control, read);
        I intention;
        try {
            intention = intend.apply(history);
        } catch (LockkeeperException e) {
            // told when all is known that speaks against it
            return null;
        }
        if (!writes.test(intention)) {
            return null;
        }
        if (history.about().outdated()) {
            return entered(control);
        }
        table.enter(control, false, () -> {});
        return new Seen<>(history.entered(), intention);
    }

    private <I> Seen<I> entered(Session control) {
        table.enter(control, false, () -> {});
        return new Seen<>(table.read(control), null);
    }
}
