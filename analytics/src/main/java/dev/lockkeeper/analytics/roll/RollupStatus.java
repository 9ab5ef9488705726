package dev.lockkeeper.analytics.roll;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.state.Instants;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.analytics.state.Waiting;
import dev.lockkeeper.database.SqlFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a rollup is behind its events, and how it went.
 *
 * @param pending how many buckets, of all grains, have marks
 * @param lag how long the oldest mark has waited; zero when there is none
 * @param completeTo before which every bucket is what its events say, as far as marks tell; null when no bucket has marks
 * @param newest the start of the newest bucket of the shortest grain that was computed; null when none was
 * @param outdated buckets that another definition has made and that are not sealed
 * @param last the last run; null when there was none
 * @param overBudget how many of the last 100 runs took longer than they may
 * @param failing checks that failed, or could not be made, when they were made last in a bucket, in the last 7 days
 * @param quarantined marks of events that came when their bucket was sealed, and that nobody has settled
 * @param late the buckets of these, the last to be noticed first, of which not all are told
 * @param share percent of the time between the first and the last of the last 100 runs in which they worked; null without any
 * @param freshness how long ago the newest bucket has ended, below zero when it has not; null when none was computed
 * @param drift buckets that were found to differ without a mark by the last reconciliation that found any, were not computed since,
 *     and have not lost their events with a partition
 */
public record RollupStatus(
        String rollup,
        long pending,
        long marks,
        Duration lag,
        @Nullable Instant completeTo,
        @Nullable Instant newest,
        long built,
        long sealed,
        long outdated,
        @Nullable LastRun last,
        long overBudget,
        long failing,
        long quarantined,
        long drift,
        List<LateBucket> late,
        @Nullable Long share,
        @Nullable Duration freshness) {
    public RollupStatus {
        late = List.copyOf(late);
    }

    /** The last run of a rollup. */
    public record LastRun(
            long run,
            String state,
            Duration ago,
            Duration work,
            Duration budget,
            @Nullable String error) {}

    /**
     * Reads it.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code analytics-stopped} when the server refuses it
     */
    public static RollupStatus of(Site site, Rollup rollup) {
        try {
            return read(site, rollup);
        } catch (SqlFailure e) {
            throw site.refused("the status of rollup " + rollup.name() + " cannot be read", e)
                    .at(rollup.place())
                    .asException(e);
        }
    }

    private static RollupStatus read(Site site, Rollup rollup) {
        String name = literal(rollup.name());
        String of = " where rollup = " + name;
        String base = literal(rollup.base().word());
        @Nullable
        String[] row = site.query(
                        "select p.pending, p.marks, p.lag, p.complete, i.newest, i.built, i.sealed, i.outdated,"
                                + " r.run_id, r.state, r.ago, r.work_ms, r.budget_ms, r.error, (select count(*) from (select distinct on (check_id,"
                                + " bucket_from) outcome from " + site.table("dq_result") + of
                                + " and at > now() - interval '7 days' order by check_id, bucket_from, result_id desc) c where c.outcome in"
                                + " ('fail', 'error')), (select coalesce(sum(q.marks), 0) from ("
                                + LateBucket.open(site, rollup)
                                + ") q), (select count(*) from " + site.table("recon_result")
                                + " d left join "
                                + site.table("rollup_interval")
                                + " b on b.rollup = d.rollup and b.grain = d.grain and b.bucket_start ="
                                + " d.bucket_start where d.rollup = " + name
                                + " and d.class = 'drift' and b.gone is null and d.recon_run = (select recon_run"
                                + " from " + site.table("recon_result") + of
                                + " order by recon_id desc limit 1) and coalesce(b.built_at < d.at"
                                + ", true)), x.over, x.share, extract(epoch from clock_timestamp() - i.end_of)::numeric(20, 3)"
                                + " from (select count(distinct (grain, bucket_start)) as pending, count(*) as marks,"
                                + " coalesce(extract(epoch from clock_timestamp() - min(marked_at)), 0)::numeric(20, 3) as lag, "
                                + Instants.seconds("min(bucket_start)") + " as complete from (select grain,"
                                + " bucket_start, marked_at from " + site.table("rollup_dirty") + of
                                + " union all select v.grain, v.bucket_start, s.marked_at from "
                                + site.table("rollup_dirty_span") + " s join " + site.table("rollup_interval")
                                + " v on v.rollup = s.rollup and v.grain = " + base
                                + " and (s.source = 'ingest' or v.state = 'built') and "
                                + Waiting.overlap(rollup.base(), "v.bucket_start", "s") + " where s.rollup = " + name
                                + ") w) p cross join (select "
                                + Instants.seconds("max(bucket_start) filter (where grain = " + base + ")")
                                + " as newest, max(bucket_start) filter (where grain = " + base + ") + interval '"
                                + rollup.base().length().toSeconds()
                                + " s' as end_of, count(*) filter (where state = 'built') as built, count(*) filter (where state = 'sealed')"
                                + " as sealed, count(*) filter (where state = 'built' and grain = " + base
                                + " and definition_hash <> " + literal(rollup.hash()) + ") as outdated from "
                                + site.table("rollup_interval") + of
                                + ") i left join (select *, extract(epoch from clock_timestamp() -"
                                + " coalesce(finished_at, seen_at))::numeric(20, 3) as ago from "
                                + site.table("rollup_run") + of
                                + " order by run_id desc limit 1) r on true cross join (select count(*) filter (where work_ms > budget_ms"
                                + " and budget_ms > 0) as over, case when count(*) > 0 then least(100, sum(work_ms) / 10.0 / nullif(extract(epoch from"
                                + " max(coalesce(finished_at, seen_at)) - min(started_at)), 0)) end::bigint as share from (select * from "
                                + site.table("rollup_run") + of + " order by run_id desc limit 100) w) x")
                .get(0);
        return new RollupStatus(
                rollup.name(),
                number(row[0]),
                number(row[1]),
                seconds(row[2]),
                instant(row[3]),
                instant(row[4]),
                number(row[5]),
                number(row[6]),
                number(row[7]),
                row[8] == null
                        ? null
                        : new LastRun(
                                number(row[8]),
                                String.valueOf(row[9]),
                                seconds(row[10]),
                                Duration.ofMillis(number(row[11])),
                                Duration.ofMillis(number(row[12])),
                                row[13]),
                number(row[17]),
                number(row[14]),
                number(row[15]),
                number(row[16]),
                LateBucket.of(site, rollup),
                row[18] == null ? null : Long.valueOf(row[18]),
                row[19] == null ? null : seconds(row[19]));
    }

    /** Whether the last run took longer than it may. */
    public boolean isOverBudget() {
        return last != null && !last.budget().isZero() && last.work().compareTo(last.budget()) > 0;
    }

    /**
     * A number for a gauge.
     *
     * @param unit as UCUM writes it
     */
    public record Metric(String name, String unit, long value) {}

    /** The same as numbers, by names that stay. What is not known is left out. */
    public List<Metric> metrics() {
        List<Metric> metrics = new ArrayList<>();
        metrics.add(metric("pending_buckets", "{bucket}", pending));
        metrics.add(metric("marks", "{mark}", marks));
        metrics.add(metric("lag", "ms", lag.toMillis()));
        if (freshness != null) {
            metrics.add(metric("freshness", "ms", freshness.toMillis()));
        }
        if (last != null) {
            metrics.add(metric("run.duration", "ms", last.work().toMillis()));
            metrics.add(metric("run.budget", "ms", last.budget().toMillis()));
            metrics.add(metric("run.age", "ms", last.ago().toMillis()));
        }
        metrics.add(metric("runs_over_budget", "{run}", overBudget));
        if (share != null) {
            metrics.add(metric("work_share", "%", share));
        }
        metrics.add(metric("failing_checks", "{check}", failing));
        metrics.add(metric("drift_buckets", "{bucket}", drift));
        metrics.add(metric("late_marks", "{mark}", quarantined));
        metrics.add(metric("outdated_buckets", "{bucket}", outdated));
        return metrics;
    }

    private static Metric metric(String name, String unit, long value) {
        return new Metric("lockkeeper.analytics." + name, unit, value);
    }

    private static long number(@Nullable String text) {
        return Long.parseLong(String.valueOf(text));
    }

    private static Duration seconds(@Nullable String text) {
        return Duration.ofMillis(
                new java.math.BigDecimal(String.valueOf(text)).movePointRight(3).longValue());
    }

    private static @Nullable Instant instant(@Nullable String seconds) {
        return seconds == null ? null : Instants.read(seconds);
    }
}
