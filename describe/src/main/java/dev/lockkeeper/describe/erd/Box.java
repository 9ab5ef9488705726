package dev.lockkeeper.describe.erd;

import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.Relation;
import java.util.List;

/**
 * A table in a diagram.
 *
 * @param rows the columns that are shown, as they stand in the table
 * @param more how many foreign keys, from it or to it, have neither a line nor a mark here
 * @param hub its number when it is one; 0 otherwise
 * @param refersTo numbers of the hubs that it refers to without a line
 * @param partitions how many it has at present; 0 also where that is not counted
 * @param focus whether the diagram is about this table
 */
public record Box(
        Relation table, List<Row> rows, int more, int hub, List<Integer> refersTo, int partitions, boolean focus) {
    public Box {
        rows = List.copyOf(rows);
        refersTo = List.copyOf(refersTo);
    }

    public ObjectName name() {
        return table.name();
    }

    /** How many columns are not shown. */
    public int hidden() {
        return table.columns().size() - rows.size();
    }
}
