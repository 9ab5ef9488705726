package dev.lockkeeper.analytics.roll;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.analytics.definition.Grain;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.state.Instants;
import dev.lockkeeper.analytics.state.Site;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A sealed bucket that events came too late for, and that nobody has opened or settled since.
 *
 * @param events how many it had when the last of them was noticed; null where a measure of that time was not kept
 * @param sealed how many it had when it was sealed; more than there are now when some were retired
 * @param differences events minus rollup, by the columns of the target, at that time; empty where it was not kept
 */
public record LateBucket(
        Grain grain,
        Instant start,
        long marks,
        @Nullable Long events,
        @Nullable Long sealed,
        Map<String, String> differences) {
    /** How many of them status shows. */
    public static final int MOST = 20;

    public LateBucket {
        differences = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(differences));
    }

    /** Whether all events are there that it was sealed with: then it can be computed again. */
    public boolean isWhole() {
        return events != null && sealed != null && events >= sealed;
    }

    /** Those of a rollup, the last to be noticed first, and no more than {@link #MOST}. */
    static List<LateBucket> of(Site site, Rollup rollup) {
        StringBuilder columns = new StringBuilder();
        rollup.measures()
                .forEach(one -> columns.append(", ((found ->> ")
                        .append(literal(one.into()))
                        .append(")::numeric - (held ->> ")
                        .append(literal(one.into()))
                        .append(")::numeric)::text"));
        List<LateBucket> buckets = new ArrayList<>();
        for (@Nullable
        String[] row : site.query("select grain, " + Instants.seconds("bucket_start")
                + ", all_marks::text, events::text, sealed_events::text" + columns + " from (" + open(site, rollup)
                + ") s where nth = 1 order by late_id desc limit " + MOST)) {
            Map<String, String> differences = new LinkedHashMap<>();
            for (int i = 0; i < rollup.measures().size(); i++) {
                String by = row[i + 5];
                if (by != null && !by.matches("-?[0.]+")) {
                    differences.put(rollup.measures().get(i).into(), by);
                }
            }
            buckets.add(new LateBucket(
                    Grain.of(String.valueOf(row[0])),
                    Instants.read(row[1]),
                    Long.parseLong(String.valueOf(row[2])),
                    number(row[3]),
                    number(row[4]),
                    differences));
        }
        return buckets;
    }

    /** Rows of what was quarantined and is so still: {@code nth} counts them for each bucket, the last one first. */
    static String open(Site site, Rollup rollup) {
        String late = site.table("rollup_late");
        return "select l.*, row_number() over (partition by grain, bucket_start order by late_id desc) as nth, sum(marks)"
                + " over (partition by grain, bucket_start) as all_marks from " + late + " l where rollup = "
                + literal(rollup.name())
                + " and action = 'quarantined' and not exists (select from " + late
                + " r where r.rollup = l.rollup and r.grain = l.grain and r.bucket_start = l.bucket_start and r.late_id >"
                + " l.late_id and r.action <> 'quarantined')";
    }

    private static @Nullable Long number(@Nullable String text) {
        return text == null ? null : Long.valueOf(text);
    }
}
