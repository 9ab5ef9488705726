package dev.lockkeeper.health;

import dev.lockkeeper.gate.GateRecord;
import dev.lockkeeper.history.Entry;
import dev.lockkeeper.history.RepeatableEntry;
import dev.lockkeeper.plan.Status;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.report.StatusReport;
import dev.lockkeeper.source.Version;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether one component of a database is as its files say.
 *
 * @param database without secrets
 * @param version the newest that is applied; null when none is, or when it is not known
 * @param last when a migration was applied last; null when none was, or when it is not known
 * @param counts how many migrations and repeatable scripts are in each state; empty when it is not known
 * @param atWork who runs the component now; null when nobody does
 * @param reasons why it is not healthy; empty when it is
 * @param warnings what somebody has to do although it is healthy
 * @param emergencies how many went through in this record and are not looked at; null when it is not known
 * @param drift null when it was not asked for
 * @param problem why nothing is known; null when it is
 */
public record ComponentHealth(
        String component,
        String database,
        @Nullable String version,
        @Nullable Instant last,
        Map<Status.State, Long> counts,
        @Nullable String atWork,
        List<String> reasons,
        List<String> warnings,
        @Nullable Long emergencies,
        @Nullable DriftLook drift,
        @Nullable Problem problem) {
    public ComponentHealth {
        counts = Map.copyOf(counts);
        reasons = List.copyOf(reasons);
        warnings = List.copyOf(warnings);
    }

    /** What is known of it. */
    static ComponentHealth of(String database, Status status, Optional<String> atWork, @Nullable DriftLook drift) {
        Map<Status.State, Long> counts = new EnumMap<>(Status.State.class);
        List<String> reasons = new ArrayList<>();
        for (Status.State state : Status.State.values()) {
            long count = status.count(state);
            counts.put(state, count);
            if (state != Status.State.APPLIED && count > 0) {
                reasons.add(count + " " + StatusReport.name(state));
            }
        }
        status.otherTool().ifPresent(other -> reasons.add("another tool has migrated this database: " + other));
        status.doubts().forEach(doubt -> reasons.add(doubt.message()));
        if (drift != null) {
            String unknown = drift.unknown();
            if (unknown != null) {
                reasons.add("drift is not known: " + unknown);
            } else if (drift.differences() > 0) {
                reasons.add("the database differs from its history in " + drift.differences()
                        + (drift.differences() == 1 ? " place" : " places"));
            }
        }
        List<Entry> entries = status.rows().stream()
                .map(Status.Row::entry)
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .toList();
        Stream<String> repeated = status.repeatables().stream()
                .map(Status.Repeated::last)
                .filter(Objects::nonNull)
                .map(RepeatableEntry::appliedAt);
        return new ComponentHealth(
                status.component(),
                database,
                entries.stream()
                        .map(Entry::version)
                        .max(Comparator.naturalOrder())
                        .map(Version::toString)
                        .orElse(null),
                Stream.concat(entries.stream().map(Entry::appliedAt), repeated)
                        .flatMap(text -> instant(text).stream())
                        .max(Comparator.naturalOrder())
                        .orElse(null),
                counts,
                atWork.orElse(null),
                reasons,
                List.of(),
                null,
                drift,
                null);
    }

    /** One of which nothing is known, which is never healthy. */
    static ComponentHealth unknown(String component, String database, Problem problem, @Nullable DriftLook drift) {
        return new ComponentHealth(
                component,
                database,
                null,
                null,
                Map.of(),
                null,
                List.of(problem.message()),
                List.of(),
                null,
                drift,
                problem);
    }

    /** The same with the emergencies that are owed an approval. The schema is as its files say, so it stays healthy. */
    ComponentHealth with(List<GateRecord.Open> open) {
        return with(reasons, open.stream().map(GateRecord.Open::sentence).toList(), (long) open.size());
    }

    /**
     * The same where nobody knows about emergencies.
     *
     * @param why a record of which something is gone is not healthy; one that this user may not read is warned of
     */
    ComponentHealth withUnknownEmergencies(Problem why) {
        return why.code() == Code.HISTORY_UNFIT
                ? with(Stream.concat(reasons.stream(), Stream.of(why.message())).toList(), List.of(), null)
                : with(reasons, List.of("open emergencies are not known: " + why.message()), null);
    }

    private ComponentHealth with(List<String> all, List<String> told, @Nullable Long open) {
        return new ComponentHealth(component, database, version, last, counts, atWork, all, told, open, drift, problem);
    }

    /** A person may have written another time into the record, such as infinity. */
    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    public boolean isHealthy() {
        return problem == null && reasons.isEmpty();
    }

    /** How many migrations and scripts are in a state; null when it is not known. */
    public @Nullable Long count(Status.State state) {
        return counts.get(state);
    }

    /** Seconds between the last migration and an instant; null when there was none. Never below 0, whatever the clocks say. */
    public @Nullable Long secondsSince(Instant now) {
        return last == null ? null : Math.max(0, now.getEpochSecond() - last.getEpochSecond());
    }
}
