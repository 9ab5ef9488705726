package dev.lockkeeper.apply;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

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

    /**
     * How it is found out whether a script has left something in its session.
     *
     * @param statement the statement that changes a row if something is left, for the condition; null when that is asked
     *     afterwards
     */
    record Left(@Nullable Function<String, String> statement) {
        static final Left ASKED = new Left(null);

        /** Whether it is asked afterwards. */
        boolean isAsked() {
            return statement == null;
        }

        /** Follows what ends the script, in the same message; a message with rows would be kept in memory as a whole. */
        String question(SessionFacts facts) {
            return statement == null ? "" : ";" + statement.apply(Ending.spoilt(facts));
        }
    }
}
