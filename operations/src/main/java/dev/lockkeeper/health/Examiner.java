package dev.lockkeeper.health;

import dev.lockkeeper.Lockkeeper;
import dev.lockkeeper.database.LockHolders;
import dev.lockkeeper.database.Sessions;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Looks at components. It keeps one connection to each of their databases between looks. For one thread at a time.
 */
public final class Examiner implements AutoCloseable {
    /** A look that waits longer counts as one that sees nothing, and whoever waits keeps those behind waiting. */
    private static final String LOCK = "1s";

    private static final String STATEMENT = "5s";

    private final List<Lockkeeper> components;
    private final Function<String, @Nullable DriftLook> drift;
    private final Clock clock;
    private final Sessions sessions = new Sessions();

    /** @param drift the last comparison of a database, by its address; null when none was asked for */
    public Examiner(List<Lockkeeper> components, Function<String, @Nullable DriftLook> drift, Clock clock) {
        this.components = components.stream()
                .map(one -> one.sharing(sessions).limited(LOCK, STATEMENT))
                .toList();
        this.drift = drift;
        this.clock = clock;
    }

    /** What is true now. Takes no lock, changes nothing, and throws nothing: what could not be seen is unknown. */
    public HealthReport look() {
        return new HealthReport(
                clock.instant(), components.stream().map(this::look).toList());
    }

    private ComponentHealth look(Lockkeeper component) {
        String database = component.target().toString();
        DriftLook last = drift.apply(component.target().address());
        String name = component.migrations().component();
        try {
            // who is at work is asked first: what a run has finished meanwhile is then in the status
            var atWork = component.atWork();
            return withEmergencies(component, ComponentHealth.of(database, component.status(), atWork, last));
        } catch (LockkeeperException e) {
            return ComponentHealth.unknown(
                    name, database, locked(component, e.problems().get(0)), last);
        } catch (SqlFailure e) {
            Problem problem =
                    e.problem("the record cannot be read: " + e.error().message());
            return ComponentHealth.unknown(name, database, locked(component, problem), last);
        } catch (RuntimeException e) {
            // who serves others goes on, and nobody takes it for good
            Problem problem = Problem.of(Code.UNEXPECTED, e.getClass().getSimpleName() + ": " + e.getMessage());
            return ComponentHealth.unknown(name, database, problem, last);
        }
    }

    /** Names who holds the lock that nobody got, as far as that is seen. */
    private static Problem locked(Lockkeeper component, Problem problem) {
        if (problem.code() != Code.LOCK_NOT_AVAILABLE) {
            return problem;
        }
        List<LockHolders.Holder> holders = List.of();
        try {
            holders = component.lockHolders();
        } catch (LockkeeperException | SqlFailure e) {
            // what is known already is told
        }
        String told = "somebody holds a lock on the record or on the catalog";
        if (holders.isEmpty()) {
            return Problem.of(problem.code(), told).from(problem.server()).help("wait for it");
        }
        return Problem.of(
                        problem.code(),
                        told + ": "
                                + holders.stream()
                                        .map(LockHolders.Holder::sentence)
                                        .collect(Collectors.joining("; ")))
                .from(problem.server())
                .help("wait for it, or end the session: select pg_terminate_backend("
                        + holders.get(0).pid() + ")");
    }

    /** Whatever keeps them from being seen is no reason to be silent about the rest. */
    private static ComponentHealth withEmergencies(Lockkeeper component, ComponentHealth seen) {
        try {
            Optional<Problem> altered = component.altered();
            if (altered.isPresent()) {
                return seen.withUnknownEmergencies(altered.get());
            }
            return seen.with(component.emergencies());
        } catch (LockkeeperException e) {
            return seen.withUnknownEmergencies(e.problems().get(0));
        }
    }

    @Override
    public void close() {
        sessions.close();
    }
}
