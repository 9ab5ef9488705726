package dev.lockkeeper.cli;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Category;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is told when a signal ends the command: one line, and one object where JSON was asked for. Whoever comes first, the command
 * or the signal, has the last word. Safe for use by two threads.
 */
final class Interruption {
    /** Of a command whose transactions stand for themselves. */
    static final String TAKEN_BACK = "what the server was doing is canceled and taken back; what was done before stays";

    /** For a command whose statement was canceled, and which has to take back what it has begun. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private final AtomicBoolean over = new AtomicBoolean();
    private volatile Supplier<Problem> problem =
            () -> Problem.of(Code.INTERRUPTED, "a signal has ended the command").help("run the same command again");
    private volatile Consumer<List<Problem>> result = problems -> {};
    private volatile @Nullable Terminal terminal;
    /** Those that are closed are no trouble, and forgotten when another one is opened. */
    private final Set<Session> sessions = new HashSet<>();

    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable Integer finished;
    private volatile boolean serving;

    /** From now on it is told here, as JSON where that was asked for. */
    void at(Terminal other) {
        terminal = other;
        result = problems -> other.print(other.errors(problems));
    }

    /** What the command has to say beside, such as what it has kept. */
    void during(Supplier<Problem> told, Consumer<List<Problem>> object) {
        problem = told;
        result = object;
    }

    /** Told of a session of the command, which may have to be canceled. */
    void opened(Session session) {
        synchronized (sessions) {
            sessions.removeIf(one -> !one.isOpen());
            sessions.add(session);
        }
    }

    /**
     * Has the signal cancel in the server what the command waits for: a client that goes away tells the server nothing, which would go on
     * and keep its locks.
     *
     * @param kept what is so then, such as that the transaction is taken back
     */
    void cancels(String kept) {
        Supplier<Problem> last = problem;
        problem = () -> {
            letEnd(Duration.ZERO);
            return last.get().because(kept);
        };
    }

    /** The command is over, but for what it has to say. */
    void ended() {
        ended.countDown();
    }

    /** Waits for the command to end, and cancels what it waits for when that takes longer: whether it has ended by itself. */
    boolean letEnd(Duration grace) {
        if (await(grace)) {
            return true;
        }
        List<Session> open;
        synchronized (sessions) {
            // whether one is open only its own thread may ask
            open = List.copyOf(sessions);
        }
        if (open.isEmpty()) {
            return false;
        }
        open.forEach(Interruption::cancel);
        await(LAST_WORDS);
        return false;
    }

    private static void cancel(Session session) {
        try {
            session.cancel();
        } catch (SqlFailure e) {
            // nobody is there to be asked, and so nothing goes on
        }
    }

    private boolean await(Duration most) {
        try {
            return ended.await(most.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ended.getCount() == 0;
        }
    }

    /** Ends the command, unless it has ended: whether the caller may have the last word. */
    boolean end() {
        return over.compareAndSet(false, true);
    }

    /** The command has said its result, and only telemetry is waited for: this stands whatever comes. */
    void finished(int exitCode) {
        end();
        finished = serving ? null : exitCode;
    }

    /** From now on a signal is how the command ends, and no interruption. */
    void serves() {
        serving = true;
        end();
    }

    /** With what the command has ended; null while it is at work, and of one that a signal ends. */
    @Nullable
    Integer exitCode() {
        return finished;
    }

    /** Called while the process ends. */
    void signal() {
        Terminal last = terminal;
        if (last == null || !end()) {
            return;
        }
        Problem told = problem.get();
        last.error(told.asException());
        if (last.json()) {
            result.accept(List.of(told));
        }
        last.out().flush();
        last.narration().end(Category.INTERRUPTED.exitCode());
    }
}
