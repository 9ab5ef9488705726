package dev.lockkeeper.analytics.dialect;

import dev.lockkeeper.analytics.definition.Grain;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.database.Quote;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** PostgreSQL 15 to 18, where events and sums are in one database. Names resolve in pg_catalog alone, as in all SQL of ours. */
public record PostgresDialect() implements Dialect {
    /** From when on a timestamptz is, and before when (manual, section "Date/Time Types"). */
    private static final Instant START = Instant.parse("-4713-11-24T00:00:00Z");

    private static final Instant END = Instant.parse("+294277-01-01T00:00:00Z");

    @Override
    public String name() {
        return "postgres";
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(Capabilities.Unit.PAIR, true, true, true);
    }

    @Override
    public String identifier(String name) {
        return Quote.identifier(name);
    }

    @Override
    public String table(ObjectName name) {
        return name.quoted();
    }

    @Override
    public String text(String value) {
        return Quote.literal(value);
    }

    @Override
    public String instant(Instant instant) {
        if (!instant.isBefore(END)) {
            // the end of its last bucket, too
            return "timestamptz 'infinity'";
        }
        if (instant.isBefore(START)) {
            return "timestamptz '-infinity'";
        }
        return Years.isPlain(instant)
                ? "timestamptz '" + instant + "'"
                : "to_timestamp(" + instant.getEpochSecond() + ")";
    }

    /** date_bin is two thirds of the cost of date_trunc, and asks no time zone. */
    @Override
    public String bucket(Grain grain, String time) {
        return "date_bin(interval '" + grain.length().toSeconds() + " s', " + time
                + ", timestamptz '2000-01-01T00:00:00Z')";
    }

    @Override
    public String now() {
        return "now()";
    }

    /**
     * Both sides are put together by their dimensions: grouping takes null for a value and is done by hashing, which no join by {@code is not
     * distinct from} is. MERGE would read the whole target. Rows that are there are found again by where they lie, which costs no search, and
     * those that are not are inserted without looking for them once more: somebody who inserts or changes the same ones meanwhile makes it fail,
     * and the marks stay.
     */
    @Override
    public String replace(Replacement replacement) {
        return replace(
                replacement,
                new Aggregation(replacement.rollup(), this)
                        .groups(replacement.grain(), replacement.span(), replacement.keys()));
    }

    /**
     * The same with groups that another engine has made. The row that it gives: groups, rows that they were made of, rows inserted, updated and
     * deleted, the sums of all measures as an object, and how many rows there were to insert, update and delete: fewer are when somebody has
     * changed one meanwhile, whose newer version lies elsewhere.
     *
     * @param groups a query with the columns of {@link Aggregation#groups}
     */
    public String replace(Replacement replacement, String groups) {
        Rollup rollup = replacement.rollup();
        Aggregation aggregation = new Aggregation(rollup, this);
        int dimensions = rollup.dimensions().size();
        int measures = rollup.measures().size();
        String all = list(Aggregation.numbered("d", dimensions), Aggregation.numbered("m", measures));
        String both = IntStream.rangeClosed(1, measures)
                .mapToObj(
                        i -> ", max(m%1$d) filter (where fresh) as m%1$d, max(m%1$d) filter (where not fresh) as h%1$d"
                                .formatted(i))
                .collect(Collectors.joining());
        String by = dimensions == 0 ? "" : Aggregation.numbered("d", dimensions);
        String target = table(rollup.target().name());
        // of a partitioned target one needs to know in which part as well
        String there = " where t.ctid = d.c and t.tableoid = d.o and " + aggregation.ofGrain(replacement.grain())
                + " and t." + identifier(rollup.columns().bucket().name()) + " = " + instant(replacement.start());
        return "with fresh as materialized ("
                + groups
                + "), held as materialized ("
                + aggregation.held(
                        replacement.grain(), replacement.span(), replacement.keys(), "t.tableoid as o, t.ctid as c, ")
                + "), diff as materialized (select " + (by.isEmpty() ? "" : by + ", ")
                + "bool_or(fresh) as is_fresh, max(o) as o, max(c) as c" + both + " from (select " + all
                + ", true as fresh, null::oid as o, null::tid as c from fresh union all select " + all
                + ", false, o, c from held) s" + (by.isEmpty() ? " having count(*) > 0" : " group by " + by)
                + "), gone as (delete from " + target + " t using diff d" + there
                + " and not d.is_fresh returning 1), changed as (update " + target + " t set " + updates(rollup)
                + " from diff d" + there + " and d.is_fresh and d.c is not null and (" + differ(measures)
                + ") returning 1), added as (insert into " + target + " ("
                + String.join(", ", replacement.columns(this)) + ") select "
                + String.join(", ", replacement.values(this))
                + " from diff where c is null returning 1) select (select count(*) from fresh), (select coalesce(sum(n), 0) from fresh"
                + aggregation.single(" where ", "") + "),"
                + " (select count(*) from added), (select count(*) from changed), (select count(*) from gone), "
                + aggregation.totals("fresh") + ", (select count(*) from diff d where c is null or not is_fresh or "
                + differ(measures)
                + ")";
    }

    private static String list(String... parts) {
        return java.util.Arrays.stream(parts).filter(part -> !part.isEmpty()).collect(Collectors.joining(", "));
    }

    private static String differ(int measures) {
        return IntStream.rangeClosed(1, measures)
                .mapToObj(i -> "d.m" + i + " is distinct from d.h" + i)
                .collect(Collectors.joining(" or "));
    }

    private String updates(Rollup rollup) {
        List<String> updates = new ArrayList<>();
        for (int i = 1; i <= rollup.measures().size(); i++) {
            updates.add(identifier(rollup.measures().get(i - 1).into()) + " = d.m" + i);
        }
        Rollup.@Nullable Field written = rollup.columns().written();
        if (written != null) {
            updates.add(identifier(written.name()) + " = " + now());
        }
        return String.join(", ", updates);
    }
}
