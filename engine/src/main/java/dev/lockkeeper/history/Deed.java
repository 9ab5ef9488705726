package dev.lockkeeper.history;

import dev.lockkeeper.source.Checksum;
import dev.lockkeeper.source.Version;
import org.jspecify.annotations.Nullable;

/**
 * A script that is in force: it ran, and nobody has taken it back.
 *
 * @param id of its row
 * @param version null for a repeatable script
 * @param name the version, or the name of a repeatable script without its mark
 * @param checksum of the script before tokens were replaced
 * @param rendered checksum of the script as it was sent
 * @param at when it ran, as text that sorts like the time
 * @param by the database user
 * @param certain false for a repeatable script when a migration was rolled back since, which may have dropped what it made
 */
public record Deed(
        long id,
        @Nullable Version version,
        String name,
        Checksum checksum,
        Checksum rendered,
        String at,
        String by,
        boolean certain) {
    /** The name as people write it. */
    public String label() {
        return version == null ? "R__" + name : name;
    }
}
