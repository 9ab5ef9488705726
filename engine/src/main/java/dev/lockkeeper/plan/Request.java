package dev.lockkeeper.plan;

import dev.lockkeeper.history.Direction;
import dev.lockkeeper.source.Version;
import org.jspecify.annotations.Nullable;

/**
 * What a user asks for.
 *
 * @param to apply: the newest version to apply, null for all; rollback: the version to go back to, which stays applied,
 *     null to count steps instead
 * @param steps rollback: how many migrations to take back when {@code to} is null; apply: not used
 */
public record Request(Direction direction, @Nullable Version to, int steps) {
    /** Apply everything. */
    public static Request apply() {
        return new Request(Direction.UP, null, 0);
    }

    /** Apply up to and including a version. */
    public static Request applyTo(Version version) {
        return new Request(Direction.UP, version, 0);
    }

    /** Take back the newest migrations. */
    public static Request rollback(int steps) {
        return new Request(Direction.DOWN, null, steps);
    }

    /** Take back everything that was applied after a version; version 0 takes back everything. */
    public static Request rollbackTo(Version version) {
        return new Request(Direction.DOWN, version, 0);
    }
}
