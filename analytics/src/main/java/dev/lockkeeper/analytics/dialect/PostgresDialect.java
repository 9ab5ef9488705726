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
     * distinct from} is. MERGE would read the whole target.
     */
    @Override
    public String replace(Replacement replacement) {
        return replace(
                replacement,
                new Aggregation(replacement.rollup(), this)
                        .groups(replacement.grain(), replacement.span(), replacement.keys()));
    }

    /**
     * The same with groups that another engine has made.
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
        return "with fresh as materialized ("
                + groups
                + "), held as materialized ("
                + aggregation.held(replacement.grain(), replacement.span(), replacement.keys())
                + "), diff as materialized (select " + (by.isEmpty() ? "" : by + ", ")
                + "bool_or(fresh) as is_fresh, bool_or(not fresh) as is_held" + both + " from (select " + all
                + ", true as fresh from fresh union all select " + all + ", false from held) s"
                + (by.isEmpty() ? " having count(*) > 0" : " group by " + by)
                + "), gone as (delete from " + target + " t using diff d where not d.is_fresh and "
                + aggregation.ofGrain(replacement.grain()) + " and t."
                + identifier(rollup.columns().bucket().name()) + " = "
                + instant(replacement.start()) + match(rollup)
                + " returning 1), wanted as materialized (select d.*, d.is_held as known"
                + " from diff d where d.is_fresh and (not d.is_held or "
                + differ(measures) + ")), written as (insert into " + target + " as r ("
                + String.join(", ", replacement.columns(this)) + ") select "
                + String.join(", ", replacement.values(this))
                + " from wanted on conflict ("
                + rollup.key().stream().map(this::identifier).collect(Collectors.joining(", ")) + ") do update set "
                + updates(rollup)
                + " returning 1) select (select count(*) from fresh), (select coalesce(sum(n), 0) from fresh"
                + aggregation.single(" where ", "") + "),"
                + " count(*) filter (where not known), count(*) filter (where known), (select count(*) from gone),"
                + " (select count(*) from written) from wanted";
    }

    private static String list(String... parts) {
        return java.util.Arrays.stream(parts).filter(part -> !part.isEmpty()).collect(Collectors.joining(", "));
    }

    private String match(Rollup rollup) {
        StringBuilder match = new StringBuilder();
        for (int i = 0; i < rollup.dimensions().size(); i++) {
            match.append(" and ")
                    .append(same("t." + identifier(rollup.dimensions().get(i).into()), "d.d" + (i + 1)));
        }
        return match.toString();
    }

    private static String differ(int measures) {
        return IntStream.rangeClosed(1, measures)
                .mapToObj(i -> "d.m" + i + " is distinct from d.h" + i)
                .collect(Collectors.joining(" or "));
    }

    private String updates(Rollup rollup) {
        List<String> columns = new ArrayList<>();
        rollup.measures().forEach(one -> columns.add(one.into()));
        Rollup.@Nullable Field written = rollup.columns().written();
        if (written != null) {
            columns.add(written.name());
        }
        return columns.stream()
                .map(one -> identifier(one) + " = excluded." + identifier(one))
                .collect(Collectors.joining(", "));
    }
}
