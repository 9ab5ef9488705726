package dev.lockkeeper.analytics.roll;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.analytics.adapter.Adapter;
import dev.lockkeeper.analytics.definition.Grain;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.Dialect;
import dev.lockkeeper.analytics.dialect.Keys;
import dev.lockkeeper.analytics.dialect.Replacement;
import dev.lockkeeper.analytics.quality.CheckResult;
import dev.lockkeeper.analytics.quality.Checking;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.database.SqlFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Computes one bucket as a part of the transaction that is open. */
record BucketWork(Site site, Dialect dialect, Adapter adapter, Rollup rollup, long run) {
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

    /** What was done, and what the checks said of it. */
    record Done(Tally tally, List<CheckResult> checks) {}

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
        if (known.isPresent() && known.get().sealed()) {
            boolean reopen = rollup.late() == Rollup.Late.REOPEN
                    && intervals.events(grain, start) >= known.get().events();
            late(grain, start, taken, reopen ? "reopened" : "quarantined");
            if (!reopen) {
                return new Done(new Tally(0, 0, 0, 0, 0, 0, 0, taken.count(), Duration.ZERO), List.of());
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
            if (tally.changed() || !intervals.isBuilt(above, above.start(start))) {
                marks.raise(above, start, keys);
            }
        });
        Checking checking = new Checking(site, dialect, rollup);
        List<CheckResult> results = checking.bucket(grain, start);
        if (results.stream().anyMatch(CheckResult::blocks)) {
            throw new Blocked(results);
        }
        adapter.publish(site, rollup, grain, start);
        checking.keep(run, results);
        return new Done(tally, results);
    }

    /** Which parts to compute; null for all of them. */
    private @Nullable Keys keys(
            Grain grain, Instant start, Marks.Taken taken, Optional<Intervals.Interval> known, Intervals intervals) {
        boolean parted = !taken.whole()
                && rollup.partition().isPresent()
                && known.filter(one -> !one.sealed() && one.hash().equals(rollup.hash()))
                        .isPresent()
                && taken.keys().count() > 0;
        return parted && (long) taken.keys().count() * SHARE <= intervals.parts(grain, start) ? taken.keys() : null;
    }

    private void late(Grain grain, Instant start, Marks.Taken taken, String action) {
        site.execute("insert into " + site.table("rollup_late")
                + " (run_id, rollup, grain, bucket_start, whole, keys, marks, first_marked_at, action) values (" + run
                + ", " + literal(rollup.name()) + ", " + literal(grain.word()) + ", " + dialect.instant(start) + ", "
                + taken.whole() + ", array["
                + taken.keys().values().stream().map(key -> literal(key)).collect(Collectors.joining(", "))
                + (taken.keys().none() ? (taken.keys().values().isEmpty() ? "null" : ", null") : "") + "]::text[], "
                + taken.count() + ", " + (taken.first() == null ? "now()" : literal(taken.first())) + ", "
                + literal(action) + ")");
    }

    private static long number(@Nullable String text) {
        return Long.parseLong(String.valueOf(text));
    }
}
