package dev.lockkeeper.source;

import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A line of a script that is told to Lockkeeper: {@code -- lockkeeper:WORD ...}. */
public sealed interface Directive {
    /** Where in the script it stands, in chars. */
    int offset();

    /** A query that must say true before the script runs. */
    record Before(int offset, String query) implements Directive {}

    /** A query that must say true after the script has run. */
    record After(int offset, String query) implements Directive {}

    /**
     * How the number of rows of a table may change.
     *
     * @param table as SQL spells it
     * @param least the smallest allowed change, negative when rows may go; null for any
     * @param most the largest allowed change; null for any
     */
    record Rows(
            int offset,
            String table,
            @Nullable Long least,
            @Nullable Long most) implements Directive {
        /** The allowed change in words. */
        public String allowed() {
            if (least != null && least.equals(most)) {
                return least == 0 ? "the same number" : signed(least);
            }
            return "from " + (least == null ? "any number less" : signed(least)) + " to "
                    + (most == null ? "any number more" : signed(most));
        }

        private static String signed(long number) {
            return number > 0 ? "+" + number : Long.toString(number);
        }
    }

    /**
     * The next statement runs in batches, each of them in a transaction of its own.
     *
     * @param table whose rows are counted off, as SQL spells it
     * @param key the column by which they are ordered, as SQL spells it
     * @param batch how many rows at a time
     * @param pause between two batches
     */
    record Backfill(int offset, String table, String key, int batch, Duration pause) implements Directive {
        /** The names that the statement must hold: the first and the last key of a batch. */
        public static final String LOW = "low";

        public static final String HIGH = "high";
    }

    /**
     * Findings of a rule that are passed over.
     *
     * @param ordinal of the statement that they concern; 0 for the whole file
     * @param rule its id, as written
     * @param until the last day on which this holds; null for always
     * @param reason never blank
     */
    record Allow(
            int offset, int ordinal, String rule, @Nullable LocalDate until, String reason) implements Directive {}

    /**
     * Rows or values that a rollback need not bring back.
     *
     * @param name of a table with its schema, or of a column with both, every part as the server keeps it
     * @param reason never blank
     */
    record AcceptLoss(int offset, List<String> name, String reason) implements Directive {
        public AcceptLoss {
            name = List.copyOf(name);
        }
    }
}
