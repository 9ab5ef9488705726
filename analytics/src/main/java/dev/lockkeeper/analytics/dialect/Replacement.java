package dev.lockkeeper.analytics.dialect;

import dev.lockkeeper.analytics.definition.Grain;
import dev.lockkeeper.analytics.definition.Rollup;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A bucket, or parts of it, that is to be what its events say.
 *
 * @param start when it begins
 * @param keys which parts; null for all
 */
public record Replacement(
        Rollup rollup, Grain grain, Instant start, @Nullable Keys keys) {
    public Span span() {
        return Span.bucket(grain, start);
    }

    /** The columns of the target in the order of {@link #values}: grain, bucket, dimensions, measures, and when it was written. */
    List<String> columns(Dialect dialect) {
        List<String> columns = new ArrayList<>();
        rollup.key().forEach(name -> columns.add(dialect.identifier(name)));
        rollup.measures().forEach(one -> columns.add(dialect.identifier(one.into())));
        Rollup.Field written = rollup.columns().written();
        if (written != null) {
            columns.add(dialect.identifier(written.name()));
        }
        return columns;
    }

    /** What they get, from a row of {@link Aggregation#groups}. */
    List<String> values(Dialect dialect) {
        List<String> values = new ArrayList<>();
        if (rollup.columns().grain() != null) {
            values.add(dialect.text(grain.word()));
        }
        values.add(dialect.instant(start));
        for (int i = 1; i <= rollup.dimensions().size(); i++) {
            values.add("d" + i);
        }
        for (int i = 1; i <= rollup.measures().size(); i++) {
            values.add("m" + i);
        }
        if (rollup.columns().written() != null) {
            values.add(dialect.now());
        }
        return values;
    }
}
