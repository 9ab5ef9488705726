package dev.lockkeeper.analytics.adapter;

import dev.lockkeeper.analytics.dialect.SparkDialect;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A column of PostgreSQL on its way to Spark. Whole numbers come as decimals of 19 digits, because Spark adds up bigint to bigint, which can
 * be too small for a sum that PostgreSQL makes.
 *
 * @param raw what it is called on the way: names of Spark are no matter of the database
 */
record SparkColumn(ColumnKind kind, String raw) {
    private static final SparkDialect DIALECT = new SparkDialect();

    /** Its type in Spark as tables spell it; null where none keeps all values as they are. */
    static @Nullable String type(ColumnKind kind) {
        String kept = kind.kept();
        if (kept == null) {
            return null;
        }
        return switch (kept) {
            case "TIMESTAMPTZ" -> "timestamp";
            case "UUID", "VARCHAR" -> "string";
            default -> kept.toLowerCase(Locale.ROOT);
        };
    }

    String name() {
        return DIALECT.identifier(kind.name());
    }

    /** How PostgreSQL gives it to the driver that Spark reads by. */
    String read(String column) {
        String type = String.valueOf(type(kind));
        return switch (type) {
            case "timestamp" -> "(extract(epoch from " + column + ") * 1000000)::bigint as " + raw;
            case "string" -> column + "::text as " + raw;
            default -> column + "::" + type.replace("decimal", "numeric") + " as " + raw;
        };
    }

    /** What Spark makes of what was read. */
    String staged() {
        String type = String.valueOf(type(kind));
        String value = switch (type) {
            case "timestamp" -> "timestamp_micros(" + raw + ")";
            case "bigint" -> "cast(" + raw + " as decimal(19, 0))";
            default -> raw;
        };
        return value + " as " + name();
    }

    /** What Spark makes of the text that {@link SparkAdapter} reads of the target. */
    String written() {
        String type = String.valueOf(type(kind));
        return (type.equals("timestamp")
                        ? "timestamp_micros(cast(" + raw + " as bigint))"
                        : "cast(" + raw + " as " + type + ")")
                + " as " + name();
    }

    /** The same text, of what a table has. */
    String held() {
        return kind.isTime() ? "cast(unix_micros(" + name() + ") as string)" : "cast(" + name() + " as string)";
    }
}
