package dev.lockkeeper.fleet;

import dev.lockkeeper.Lockkeeper;
import dev.lockkeeper.apply.Event;
import dev.lockkeeper.database.Sessions;
import dev.lockkeeper.history.Direction;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Version;
import dev.lockkeeper.trace.Tracing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** One request, carried out on one target of a fleet after the other. Thread-safe if the listener is. */
final class FleetRun {
    private final List<FleetPart> parts;
    private final Request request;
    private final Duration patience;
    private final Tracing tracing;
    private final Sessions sessions;
    private final Consumer<FleetEvent> listener;

    /**
     * @param parts the components of every target, in the order of applying
     * @param patience how long to wait for another run to end
     * @param tracing what is kept and told of the trace that it is part of
     * @param sessions open until the whole run has ended
     */
    FleetRun(
            List<FleetPart> parts,
            Request request,
            Duration patience,
            Tracing tracing,
            Sessions sessions,
            Consumer<FleetEvent> listener) {
        List<FleetPart> order = new ArrayList<>(parts);
        if (request.direction() == Direction.DOWN) {
            // a later component may build on an earlier one, so it goes first on the way back
            Collections.reverse(order);
        }
        this.parts = List.copyOf(order);
        this.request = request;
        this.patience = patience;
        this.tracing = tracing;
        this.sessions = sessions;
        this.listener = listener;
    }

    /** Never throws: one target's failure must not take the summary of the others along. */
    FleetOutcome on(String target, int wave) {
        AtomicInteger steps = new AtomicInteger();
        Consumer<Event> counting = event -> {
            if (event instanceof Event.StepFinished) {
                steps.incrementAndGet();
            }
            listener.accept(new FleetEvent.Happened(target, event));
        };
        long start = System.nanoTime();
        List<Problem> problems = List.of();
        try {
            for (FleetPart part : parts) {
                run(part.open(target, sessions).traced(tracing), counting);
            }
        } catch (LockkeeperException e) {
            problems = e.problems();
        } catch (RuntimeException e) {
            problems = List.of(unforeseen(e));
        }
        FleetOutcome.State state = !problems.isEmpty()
                ? FleetOutcome.State.FAILED
                : steps.get() > 0 ? FleetOutcome.State.DONE : FleetOutcome.State.ALREADY;
        return new FleetOutcome(target, wave, state, steps.get(), System.nanoTime() - start, problems);
    }

    static Problem unforeseen(RuntimeException e) {
        return Problem.of(Code.UNEXPECTED, e.getClass().getSimpleName() + ": " + e.getMessage());
    }

    /** A target that never came as far as the version that a rollback goes back to is below it already. */
    private void run(Lockkeeper component, Consumer<Event> told) {
        Version asked = request.to();
        Version to = asked == null ? null : component.migrations().exact(asked);
        try {
            component.run(request, patience, told);
        } catch (LockkeeperException e) {
            boolean below = request.direction() == Direction.DOWN
                    && to != null
                    && e.problems().get(0).code() == Code.VERSION_UNKNOWN
                    && component.migrations().find(to).isPresent()
                    && component.status().rows().stream()
                            .allMatch(r -> r.entry() == null || r.version().compareTo(to) < 0);
            if (!below) {
                throw e;
            }
        }
    }
}
