package dev.lockkeeper.analytics.adapter;

import dev.lockkeeper.analytics.definition.Grain;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.PostgresDialect;
import dev.lockkeeper.analytics.dialect.Replacement;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.AnalyticsSettings;
import dev.lockkeeper.project.SparkSettings;
import dev.lockkeeper.project.Target;
import java.time.Instant;
import java.util.List;

/**
 * Where groups are computed. Marks, checks and the target stay in PostgreSQL, whatever adapter it is: it takes part in a transaction there,
 * and when it fails, the transaction is taken back and the marks are still there. Not thread-safe.
 */
public sealed interface Adapter extends AutoCloseable permits PostgresAdapter, DuckDbAdapter, SparkAdapter {
    /**
     * The one that settings choose.
     *
     * @param target the database, for an engine that reads it by connections of its own
     * @throws dev.lockkeeper.problem.LockkeeperException {@code usage} when the project does not say where that engine is
     */
    static Adapter of(AnalyticsSettings settings, Target target) {
        return switch (settings.adapter()) {
            case "duckdb" -> new DuckDbAdapter(settings.parquet());
            case "spark-iceberg" -> {
                SparkSettings spark = settings.spark();
                if (spark == null) {
                    throw Problem.of(Code.USAGE, "the project does not say where Spark is")
                            .help(
                                    "write it in lockkeeper.yaml, under analytics: spark: {folder: FOLDER, warehouse: FOLDER}")
                            .asException();
                }
                yield new SparkAdapter(spark, target);
            }
            default -> new PostgresAdapter(new PostgresDialect());
        };
    }

    /** As configurations and the log of runs name it. */
    String name();

    /** What keeps it from computing a rollup; empty when nothing does. */
    List<Problem> problems(Site site, Rollup rollup);

    /**
     * SQL for PostgreSQL that makes a bucket what its events say, as {@link dev.lockkeeper.analytics.dialect.Dialect#replace} does.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code analytics-adapter} when the engine fails
     */
    String replace(Site site, Replacement replacement);

    /**
     * SQL for PostgreSQL with the groups of given rows, in the columns that {@link dev.lockkeeper.analytics.dialect.Aggregation} names.
     *
     * @param from rows of the source, or of the target, as they stand after {@code from} in PostgreSQL
     */
    String groupsOf(Site site, Rollup rollup, Grain grain, String from);

    /** Whether {@link #publish} leaves something beside the target, which a backfill then makes of longer buckets, too. */
    default boolean publishes() {
        return false;
    }

    /** Does what is to be done with a bucket that was computed and passed its checks, before the transaction ends. */
    void publish(Site site, Rollup rollup, Grain grain, Instant start);

    /** Does what is to be done once for all buckets of a transaction, before it ends. */
    default void settle(Site site) {
        // what is published by the bucket is settled
    }

    @Override
    void close();
}
