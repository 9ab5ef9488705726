package dev.lockkeeper.apply;

/** How many rows a script has changed, as the server counts them; what was not kept does not count. Not thread-safe. */
final class RowTally {
    private long rows;

    long rows() {
        return rows;
    }

    void add(long more) {
        rows += more;
    }

    /** Does work of which nothing is kept when it fails. */
    void whole(Runnable work) {
        long before = rows;
        try {
            work.run();
        } catch (RuntimeException e) {
            rows = before;
            throw e;
        }
    }
}
