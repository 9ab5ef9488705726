package dev.lockkeeper.telemetry;

import dev.lockkeeper.apply.Event;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.trace.Traceparent;
import dev.lockkeeper.trace.Tracing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Keeps what is told, with its time, for a thread of its own: there the SDK is brought up while the command already works, and there
 * spans, metrics and logs are made of it. So the command waits for nothing but the end.
 */
final class Exporting implements Telemetry {
    /** Of what is not made into spans yet; more is dropped, and said. */
    private static final int MOST = 100_000;

    /** An attempt whose time is over says why a moment later. */
    private static final Duration LAST_WORD = Duration.ofMillis(200);

    /** Milliseconds between two looks at what was told: to be woken by each event costs the command more than the event. */
    private static final long PAUSE = 50;

    private final TelemetrySettings settings;
    private final Telling.Root root;
    private final LinkedBlockingQueue<Consumer<Signals>> told = new LinkedBlockingQueue<>(MOST);
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicBoolean over = new AtomicBoolean();
    private final CountDownLatch ending = new CountDownLatch(1);
    private final CountDownLatch sent = new CountDownLatch(1);
    private final Noise noise = new Noise();
    private final long started = Moment.now();

    Exporting(TelemetrySettings settings, Telling.Root root) {
        this.settings = settings;
        this.root = root;
        Thread worker = new Thread(this::work, "telemetry");
        worker.setDaemon(true);
        worker.start();
    }

    @Override
    public Traceparent place() {
        return root.place();
    }

    @Override
    public Tracing tracing() {
        Traceparent linked = root.linked();
        return settings.tracing(root.place().trace(), linked == null ? null : linked.trace());
    }

    @Override
    public Follower follow(Followed subject) {
        String span = span();
        long at = Moment.now();
        tell(signals -> signals.begin(span, subject, at));
        return new Follower() {
            private volatile String current = span;

            @Override
            public String span() {
                return current;
            }

            @Override
            public void accept(Event event) {
                long now = Moment.now();
                String mine = event instanceof Event.StepStarted ? Exporting.span() : current;
                tell(signals -> signals.happened(span, mine, event, now));
                current = mine;
            }

            @Override
            public void failed(LockkeeperException failure) {
                Problem problem = failure.problems().get(0);
                long now = Moment.now();
                tell(signals -> signals.failed(span, problem, now));
            }

            @Override
            public void end() {
                long now = Moment.now();
                tell(signals -> signals.end(span, now));
            }
        };
    }

    @Override
    public void measured(Measure measure) {
        tell(signals -> signals.measured(measure));
    }

    @Override
    public void said(LogLine line) {
        tell(signals -> signals.said(line));
    }

    @Override
    public List<Problem> end(int exitCode) {
        if (!over.compareAndSet(false, true)) {
            // a signal comes while the command ends: the process must not be gone before all is sent
            await(settings.patience().toNanos());
            return List.of();
        }
        long now = Moment.now();
        long deadline = System.nanoTime() + settings.patience().plus(LAST_WORD).toNanos();
        // what is told from now on is not taken, and so there is room soon if there is none yet
        boolean room = offer(signals -> signals.close(exitCode, now, deadline));
        ending.countDown();
        return problems(room && await(deadline - System.nanoTime()));
    }

    private boolean offer(Consumer<Signals> last) {
        try {
            return told.offer(last, settings.patience().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Waits until all is sent, for a time at most: whether it is. */
    private boolean await(long nanos) {
        try {
            return sent.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private List<Problem> problems(boolean all) {
        List<Problem> problems = new ArrayList<>();
        Complaint complaint = noise.first(all ? null : Complaint.late(settings.patience()));
        if (complaint != null) {
            problems.add(Problem.of(Code.TELEMETRY, "telemetry could not be sent, or not all of it")
                    .because(complaint.why())
                    .help(complaint.help()));
        }
        if (dropped.get() > 0) {
            problems.add(Problem.of(Code.TELEMETRY, "telemetry lacks " + dropped.get() + " events")
                    .because("more than " + MOST + " waited to be sent"));
        }
        return problems;
    }

    private void tell(Consumer<Signals> what) {
        if (!over.get() && !told.offer(what)) {
            dropped.incrementAndGet();
        }
    }

    private void work() {
        try (noise) {
            noise.hear();
            Signals signals = Signals.begin(settings, root, started, noise);
            List<Consumer<Signals>> batch = new ArrayList<>();
            while (!signals.isClosed()) {
                if (ending.await(PAUSE, TimeUnit.MILLISECONDS)) {
                    batch.add(told.take());
                }
                told.drainTo(batch);
                batch.forEach(one -> one.accept(signals));
                batch.clear();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | LinkageError e) {
            // a setting that the SDK refuses; or its libraries are not there: nobody waits for what will not come
            noise.add(Complaint.ofSetting(settings.properties(), e, others -> Signals.isFit(others, root)));
        } finally {
            sent.countDown();
        }
    }

    private static String span() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE));
    }
}
