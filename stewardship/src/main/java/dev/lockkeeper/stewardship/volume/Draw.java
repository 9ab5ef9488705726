package dev.lockkeeper.stewardship.volume;

/**
 * Numbers that look drawn and are the same every time: those of SplitMix64 (Steele, Lea and Flood, 2014), begun anew for each value
 * by what the value is, so that no value hangs on how many were made before it. Not thread-safe.
 */
final class Draw {
    private static final long GAMMA = 0x9e3779b97f4a7c15L;
    private static final double UNIT = 0x1.0p-53;

    private long state;

    /** Begins with a value. */
    Draw at(long column, long row) {
        state = mixed(column + mixed(row + GAMMA));
        return this;
    }

    /** The number for a name. */
    static long of(long seed, String name) {
        long hash = mixed(seed + GAMMA);
        for (int i = 0; i < name.length(); i++) {
            hash = mixed(hash + name.charAt(i));
        }
        return hash;
    }

    private static long mixed(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }

    long next() {
        state += GAMMA;
        return mixed(state);
    }

    /** From 0 to below 1, evenly. */
    double unit() {
        return (next() >>> 11) * UNIT;
    }

    /** From 0 to below the limit, evenly. */
    long below(long limit) {
        return Math.min(limit - 1, (long) (unit() * limit));
    }

    /** Around 0 with a deviation of 1, by Box and Muller; strict arithmetic, so alike on every machine. */
    double normal() {
        double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - unit()));
        return radius * StrictMath.cos(2 * Math.PI * unit());
    }
}
