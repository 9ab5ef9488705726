package dev.lockkeeper.analytics.dialect;

import dev.lockkeeper.analytics.definition.Check;
import dev.lockkeeper.analytics.definition.Check.What;
import dev.lockkeeper.analytics.definition.Grain;
import dev.lockkeeper.analytics.definition.Measure;
import dev.lockkeeper.analytics.definition.Rollup;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What is asked for a check of a bucket: one row with what is observed and how much it was observed in, both null when there is nothing to
 * observe. Every query compares the bare time with constants. Pure.
 */
public record CheckQuery(Aggregation aggregation, Check check) {
    /** The query for a bucket. */
    public String of(Span bucket) {
        return of(bucket, null);
    }

    /**
     * The query for a bucket where events may come meanwhile.
     *
     * @param pending gives for the key of a part, as SQL, the condition under which it is not compared: an event of it has come that it does
     *     not hold yet
     */
    public String of(Span bucket, @Nullable UnaryOperator<String> pending) {
        What what = check.what();
        if (what instanceof What.RowCount) {
            return "select coalesce(sum(n), 0), coalesce(sum(n), 0) from (" + groups(bucket) + ") s" + single();
        }
        if (what instanceof What.Sum sum) {
            String m = "m" + number(sum.measure());
            return "select coalesce(sum(" + m + "), 0), coalesce(sum(" + m + "), 0) from (" + held(bucket) + ") s"
                    + single();
        }
        if (what instanceof What.Ratio ratio) {
            return "select sum(m%1$d) * 1.0 / nullif(sum(m%2$d), 0), coalesce(sum(m%2$d), 0) from (%3$s) s%4$s"
                    .formatted(number(ratio.part()), number(ratio.whole()), held(bucket), single());
        }
        if (what instanceof What.EqualsRaw equal) {
            return equal(bucket, equal.measures().stream().map(this::number).toList(), pending);
        }
        if (what instanceof What.NoNull none) {
            return "select count(*) filter (where t." + name(none.column()) + " is null), count(*) from "
                    + events(bucket);
        }
        if (what instanceof What.Unique unique) {
            Span around =
                    new Span(bucket.from().minus(unique.around()), bucket.to().plus(unique.around()));
            String inside = dialect().within(time(), bucket);
            return "select count(*) filter (where s.n > 1), coalesce(sum(s.n), 0) from (select count(*) as n from "
                    + events(around) + " and t." + name(unique.column()) + " is not null group by t."
                    + name(unique.column()) + " having " + dialect().countIf(inside) + " > 0) s";
        }
        if (what instanceof What.Volume volume) {
            String m = "m" + number(volume.measure());
            Span earlier =
                    new Span(bucket.from().minus(volume.before()), bucket.to().minus(volume.before()));
            return "select n.total * 1.0 / nullif(e.total, 0), coalesce(e.total, 0) from (select coalesce(sum(" + m
                    + "), 0) as total from (" + held(bucket) + ") s" + single() + ") n cross join (select sum("
                    + m
                    + ") as total from ("
                    + held(earlier) + ") s" + single() + ") e";
        }
        if (what instanceof What.Sql sql) {
            return "select (\n"
                    + sql.query()
                            .replaceAll(
                                    "(?<!:):from\\b",
                                    java.util.regex.Matcher.quoteReplacement(
                                            dialect().instant(bucket.from())))
                            .replaceAll(
                                    "(?<!:):to\\b",
                                    java.util.regex.Matcher.quoteReplacement(
                                            dialect().instant(bucket.to())))
                    + "\n), null";
        }
        throw new IllegalArgumentException(what.word() + " is not of a bucket");
    }

    private String equal(Span bucket, List<Integer> measures, @Nullable UnaryOperator<String> pending) {
        Rollup rollup = aggregation.rollup();
        String by = Aggregation.numbered("d", rollup.dimensions().size());
        String all = (by.isEmpty() ? "" : by + ", ")
                + Aggregation.numbered("m", rollup.measures().size());
        String differ = measures.stream()
                .map(i -> dialect()
                        .same("max(m" + i + ") filter (where fresh)", "max(m" + i + ") filter (where not fresh)"))
                .map(same -> "not (" + same + ")")
                .collect(Collectors.joining(" or "));
        String part = rollup.partition()
                .map(one -> "g.d" + (rollup.dimensions().indexOf(one) + 1))
                .orElse("null");
        return "select coalesce(sum(case when wrong then 1 else 0 end), 0), count(*) from (select "
                + (pending == null || by.isEmpty() ? "" : by + ", ") + differ + " as wrong from (select " + all
                + ", true as fresh from (" + groups(bucket) + ") f union all select " + all + ", false from ("
                + held(bucket) + ") h) s" + (by.isEmpty() ? "" : " group by " + by) + ") g"
                + (pending == null ? "" : " where not " + pending.apply(part));
    }

    private int number(String measure) {
        List<Measure> all = aggregation.rollup().measures();
        return IntStream.range(0, all.size())
                        .filter(i -> all.get(i).into().equals(measure))
                        .findFirst()
                        .orElseThrow()
                + 1;
    }

    private String groups(Span bucket) {
        return aggregation.groups(grain(), bucket, null);
    }

    private String held(Span bucket) {
        return aggregation.held(grain(), bucket, null);
    }

    private String single() {
        return aggregation.single(" where ", "");
    }

    private Grain grain() {
        return check.grain();
    }

    private String events(Span span) {
        return dialect().table(aggregation.rollup().source().name()) + " t where "
                + dialect().within(time(), span);
    }

    private String time() {
        return "t." + name(aggregation.rollup().time().name());
    }

    private String name(String column) {
        return dialect().identifier(column);
    }

    private Dialect dialect() {
        return aggregation.dialect();
    }
}
