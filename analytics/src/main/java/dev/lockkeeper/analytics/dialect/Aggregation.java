package dev.lockkeeper.analytics.dialect;

import dev.lockkeeper.analytics.definition.Dimension;
import dev.lockkeeper.analytics.definition.Grain;
import dev.lockkeeper.analytics.definition.Measure;
import dev.lockkeeper.analytics.definition.Rollup;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The queries that a definition stands for. Their columns are {@code b}, the start of a bucket, {@code d1} and so on for dimensions, {@code
 * m1} and so on for measures, {@code n} for how many rows a group was made of. Pure.
 */
public record Aggregation(Rollup rollup, Dialect dialect) {
    /** The groups that events, or buckets of the grain below, make of a bucket. */
    public String groups(Grain grain, Span span, @Nullable Keys keys) {
        return groups(grain, from(grain), span, keys, false);
    }

    /** The groups of each bucket in a span. */
    public String groupsByBucket(Grain grain, Span span) {
        return groups(grain, from(grain), span, null, true);
    }

    /** The first instant of a span that events, or buckets of the grain below, or rows of the target have, in seconds; null for none. */
    public String first(Grain grain, Span span) {
        return "select floor(extract(epoch from min(f.b)))::bigint::text from ("
                + rows(grain, span, null, List.of("min(" + timeColumn(grain) + ") as b")) + " union all "
                + rowsOfTarget(grain, span, List.of("min(" + bucketColumn() + ")")) + ") f";
    }

    /**
     * The groups of each bucket of what stands in for events or for rows of the target.
     *
     * @param from what to read, as it stands after {@code from}, with the columns of the source or of the target
     */
    public String groupsOf(Grain grain, String from) {
        return groupsOf(grain, from, true);
    }

    /** The same, or the groups of all of it as one bucket. */
    public String groupsOf(Grain grain, String from, boolean byBucket) {
        return groups(grain, from, null, null, byBucket);
    }

    /** The columns of the source, or of the target for a grain that is added up, that groups are made of. */
    public List<String> columns(Grain grain) {
        Set<String> columns = new LinkedHashSet<>();
        if (!isOfEvents(grain)) {
            columns.addAll(rollup.key());
            rollup.measures().forEach(one -> columns.add(one.into()));
            return List.copyOf(columns);
        }
        columns.add(rollup.time().name());
        rollup.dimensions().forEach(one -> columns.add(one.column()));
        for (Measure measure : rollup.measures()) {
            if (measure instanceof Measure.Sum sum) {
                columns.addAll(sum.columns());
            } else if (measure instanceof Measure.CountIf some) {
                columns.add(some.condition().column());
            }
        }
        return List.copyOf(columns);
    }

    /**
     * The rows that the groups of a bucket are made of.
     *
     * @param expressions what to read of table {@code t}
     */
    public String rows(Grain grain, Span span, @Nullable Keys keys, List<String> expressions) {
        boolean events = isOfEvents(grain);
        return "select " + String.join(", ", expressions) + " from " + from(grain) + " t where "
                + (events ? "" : ofGrain(rollup.below(grain).orElseThrow()) + " and ")
                + dialect.within(timeColumn(grain), span)
                + only(keys, !events);
    }

    /** The rows that the target has of a span. */
    public String rowsOfTarget(Grain grain, Span span, List<String> expressions) {
        return "select " + String.join(", ", expressions) + " from "
                + dialect.table(rollup.target().name()) + " t where " + ofGrain(grain) + " and "
                + dialect.within(bucketColumn(), span);
    }

    /** The rows that the target has of a span; {@code n} is 1. */
    public String held(Grain grain, Span span, @Nullable Keys keys) {
        return held(grain, span, keys, "");
    }

    /**
     * The same with columns before the others.
     *
     * @param more of table {@code t}, each with a comma behind it
     */
    String held(Grain grain, Span span, @Nullable Keys keys, String more) {
        return "select " + more + bucketColumn() + " as b, " + join(dimensions(true), "d") + join(held(), "m")
                + "1 as n from "
                + dialect.table(rollup.target().name()) + " t where " + ofGrain(grain) + " and "
                + dialect.within(bucketColumn(), span) + only(keys, true);
    }

    /**
     * The sums of all measures by the names of their columns, as an object of PostgreSQL.
     *
     * @param groups what has the groups, as it stands after {@code from}
     */
    public String totals(String groups) {
        return "(select to_jsonb(t.*) from (select "
                + IntStream.rangeClosed(1, rollup.measures().size())
                        .mapToObj(i -> "coalesce(sum(m" + i + "), 0) as "
                                + dialect.identifier(
                                        rollup.measures().get(i - 1).into()))
                        .collect(Collectors.joining(", "))
                + " from " + groups + single(" where ", "") + ") t)";
    }

    /** Which rows of the target are of a grain. */
    String ofGrain(Grain grain) {
        Rollup.Field column = rollup.columns().grain();
        return column == null ? "true" : "t." + dialect.identifier(column.name()) + " = " + dialect.text(grain.word());
    }

    /** {@code d1, d2}, or nothing; with what stands before each. */
    static String numbered(String prefix, int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> prefix + i).collect(Collectors.joining(", "));
    }

    private String groups(Grain grain, String from, @Nullable Span span, @Nullable Keys keys, boolean byBucket) {
        boolean events = isOfEvents(grain);
        String time = timeColumn(grain);
        List<String> by = new ArrayList<>();
        if (byBucket) {
            by.add(dialect.bucket(grain, time));
        }
        List<String> totals = new ArrayList<>();
        for (Dimension one : rollup.dimensions()) {
            // the rows of a grain below have the totals among them
            (events && one.total() ? totals : by).add(column(one, !events));
        }
        String start = byBucket ? by.get(0) + " as b, " : "";
        if (!totals.isEmpty()) {
            by.add("cube(" + String.join(", ", totals) + ")");
        }
        List<String> where = new ArrayList<>();
        if (!events) {
            where.add(ofGrain(rollup.below(grain).orElseThrow()));
        }
        if (span != null) {
            where.add(dialect.within(time, span));
        }
        return "select " + start
                + join(dimensions(!events), "d") + join(events ? counted() : summed(), "m") + "count(*) as n from "
                + from + " t" + (where.isEmpty() ? "" : " where " + String.join(" and ", where)) + only(keys, !events)
                // no groups of no events, also where nothing divides them
                + (by.isEmpty() ? "" : " group by " + String.join(", ", by))
                + (by.isEmpty() || !totals.isEmpty() ? " having count(*) > 0" : "");
    }

    private static String join(List<String> expressions, String prefix) {
        return IntStream.range(0, expressions.size())
                .mapToObj(i -> expressions.get(i) + " as " + prefix + (i + 1) + ", ")
                .collect(Collectors.joining());
    }

    /**
     * Which groups are no totals over others, in a query of what is above: what is added up beyond groups is made of these. Nothing where
     * there are no totals.
     *
     * @param before what stands before the condition
     * @param after what stands behind it
     */
    public String single(String before, String after) {
        List<String> conditions = IntStream.rangeClosed(1, rollup.dimensions().size())
                .filter(i -> rollup.dimensions().get(i - 1).total())
                .mapToObj(i -> "d" + i + " is not null")
                .toList();
        return conditions.isEmpty() ? "" : before + String.join(" and ", conditions) + after;
    }

    private boolean isOfEvents(Grain grain) {
        return rollup.below(grain).isEmpty();
    }

    private String from(Grain grain) {
        return dialect.table(
                isOfEvents(grain) ? rollup.source().name() : rollup.target().name());
    }

    /** When the rows that a bucket is made of happened, or began. */
    private String timeColumn(Grain grain) {
        return isOfEvents(grain) ? "t." + dialect.identifier(rollup.time().name()) : bucketColumn();
    }

    private String bucketColumn() {
        return "t." + dialect.identifier(rollup.columns().bucket().name());
    }

    private List<String> dimensions(boolean ofTarget) {
        return rollup.dimensions().stream().map(one -> column(one, ofTarget)).toList();
    }

    private String column(Dimension one, boolean ofTarget) {
        return "t." + dialect.identifier(ofTarget ? one.into() : one.column());
    }

    private List<String> counted() {
        return rollup.measures().stream().map(this::counted).toList();
    }

    private String counted(Measure measure) {
        if (measure instanceof Measure.CountIf some) {
            return dialect.countIf(dialect.condition("t", some.condition()));
        }
        if (measure instanceof Measure.Sum sum) {
            String total = sum.columns().stream()
                    .map(one -> dialect.sum("t." + dialect.identifier(one)))
                    .collect(Collectors.joining(" + "));
            Integer scale = sum.scale();
            return scale == null ? total : dialect.rounded(total, scale);
        }
        return "count(*)";
    }

    private List<String> summed() {
        return held().stream().map(dialect::sum).toList();
    }

    private List<String> held() {
        return rollup.measures().stream()
                .map(one -> "t." + dialect.identifier(one.into()))
                .toList();
    }

    private String only(@Nullable Keys keys, boolean ofTarget) {
        if (keys == null) {
            return "";
        }
        String column = column(rollup.partition().orElseThrow(), ofTarget);
        List<String> ways = new ArrayList<>();
        if (!keys.values().isEmpty()) {
            ways.add(column + " in ("
                    + keys.values().stream().map(dialect::text).collect(Collectors.joining(", ")) + ")");
        }
        if (keys.none()) {
            ways.add(column + " is null");
        }
        return " and (" + String.join(" or ", ways) + ")";
    }
}
