package dev.lockkeeper.analytics.partition;

import dev.lockkeeper.analytics.dialect.Span;
import dev.lockkeeper.problem.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the partitions of a table of events stand, and what was done.
 *
 * @param executed whether anything could be changed
 * @param ready for how long from now on events find a partition; zero when those of now find none, null when there is no end
 * @param missing what is to be made, or was missing before
 * @param made the names of those that were made
 * @param due those whose time is over and that are there still
 * @param gone those that went
 */
public record PartitionReport(
        String table,
        boolean executed,
        @Nullable Duration ready,
        @Nullable Instant readyUntil,
        List<Span> missing,
        List<String> made,
        List<Due> due,
        List<Gone> gone,
        List<Problem> problems) {
    public PartitionReport {
        missing = List.copyOf(missing);
        made = List.copyOf(made);
        due = List.copyOf(due);
        gone = List.copyOf(gone);
        problems = List.copyOf(problems);
    }

    /**
     * One whose time is over.
     *
     * @param reason why it cannot go; null when it can
     */
    public record Due(String name, Span span, @Nullable String reason) {}

    /** One that went, and the file that holds its rows. */
    public record Gone(String name, Span span, long rows, String file, String sha256) {}
}
