package dev.lockkeeper.analytics.roll;

/**
 * How fast rollups are computed, so that others have their turn.
 *
 * @param batch how many buckets one transaction computes at most
 * @param share of the time in which it works, above 0 and up to 1; it pauses for the rest
 * @param backfill about how many buckets of a backfill, or of an older definition, a run takes on
 */
public record Pace(int batch, double share, int backfill) {
    /** What an operational database bears. */
    public static final Pace USUAL = new Pace(24, 0.5, 240);
}
