package dev.lockkeeper.fleet;

import dev.lockkeeper.Lockkeeper;
import dev.lockkeeper.database.Sessions;
import dev.lockkeeper.history.Direction;
import dev.lockkeeper.loss.Loss;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.plan.Status;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Component;
import dev.lockkeeper.project.Environment;
import dev.lockkeeper.project.FleetDeclaration;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.trace.Tracing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The same migrations on many targets: in waves, a bounded number of targets at once, and nothing is begun after a
 * failure. Running it again goes on: targets that are where they are wanted are seen and left alone.
 *
 * <p>Each running target takes two connections, and a third while a statement takes long; targets of one database use one of
 * them one after the other. Thread-safe: it holds no
 * connection between calls. All methods throw {@link LockkeeperException} with every problem that was found.
 */
public final class Fleet {
    private final FleetDeclaration declaration;
    private final List<FleetPart> parts;
    private final List<String> targets;

    private Fleet(FleetDeclaration declaration, List<FleetPart> parts, List<String> targets) {
        this.declaration = declaration;
        this.parts = List.copyOf(parts);
        this.targets = List.copyOf(targets);
    }

    /**
     * Reads the migrations, once for all targets, and finds out the targets.
     *
     * @param components those that each target gets, in their order
     * @param set token values that win over all others
     * @param home the database of the environment, which is asked for the targets
     */
    public static Fleet open(
            Project project,
            FleetDeclaration declaration,
            List<Component> components,
            Environment environment,
            Map<String, String> set,
            Target home) {
        List<String> targets = Roster.names(declaration, home);
        List<Problem> problems = new ArrayList<>();
        List<FleetPart> parts = new ArrayList<>();
        for (Component component : components) {
            try {
                parts.add(FleetPart.read(project, declaration, component, environment, set, home));
            } catch (LockkeeperException e) {
                problems.addAll(e.problems());
            }
        }
        if (!problems.isEmpty()) {
            throw new LockkeeperException(problems.stream().distinct().toList());
        }
        return new Fleet(declaration, parts, targets);
    }

    /** The names of the targets in their order. */
    public List<String> targets() {
        return targets;
    }

    /** The components that each target has, as they were read. */
    public List<Migrations> components() {
        return parts.stream().map(FleetPart::read).toList();
    }

    /**
     * One component of one target by itself; connects to nothing.
     *
     * @throws LockkeeperException {@code usage} when the fleet has no such target or component
     */
    public Lockkeeper component(String target, String component) {
        if (!targets.contains(target)) {
            throw Problem.of(Code.USAGE, "fleet " + declaration.name() + " has no target " + target)
                    .help(Nearest.to(target, targets)
                            .map(n -> "did you mean " + n + "?")
                            .orElse("lockkeeper fleet status " + declaration.name() + " lists them"))
                    .asException();
        }
        return parts.stream()
                .filter(p -> p.name().equals(component))
                .findFirst()
                .orElseThrow(
                        () -> Problem.of(Code.USAGE, "fleet " + declaration.name() + " has no component " + component)
                                .asException())
                .opened()
                .apply(target);
    }

    /** The targets in waves, one after the other. */
    public List<List<String>> waves() {
        return waves(targets, declaration.canary());
    }

    static <T> List<List<T>> waves(List<T> targets, List<Integer> canary) {
        List<List<T>> waves = new ArrayList<>();
        int from = 0;
        for (int size : canary) {
            int to = Math.min(targets.size(), from + size);
            if (from < to) {
                waves.add(targets.subList(from, to));
            }
            from = to;
        }
        if (from < targets.size()) {
            waves.add(targets.subList(from, targets.size()));
        }
        return waves;
    }

    /**
     * Applies or rolls back everywhere.
     *
     * @param request names where to go, so that the same request can be made again: a rollback needs a version
     * @param patience how long to wait in each target for another run to end
     * @param listener told what happens; never by two threads at once
     */
    public FleetResult run(Request request, Duration patience, Consumer<FleetEvent> listener) {
        return run(request, patience, Tracing.NONE, listener);
    }

    /**
     * The same for those who follow a trace.
     *
     * @param tracing what is kept and told of it
     */
    public FleetResult run(Request request, Duration patience, Tracing tracing, Consumer<FleetEvent> listener) {
        if (request.direction() == Direction.DOWN && request.to() == null) {
            throw Problem.of(Code.USAGE, "a fleet is rolled back to a version")
                    .because("the same command again must not take back one more from the targets that are done")
                    .help("name the version that stays applied with --to VERSION; 0 takes back everything")
                    .asException();
        }
        Object turn = new Object();
        Consumer<FleetEvent> told = event -> {
            synchronized (turn) {
                listener.accept(event);
            }
        };
        try (Sessions sessions = new Sessions()) {
            return run(new FleetRun(parts, request, patience, tracing, sessions, told), told);
        }
    }

    private FleetResult run(FleetRun run, Consumer<FleetEvent> told) {
        Map<String, FleetOutcome> ended = new ConcurrentHashMap<>();
        Crew crew = new Crew(declaration.parallel());
        List<FleetOutcome> outcomes = new ArrayList<>();
        List<List<String>> waves = waves();
        for (int i = 0; i < waves.size(); i++) {
            int wave = i + 1;
            List<String> members = waves.get(i);
            if (!crew.stopped()) {
                told.accept(new FleetEvent.WaveStarted(wave, waves.size(), members.size()));
                crew.run(members, target -> {
                    FleetOutcome outcome = run.on(target, wave);
                    if (outcome.state() == FleetOutcome.State.FAILED) {
                        crew.stop();
                    }
                    ended.put(target, outcome);
                    told.accept(new FleetEvent.Ended(outcome));
                });
            }
            members.forEach(target -> outcomes.add(ended.getOrDefault(
                    target, new FleetOutcome(target, wave, FleetOutcome.State.NOT_STARTED, 0, 0, List.of()))));
        }
        return new FleetResult(outcomes);
    }

    /**
     * What data a request takes away in all targets, as far as it can be told; those whose plan is refused are left out, which
     * the run itself tells. Takes no lock and writes nothing.
     */
    public List<Loss> losses(Request request) {
        Map<String, List<Loss>> found = new ConcurrentHashMap<>();
        new Crew(declaration.parallel()).run(targets, target -> {
            List<Loss> all = new ArrayList<>();
            for (FleetPart part : parts) {
                Lockkeeper component = part.opened().apply(target);
                try {
                    component.losses(component.plan(request)).stream()
                            .map(l -> new Loss(target + " " + l.step(), l.what(), l.rows(), l.known()))
                            .forEach(all::add);
                } catch (LockkeeperException e) {
                    // told by the run
                }
            }
            found.put(target, all);
        });
        return targets.stream()
                .flatMap(target -> found.getOrDefault(target, List.of()).stream())
                .toList();
    }

    /** Where every target is. Takes no lock and writes nothing; a target that cannot be asked does not stop the others. */
    public List<FleetStatus> status() {
        Map<String, FleetStatus> found = new ConcurrentHashMap<>();
        try (Sessions sessions = new Sessions()) {
            new Crew(declaration.parallel()).run(targets, target -> found.put(target, status(target, sessions)));
        }
        return targets.stream().map(found::get).filter(Objects::nonNull).toList();
    }

    private FleetStatus status(String target, Sessions sessions) {
        try {
            List<Status> statuses =
                    parts.stream().map(p -> p.open(target, sessions).status()).toList();
            return new FleetStatus(target, statuses, List.of());
        } catch (LockkeeperException e) {
            return new FleetStatus(target, List.of(), e.problems());
        } catch (RuntimeException e) {
            return new FleetStatus(target, List.of(), List.of(FleetRun.unforeseen(e)));
        }
    }
}
