package dev.lockkeeper.analytics.adapter;

import dev.lockkeeper.analytics.definition.Grain;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.PostgresDialect;
import dev.lockkeeper.analytics.dialect.Replacement;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.AnalyticsSettings;
import java.time.Instant;
import java.util.List;

/**
 * Where groups are computed. Marks, checks and the target stay in PostgreSQL, whatever adapter it is: it takes part in a transaction there,
 * and when it fails, the transaction is taken back and the marks are still there. Not thread-safe.
 */
public sealed interface Adapter extends AutoCloseable permits PostgresAdapter, DuckDbAdapter {
    /** The one that settings choose. */
    static Adapter of(AnalyticsSettings settings) {
        return settings.adapter().equals("duckdb")
                ? new DuckDbAdapter(settings.parquet())
                : new PostgresAdapter(new PostgresDialect());
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

    @Override
    void close();
}
