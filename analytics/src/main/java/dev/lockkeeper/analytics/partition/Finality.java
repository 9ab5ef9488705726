package dev.lockkeeper.analytics.partition;

import dev.lockkeeper.analytics.definition.Grain;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.Dialect;
import dev.lockkeeper.analytics.dialect.Span;
import dev.lockkeeper.analytics.recon.Reconciliation;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.catalog.model.ObjectName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether sums are sealed and what the events say, so that the events may go. In a transaction. */
record Finality(Site site, Dialect dialect, List<Rollup> rollups) {
    private static final Duration AT_ONCE = Duration.ofDays(1);

    /**
     * Why they are not; empty when they are.
     *
     * @param events the table that has them, which may be a partition by itself
     */
    Optional<String> against(Span span, ObjectName events) {
        for (Rollup rollup : rollups) {
            for (Grain grain : rollup.grains()) {
                if (!grain.start(span.from()).equals(span.from())
                        || !grain.start(span.to()).equals(span.to())) {
                    return Optional.of("its bounds lie within a " + grain.word() + " of rollup " + rollup.name());
                }
                Optional<String> reason = against(rollup.of(events), grain, span);
                if (reason.isPresent()) {
                    return reason;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<String> against(Rollup rollup, Grain grain, Span span) {
        long differing = 0;
        long waiting = 0;
        long open = 0;
        Reconciliation reconciliation = new Reconciliation(site, dialect, rollup);
        for (Instant at = span.from(); at.isBefore(span.to()); at = at.plus(AT_ONCE)) {
            Instant next = at.plus(AT_ONCE);
            Span day = new Span(at, next.isAfter(span.to()) ? span.to() : next);
            for (@Nullable String[] row : site.query(reconciliation.query(grain, day))) {
                differing += "0".equals(row[1]) ? 0 : 1;
                open += "t".equals(row[2]) ? 0 : 1;
                waiting += "t".equals(row[3]) ? 1 : 0;
            }
        }
        String of = " of rollup " + rollup.name();
        if (waiting > 0) {
            return Optional.of(count(waiting, grain, of) + " with events that are not computed yet");
        }
        if (differing > 0) {
            return Optional.of(count(differing, grain, of) + " that " + (differing == 1 ? "is" : "are")
                    + " not what the events say");
        }
        return open > 0 ? Optional.of(count(open, grain, of) + " not sealed yet") : Optional.empty();
    }

    private static String count(long number, Grain grain, String of) {
        return number + " " + grain.word() + (number == 1 ? "" : "s") + of;
    }
}
