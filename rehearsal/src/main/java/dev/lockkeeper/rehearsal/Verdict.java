package dev.lockkeeper.rehearsal;

/** What a down script turned out to do. */
public enum Verdict {
    /** The schema is exactly what it was before the up script. */
    RESTORES("restores"),
    /** Every object is what it was, but columns of a table stand in another order. */
    COLUMN_ORDER("column-order"),
    /** Objects are not what they were. */
    DIFFERS("differs"),
    /** The server refused it. */
    DOWN_FAILS("down-fails"),
    /** There is no down script. */
    NO_DOWN("no-down"),
    /** The schema is what it was, but the up script wrote something, such as rows, and the down script writes nothing. */
    EMPTY_DOWN("empty-down");

    private final String key;

    Verdict(String key) {
        this.key = key;
    }

    /** The word that reports use. */
    public String key() {
        return key;
    }
}
