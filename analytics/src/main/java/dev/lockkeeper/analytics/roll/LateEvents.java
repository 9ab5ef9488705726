package dev.lockkeeper.analytics.roll;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.analytics.definition.Grain;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.Aggregation;
import dev.lockkeeper.analytics.dialect.Dialect;
import dev.lockkeeper.analytics.dialect.Span;
import dev.lockkeeper.analytics.state.Site;
import java.time.Instant;
import java.util.stream.Collectors;

/** What is recorded of events that come when their bucket is sealed: how many there are now, and what they and the target add up to. */
record LateEvents(Site site, Dialect dialect, Rollup rollup, long run) {
    /**
     * Records it in the transaction that is open, before the bucket is computed.
     *
     * @param sealed of how many events the bucket was made
     */
    void record(Grain grain, Instant start, Marks.Taken taken, long sealed, String action) {
        Aggregation aggregation = new Aggregation(rollup, dialect);
        Span bucket = Span.bucket(grain, start);
        site.execute("with found as materialized (" + aggregation.groups(grain, bucket, null) + ") insert into "
                + site.table("rollup_late")
                + " (run_id, rollup, grain, bucket_start, whole, keys, marks, first_marked_at, action, sealed_events, events,"
                + " found, held) select " + run
                + ", " + literal(rollup.name()) + ", " + literal(grain.word()) + ", " + dialect.instant(start) + ", "
                + taken.whole() + ", array["
                + taken.keys().values().stream().map(key -> literal(key)).collect(Collectors.joining(", "))
                + (taken.keys().none() ? (taken.keys().values().isEmpty() ? "null" : ", null") : "") + "]::text[], "
                + taken.count() + ", " + (taken.first() == null ? "now()" : literal(taken.first()) + "::timestamptz")
                + ", " + literal(action) + ", " + sealed + ", (select coalesce(sum(n), 0)::bigint from found"
                + aggregation.single(" where ", "") + "), " + aggregation.totals("found") + ", "
                + aggregation.totals("(" + aggregation.held(grain, bucket, null) + ") h"));
    }
}
