package dev.lockkeeper.apply;

/** SQL that goes into the same transaction as the end of a script. */
@FunctionalInterface
public interface Closing {
    /** Nothing to add. */
    Closing NONE = duration -> "";

    /**
     * The SQL to add; may be empty. Names in it mean what is in {@code pg_catalog}.
     *
     * @param durationSql an SQL expression for the milliseconds that the script took
     */
    String sql(String durationSql);
}
