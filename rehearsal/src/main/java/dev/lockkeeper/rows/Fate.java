package dev.lockkeeper.rows;

import java.util.Locale;

/** What became of rows or values. */
public enum Fate {
    TABLE_GONE("the table is not there"),
    COLUMN_GONE("the column is not there"),
    ROWS_GONE("gone"),
    VALUES_GONE("NULL now"),
    VALUES_CHANGED("another value now"),
    /** Each value is there as often as before, but in other rows. */
    VALUES_EXCHANGED("other values together now"),
    /** The down script leaves them behind. */
    ROWS_LEFT("more than before"),
    POSITION("the sequence gives numbers again that it gave before"),
    /** Large objects, with contents, owner or privileges that none had before. */
    OBJECTS_GONE("large objects that are not as they were"),
    NOT_COMPARED("not compared");

    private final String words;

    Fate(String words) {
        this.words = words;
    }

    /** Such that it can follow a number of rows and a comma. */
    public String words() {
        return words;
    }

    /** The word that JSON uses. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
