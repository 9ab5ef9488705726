package dev.lockkeeper.rehearsal;

import dev.lockkeeper.database.ScriptSession;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.LockkeeperException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Sessions that send the messages of a workload one after the other until they are told to end. */
final class Traffic implements AutoCloseable {
    /** So that the traffic does not take the machine from the migrations that are measured. */
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(1);

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(5);
    private static final int QUIET_STATEMENTS = 200;
    private static final long QUIET = TimeUnit.SECONDS.toNanos(2);

    private final Supplier<ScriptSession> sessions;
    private final List<String> messages;
    private final List<TrafficLog> logs = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final int[] pids;
    private volatile boolean ended;

    private Traffic(Supplier<ScriptSession> sessions, Workload workload, int size) {
        this.sessions = sessions;
        this.messages = workload.messages();
        this.pids = new int[size];
    }

    /**
     * Starts it, and returns when every session has sent every message once.
     *
     * @param sessions opens the sessions
     * @param size how many sessions
     */
    static Traffic start(Supplier<ScriptSession> sessions, Workload workload, int size) {
        Traffic traffic = new Traffic(sessions, workload, size);
        try {
            for (int i = 0; i < size; i++) {
                traffic.add(i, sessions.get());
            }
        } catch (LockkeeperException e) {
            traffic.close();
            throw e;
        }
        traffic.await(() -> traffic.sent(workload.messages().size()), Long.MAX_VALUE);
        return traffic;
    }

    private void add(int number, ScriptSession session) {
        TrafficLog log = new TrafficLog();
        Thread thread = new Thread(() -> work(number, session, log), "lockkeeper traffic " + (number + 1));
        thread.setDaemon(true);
        logs.add(log);
        threads.add(thread);
        pid(number, session.pid());
        thread.start();
    }

    private void work(int number, ScriptSession first, TrafficLog log) {
        ScriptSession session = first;
        try {
            // each begins elsewhere, so that they do not meet at one table all the time
            for (int i = number; !ended; i++) {
                int message = i % messages.size();
                if (!send(session, message, log)) {
                    session = sessions.get();
                    pid(number, session.pid());
                }
                LockSupport.parkNanos(PAUSE);
            }
            session.close();
        } catch (LockkeeperException | SqlFailure e) {
            // the server lets nobody in any more: what it did up to here was seen
        }
    }

    /** Sends one message; whether the session is still there. */
    private boolean send(ScriptSession session, int message, TrafficLog log) {
        long start = System.nanoTime();
        try {
            session.send(messages.get(message), notice -> {});
            log.add(message, start, System.nanoTime(), TrafficLog.Answer.FINE);
            return true;
        } catch (SqlFailure e) {
            long end = System.nanoTime();
            String state = e.error().sqlState();
            // class 42: the statement does not fit the schema; 3F000: the schema is not there
            boolean gone = state.startsWith("42") || state.equals("3F000");
            log.add(message, start, end, gone ? TrafficLog.Answer.GONE : TrafficLog.Answer.FAILED);
            return !e.connectionLost();
        }
    }

    private void pid(int number, int pid) {
        synchronized (pids) {
            pids[number] = pid;
        }
    }

    private boolean sent(int each) {
        for (int i = 0; i < logs.size(); i++) {
            if (logs.get(i).size() < each && threads.get(i).isAlive()) {
                return false;
            }
        }
        return true;
    }

    private void await(BooleanSupplier condition, long nanos) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean() && System.nanoTime() - start < nanos && !Thread.interrupted()) {
            LockSupport.parkNanos(PAUSE);
        }
    }

    /** Lets the traffic run for a moment, so that there is something to compare with. */
    void quiet() {
        int before = logs.stream().mapToInt(TrafficLog::size).max().orElse(0);
        await(() -> sent(before + QUIET_STATEMENTS), QUIET);
    }

    /** What the sessions saw between two instants; all of it once the traffic is closed. */
    Stalls between(long from, long to) {
        return Stalls.of(logs, messages, from, to);
    }

    /** Ends it, and returns when every message is answered. */
    @Override
    public void close() {
        ended = true;
        long start = System.nanoTime();
        await(() -> threads.stream().noneMatch(Thread::isAlive), PATIENCE);
        if (System.nanoTime() - start >= PATIENCE) {
            try (ScriptSession session = sessions.get()) {
                synchronized (pids) {
                    for (int pid : pids) {
                        session.ask("select pg_catalog.pg_terminate_backend(" + pid + ")");
                    }
                }
            }
            await(() -> threads.stream().noneMatch(Thread::isAlive), PATIENCE);
        }
    }
}
