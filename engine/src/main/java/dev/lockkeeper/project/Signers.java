package dev.lockkeeper.project;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Who may approve plans.
 *
 * @param allowed the file of allowed signers, in the form of OpenSSH; null when the project names none: then nobody may
 * @param revoked the file of keys that do not count any more, one a line; null when there is none
 */
public record Signers(@Nullable Path allowed, @Nullable Path revoked) {
    /** Nobody may approve anything. */
    public static Signers nobody() {
        return new Signers(null, null);
    }
}
