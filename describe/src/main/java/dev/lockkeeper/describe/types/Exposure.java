package dev.lockkeeper.describe.types;

import dev.lockkeeper.catalog.model.Column;
import dev.lockkeeper.catalog.model.Relation;

/** Which columns programs get to see and to write. */
public interface Exposure {
    /** All of them. */
    Exposure ALL = new Exposure() {};

    /** Whether rows that are read have it. */
    default boolean reads(Relation relation, Column column) {
        return true;
    }

    /** Whether a new row may have it. */
    default boolean inserts(Relation relation, Column column) {
        return true;
    }

    /** Whether it may be changed. */
    default boolean updates(Relation relation, Column column) {
        return true;
    }

    /** What both of them expose. */
    default Exposure and(Exposure other) {
        Exposure one = this;
        return new Exposure() {
            @Override
            public boolean reads(Relation relation, Column column) {
                return one.reads(relation, column) && other.reads(relation, column);
            }

            @Override
            public boolean inserts(Relation relation, Column column) {
                return one.inserts(relation, column) && other.inserts(relation, column);
            }

            @Override
            public boolean updates(Relation relation, Column column) {
                return one.updates(relation, column) && other.updates(relation, column);
            }
        };
    }
}
