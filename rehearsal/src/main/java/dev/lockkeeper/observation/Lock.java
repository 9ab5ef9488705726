package dev.lockkeeper.observation;

/**
 * A lock on a relation that was there before the transaction.
 *
 * @param relation its name, with schema
 * @param kind the letter of pg_class.relkind
 * @param mode the strongest that was taken
 */
public record Lock(String relation, char kind, LockMode mode) {
    /** Whether it is on an index. */
    public boolean isOnIndex() {
        return kind == 'i' || kind == 'I';
    }
}
