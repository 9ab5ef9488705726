package dev.lockkeeper.analytics.dialect;

import dev.lockkeeper.analytics.definition.Dimension;
import dev.lockkeeper.analytics.definition.Rollup;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A replacement as MERGE of the SQL standard, for engines without {@code on conflict}. What is gone comes from the rows that are put
 * together, since not every engine has {@code when not matched by source}. Pure.
 */
record Merge(Replacement replacement, Dialect dialect) {
    String sql() {
        Rollup rollup = replacement.rollup();
        List<String> columns = replacement.columns(dialect);
        List<String> values = replacement.values(dialect);
        int key = rollup.key().size();
        String differ = IntStream.rangeClosed(1, rollup.measures().size())
                .mapToObj(i -> "not (" + dialect.same("d.m" + i, "d.h" + i) + ")")
                .collect(Collectors.joining(" or "));
        String updates = IntStream.range(key, columns.size())
                .mapToObj(i -> columns.get(i) + " = " + of(values.get(i)))
                .collect(Collectors.joining(", "));
        return "merge into " + dialect.table(rollup.target().name()) + " t using (" + diff() + ") d on "
                + String.join(" and ", match())
                + " when matched and not d.is_fresh then delete when matched and (" + differ + ") then update set "
                + updates + " when not matched then insert (" + String.join(", ", columns) + ") values ("
                + values.stream().map(Merge::of).collect(Collectors.joining(", ")) + ")";
    }

    /** Grouping takes null for a value in every engine. */
    private String diff() {
        Rollup rollup = replacement.rollup();
        Aggregation aggregation = new Aggregation(rollup, dialect);
        String by = Aggregation.numbered("d", rollup.dimensions().size());
        String measures = Aggregation.numbered("m", rollup.measures().size());
        String all = by.isEmpty() ? measures : by + ", " + measures;
        String both = IntStream.rangeClosed(1, rollup.measures().size())
                .mapToObj(
                        i -> ", max(m%1$d) filter (where fresh) as m%1$d, max(m%1$d) filter (where not fresh) as h%1$d"
                                .formatted(i))
                .collect(Collectors.joining());
        return "select " + (by.isEmpty() ? "" : by + ", ") + "max(case when fresh then 1 else 0 end) = 1 as is_fresh"
                + both + " from (select " + all + ", true as fresh from ("
                + aggregation.groups(replacement.grain(), replacement.span(), replacement.keys())
                + ") f union all select " + all + ", false as fresh from ("
                + aggregation.held(replacement.grain(), replacement.span(), replacement.keys()) + ") h) s"
                + (by.isEmpty() ? " having count(*) > 0" : " group by " + by);
    }

    private List<String> match() {
        Rollup rollup = replacement.rollup();
        List<String> match = new ArrayList<>();
        match.add(new Aggregation(rollup, dialect).ofGrain(replacement.grain()));
        match.add("t." + dialect.identifier(rollup.columns().bucket().name()) + " = "
                + dialect.instant(replacement.start()));
        for (int i = 0; i < rollup.dimensions().size(); i++) {
            Dimension one = rollup.dimensions().get(i);
            match.add(dialect.same("t." + dialect.identifier(one.into()), "d.d" + (i + 1)));
        }
        return match;
    }

    /** A column of what is put together, or a constant. */
    private static String of(String value) {
        return value.matches("[dm]\\d+") ? "d." + value : value;
    }
}
