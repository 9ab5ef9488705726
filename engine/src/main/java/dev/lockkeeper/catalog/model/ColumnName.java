package dev.lockkeeper.catalog.model;

/** A column of a table or view. */
public record ColumnName(ObjectName relation, String column) {
    /** For people; not quoted. */
    @Override
    public String toString() {
        return relation + "." + column;
    }
}
