package dev.lockkeeper.library;

import dev.lockkeeper.plan.Status;
import dev.lockkeeper.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Files and history side by side. Immutable; it reads no file any more.
 *
 * @param rows migrations in the order of their versions, then repeatable scripts in the order in which they need each other
 * @param isCurrent whether an apply would have nothing to do and nothing to refuse
 * @param otherTool the history table of another tool; null when there is none
 * @param doubts why the history may not be the whole one, or not that of this component
 * @param warnings about the files
 */
public record StatusResult(
        String component,
        List<Row> rows,
        boolean isCurrent,
        @Nullable String otherTool,
        List<Problem> doubts,
        List<Problem> warnings) {
    public StatusResult {
        rows = List.copyOf(rows);
        doubts = List.copyOf(doubts);
        warnings = List.copyOf(warnings);
    }

    /**
     * One migration or repeatable script.
     *
     * @param name the version of the migration, or the name of a repeatable script
     * @param file as places in errors call it; null when it is missing
     * @param appliedAt ISO 8601 in UTC; null when it is not applied
     */
    public record Row(
            String name,
            Status.State state,
            String description,
            @Nullable String file,
            @Nullable String appliedAt) {}

    static StatusResult of(Status status, List<Problem> warnings) {
        List<Row> rows = new ArrayList<>();
        status.rows()
                .forEach(row -> rows.add(new Row(
                        row.version().toString(),
                        row.state(),
                        row.description(),
                        row.migration() == null ? null : row.migration().up().file(),
                        row.entry() == null ? null : row.entry().appliedAt())));
        status.repeatables()
                .forEach(one -> rows.add(new Row(
                        one.name(),
                        one.state(),
                        "",
                        one.file(),
                        one.last() == null ? null : one.last().appliedAt())));
        return new StatusResult(
                status.component(),
                rows,
                status.isCurrent(),
                status.otherTool().orElse(null),
                status.doubts(),
                warnings);
    }
}
