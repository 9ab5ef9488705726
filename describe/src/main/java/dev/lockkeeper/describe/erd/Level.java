package dev.lockkeeper.describe.erd;

/** How much of a table a diagram shows. */
public enum Level {
    /** Its name. */
    NAMES,
    /** The columns of its keys as well. */
    KEYS,
    /** Every column. */
    ALL
}
