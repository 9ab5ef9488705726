package dev.lockkeeper.apply;

/**
 * A session that holds a lock, or waits in front for one, for which a statement of the run waits.
 *
 * @param seconds how old its transaction is
 * @param query what it runs, or ran last; cut to 200 characters
 */
public record Blocker(int pid, String user, String application, long seconds, String query) {
    /** Who and since when, in words. */
    public String sentence() {
        String name = application.isEmpty() ? "" : ", " + application;
        return "process " + pid + " (" + user + name + "), in a transaction for " + seconds + " s: "
                + query.replaceAll("\\s+", " ");
    }
}
