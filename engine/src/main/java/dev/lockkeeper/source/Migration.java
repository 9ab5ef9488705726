package dev.lockkeeper.source;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One versioned unit of change.
 *
 * @param description what its file name says beside the version, underscores read as spaces
 * @param up the script that makes the change
 * @param down the script that takes it back; null when there is none
 */
public record Migration(
        Version version,
        String description,
        Script up,
        @Nullable Script down) {
    public Migration {
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(up, "up");
    }
}
