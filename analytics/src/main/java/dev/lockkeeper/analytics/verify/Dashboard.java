package dev.lockkeeper.analytics.verify;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.analytics.definition.Grain;
import dev.lockkeeper.analytics.definition.Measure;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.Dialect;
import dev.lockkeeper.analytics.dialect.Span;
import dev.lockkeeper.analytics.state.Instants;
import dev.lockkeeper.analytics.state.Site;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Asks for sums as a dashboard does: one part, over the last 90 days, bucket by bucket. */
record Dashboard(Site site, Dialect dialect, Rollup rollup) {
    private static final Duration BACK = Duration.ofDays(90);
    private static final int TIMES = 20;
    private static final int PERCENT = 95;

    /** How long 95 of 100 askings took at most, how many rows came, and of which time. */
    record Asked(Duration slowest, int rows, Span span) {}

    /** Asks for the part that has most; empty when the rollup has no row of the grain. */
    Optional<Asked> ask(Grain grain) {
        String table = dialect.table(rollup.target().name()) + " t";
        String bucket = "t." + dialect.identifier(rollup.columns().bucket().name());
        Rollup.Field column = rollup.columns().grain();
        String of =
                column == null ? "true" : "t." + dialect.identifier(column.name()) + " = " + dialect.text(grain.word());
        @Nullable
        String newest = site.transaction(() ->
                site.value("select " + Instants.seconds("max(" + bucket + ")") + " from " + table + " where " + of));
        if (newest == null) {
            return Optional.empty();
        }
        Instant to = Instants.read(newest).plus(grain.length());
        Span span = new Span(to.minus(BACK), to);
        String where = " where " + of + " and " + dialect.within(bucket, span) + part(table, of, bucket, span);
        String sums = rollup.measures().stream()
                .map(Measure::into)
                .map(into -> dialect.sum("t." + dialect.identifier(into)))
                .collect(Collectors.joining(", "));
        String query = "select " + bucket + ", " + sums + " from " + table + where + " group by " + bucket
                + " order by " + bucket;
        long[] took = new long[TIMES];
        int[] rows = new int[1];
        for (int i = 0; i < TIMES; i++) {
            long start = System.nanoTime();
            rows[0] = site.snapshot(() -> site.query(query)).size();
            took[i] = System.nanoTime() - start;
        }
        Arrays.sort(took);
        return Optional.of(new Asked(Duration.ofNanos(took[TIMES * PERCENT / 100 - 1]), rows[0], span));
    }

    /** The condition for the part that has most rows, and for its totals where there are some: what adds them up is there once. */
    private String part(String table, String of, String bucket, Span span) {
        List<String> conditions = new ArrayList<>();
        rollup.dimensions().stream()
                .filter(one -> one.total())
                .forEach(one -> conditions.add(" and t." + dialect.identifier(one.into()) + " is null"));
        rollup.partition().ifPresent(one -> {
            String name = "t." + dialect.identifier(one.into());
            List<@Nullable String[]> most = site.snapshot(() -> site.query(
                    "select " + name + "::text from " + table + " where " + of + " and " + dialect.within(bucket, span)
                            + " group by " + name + " order by count(*) desc, 1 limit 1"));
            String value = most.isEmpty() ? null : most.get(0)[0];
            conditions.add(value == null ? " and " + name + " is null" : " and " + name + " = " + literal(value));
        });
        return String.join("", conditions);
    }
}
