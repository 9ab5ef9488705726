package dev.lockkeeper.rows;

/** What a made row is meant to show. */
public enum Kind {
    /** Everyday values, in every column. */
    PLAIN(1),
    /** Values that a careless conversion changes: quotes, other scripts, many digits, fractions of a second. */
    EDGE(2),
    /** NULL wherever the table takes it. */
    SPARSE(3);

    private final int number;

    Kind(int number) {
        this.number = number;
    }

    /** By which the values of the rows of one table differ. */
    int number() {
        return number;
    }
}
