package dev.lockkeeper.analytics.partition;

import dev.lockkeeper.analytics.dialect.Span;
import dev.lockkeeper.stewardship.retention.Partition;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A partition with its bounds.
 *
 * @param from its first instant; null when it has no lower bound
 * @param to the first instant after it; null when it has no upper bound
 */
record Part(
        Partition partition,
        @Nullable Instant from,
        @Nullable Instant to) {
    boolean startsBy(Instant instant) {
        return from == null || !from.isAfter(instant);
    }

    boolean endsAfter(Instant instant) {
        return to == null || to.isAfter(instant);
    }

    /** Null when an end is open. */
    @Nullable
    Span span() {
        return from == null || to == null ? null : new Span(from, to);
    }

    /** Where it belongs to its table, so that events find it. */
    boolean isAttached() {
        return partition.state() == Partition.State.ATTACHED;
    }
}
