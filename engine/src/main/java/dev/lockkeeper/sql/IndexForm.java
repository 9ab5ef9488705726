package dev.lockkeeper.sql;

/**
 * What an index is like, as far as it can be told both from the statement that builds it and from the catalog without
 * comparing expressions. Two indexes of one name that differ in it are not the same index.
 *
 * @param method such as {@code btree}
 * @param keys how many columns or expressions it sorts by
 * @param columns keys and included columns
 * @param partial whether it has a WHERE
 * @param nullsEqual whether it says NULLS NOT DISTINCT
 */
public record IndexForm(boolean unique, String method, int keys, int columns, boolean partial, boolean nullsEqual) {
    /** In the words of CREATE INDEX, for messages. */
    @Override
    public String toString() {
        return (unique ? "unique " : "") + method + " index of " + keys + (keys == 1 ? " key" : " keys")
                + (columns > keys ? " and " + (columns - keys) + " included" : "")
                + (nullsEqual ? ", nulls not distinct" : "") + (partial ? ", partial" : "");
    }
}
