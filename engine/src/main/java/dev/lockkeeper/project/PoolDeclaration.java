package dev.lockkeeper.project;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The connections that an application keeps to the database of an environment.
 *
 * @param name what it is called in the project file
 * @param profile what holds where the file says nothing
 * @param max connections of one instance
 * @param idle how long a connection may be unused; zero when it is never closed
 * @param connect how long an instance waits for a connection; zero when it waits for ever
 * @param instances how many instances there are at most
 * @param behind how many connections a pooler between them and the server opens at most; null when there is none
 * @param role as whom it logs in; null for the login of the environment
 */
public record PoolDeclaration(
        String name,
        PoolProfile profile,
        int max,
        Duration idle,
        Duration connect,
        int instances,
        @Nullable Integer behind,
        @Nullable String role) {
    /** How many connections of the server it takes when all of it is at work. */
    public long connections() {
        return behind == null ? (long) max * instances : Math.min(behind, (long) max * instances);
    }
}
