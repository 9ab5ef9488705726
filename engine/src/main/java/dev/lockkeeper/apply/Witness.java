package dev.lockkeeper.apply;

import dev.lockkeeper.database.ScriptSession;
import dev.lockkeeper.sql.Statement;

/**
 * Looks on while a script runs in a rehearsal. Each statement is then sent by itself, and nothing that runs in a transaction
 * commits before the witness has seen what it did.
 */
public interface Witness {
    /** Looks at nothing. */
    Witness NONE = new Witness() {
        @Override
        public boolean isWatching() {
            return false;
        }

        @Override
        public void before(Statement statement, ScriptSession session) {}

        @Override
        public void after(Statement statement, ScriptSession session) {}
    };

    /** Whether each statement is to be sent by itself. */
    default boolean isWatching() {
        return true;
    }

    /** A statement is about to be sent. */
    void before(Statement statement, ScriptSession session);

    /** A statement was carried out; in a transaction that {@link ScriptSession#inTransaction} tells of, or for good. */
    void after(Statement statement, ScriptSession session);
}
