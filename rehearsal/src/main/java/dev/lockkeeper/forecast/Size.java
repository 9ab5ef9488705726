package dev.lockkeeper.forecast;

import org.jspecify.annotations.Nullable;

/**
 * How large a table of a live database is, by its statistics. A partitioned table is as large as its partitions.
 *
 * @param rows null when nobody knows: it was never analyzed
 * @param heap bytes of its rows, without what lies beside them
 * @param whole bytes of its rows and of what was too long for them (TOAST)
 * @param indexes how many it has
 * @param partitions how many tables it consists of; 1 for one that is not partitioned
 */
public record Size(@Nullable Double rows, double heap, double whole, int indexes, int partitions) {
    /** Both together. */
    Size plus(Size other) {
        Double mine = rows;
        Double others = other.rows;
        return new Size(
                mine == null || others == null ? null : Double.valueOf(mine + others),
                heap + other.heap,
                whole + other.whole,
                Math.max(indexes, other.indexes),
                partitions + other.partitions);
    }
}
