package dev.lockkeeper.observation;

/**
 * A relation that got a new file.
 *
 * @param relation its name, with schema
 * @param kind the letter of pg_class.relkind
 * @param emptied whether nothing was copied: TRUNCATE
 */
public record Rewrite(String relation, char kind, boolean emptied) {
    /** Whether it is an index. */
    public boolean isIndex() {
        return kind == 'i' || kind == 'I';
    }
}
