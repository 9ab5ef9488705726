package dev.lockkeeper.apply;

import dev.lockkeeper.database.Backend;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.history.HistoryTable;
import dev.lockkeeper.plan.Step;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What is done after a session of a run was lost: the server processes of the run, which may not know it yet and may still
 * be at work, are ended through a new connection. Then the history cannot change any more, and is read.
 */
final class Aftermath {
    private static final Duration LEAST = Duration.ofSeconds(10);
    private static final long LONGEST_PAUSE = 1000;

    private final Supplier<Session> sessions;
    private final HistoryTable table;
    private final Duration patience;
    /** By their condition: the first comparison of two records costs a run more than a small step. */
    private final Map<String, Backend> backends = new LinkedHashMap<>();

    /**
     * @param silence how long to go on trying to connect, though not less than ten seconds
     */
    Aftermath(Supplier<Session> sessions, HistoryTable table, Duration silence) {
        this.sessions = sessions;
        this.table = table;
        this.patience = silence.compareTo(LEAST) < 0 ? LEAST : silence;
    }

    /** What became of a step. */
    enum Fate {
        KEPT,
        ABORTED,
        UNKNOWN
    }

    /** Whether a problem of this kind leaves open what became of a step. */
    static boolean isNeeded(Code code) {
        return switch (code) {
            case CONNECTION_LOST, TRANSACTION_TIMEOUT, IDLE_TIMEOUT, DRIVER_REFUSED -> true;
            default -> false;
        };
    }

    /** A server process that must not outlive the run. */
    void add(Backend backend) {
        backends.put(backend.isThis(), backend);
    }

    /** Ends the run's processes and looks whether the step was recorded; unknown when no primary can be reached. */
    Fate of(Step step, UUID run) {
        return look(patience, session -> {
            // what a standby does not have yet may have been kept all the same
            boolean standby = "t"
                    .equals(session.query("select pg_catalog.pg_is_in_recovery()")
                            .get(0)[0]);
            return standby ? Fate.UNKNOWN : isKept(session, step, run) ? Fate.KEPT : Fate.ABORTED;
        });
    }

    /** The rollback of a step that was never finished leaves no row behind, but an empty journal. */
    private boolean isKept(Session session, Step step, UUID run) {
        boolean partial = step instanceof Step.Rollback rollback && rollback.entry() == null;
        return partial ? !table.isBegun(session, step.name()) : table.isRecorded(session, step.name(), run);
    }

    /** Ends the run's processes if the server can be reached at once; else it notices by itself that nobody is there. */
    void clear() {
        look(Duration.ZERO, session -> Fate.UNKNOWN);
    }

    private Fate look(Duration limit, Function<Session, Fate> answer) {
        long start = System.nanoTime();
        for (long pause = 50; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
            try (Session session = sessions.get()) {
                boolean gone = true;
                for (Backend backend : backends.values()) {
                    gone &= backend.end(session);
                }
                if (gone) {
                    return answer.apply(session);
                }
            } catch (LockkeeperException | SqlFailure e) {
                // a server that starts again takes its time; whatever else it is, nothing is known without an answer
            }
            if (System.nanoTime() - start >= limit.toNanos()
                    || Thread.currentThread().isInterrupted()) {
                return Fate.UNKNOWN;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pause));
        }
    }
}
