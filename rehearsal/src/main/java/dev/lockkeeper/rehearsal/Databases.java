package dev.lockkeeper.rehearsal;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.project.Target;

/** Databases that are made for a rehearsal and dropped after it. Not thread-safe. */
public sealed interface Databases extends AutoCloseable permits EmbeddedDatabases, ServerDatabases {
    /** On a throw-away server, which stays open. */
    static Databases of(EmbeddedPostgres server) {
        return new EmbeddedDatabases(server);
    }

    /**
     * On a server that others use too.
     *
     * @param target a database of it, and a superuser
     * @throws dev.lockkeeper.problem.LockkeeperException when the user is not let in, or is not a superuser
     */
    static Databases on(Target target) {
        return ServerDatabases.open(target);
    }

    /** The server's version as it calls itself, such as {@code 18.6}. */
    String version();

    /** How to get into one of them. */
    Target target(String database);

    /** Creates one as the server makes them for everybody, and gives its name. */
    String create();

    /**
     * Creates a copy of one of them, to which nobody may be connected, and gives its name.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException when something keeps the server from copying it
     */
    String copy(String database);

    /** Drops one; tells whether nothing has kept the server from it. */
    boolean drop(String database);

    /** A regular expression for the names of what {@link #create} and {@link #copy} make. */
    String names();

    /**
     * Whether nobody else has anything on the server, so that what scripts leave beside their database may be taken away.
     */
    boolean isOurs();

    /** Drops what is left while another thread may be at work, because a signal ends the process; may be called by any thread. */
    void abandon();

    /** Drops what is left. */
    @Override
    void close();
}
