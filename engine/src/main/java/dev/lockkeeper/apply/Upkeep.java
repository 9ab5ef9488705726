package dev.lockkeeper.apply;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.history.HistoryTable;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Works on the data of a component while nobody else changes its schema: under the runner lock, with a record at hand. */
public final class Upkeep {
    private final HistoryTable table;
    private final Consumer<String> waiting;
    private final Runnable lost;

    /**
     * @param waiting told who holds the runner lock
     * @param lost what to do when the session that holds it was lost
     */
    public Upkeep(HistoryTable table, Consumer<String> waiting, Runnable lost) {
        this.table = table;
        this.waiting = waiting;
        this.lost = lost;
    }

    /**
     * Does the work.
     *
     * @param control an open session, which holds the lock; it stays open
     * @param others opens more sessions
     * @param patience how long to wait for the runner lock
     * @throws dev.lockkeeper.problem.LockkeeperException {@code runner-lock-held}; or what the record has against it
     */
    public <T> T run(Session control, Supplier<Session> others, Duration patience, Supplier<T> work) {
        return new RecordLock(table, waiting, lost)
                .holding(
                        control,
                        others,
                        patience,
                        history -> Boolean.TRUE,
                        writes -> writes,
                        (history, writes) -> work.get());
    }
}
