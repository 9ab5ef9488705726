package dev.lockkeeper.catalog;

import java.util.List;
import java.util.Set;

/** Some catalogs of a database, read at one moment and kept, to be compared when that state is gone. */
public final class Excerpt {
    private final Set<String> lists;
    private final List<Row> rows;

    Excerpt(Set<String> lists, List<Row> rows) {
        this.lists = Set.copyOf(lists);
        this.rows = List.copyOf(rows);
    }

    Set<String> lists() {
        return lists;
    }

    List<Row> rows() {
        return rows;
    }

    /** Its rows of some lists only. */
    List<Row> rows(Set<String> chosen) {
        return rows.stream().filter(row -> chosen.contains(row.list())).toList();
    }
}
