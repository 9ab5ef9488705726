package dev.lockkeeper.analytics.recon;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.analytics.definition.Grain;
import dev.lockkeeper.analytics.definition.Measure;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.Aggregation;
import dev.lockkeeper.analytics.dialect.Dialect;
import dev.lockkeeper.analytics.dialect.Span;
import dev.lockkeeper.analytics.recon.Difference.Kind;
import dev.lockkeeper.analytics.roll.Marks;
import dev.lockkeeper.analytics.state.Instants;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.analytics.state.Waiting;
import dev.lockkeeper.database.SqlFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Holds a rollup against its events. Both sides, the marks and the seals of a span are read by one statement, and so in one snapshot: what
 * differs and has no mark is no matter of time.
 */
public final class Reconciliation {
    private static final Duration AT_ONCE = Duration.ofDays(1);

    private final Site site;
    private final Dialect dialect;
    private final Rollup rollup;

    public Reconciliation(Site site, Dialect dialect, Rollup rollup) {
        this.site = site;
        this.dialect = dialect;
        this.rollup = rollup;
    }

    /**
     * What was found.
     *
     * @param buckets how many were compared, on either side
     * @param marked how many will be computed again
     */
    public record Result(String rollup, Span span, UUID run, long buckets, List<Difference> differences, int marked) {
        public Result {
            differences = List.copyOf(differences);
        }

        public long count(Kind kind) {
            return differences.stream().filter(one -> one.kind() == kind).count();
        }
    }

    /**
     * Compares all buckets that begin in a span, and keeps what differs.
     *
     * @param repair whether drift is marked, so that it is computed again
     * @throws dev.lockkeeper.problem.LockkeeperException {@code analytics-stopped} when the server refuses it
     */
    public Result run(Span wanted, boolean repair) {
        UUID run = UUID.randomUUID();
        Span span = new Span(rollup.base().start(wanted.from()), wanted.to());
        long[] buckets = {0};
        int marked = 0;
        List<Difference> differences = new ArrayList<>();
        try {
            for (Grain grain : rollup.grains()) {
                // a longer bucket that begins before the span would be compared with a part of itself
                Instant from = grain.start(span.from()).isBefore(span.from())
                        ? grain.start(span.from()).plus(grain.length())
                        : span.from();
                Instant end = grain.start(span.to().minusNanos(1)).plus(grain.length());
                for (Instant at = from; at.isBefore(end); ) {
                    long before = buckets[0];
                    Instant next = earlier(at.plus(AT_ONCE), end);
                    Span part = new Span(at, next);
                    marked += site.transaction(() -> {
                        List<Difference> found = compare(grain, part, buckets);
                        differences.addAll(found);
                        return keep(run, grain, part, found, repair);
                    });
                    at = buckets[0] > before ? next : skip(grain, new Span(next, end));
                }
            }
        } catch (SqlFailure e) {
            throw site.refused("rollup " + rollup.name() + " cannot be compared with its events", e)
                    .at(rollup.place())
                    .asException(e);
        }
        return new Result(rollup.name(), span, run, buckets[0], differences, marked);
    }

    /** The start of the first bucket of a span that either side has anything of, or its end: years may lie between. */
    private Instant skip(Grain grain, Span span) {
        if (!span.from().isBefore(span.to())) {
            return span.to();
        }
        return site.transaction(() -> {
            @Nullable String first = site.value(new Aggregation(rollup, dialect).first(grain, span));
            Instant start = first == null ? span.to() : earlier(grain.start(Instants.read(first)), span.to());
            keepCompared(grain, new Span(span.from(), start), "");
            return start;
        });
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private List<Difference> compare(Grain grain, Span span, long[] buckets) {
        List<Difference> found = new ArrayList<>();
        for (@Nullable String[] row : site.query(query(grain, span))) {
            buckets[0]++;
            long groups = Long.parseLong(String.valueOf(row[1]));
            if (groups == 0) {
                continue;
            }
            Map<String, String> differences = new LinkedHashMap<>();
            for (int i = 0; i < rollup.measures().size(); i++) {
                differences.put(rollup.measures().get(i).into(), String.valueOf(row[i + 4]));
            }
            found.add(new Difference(
                    grain,
                    Instants.read(row[0]),
                    "t".equals(row[2]) ? Kind.SEALED : "t".equals(row[3]) ? Kind.PENDING : Kind.DRIFT,
                    groups,
                    differences));
        }
        return found;
    }

    /** Start, groups that differ, whether sealed, whether marked, and events minus rollup for each measure. */
    public String query(Grain grain, Span span) {
        Aggregation aggregation = new Aggregation(rollup, dialect);
        int measures = rollup.measures().size();
        String single = aggregation.single(" filter (where ", ")");
        String by = IntStream.rangeClosed(1, rollup.dimensions().size())
                .mapToObj(i -> ", d" + i)
                .collect(Collectors.joining());
        String all = "b" + by + each(measures, ", m%1$d");
        String differ = IntStream.rangeClosed(1, measures)
                .mapToObj(i -> "f%1$d is distinct from h%1$d".formatted(i))
                .collect(Collectors.joining(" or "));
        String of = " where x.rollup = " + literal(rollup.name()) + " and x.grain = " + literal(grain.word())
                + " and x.bucket_start = g.b";
        return "select " + Instants.seconds("g.b") + ", count(*) filter (where " + differ
                + "), coalesce((select x.state = 'sealed' from "
                + site.table("rollup_interval") + " x" + of + "), false), " + waits(grain)
                + each(
                        measures,
                        ", (coalesce(sum(f%1$d)" + single + ", 0) - coalesce(sum(h%1$d)" + single + ", 0))::text")
                + " from (select b" + by
                + each(
                        measures,
                        ", max(m%1$d) filter (where fresh) as f%1$d, max(m%1$d) filter (where not fresh) as h%1$d")
                + " from (select " + all + ", true as fresh from (" + aggregation.groupsByBucket(grain, span)
                + ") e union all select " + all + ", false from (" + aggregation.held(grain, span, null)
                + ") r) s group by b" + by + ") g group by g.b order by g.b";
    }

    /** A bucket that is made of buckets is compared with these, whatever they wait for; one that is made of events with what has come. */
    private String waits(Grain grain) {
        Waiting waiting = new Waiting(site.schema(), rollup);
        return rollup.below(grain).isPresent() ? waiting.bucket(grain, "g.b") : waiting.bucketOrPart(grain, "g.b");
    }

    private static String each(int count, String form) {
        return IntStream.rangeClosed(1, count).mapToObj(form::formatted).collect(Collectors.joining());
    }

    private int keep(UUID run, Grain grain, Span span, List<Difference> found, boolean repair) {
        List<Instant> drift = found.stream()
                .filter(one -> repair && one.kind() == Kind.DRIFT)
                .map(Difference::start)
                .toList();
        for (Difference one : found) {
            String pairs = rollup.measures().stream()
                    .map(Measure::into)
                    // what is no number is a text in JSON
                    .map(name -> literal(name) + ", numeric "
                            + literal(String.valueOf(one.differences().get(name))))
                    .collect(Collectors.joining(", "));
            site.execute("insert into " + site.table("recon_result")
                    + " (recon_run, rollup, grain, bucket_start, class, groups, difference, action) values ("
                    + literal(run.toString()) + ", " + literal(rollup.name()) + ", " + literal(grain.word()) + ", "
                    + dialect.instant(one.start()) + ", " + literal(one.kind().word()) + ", " + one.groups()
                    + ", jsonb_build_object(" + pairs + "), " + (drift.contains(one.start()) ? "'marked'" : "'none'")
                    + ")");
        }
        String wrong = found.stream().map(one -> dialect.instant(one.start())).collect(Collectors.joining(", "));
        keepCompared(grain, span, wrong);
        return new Marks(site, dialect, rollup).add(grain, drift, "repair");
    }

    private void keepCompared(Grain grain, Span span, String without) {
        site.execute("update " + site.table("rollup_interval") + " set last_reconciled_at = now() where rollup = "
                + literal(rollup.name()) + " and grain = " + literal(grain.word()) + " and "
                + dialect.within("bucket_start", span)
                + (without.isEmpty() ? "" : " and bucket_start not in (" + without + ")"));
    }
}
