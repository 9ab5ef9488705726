package dev.lockkeeper.embedded;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Whose a file is and who may do what with it.
 *
 * @param uid its user
 * @param gid its group
 * @param mode the permission bits
 */
record Ownership(int uid, int gid, int mode) {
    private static final int OTHERS_MAY_WRITE = 0022;

    static Ownership of(Path path, LinkOption... options) throws IOException {
        var attributes = Files.readAttributes(path, "unix:uid,gid,mode", options);
        return new Ownership(
                (Integer) requireNonNull(attributes.get("uid")),
                (Integer) requireNonNull(attributes.get("gid")),
                (Integer) requireNonNull(attributes.get("mode")));
    }

    /** Whether a user may pass through this directory. */
    boolean lets(int user, int group) {
        int execute = user == uid ? 0100 : group == gid ? 0010 : 0001;
        return (mode & execute) != 0;
    }

    /** Whether a user alone decides what is in this directory. */
    boolean isOnlyOf(int user) {
        return uid == user && (mode & OTHERS_MAY_WRITE) == 0;
    }
}
