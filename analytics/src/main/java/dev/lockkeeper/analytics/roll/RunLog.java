package dev.lockkeeper.analytics.roll;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.state.Site;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The rows that tell what runs of a rollup have done. */
record RunLog(Site site, Rollup rollup, String adapter, String version) {
    /** After so long without a word a run is taken for lost; one that is not says so with its next word. */
    private static final Duration SILENCE = Duration.ofMinutes(15);

    /** A new run; gives its id. */
    long begin(String cause) {
        return Long.parseLong(String.valueOf(site.value("update " + table() + " set state = 'lost' where rollup = "
                + literal(rollup.name()) + " and state = 'running' and seen_at < clock_timestamp() - interval '"
                + SILENCE.toSeconds() + " s'; insert into " + table()
                + " (rollup, adapter, cause, definition_hash, app_version) values (" + literal(rollup.name()) + ", "
                + literal(adapter) + ", " + literal(cause) + ", " + literal(rollup.hash()) + ", " + literal(version)
                + ") returning run_id::text")));
    }

    void seen(long run, Tally tally, Duration work, Duration budget) {
        site.execute("update " + table() + " set state = 'running', seen_at = clock_timestamp(), "
                + numbers(tally, work, budget) + " where run_id = " + run);
    }

    void end(long run, Tally tally, Duration work, Duration budget, @Nullable String error) {
        site.execute("update " + table() + " set state = " + (error == null ? "'done'" : "'failed'")
                + ", seen_at = clock_timestamp(), finished_at = clock_timestamp(), error = "
                + (error == null ? "null" : literal(error)) + ", " + numbers(tally, work, budget) + " where run_id = "
                + run);
    }

    private static String numbers(Tally tally, Duration work, Duration budget) {
        return "buckets = " + tally.buckets() + ", pairs = " + tally.pairs() + ", rows_read = " + tally.read()
                + ", rows_inserted = " + tally.inserted() + ", rows_updated = " + tally.updated() + ", rows_deleted = "
                + tally.deleted() + ", rows_unchanged = " + tally.unchanged() + ", marks_consumed = " + tally.marks()
                + ", work_ms = " + work.toMillis() + ", budget_ms = " + budget.toMillis();
    }

    private String table() {
        return site.table("rollup_run");
    }
}
