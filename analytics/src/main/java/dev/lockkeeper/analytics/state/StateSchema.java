package dev.lockkeeper.analytics.state;

import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.source.Checksum;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The schema that keeps what is known of rollups, and the names in it.
 *
 * @param name of the schema
 */
public record StateSchema(String name) {
    private static final int LONGEST = 63;

    /** The tables that {@link StateScript} makes. */
    public static final List<String> TABLES = List.of(
            "rollup_dirty",
            "rollup_dirty_span",
            "rollup_watch",
            "rollup_interval",
            "rollup_definition",
            "rollup_run",
            "rollup_late",
            "dq_result",
            "recon_result",
            "partition_log");

    /** A table of it, as SQL spells it. */
    public String table(String table) {
        return new ObjectName(name, table).quoted();
    }

    /** The function that triggers call when events of a rollup change. */
    public ObjectName marker(String rollup) {
        return new ObjectName(name, short63("mark_", rollup));
    }

    /** The function that marks all buckets of a table with events of a rollup. */
    public ObjectName wholeMarker(String rollup) {
        return new ObjectName(name, "mark_all_" + marker(rollup).name().substring("mark_".length()));
    }

    /** The trigger of a rollup for what is done to its events. */
    public String trigger(String rollup, String event) {
        return short63("rollup_" + event + "_", rollup);
    }

    /** The server would cut a longer name, and two could become one. */
    private static String short63(String prefix, String rollup) {
        int room = LONGEST - "rollup_truncate_".length();
        return prefix
                + (rollup.getBytes(StandardCharsets.UTF_8).length <= room
                        ? rollup
                        : Checksum.of(rollup).value().replaceFirst(".*:", "").substring(0, 32));
    }
}
