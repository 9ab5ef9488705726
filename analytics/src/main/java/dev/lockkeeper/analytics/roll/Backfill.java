package dev.lockkeeper.analytics.roll;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.analytics.definition.Grain;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.Dialect;
import dev.lockkeeper.analytics.dialect.Span;
import dev.lockkeeper.analytics.state.Instants;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Has buckets computed that nobody has marked: a backfill is marks, and nothing else.
 *
 * @param reopen whether sealed buckets are marked, too: each is computed again if it has all the events that it was sealed with
 */
public record Backfill(Site site, Dialect dialect, Rollup rollup, boolean reopen) {
    /** Far more than any source has; a time of the year 9999 among the events would make more. */
    private static final long MOST = 500_000;

    /**
     * What was marked.
     *
     * @param span null when there are no events
     * @param sealed how many buckets were left out because they are sealed
     */
    public record Result(String rollup, @Nullable Span span, long marked, long sealed) {}

    /**
     * Marks the buckets that begin in a span.
     *
     * @param from null for the first event
     * @param to null for the last event
     * @throws dev.lockkeeper.problem.LockkeeperException {@code usage} when there are too many
     */
    public Result run(@Nullable Instant from, @Nullable Instant to) {
        try {
            return site.transaction(() -> {
                Optional<Span> span = span(from, to);
                boolean told = from != null || to != null;
                if (!told) {
                    site.execute("update " + site.table("rollup_watch") + " set filled = true" + unfilled());
                }
                return span.map(one -> mark(one, told)).orElse(new Result(rollup.name(), null, 0, 0));
            });
        } catch (SqlFailure e) {
            throw site.refused("buckets of rollup " + rollup.name() + " cannot be marked", e)
                    .at(rollup.place())
                    .asException(e);
        }
    }

    /** Marks all buckets if there were events before there were triggers, and nobody has marked those since. */
    void first() {
        if (!site.query("select from " + site.table("rollup_watch") + unfilled())
                .isEmpty()) {
            run(null, null);
        }
    }

    private String unfilled() {
        return " where marker = " + literal(site.schema().marker(rollup.name()).name())
                + " and is_source and not filled";
    }

    /** Of what is not told, from the first to the last of events and of what was computed, which may have no events any more. */
    private Optional<Span> span(@Nullable Instant from, @Nullable Instant to) {
        String time = "t." + dialect.identifier(rollup.time().name());
        @Nullable
        String[] row = site.query("select e.odd, case when not e.odd then "
                        + Instants.seconds(dialect.bucket(rollup.base(), "least(e.first, i.first)"))
                        + " end, case when not e.odd then "
                        + Instants.seconds(dialect.bucket(rollup.base(), "greatest(e.last, i.last)"))
                        + " end from (select min(" + time + ") as first, max(" + time
                        + ") as last, coalesce(not isfinite(min("
                        + time + ")) or not isfinite(max(" + time + ")) or max(" + time
                        + ") >= timestamptz '294276-12-31 00:00+00', false) as odd from "
                        + dialect.table(rollup.source().name())
                        + " t) e cross join (select min(bucket_start) as first, max(bucket_start) as last from "
                        + site.table("rollup_interval") + " where state = 'built' and rollup = "
                        + literal(rollup.name())
                        + " and grain = " + literal(rollup.base().word()) + ") i")
                .get(0);
        if ("t".equals(row[0])) {
            throw uncountable();
        }
        if (from != null && to != null) {
            return Optional.of(new Span(rollup.base().start(from), to));
        }
        if (row[1] == null) {
            return Optional.empty();
        }
        return Optional.of(new Span(
                from == null ? Instants.read(row[1]) : rollup.base().start(from),
                to == null ? Instants.read(row[2]).plus(rollup.base().length()) : to));
    }

    /** Triggers refuse such events, but those that were there before them. */
    private LockkeeperException uncountable() {
        return Problem.of(
                        Code.ANALYTICS_STOPPED,
                        "an event of " + rollup.source().name() + " has no time at which it can be counted")
                .at(rollup.time().place())
                .because("its " + rollup.time().name() + " is infinite, or on the last day that a time can have")
                .help("mend or delete it")
                .asException();
    }

    private Result mark(Span span, boolean told) {
        Duration length = rollup.base().length();
        long buckets = Math.max(0, Duration.between(span.from(), span.to()).toSeconds() / length.toSeconds());
        if (buckets > MOST && told) {
            throw Problem.of(
                            Code.USAGE,
                            "from " + span.from() + " to " + span.to() + " there are " + buckets + " buckets")
                    .because("an event may have a time that nobody meant")
                    .help("say --from TIME and --until TIME")
                    .asException();
        }
        // between two events may lie more years than anybody can count the hours of: then all events are read
        String series = buckets > MOST
                ? "(select distinct "
                        + dialect.bucket(
                                rollup.base(),
                                "t." + dialect.identifier(rollup.time().name())) + " from "
                        + dialect.table(rollup.source().name()) + " t) f (b)"
                : "generate_series(" + dialect.instant(span.from()) + ", " + dialect.instant(span.to())
                        + " - interval '1 microsecond', interval '" + length.toSeconds() + " s') b";
        String sealed = rollup.late() == Rollup.Late.REOPEN || reopen
                ? "false"
                : "exists (select from " + site.table("rollup_interval") + " i where i.rollup = "
                        + literal(rollup.name())
                        + " and i.grain = " + literal(rollup.base().word())
                        + " and i.bucket_start = b and i.state = 'sealed')";
        @Nullable
        String[] row = site.query("with marked as (insert into " + site.table("rollup_dirty")
                        + " (rollup, grain, bucket_start, whole, source) select " + literal(rollup.name()) + ", "
                        + literal(rollup.base().word()) + ", b, true, '" + (reopen ? "repair" : "backfill") + "' from "
                        + series + " where not "
                        + sealed
                        + " returning 1) select (select count(*) from marked)::text, count(*) filter (where " + sealed
                        + ")::text from " + series)
                .get(0);
        if (reopen) {
            rollup.grains().forEach(grain -> reopen(grain, span));
        }
        return new Result(
                rollup.name(), span, Long.parseLong(String.valueOf(row[0])), Long.parseLong(String.valueOf(row[1])));
    }

    /** Also those of longer grains, which a mark of the grain below alone would not open. */
    private void reopen(Grain grain, Span span) {
        site.execute("insert into " + site.table("rollup_dirty")
                + " (rollup, grain, bucket_start, whole, source) select i.rollup, i.grain, i.bucket_start, true, 'repair' from "
                + site.table("rollup_interval") + " i where i.rollup = " + literal(rollup.name()) + " and i.grain = "
                + literal(grain.word()) + " and i.state = 'sealed' and "
                + dialect.within("i.bucket_start", new Span(grain.start(span.from()), span.to())));
    }
}
