package dev.lockkeeper.analytics.dialect;

import dev.lockkeeper.analytics.definition.Grain;
import dev.lockkeeper.catalog.model.ObjectName;
import java.time.Instant;

/**
 * Trino over tables of a lake. It casts no text to uuid by itself: ids are text there, as they are for Spark. Source: the pages of its
 * documentation on types, date and time functions, and MERGE.
 */
public record TrinoDialect() implements Dialect {
    @Override
    public String name() {
        return "trino";
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(Capabilities.Unit.BUCKET, false, false, false);
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
                ? "timestamp '" + instant.toString().replace('T', ' ').replace("Z", " UTC") + "'"
                : "from_unixtime(" + instant.getEpochSecond() + ")";
    }

    @Override
    public String bucket(Grain grain, String time) {
        return "date_trunc('" + grain.word() + "', " + time + " at time zone 'UTC')";
    }

    @Override
    public String now() {
        return "current_timestamp";
    }

    @Override
    public String replace(Replacement replacement) {
        return new Merge(replacement, this).sql();
    }
}
