package dev.lockkeeper.analytics.partition;

import dev.lockkeeper.analytics.definition.PartitionRule;
import dev.lockkeeper.analytics.dialect.Span;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which times have a partition, and which have none. Pure. */
record Coverage(List<Part> parts) {
    Coverage {
        parts = parts.stream().filter(Part::isAttached).toList();
    }

    /**
     * Until when events find a partition without a gap; empty when not even those of now do. {@link Instant#MAX} when there is no end.
     */
    Optional<Instant> readyUntil(Instant now) {
        Instant until = now;
        Optional<Part> next = at(until);
        while (next.isPresent()) {
            Instant to = next.get().to();
            if (to == null) {
                return Optional.of(Instant.MAX);
            }
            until = to;
            next = at(until);
        }
        return until.equals(now) ? Optional.empty() : Optional.of(until);
    }

    private Optional<Part> at(Instant instant) {
        return parts.stream()
                .filter(one -> one.startsBy(instant) && one.endsAfter(instant))
                .findFirst();
    }

    /** The partitions that are to be made, so that none of this time is without one: what is there is never touched. */
    List<Span> missing(Instant from, Instant until, PartitionRule.Width width) {
        List<Span> missing = new ArrayList<>();
        Instant at = width.start(from);
        while (at.isBefore(until)) {
            Optional<Part> there = at(at);
            if (there.isPresent()) {
                Instant to = there.get().to();
                if (to == null) {
                    break;
                }
                at = to;
                continue;
            }
            Instant end = width.next(at);
            Instant next = nextStart(at);
            if (next != null && next.isBefore(end)) {
                end = next;
            }
            missing.add(new Span(at, end));
            at = end;
        }
        return missing;
    }

    private @Nullable Instant nextStart(Instant after) {
        Instant next = null;
        for (Part part : parts) {
            Instant from = part.from();
            if (from != null && from.isAfter(after) && (next == null || from.isBefore(next))) {
                next = from;
            }
        }
        return next;
    }
}
