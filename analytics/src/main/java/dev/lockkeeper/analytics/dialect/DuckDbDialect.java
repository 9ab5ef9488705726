package dev.lockkeeper.analytics.dialect;

import dev.lockkeeper.analytics.definition.Grain;
import dev.lockkeeper.catalog.model.ObjectName;
import java.time.Instant;

/**
 * DuckDB 2, embedded. Its names are the same in capitals and in small letters, also in quotes: who gives it tables must see that no two
 * columns differ by that alone.
 */
public record DuckDbDialect() implements Dialect {
    @Override
    public String name() {
        return "duckdb";
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(Capabilities.Unit.BUCKET, true, false, false);
    }

    @Override
    public String identifier(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }

    @Override
    public String table(ObjectName name) {
        return identifier(name.schema()) + "." + identifier(name.name());
    }

    @Override
    public String text(String value) {
        return "'" + value.replace("'", "''") + "'";
    }

    @Override
    public String instant(Instant instant) {
        return Years.isPlain(instant)
                ? "timestamptz '" + instant + "'"
                : "to_timestamp(" + instant.getEpochSecond() + ")";
    }

    /** Widths below a month are counted in UTC, whatever the time zone of the session. */
    @Override
    public String bucket(Grain grain, String time) {
        return "time_bucket(interval '" + grain.length().toSeconds() + " seconds', " + time
                + ", timestamptz '2000-01-01T00:00:00Z')";
    }

    @Override
    public String now() {
        return "now()";
    }

    @Override
    public String replace(Replacement replacement) {
        return new Merge(replacement, this).sql();
    }
}
