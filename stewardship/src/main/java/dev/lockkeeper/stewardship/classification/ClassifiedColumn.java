package dev.lockkeeper.stewardship.classification;

import dev.lockkeeper.catalog.model.Column;
import dev.lockkeeper.catalog.model.ColumnName;
import dev.lockkeeper.catalog.model.Relation;

/** A column and what the file says of it. */
public record ClassifiedColumn(Relation relation, Column column, ColumnEntry entry) {
    public ColumnName name() {
        return new ColumnName(relation.name(), column.name());
    }

    /** Whether it is of this class. */
    public boolean is(DataClass level) {
        return entry.level() == level;
    }

    /** Whether it is above internal. */
    public boolean isSensitive() {
        DataClass level = entry.level();
        return level != null && level.isSensitive();
    }
}
