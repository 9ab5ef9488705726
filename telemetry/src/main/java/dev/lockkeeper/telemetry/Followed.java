package dev.lockkeeper.telemetry;

import dev.lockkeeper.project.Target;
import org.jspecify.annotations.Nullable;

/**
 * What is worked on: a component and its database. Immutable.
 *
 * @param direction {@code apply} or {@code rollback}; null where it is neither
 * @param dry whether all of it is rolled back
 * @param environment whose database it is; empty when that is not known
 * @param target of a fleet; null outside of one
 * @param address the first host of the database; null when it is not known
 */
public record Followed(
        String component,
        @Nullable String direction,
        boolean dry,
        String database,
        String environment,
        @Nullable String target,
        @Nullable String address,
        int port) {
    /** A component in a database with an address. */
    public static Followed of(
            String component, @Nullable String direction, boolean dry, String environment, Target at) {
        return new Followed(
                component,
                direction,
                dry,
                at.database(),
                environment,
                null,
                at.host(),
                at.hosts().get(0).port());
    }

    /** A component of a target of a fleet. */
    public static Followed ofFleet(String component, String direction, String target) {
        return new Followed(component, direction, false, "", "", target, null, 0);
    }
}
