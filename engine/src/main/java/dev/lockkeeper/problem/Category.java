package dev.lockkeeper.problem;

/** Who has to act on a problem; it alone decides the exit code of the command. */
public enum Category {
    /** Lockkeeper, the database or the machine did something nobody foresaw. */
    UNEXPECTED(1),
    /** The arguments, the configuration or the files are wrong; nothing was touched. */
    USAGE(2),
    /** The work was done and found differences. */
    FINDINGS(3),
    /** A policy forbids it until somebody decides otherwise. */
    REFUSED(4),
    /** The database could not be reached or did not let us in. */
    CONNECTION(5),
    /** A lock or a time-out was in the way; the same command may be repeated. */
    RETRY(6),
    /** Some of the work was kept and some was not; a person must look. */
    PARTIAL(7),
    /** A signal ended the command; this is the exit code of SIGINT, others have their own. */
    INTERRUPTED(130);

    private final int exitCode;

    Category(int exitCode) {
        this.exitCode = exitCode;
    }

    /**
     * The category when some of the work was kept: the same command goes on where a lock or the connection was in the way, and
     * findings come when all is done.
     */
    public Category whenKept() {
        return this == RETRY || this == CONNECTION || this == FINDINGS ? this : PARTIAL;
    }

    /** The exit code of a command that ends with a problem of this category. */
    public int exitCode() {
        return exitCode;
    }
}
