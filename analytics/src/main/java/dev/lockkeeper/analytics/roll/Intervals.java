package dev.lockkeeper.analytics.roll;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.analytics.definition.Grain;
import dev.lockkeeper.analytics.definition.Measure;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.Aggregation;
import dev.lockkeeper.analytics.dialect.Dialect;
import dev.lockkeeper.analytics.dialect.Span;
import dev.lockkeeper.analytics.state.Instants;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.analytics.state.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The buckets that were computed. */
record Intervals(Site site, Dialect dialect, Rollup rollup) {
    /** A bucket that was computed. */
    record Interval(boolean sealed, String hash, long events) {}

    Optional<Interval> find(Grain grain, Instant start) {
        return site
                .query("select (state = 'sealed')::text, definition_hash, raw_count::text from " + table()
                        + where(grain, start))
                .stream()
                .map(row -> new Interval(
                        "true".equals(row[0]), String.valueOf(row[1]), Long.parseLong(String.valueOf(row[2]))))
                .findFirst();
    }

    /** How many parts the target has of a bucket. */
    long parts(Grain grain, Instant start) {
        String column = "d" + (rollup.dimensions().indexOf(rollup.partition().orElseThrow()) + 1);
        return Long.parseLong(
                String.valueOf(site.value("select (count(distinct " + column + ") + count(distinct true) filter (where "
                        + column + " is null))::text from (" + held(grain, start) + ") s")));
    }

    /** How many events a bucket has, or rows of the grain below. */
    long events(Grain grain, Instant start) {
        return Long.parseLong(String.valueOf(site.value("select coalesce(sum(n), 0)::text from ("
                + new Aggregation(rollup, dialect).groups(grain, Span.bucket(grain, start), null) + ") s"
                + new Aggregation(rollup, dialect).single(" where ", ""))));
    }

    /**
     * Keeps that a bucket was computed.
     *
     * @param events of how many events it was made; null when only parts of it were computed
     * @param totals the sums of all of it, as an object; null for those that the target has of it now
     */
    void keep(Grain grain, Instant start, long run, @Nullable Long events, @Nullable String totals) {
        // what is made of a few parts does not say how many events there are in all, unless it is one of the sums
        Optional<String> count = events != null
                ? Optional.of(events.toString())
                : counted(grain).map(name -> "(s.totals ->> " + literal(name) + ")::bigint");
        site.execute("insert into " + table()
                + " as i (rollup, grain, bucket_start, definition_hash, raw_count, totals, last_run_id) select "
                + literal(rollup.name()) + ", " + literal(grain.word()) + ", " + dialect.instant(start) + ", "
                + literal(rollup.hash()) + ", " + count.orElse("0") + ", s.totals, " + run + " from (select "
                + (totals == null
                        ? new Aggregation(rollup, dialect).totals("(" + held(grain, start) + ") h")
                        : literal(totals) + "::jsonb")
                + " as totals) s on conflict (rollup, grain, bucket_start) do update set definition_hash ="
                // what is not sealed although a partition is gone is made of shorter buckets, and sealed when it has
                // ended
                + " excluded.definition_hash, state = 'built', sealed_at = null, gone = case when i.state = 'built' then i.gone end, raw_count = "
                + (count.isPresent() ? "excluded.raw_count" : "i.raw_count")
                + ", totals = excluded.totals, last_run_id = excluded.last_run_id, built_at = now()");
    }

    /** The measure that counts all events, if there is one. */
    private Optional<String> counted(Grain grain) {
        return rollup.below(grain).isPresent()
                ? Optional.empty()
                : rollup.measures().stream()
                        .filter(Measure.Count.class::isInstance)
                        .map(Measure::into)
                        .findFirst();
    }

    /** Whether the bucket above was computed by this definition. */
    boolean isBuilt(Grain grain, Instant start) {
        return find(grain, start)
                .filter(one -> one.hash().equals(rollup.hash()))
                .isPresent();
    }

    /** Starts of buckets that an older definition has made, the newest first; those with marks left out. */
    List<Instant> outdated(Grain grain, int limit) {
        return site
                .query("select " + Instants.seconds("i.bucket_start") + " from " + table() + " i where i.rollup = "
                        + literal(rollup.name()) + " and i.grain = " + literal(grain.word())
                        + " and i.state = 'built' and i.definition_hash <> " + literal(rollup.hash())
                        + " and not exists (select from " + site.table("rollup_dirty")
                        + " d where d.rollup = i.rollup and d.grain = i.grain and d.bucket_start = i.bucket_start and d.whole)"
                        + " order by i.bucket_start desc limit " + limit)
                .stream()
                .map(row -> Instants.read(row[0]))
                .toList();
    }

    /**
     * Seals what is old enough, or has ended and lost a partition of its events, and has no marks.
     *
     * @param age null when age alone seals nothing
     */
    void seal(Grain grain, @Nullable Duration age) {
        Grain longest = rollup.grains().get(rollup.grains().size() - 1);
        // a bucket waits for all of the longest one that it is in, or the two would not hold the same
        site.execute("update " + table() + " i set state = 'sealed', sealed_at = now() where " + old(grain, age)
                + " and not "
                + new Waiting(site.schema(), rollup).bucketOrPart(longest, dialect.bucket(longest, "i.bucket_start")));
    }

    /**
     * Whether a bucket is sealed, or a longer one that it is in: a bucket that was never computed is sealed with its day. One that was sealed
     * before its end, because a partition of its events is gone, seals nothing but itself.
     */
    boolean isSealed(Grain grain, Instant start) {
        return find(grain, start).filter(Interval::sealed).isPresent()
                || rollup.above(grain)
                        .filter(above -> isSealedToTheEnd(above, above.start(start)))
                        .isPresent();
    }

    private boolean isSealedToTheEnd(Grain grain, Instant start) {
        return !site.query("select from " + table() + where(grain, start)
                                + " and state = 'sealed' and sealed_at >= bucket_start + interval '"
                                + grain.length().toSeconds() + " s'")
                        .isEmpty()
                || rollup.above(grain)
                        .filter(above -> isSealedToTheEnd(above, above.start(start)))
                        .isPresent();
    }

    /**
     * Whether a sealed bucket has at least as many events as it was sealed with, and so has each longer one that is made of events. One that is
     * made of shorter ones is not asked: these stay when their events are retired.
     */
    boolean hasAllEvents(Grain grain, Instant start) {
        boolean own = find(grain, start)
                .filter(Interval::sealed)
                .map(one -> events(grain, start) >= one.events())
                .orElse(true);
        return own
                && rollup.above(grain)
                        .filter(above -> rollup.below(above).isEmpty())
                        .map(above -> hasAllEvents(above, above.start(start)))
                        .orElse(true);
    }

    /** Whether it is known of how many events a bucket is made when parts of it were computed by themselves. */
    boolean knowsEvents(Grain grain) {
        return rollup.below(grain).isPresent() || counted(grain).isPresent();
    }

    /** Whoever takes all rows of the target away, or puts another table in its place, has what is not sealed computed anew. */
    void remake() {
        String target = dialect.table(rollup.target().name());
        site.execute("insert into " + site.table("rollup_dirty")
                + " (rollup, grain, bucket_start, whole, source) select i.rollup, i.grain, i.bucket_start, true, 'repair' from "
                + table() + " i where i.rollup = " + literal(rollup.name())
                + " and i.state = 'built' and i.raw_count > 0"
                + " and not exists (select from " + target + ")");
    }

    /** Whether there may be anything to seal. */
    boolean hasOld(Grain grain, @Nullable Duration age) {
        return "t".equals(site.value("select exists (select from " + table() + " i where " + old(grain, age) + ")"));
    }

    private String old(Grain grain, @Nullable Duration age) {
        // with the longest bucket that it is in, so that both hold the same for ever
        Optional<String> aged = Optional.ofNullable(age)
                .map(one -> "i.definition_hash = " + literal(rollup.hash()) + " and i.bucket_start < "
                        + dialect.bucket(
                                rollup.grains().get(rollup.grains().size() - 1),
                                "now() - interval '" + one.toSeconds() + " s'"));
        return "i.rollup = " + literal(rollup.name()) + " and i.grain = " + literal(grain.word())
                + " and i.state = 'built' and (i.gone is not null and i.bucket_start <= now() - interval '"
                + grain.length().toSeconds() + " s'"
                + aged.map(one -> " or " + one).orElse("") + ")";
    }

    private String held(Grain grain, Instant start) {
        return new Aggregation(rollup, dialect).held(grain, Span.bucket(grain, start), null);
    }

    private String table() {
        return site.table("rollup_interval");
    }

    private String where(Grain grain, Instant start) {
        return " where rollup = " + literal(rollup.name()) + " and grain = " + literal(grain.word())
                + " and bucket_start = " + dialect.instant(start);
    }
}
