package dev.lockkeeper.analytics.adapter;

import dev.lockkeeper.analytics.definition.Grain;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.Aggregation;
import dev.lockkeeper.analytics.dialect.Dialect;
import dev.lockkeeper.analytics.dialect.Replacement;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.problem.Problem;
import java.time.Instant;
import java.util.List;

/** The database computes by itself: nothing leaves it. */
public record PostgresAdapter(Dialect dialect) implements Adapter {
    @Override
    public String name() {
        return dialect.name();
    }

    @Override
    public List<Problem> problems(Site site, Rollup rollup) {
        return List.of();
    }

    @Override
    public String replace(Site site, Replacement replacement) {
        return dialect.replace(replacement);
    }

    @Override
    public String groupsOf(Site site, Rollup rollup, Grain grain, String from) {
        return new Aggregation(rollup, dialect).groupsOf(grain, from);
    }

    @Override
    public void publish(Site site, Rollup rollup, Grain grain, Instant start) {
        // the target is what is read
    }

    @Override
    public void close() {
        // the session is somebody else's
    }
}
