package dev.lockkeeper.forecast;

import dev.lockkeeper.observation.LockMode;
import dev.lockkeeper.problem.Place;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a statement of a plan will do to a live database.
 *
 * @param component of the script
 * @param version of the migration, or the label of a repeatable script
 * @param effort by what its time grows
 * @param millis about how long it takes; null when that is not known
 * @param most whether it is no more than that: how many rows it chooses is not known
 * @param tables what it reads or writes as a whole, with its size
 * @param waits who waits for it
 * @param unknown why something is not known, a sentence each
 */
public record Forecast(
        String component,
        String version,
        Place place,
        Effort effort,
        @Nullable Double millis,
        boolean most,
        List<Table> tables,
        List<Wait> waits,
        List<String> unknown) {
    public Forecast {
        tables = List.copyOf(tables);
        waits = List.copyOf(waits);
        unknown = List.copyOf(unknown);
    }

    /** By what the time of a statement grows. */
    public enum Effort {
        CONSTANT("O(1)"),
        ROWS("O(rows)"),
        ROWS_AND_INDEXES("O(rows x indexes)");

        private final String sign;

        Effort(String sign) {
            this.sign = sign;
        }

        /** As it is told and as JSON has it. */
        public String sign() {
            return sign;
        }
    }

    /** A table that is worked through. */
    public record Table(String name, Size size) {}

    /**
     * A lock for which others wait.
     *
     * @param mode the one that is held
     * @param millis about how long it is held, to the end of the transaction; null when that is not known
     */
    public record Wait(
            String relation, LockMode mode, @Nullable Double millis) {}
}
