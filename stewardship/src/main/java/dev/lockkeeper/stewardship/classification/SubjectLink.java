package dev.lockkeeper.stewardship.classification;

import dev.lockkeeper.problem.Place;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whose the rows of a table are.
 *
 * @param subject the kind of person; null when they are nobody's
 * @param columns that lead to the person: they hold its key, or refer to a row of another table that leads on
 * @param why they are nobody's; null when they are somebody's
 */
public record SubjectLink(
        Place place,
        @Nullable String subject,
        List<String> columns,
        @Nullable String why) {
    public SubjectLink {
        columns = List.copyOf(columns);
    }
}
