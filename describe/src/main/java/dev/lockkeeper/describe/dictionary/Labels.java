package dev.lockkeeper.describe.dictionary;

import dev.lockkeeper.catalog.model.ColumnName;
import dev.lockkeeper.catalog.model.ObjectName;
import java.util.Optional;

/** What people have decided about data, beside what the catalogs know. */
public interface Labels {
    /** Whether anything was decided at all; without it the dictionary has no column for it. */
    boolean isEmpty();

    /** Who answers for a table. */
    Optional<String> owner(ObjectName table);

    /** How long rows of a table are kept, in words. */
    Optional<String> keep(ObjectName table);

    /** The class of a column, such as {@code confidential}, with how it is protected. */
    Optional<String> classOf(ColumnName column);

    /** Where nothing was decided. */
    static Labels none() {
        return new None();
    }

    /** Nothing. */
    record None() implements Labels {
        @Override
        public boolean isEmpty() {
            return true;
        }

        @Override
        public Optional<String> owner(ObjectName table) {
            return Optional.empty();
        }

        @Override
        public Optional<String> keep(ObjectName table) {
            return Optional.empty();
        }

        @Override
        public Optional<String> classOf(ColumnName column) {
            return Optional.empty();
        }
    }
}
