package dev.lockkeeper.observation;

import java.util.Arrays;
import java.util.Optional;

/** A lock mode of tables, weakest first (PostgreSQL manual 13.3.1, "Table-Level Locks"). */
public enum LockMode {
    ACCESS_SHARE("AccessShareLock"),
    ROW_SHARE("RowShareLock"),
    ROW_EXCLUSIVE("RowExclusiveLock"),
    SHARE_UPDATE_EXCLUSIVE("ShareUpdateExclusiveLock"),
    SHARE("ShareLock"),
    SHARE_ROW_EXCLUSIVE("ShareRowExclusiveLock"),
    EXCLUSIVE("ExclusiveLock"),
    ACCESS_EXCLUSIVE("AccessExclusiveLock");

    private final String server;

    LockMode(String server) {
        this.server = server;
    }

    /** The mode that pg_locks calls so; empty for one that tables do not have. */
    static Optional<LockMode> of(String server) {
        return Arrays.stream(values()).filter(m -> m.server.equals(server)).findFirst();
    }

    /** As LOCK TABLE spells it. */
    public String sql() {
        return name().replace('_', ' ');
    }

    /** Whether INSERT, UPDATE and DELETE wait for it. */
    public boolean blocksWrites() {
        return compareTo(SHARE) >= 0;
    }

    /** Whether SELECT waits for it. */
    public boolean blocksReads() {
        return this == ACCESS_EXCLUSIVE;
    }
}
