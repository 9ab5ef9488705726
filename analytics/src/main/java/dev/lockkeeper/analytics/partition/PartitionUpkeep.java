package dev.lockkeeper.analytics.partition;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.analytics.definition.PartitionRule;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.Dialect;
import dev.lockkeeper.analytics.dialect.Span;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps up the partitions of a table of events: makes those of the time ahead, and lets those go whose time is over and whose sums are
 * final. Not thread-safe; whoever calls it holds a lock, so that one is at work at a time.
 */
public final class PartitionUpkeep {
    private final Site site;
    private final Dialect dialect;
    private final Rollup keeper;
    private final List<Rollup> rollups;
    private final PartitionRule rule;

    /**
     * @param keeper the rollup that says how partitions are kept up
     * @param all rollups of the database, so that no partition goes before the sums of all are final
     */
    public PartitionUpkeep(Site site, Dialect dialect, Rollup keeper, List<Rollup> all) {
        this.site = site;
        this.dialect = dialect;
        this.keeper = keeper;
        this.rollups = all.stream()
                .filter(one -> one.source().name().equals(keeper.source().name()))
                .toList();
        this.rule = Objects.requireNonNull(keeper.partitions());
    }

    /**
     * How they stand, without changing anything.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code analytics-unfit} when the table has no partitions of that kind, {@code
     *     analytics-stopped} when the server refuses it
     */
    public PartitionReport look() {
        return guarded(() -> {
            PartitionedTable table = PartitionedTable.read(site.session(), keeper);
            return report(table, false, missing(table), List.of(), judged(table), List.of(), new ArrayList<>());
        });
    }

    /**
     * Makes what is missing, and lets go what may go.
     *
     * @param archive where rows go; null when none may go
     */
    public PartitionReport run(@Nullable Archive archive) {
        return guarded(() -> {
            PartitionedTable before = PartitionedTable.read(site.session(), keeper);
            List<Span> missing = missing(before);
            List<String> made = new Ensuring(site, dialect, keeper, rule).run(before, missing);
            PartitionedTable table = PartitionedTable.read(site.session(), keeper);
            List<PartitionReport.Gone> gone = new ArrayList<>();
            List<Problem> problems = new ArrayList<>();
            List<Judged> judged = judged(table);
            if (archive != null) {
                Retiring.Result result =
                        new Retiring(site, dialect, keeper, rollups, rule, archive).run(table, going(judged));
                gone.addAll(result.gone());
                problems.addAll(result.problems());
                table = PartitionedTable.read(site.session(), keeper);
            }
            Set<Long> there =
                    table.parts().stream().map(part -> part.partition().oid()).collect(Collectors.toSet());
            List<Judged> left = judged.stream()
                    .filter(one -> there.contains(one.part().partition().oid()))
                    .toList();
            return report(table, true, missing, made, left, gone, problems);
        });
    }

    private interface Work {
        PartitionReport report();
    }

    private PartitionReport guarded(Work work) {
        try {
            return work.report();
        } catch (SqlFailure e) {
            if (e.connectionLost()) {
                throw e;
            }
            throw site.refused("partitions of " + keeper.source().name() + " cannot be kept up", e)
                    .at(rule.place())
                    .note("kept: all events; the same command goes on where this one has stopped")
                    .asException(e);
        }
    }

    private List<Span> missing(PartitionedTable table) {
        Duration past = keeper.bounds().past();
        return new Coverage(table.parts())
                .missing(
                        past == null ? table.now() : table.now().minus(past),
                        table.now().plus(rule.ahead()),
                        rule.width());
    }

    /** One whose time is over, and why it cannot go; null when it can. */
    private record Judged(Part part, @Nullable String reason) {
        PartitionReport.Due told() {
            return new PartitionReport.Due(
                    part.partition().name().toString(), Objects.requireNonNull(part.span()), reason);
        }
    }

    private List<Judged> judged(PartitionedTable table) {
        return over(table).stream()
                .map(part -> new Judged(part, reason(table, part).orElse(null)))
                .toList();
    }

    /** Those that may go: a function of the schema lets go of the oldest ones, so with one all before must be final, too. */
    private List<Part> going(List<Judged> judged) {
        return judged.stream()
                .takeWhile(one -> one.reason() == null || rule.functions() == null)
                .filter(one -> one.reason() == null)
                .map(Judged::part)
                .toList();
    }

    private List<Part> over(PartitionedTable table) {
        Duration keep = rule.keep();
        if (keep == null) {
            return List.of();
        }
        Instant before = table.now().minus(keep);
        return table.parts().stream()
                .filter(part -> part.isAttached() && part.span() != null && !part.endsAfter(before))
                .toList();
    }

    private Optional<String> reason(PartitionedTable table, Part part) {
        String other = part.partition().dependent(site.session());
        if (other != null) {
            return Optional.of(other + ", which depends on it alone");
        }
        ObjectName referring = part.partition().referrer(site.session(), table.name());
        if (referring != null) {
            return Optional.of("rows of " + referring + ", which refer to it");
        }
        Optional<String> stranger = stranger(table, part);
        return stranger.isPresent()
                ? stranger
                : site.snapshot(() -> new Finality(site, dialect, rollups)
                        .against(Objects.requireNonNull(part.span()), table.name()));
    }

    /** A rollup that is known here by its triggers alone: it may not have counted its events yet. */
    private Optional<String> stranger(PartitionedTable table, Part part) {
        String known = rollups.stream()
                .map(one -> literal(site.schema().marker(one.name()).name()))
                .collect(Collectors.joining(", "));
        return site
                .session()
                .query(
                        "select n.nspname, f.proname from pg_trigger t join pg_proc f on f.oid = t.tgfoid join pg_namespace n on n.oid ="
                                + " f.pronamespace where t.tgrelid in ("
                                + part.partition().oid() + ", "
                                + literal(table.name().quoted())
                                + "::regclass) and f.proname like 'mark\\_%' and exists (select from pg_class c where c.relnamespace = n.oid"
                                + " and c.relname = 'rollup_interval') and not (n.nspname = "
                                + literal(site.schema().name()) + " and f.proname in (" + known
                                + ")) order by 1, 2 limit 1")
                .stream()
                .map(row -> new ObjectName(String.valueOf(row[0]), String.valueOf(row[1])))
                .map(marker -> "events that another rollup counts, whose marks " + marker
                        + " leaves, and nobody has asked whether it has")
                .findFirst();
    }

    private PartitionReport report(
            PartitionedTable table,
            boolean executed,
            List<Span> missing,
            List<String> made,
            List<Judged> judged,
            List<PartitionReport.Gone> gone,
            List<Problem> problems) {
        Optional<Instant> until = new Coverage(table.parts()).readyUntil(table.now());
        Duration ready = until.filter(Instant.MAX::equals).isPresent()
                ? null
                : until.map(one -> Duration.between(table.now(), one)).orElse(Duration.ZERO);
        if (ready != null && ready.compareTo(rule.ready()) < 0) {
            problems.add(Problem.of(
                            Code.ANALYTICS_PARTITIONS,
                            ready.isZero()
                                    ? "events of now find no partition of " + table.name()
                                    : "partitions of " + table.name() + " are ready for " + ready.toDays()
                                            + " days and " + ready.toHoursPart() + " hours")
                    .at(rule.place())
                    .because("an event of a time without a partition is refused")
                    .help(
                            executed
                                    ? "see what keeps partitions from being made"
                                    : "make them: lockkeeper analytics partitions --execute"));
        }
        List<PartitionReport.Due> due = judged.stream().map(Judged::told).toList();
        due.stream()
                .filter(one -> one.reason() != null)
                .forEach(
                        one -> problems.add(
                                Problem.of(
                                                Code.ANALYTICS_PARTITIONS,
                                                "partition " + one.name() + " has " + one.reason())
                                        .at(rule.place())
                                        .note("kept: the partition, as part of " + table.name())
                                        .help(
                                                "compute, compare and seal its sums: lockkeeper analytics run, and lockkeeper analytics reconcile; sealed ones that differ are opened by lockkeeper analytics backfill --reopen")));
        return new PartitionReport(
                table.name().toString(),
                executed,
                ready,
                until.filter(one -> !one.equals(Instant.MAX)).orElse(null),
                missing,
                made,
                due,
                gone,
                problems);
    }
}
