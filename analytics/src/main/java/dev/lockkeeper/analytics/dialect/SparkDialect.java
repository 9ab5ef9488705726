package dev.lockkeeper.analytics.dialect;

import dev.lockkeeper.analytics.definition.Dimension;
import dev.lockkeeper.analytics.definition.Grain;
import dev.lockkeeper.analytics.definition.Measure;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.catalog.model.ObjectName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Spark SQL 4 over Iceberg, in ANSI mode, so that what does not fit is an error and not null. Spark has no uuid: ids are text. Source: its
 * SQL reference, pages on literals, identifiers and INSERT.
 */
public record SparkDialect() implements Dialect {
    @Override
    public String name() {
        return "spark";
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(Capabilities.Unit.DAY, false, false, true);
    }

    @Override
    public String identifier(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    @Override
    public String table(ObjectName name) {
        return identifier(name.schema()) + "." + identifier(name.name());
    }

    /** Two quotes side by side would end one text and begin another one. */
    @Override
    public String text(String value) {
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    @Override
    public String instant(Instant instant) {
        return Years.isPlain(instant)
                ? "timestamp '" + instant + "'"
                : "timestamp_seconds(" + instant.getEpochSecond() + ")";
    }

    /** date_trunc would ask the time zone of the session. */
    @Override
    public String bucket(Grain grain, String time) {
        String seconds = "unix_seconds(" + time + ")";
        return "timestamp_seconds(" + seconds + " - pmod(" + seconds + ", "
                + grain.length().toSeconds() + "))";
    }

    /** A zero of one digit: one of an integer's ten would leave less room for decimals, and round what has many. */
    @Override
    public String sum(String column) {
        return "coalesce(sum(" + column + "), 0bd)";
    }

    @Override
    public String same(String left, String right) {
        return left + " <=> " + right;
    }

    @Override
    public String now() {
        return "current_timestamp()";
    }

    /**
     * All buckets of the day, whatever part of it was asked for: a small MERGE rewrites the same files. It wants a target that is
     * partitioned by grain and day, with {@code spark.sql.sources.partitionOverwriteMode=dynamic}; a day of which nothing is left is not
     * overwritten by that.
     */
    @Override
    public String replace(Replacement replacement) {
        Rollup rollup = replacement.rollup();
        List<String> values = new ArrayList<>();
        if (rollup.columns().grain() != null) {
            values.add(text(replacement.grain().word()));
        }
        values.add("b");
        List<Dimension> dimensions = rollup.dimensions();
        List<Measure> measures = rollup.measures();
        for (int i = 1; i <= dimensions.size(); i++) {
            values.add("d" + i);
        }
        for (int i = 1; i <= measures.size(); i++) {
            values.add("m" + i);
        }
        if (rollup.columns().written() != null) {
            values.add(now());
        }
        Span day = Span.bucket(Grain.DAY, Grain.DAY.start(replacement.start()));
        return "insert overwrite " + table(rollup.target().name()) + " ("
                + String.join(", ", replacement.columns(this)) + ") select " + String.join(", ", values) + " from ("
                + new Aggregation(rollup, this).groupsByBucket(replacement.grain(), day) + ") g";
    }
}
