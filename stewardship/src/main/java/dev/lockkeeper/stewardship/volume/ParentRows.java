package dev.lockkeeper.stewardship.volume;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows to which others refer: the values of the columns that are taken over. */
sealed interface ParentRows {
    /** How many there are. */
    long count();

    /** The values of one, in the order of the columns. */
    @Nullable
    String[] values(long row);

    /** Those that the database holds. */
    record Held(List<@Nullable String[]> rows) implements ParentRows {
        @Override
        public long count() {
            return rows.size();
        }

        @Override
        public @Nullable String[] values(long row) {
            return rows.get((int) row);
        }
    }

    /** Those that the same file makes, made once more instead of being read. */
    record Made(TablePlan plan, List<String> columns) implements ParentRows {
        @Override
        public long count() {
            return plan.rows();
        }

        @Override
        public @Nullable String[] values(long row) {
            return plan.values(row, columns);
        }
    }
}
