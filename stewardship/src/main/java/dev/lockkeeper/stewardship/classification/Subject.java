package dev.lockkeeper.stewardship.classification;

import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.problem.Place;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A kind of person whom data are about.
 *
 * @param name such as {@code person}
 * @param table that has a row for each
 * @param key the columns by which others refer to one
 * @param findBy columns whose values are looked for everywhere after the person was forgotten
 * @param hold where it is kept that the rows of a person must stay; null when nowhere
 */
public record Subject(
        String name,
        Place place,
        ObjectName table,
        List<String> key,
        List<String> findBy,
        @Nullable Hold hold) {
    public Subject {
        key = List.copyOf(key);
        findBy = List.copyOf(findBy);
    }

    /**
     * A table of persons whose rows must stay, such as during a lawsuit.
     *
     * @param columns that hold the key of the person
     * @param until a column with the time at which it ends, null in a row that does not end; null when each row holds
     */
    public record Hold(
            Place place,
            ObjectName table,
            List<String> columns,
            @Nullable String until) {
        public Hold {
            columns = List.copyOf(columns);
        }
    }
}
