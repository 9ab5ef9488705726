package dev.lockkeeper.analytics.roll;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.analytics.definition.Grain;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.Dialect;
import dev.lockkeeper.analytics.dialect.Keys;
import dev.lockkeeper.analytics.state.Instants;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.analytics.state.Waiting;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What has changed since it was computed. Each writer brings marks of its own, and whoever computes deletes those that it sees before it
 * looks at the events: an event that commits between the two is counted now, and its mark is still there.
 */
public record Marks(Site site, Dialect dialect, Rollup rollup) {
    /** Marks of one bucket that were taken away. */
    record Taken(
            boolean whole, Keys keys, long count, @Nullable String first) {}

    /** A bucket with marks, and whether a backfill alone has made them. */
    record Picked(Instant start, boolean backfill) {}

    /**
     * Buckets with marks, those that have waited longest first; what events have changed comes before any backfill.
     *
     * @param backfill whether a backfill has its turn too
     */
    List<Picked> pick(Grain grain, int limit, Collection<Instant> without, boolean backfill) {
        String except = without.isEmpty()
                ? ""
                : " and bucket_start not in ("
                        + without.stream().map(dialect::instant).collect(Collectors.joining(", ")) + ")";
        return site
                .query("select " + Instants.seconds("bucket_start") + ", bool_and(source = 'backfill') from " + table()
                        + where(grain) + except + " group by bucket_start"
                        + (backfill ? "" : " having not bool_and(source = 'backfill')")
                        + " order by 2, min(marked_at), bucket_start limit " + limit)
                .stream()
                .map(row -> new Picked(Instants.read(row[0]), "t".equals(row[1])))
                .toList();
    }

    /** Whether there are spans to be spread. */
    boolean hasSpans() {
        return "t"
                .equals(site.value("select exists (select from " + site.table("rollup_dirty_span") + " where rollup = "
                        + literal(rollup.name()) + ")"));
    }

    /** Gives each bucket of a span a mark. Whoever does it holds the lock of the rollup, so that no bucket is computed that it does not see. */
    void spread() {
        site.execute("with gone as (delete from " + site.table("rollup_dirty_span") + " where rollup = "
                + literal(rollup.name()) + " returning bucket_from, bucket_until, source, marked_at) insert into "
                + table() + " (rollup, grain, bucket_start, whole, source, marked_at) select i.rollup, i.grain,"
                + " i.bucket_start, true, max(g.source), min(g.marked_at) from " + site.table("rollup_interval")
                + " i join gone g on " + Waiting.overlap(rollup.base(), "i.bucket_start", "g")
                + " where i.rollup = " + literal(rollup.name()) + " and i.grain = "
                + literal(rollup.base().word())
                + " and (g.source = 'ingest' or i.state = 'built') group by i.rollup, i.grain, i.bucket_start");
    }

    /** Deletes the marks of a bucket, as far as they can be seen. */
    Taken take(Grain grain, Instant start) {
        List<@Nullable String[]> rows = site.query("with gone as (delete from " + table() + where(grain)
                + " and bucket_start = "
                + dialect.instant(start) + " returning whole, key, marked_at) select whole::text, key, count(*)::text,"
                + " min(marked_at)::text from gone group by whole, key order by min(marked_at)");
        boolean whole = false;
        boolean none = false;
        long count = 0;
        List<String> keys = new ArrayList<>();
        for (@Nullable String[] row : rows) {
            count += Long.parseLong(String.valueOf(row[2]));
            String key = row[1];
            if ("true".equals(row[0])) {
                whole = true;
            } else if (key == null) {
                none = true;
            } else {
                keys.add(key);
            }
        }
        return new Taken(whole, new Keys(keys, none), count, rows.isEmpty() ? null : rows.get(0)[3]);
    }

    /** Marks the bucket above that a bucket is in. */
    void raise(Grain above, Instant start, @Nullable Keys keys) {
        String bucket = dialect.instant(above.start(start));
        List<String> rows = new ArrayList<>();
        if (keys == null) {
            rows.add("(true, null)");
        } else {
            keys.values().forEach(key -> rows.add("(false, " + literal(key) + ")"));
            if (keys.none()) {
                rows.add("(false, null)");
            }
        }
        site.execute("insert into " + table() + " (rollup, grain, bucket_start, whole, key, source) select "
                + literal(rollup.name()) + ", " + literal(above.word()) + ", " + bucket
                + ", v.whole, v.key, 'rollup' from (values " + String.join(", ", rows) + ") v (whole, key)");
    }

    /** Marks buckets as a whole; gives how many. */
    public int add(Grain grain, Collection<Instant> starts, String source) {
        if (!starts.isEmpty()) {
            site.execute("insert into " + table() + " (rollup, grain, bucket_start, whole, source) values "
                    + starts.stream()
                            .map(start -> "(" + literal(rollup.name()) + ", " + literal(grain.word()) + ", "
                                    + dialect.instant(start) + ", true, " + literal(source) + ")")
                            .collect(Collectors.joining(", ")));
        }
        return starts.size();
    }

    private String table() {
        return site.table("rollup_dirty");
    }

    private String where(Grain grain) {
        return " where rollup = " + literal(rollup.name()) + " and grain = " + literal(grain.word());
    }
}
