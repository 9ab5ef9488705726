package dev.lockkeeper.stewardship.classification;

import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.problem.Place;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the file says of a table or view.
 *
 * @param owner who answers for it; null when not said
 * @param basis why it may be kept at all, such as {@code contract} or {@code legal}; null when not said
 * @param links whose its rows are, one for each way that leads to a person; empty when not said
 * @param retention null when not said
 * @param forgetting null when not said
 * @param columns by their names, in the order of the file
 */
public record TableEntry(
        ObjectName name,
        Place place,
        @Nullable String owner,
        @Nullable String basis,
        List<SubjectLink> links,
        @Nullable Retention retention,
        @Nullable Forgetting forgetting,
        Map<String, ColumnEntry> columns) {
    public TableEntry {
        links = List.copyOf(links);
        columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
    }

    /** What is said of a column. */
    public Optional<ColumnEntry> column(String name) {
        return Optional.ofNullable(columns.get(name));
    }

    /** Each way in which its rows lead to a kind of person: the columns of it. */
    public List<List<String>> paths(String subject) {
        return links.stream()
                .filter(link -> subject.equals(link.subject()))
                .map(SubjectLink::columns)
                .toList();
    }

    /** How its rows lead to a kind of person; where there are several ways, by the first. */
    public Optional<SubjectLink> link(String subject) {
        return links.stream().filter(link -> subject.equals(link.subject())).findFirst();
    }
}
