package dev.lockkeeper.analytics.state;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.analytics.definition.Grain;
import dev.lockkeeper.analytics.definition.Rollup;

/** Which buckets of a rollup wait to be computed, as conditions of SQL: those with marks, and those of spans. Pure. */
public record Waiting(StateSchema schema, Rollup rollup) {
    /**
     * Whether a bucket waits.
     *
     * @param bucket its start, as SQL
     */
    public String bucket(Grain grain, String bucket) {
        return "(exists (select from " + schema.table("rollup_dirty") + " w where " + of("w") + " and w.grain = "
                + literal(grain.word()) + " and w.bucket_start = " + bucket + ")"
                + (grain == rollup.base() ? " or " + span(grain, bucket) : "") + ")";
    }

    /** The same, or one of the shortest grain that lies in it. */
    public String bucketOrPart(Grain grain, String bucket) {
        return grain == rollup.base()
                ? bucket(grain, bucket)
                : "(" + bucket(grain, bucket) + " or exists (select from " + schema.table("rollup_dirty")
                        + " w where " + of("w") + " and w.grain = "
                        + literal(rollup.base().word())
                        + " and w.bucket_start >= " + bucket + " and w.bucket_start < " + end(grain, bucket)
                        + ") or " + span(grain, bucket) + ")";
    }

    /** Whether a span has something of a bucket. */
    public static String overlap(Grain grain, String bucket, String span) {
        return bucket + " < " + span + ".bucket_until and " + end(grain, bucket) + " > " + span + ".bucket_from";
    }

    private String span(Grain grain, String bucket) {
        return "exists (select from " + schema.table("rollup_dirty_span") + " s where " + of("s") + " and "
                + overlap(grain, bucket, "s") + ")";
    }

    private String of(String alias) {
        return alias + ".rollup = " + literal(rollup.name());
    }

    /** The last day that there is has no end. */
    private static String end(Grain grain, String bucket) {
        return "least(" + bucket + ", timestamptz '294276-12-30T00:00:00Z') + interval '"
                + grain.length().toSeconds() + " s'";
    }
}
