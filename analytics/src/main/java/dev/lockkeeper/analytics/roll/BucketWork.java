package dev.lockkeeper.analytics.roll;

import dev.lockkeeper.analytics.adapter.Adapter;
import dev.lockkeeper.analytics.definition.Grain;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.Dialect;
import dev.lockkeeper.analytics.dialect.Keys;
import dev.lockkeeper.analytics.dialect.Replacement;
import dev.lockkeeper.analytics.quality.CheckResult;
import dev.lockkeeper.analytics.quality.Checking;
import dev.lockkeeper.analytics.quality.Outcome;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Computes one bucket as a part of the transaction that is open.
 *
 * @param stopped whether the run is to end: what fails then may have been canceled
 */
record BucketWork(Site site, Dialect dialect, Adapter adapter, Rollup rollup, long run, BooleanSupplier stopped) {
    /** Parts of a bucket are computed by themselves up to this share of them: beyond it all of it costs less. */
    private static final int SHARE = 3;

    /** The class of SQLSTATEs that values are to blame for. */
    private static final String DATA = "22";

    /** A check that blocks did not pass: what was written must not stay. */
    static final class Blocked extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient List<CheckResult> results;

        Blocked(List<CheckResult> results) {
            super("a check blocks", null, false, false);
            this.results = results;
        }

        List<CheckResult> results() {
            return results;
        }
    }

    /** A check could not be made while the run was told to end: nobody knows what it would have said. */
    static final class Cut extends RuntimeException {
        private static final long serialVersionUID = 1;

        Cut() {
            super("a check is cut off", null, false, false);
        }
    }

    /**
     * What was done, and what the checks said of it.
     *
     * @param late marks of events that the bucket was sealed before
     */
    record Done(Tally tally, List<CheckResult> checks, long late) {
        /** Marks were taken, and the bucket stays as it is. */
        static Done left(long marks, long late) {
            return new Done(new Tally(0, 0, 0, 0, 0, 0, 0, marks, Duration.ZERO), List.of(), late);
        }
    }

    /** Takes back what it does when it fails. */
    Done compute(Grain grain, Instant start) {
        try {
            return site.part(() -> compute(grain, start, true));
        } catch (SqlFailure e) {
            boolean mayBeKey =
                    rollup.partition().isPresent() && e.error().sqlState().startsWith(DATA);
            if (!mayBeKey) {
                throw e;
            }
            // the column may have another type since the mark was left, which does not take its text
            return site.part(() -> compute(grain, start, false));
        }
    }

    private Done compute(Grain grain, Instant start, boolean parted) {
        Marks marks = new Marks(site, dialect, rollup);
        Intervals intervals = new Intervals(site, dialect, rollup);
        Marks.Taken taken = marks.take(grain, start);
        Optional<Intervals.Interval> known = intervals.find(grain, start);
        if (intervals.isSealed(grain, start)) {
            if (known.isEmpty() && intervals.events(grain, start) == 0) {
                return Done.left(taken.count(), 0);
            }
            long before = known.map(Intervals.Interval::events).orElse(0L);
            // what is made of shorter buckets follows them: they stay when their events are retired
            boolean reopen = rollup.below(grain).isPresent()
                    || ((rollup.late() == Rollup.Late.REOPEN || taken.asked()) && intervals.hasAllEvents(grain, start));
            new LateEvents(site, dialect, rollup, run)
                    .record(grain, start, taken, before, reopen ? "reopened" : "quarantined");
            if (!reopen) {
                return Done.left(taken.count(), taken.count());
            }
        }
        @Nullable Keys keys = parted ? keys(grain, start, taken, known, intervals) : null;
        @Nullable
        String[] row = site.query(adapter.replace(site, new Replacement(rollup, grain, start, keys)))
                .get(0);
        long groups = number(row[0]);
        long read = number(row[1]);
        long inserted = number(row[2]);
        long updated = number(row[3]);
        if (inserted + updated + number(row[4]) != number(row[6])) {
            // a newer version of a row lies elsewhere, and a policy or a trigger may keep one as it is
            throw Problem.of(
                            Code.ANALYTICS_STOPPED,
                            "not all rows of " + rollup.target().name() + " could be changed")
                    .because("somebody changed them at the same time, or something keeps them as they are")
                    .help("the next run tries again; if it fails as well, see what policies and triggers the table has")
                    .asException();
        }
        Tally tally = new Tally(
                1,
                keys == null ? 0 : keys.count(),
                read,
                inserted,
                updated,
                number(row[4]),
                groups - inserted - updated,
                taken.count(),
                grain == rollup.base() ? grain.length() : Duration.ZERO);
        intervals.keep(grain, start, run, keys == null ? read : null, keys == null ? row[5] : null);
        rollup.above(grain).ifPresent(above -> {
            if (tally.changed()
                    || (taken.anew() && adapter.publishes())
                    || !intervals.isBuilt(above, above.start(start))) {
                marks.raise(above, start, keys);
            }
        });
        Checking checking = new Checking(site, dialect, rollup);
        List<CheckResult> results = checking.bucket(grain, start);
        if (results.stream().anyMatch(one -> one.outcome() == Outcome.ERROR) && stopped.getAsBoolean()) {
            throw new Cut();
        }
        if (results.stream().anyMatch(CheckResult::blocks)) {
            throw new Blocked(results);
        }
        adapter.publish(site, rollup, grain, start);
        checking.keep(run, results);
        return new Done(tally, results, 0);
    }

    /** Which parts to compute; null for all of them. */
    private @Nullable Keys keys(
            Grain grain, Instant start, Marks.Taken taken, Optional<Intervals.Interval> known, Intervals intervals) {
        boolean parted = !taken.whole()
                && rollup.partition().isPresent()
                && known.filter(one -> !one.sealed() && one.hash().equals(rollup.hash()))
                        .isPresent()
                && taken.keys().count() > 0
                && intervals.knowsEvents(grain);
        return parted && (long) taken.keys().count() * SHARE <= intervals.parts(grain, start) ? taken.keys() : null;
    }

    private static long number(@Nullable String text) {
        return Long.parseLong(String.valueOf(text));
    }
}
