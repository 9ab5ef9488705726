package dev.lockkeeper.cli;

import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.health.DriftLook;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.rehearsal.DriftReport;
import dev.lockkeeper.source.Script;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Compares databases with their histories, once or again and again, and keeps what was found last. Thread-safe. */
final class DriftWatch implements AutoCloseable {
    /** So many comparisons may be left out before the last one counts for nothing. */
    private static final int LEFT_OUT = 3;

    private final Map<String, List<Worksite>> databases;
    private final Function<List<Worksite>, DriftReport> comparison;
    private final Clock clock;
    private final Map<String, DriftLook> last = new ConcurrentHashMap<>();
    private final Thread worker = new Thread(this::again, "drift");
    private volatile Duration period = Duration.ofDays(1);

    private DriftWatch(
            Map<String, List<Worksite>> databases, Function<List<Worksite>, DriftReport> comparison, Clock clock) {
        this.databases = databases;
        this.comparison = comparison;
        this.clock = clock;
    }

    /** One that compares nothing. */
    static DriftWatch none(Clock clock) {
        return new DriftWatch(
                Map.of(),
                parts -> {
                    throw new IllegalStateException("nothing is compared");
                },
                clock);
    }

    static DriftWatch of(Project project, List<Worksite> sites, List<Script> prelude, Terminal terminal, Clock clock) {
        Map<String, List<Worksite>> databases = new LinkedHashMap<>();
        sites.forEach(site -> databases
                .computeIfAbsent(site.lockkeeper().target().address(), address -> new ArrayList<>())
                .add(site));
        return new DriftWatch(
                databases,
                // what it warns of each time would never be read
                parts -> DriftCommand.report(
                        project, parts, prelude, terminal.quiet().alone()),
                clock);
    }

    /** Compares all of them now. */
    void look() {
        databases.forEach((address, parts) -> last.put(address, compare(parts)));
    }

    /** Compares them from now on. */
    void every(Duration time) {
        if (databases.isEmpty()) {
            return;
        }
        period = time;
        databases
                .keySet()
                .forEach(address -> last.put(
                        address, new DriftLook(clock.instant(), 0, "it is being compared for the first time")));
        worker.setDaemon(true);
        worker.start();
    }

    private void again() {
        try {
            while (true) {
                look();
                Thread.sleep(period.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private DriftLook compare(List<Worksite> parts) {
        Instant at = clock.instant();
        try {
            DriftReport report = comparison.apply(parts);
            return new DriftLook(
                    at,
                    report.counting().size(),
                    report.isUndoubted() ? null : "some differences cannot be told for certain");
        } catch (LockkeeperException e) {
            return new DriftLook(at, 0, e.problems().get(0).message());
        } catch (SqlFailure e) {
            return new DriftLook(at, 0, e.error().message());
        } catch (RuntimeException e) {
            // the next comparison has to come
            return new DriftLook(at, 0, String.valueOf(e.getMessage()));
        }
    }

    /** What was found last at an address; null when nobody asks for it. */
    @Nullable
    DriftLook last(String address) {
        DriftLook look = last.get(address);
        return look != null
                        && look.unknown() == null
                        && look.at().plus(period.multipliedBy(LEFT_OUT)).isBefore(clock.instant())
                ? new DriftLook(look.at(), 0, "no comparison has come to its end since " + look.at())
                : look;
    }

    @Override
    public void close() {
        worker.interrupt();
    }
}
