package dev.lockkeeper.rehearsal;

import dev.lockkeeper.Lockkeeper;
import dev.lockkeeper.apply.Event;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.plan.Step;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The four runs of one component beside its traffic. */
final class WindowRun {
    private final Lockkeeper lockkeeper;
    private final Workload workload;
    private final long rows;
    private final List<Span> spans = new ArrayList<>();
    private final List<StepSpan> steps = new ArrayList<>();

    /**
     * @param rows how many there are
     */
    WindowRun(Lockkeeper lockkeeper, Workload workload, long rows) {
        this.lockkeeper = lockkeeper;
        this.workload = workload;
        this.rows = rows;
    }

    /** One run between two instants of {@link System#nanoTime}. */
    private record Span(WindowPhase.Kind kind, int migrations, long from, long to) {}

    /** One migration of a run. */
    private record StepSpan(String name, boolean rollback, long from, long to) {
        long nanos() {
            return to - from;
        }
    }

    /** Measures; closes the traffic. */
    ComponentWindow run(Traffic traffic) {
        @Nullable Problem stopped = null;
        long from = System.nanoTime();
        long to = from;
        try (traffic) {
            traffic.quiet();
            to = System.nanoTime();
            Request none = Request.rollbackTo(Version.parse("0").orElseThrow());
            run(WindowPhase.Kind.ROLLBACK_NEWEST, Request.rollback(1));
            run(WindowPhase.Kind.APPLY_NEWEST, Request.apply());
            run(WindowPhase.Kind.ROLLBACK_ALL, none);
            run(WindowPhase.Kind.APPLY_ALL, Request.apply());
        } catch (LockkeeperException e) {
            stopped = e.problems().get(0);
        }
        // a statement that began during a run may end after it, so only now is all of it known
        return new ComponentWindow(
                lockkeeper.migrations().component(),
                rows,
                workload.messages(),
                traffic.between(from, to),
                spans.stream()
                        .map(s -> new WindowPhase(
                                s.kind(), s.migrations(), s.to() - s.from(), traffic.between(s.from(), s.to())))
                        .toList(),
                lockkeeper.migrations().all().stream()
                        .map(m -> migration(m, traffic))
                        .toList(),
                stopped);
    }

    private void run(WindowPhase.Kind kind, Request request) {
        int before = steps.size();
        long from = System.nanoTime();
        long[] begun = new long[1];
        try {
            lockkeeper.run(request, Duration.ZERO, event -> {
                if (event instanceof Event.StepStarted) {
                    begun[0] = System.nanoTime();
                } else if (event instanceof Event.StepFinished finished && !(finished.step() instanceof Step.Repeat)) {
                    steps.add(new StepSpan(finished.step().name(), kind.rollback(), begun[0], System.nanoTime()));
                }
            });
        } finally {
            spans.add(new Span(kind, steps.size() - before, from, System.nanoTime()));
        }
    }

    private WindowMigration migration(Migration migration, Traffic traffic) {
        return new WindowMigration(
                migration.version().toString(),
                migration.description(),
                worst(migration, false, StepSpan::nanos),
                worst(migration, true, StepSpan::nanos),
                worst(migration, true, s -> traffic.between(s.from(), s.to()).longestNanos()));
    }

    private long worst(Migration migration, boolean rollback, ToLongFunction<StepSpan> figure) {
        return steps.stream()
                .filter(s -> s.rollback() == rollback
                        && s.name().equals(migration.version().toString()))
                .mapToLong(figure)
                .max()
                .orElse(-1);
    }
}
