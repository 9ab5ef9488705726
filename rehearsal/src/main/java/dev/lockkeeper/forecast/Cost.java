package dev.lockkeeper.forecast;

/**
 * How long one kind of work takes: a part that is always there, one for each row and one for each byte.
 *
 * @param fixed in milliseconds
 * @param row in milliseconds
 * @param octet in milliseconds
 * @param sorts whether the part of a row grows with the logarithm of the number of rows
 */
record Cost(double fixed, double row, double octet, boolean sorts) {
    /** Something that was done, and how long it took. */
    record Sample(double rows, double octets, double millis) {}

    /** From a small and a large table of narrow rows, and one of wide rows. */
    static Cost of(Sample small, Sample large, Sample wide, boolean sorts) {
        double slope = Math.max(0, large.millis - small.millis) / (units(large.rows, sorts) - units(small.rows, sorts));
        double fixed = Math.max(0, small.millis - slope * units(small.rows, sorts));
        double narrowOctets = large.octets / units(large.rows, sorts);
        double wideOctets = wide.octets / units(wide.rows, sorts);
        double wideSlope = Math.max(0, wide.millis - fixed) / units(wide.rows, sorts);
        double octet = Math.max(0, wideSlope - slope) / (wideOctets - narrowOctets);
        return new Cost(fixed, Math.max(0, slope - octet * narrowOctets), octet, sorts);
    }

    /** In milliseconds. */
    double of(double rows, double octets) {
        return fixed + row * units(rows, sorts) + octet * octets;
    }

    private static double units(double rows, boolean sorts) {
        return sorts && rows > 1 ? rows * Math.log(rows) : rows;
    }
}
