package dev.lockkeeper.health;

import dev.lockkeeper.Lockkeeper;
import dev.lockkeeper.database.Sessions;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.time.Clock;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Looks at components. It keeps one connection to each of their databases between looks. For one thread at a time.
 */
public final class Examiner implements AutoCloseable {
    private final List<Lockkeeper> components;
    private final Function<String, @Nullable DriftLook> drift;
    private final Clock clock;
    private final Sessions sessions = new Sessions();

    /** @param drift the last comparison of a database, by its address; null when none was asked for */
    public Examiner(List<Lockkeeper> components, Function<String, @Nullable DriftLook> drift, Clock clock) {
        this.components = components.stream().map(one -> one.sharing(sessions)).toList();
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
            return ComponentHealth.unknown(name, database, e.problems().get(0), last);
        } catch (SqlFailure e) {
            Problem problem =
                    e.problem("the record cannot be read: " + e.error().message());
            return ComponentHealth.unknown(name, database, problem, last);
        } catch (RuntimeException e) {
            // who serves others goes on, and nobody takes it for good
            Problem problem = Problem.of(Code.UNEXPECTED, e.getClass().getSimpleName() + ": " + e.getMessage());
            return ComponentHealth.unknown(name, database, problem, last);
        }
    }

    /** Whatever keeps them from being seen is no reason to be silent about the rest. */
    private static ComponentHealth withEmergencies(Lockkeeper component, ComponentHealth seen) {
        try {
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
