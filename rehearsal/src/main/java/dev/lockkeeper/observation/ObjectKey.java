package dev.lockkeeper.observation;

import org.jspecify.annotations.Nullable;

/**
 * What identifies an object within a database.
 *
 * @param catalog the system catalog that holds it
 * @param object its number there
 * @param sub the number of a column; 0 for the object itself
 */
record ObjectKey(String catalog, String object, String sub) {
    /** By the first three columns. */
    static ObjectKey of(@Nullable String[] row) {
        return new ObjectKey(Onlooker.text(row, 0), Onlooker.text(row, 1), Onlooker.text(row, 2));
    }

    boolean isPart() {
        return !sub.equals("0");
    }

    /** The table of a column. */
    ObjectKey whole() {
        return new ObjectKey(catalog, object, "0");
    }
}
