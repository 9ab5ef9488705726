package dev.lockkeeper.audit;

import dev.lockkeeper.history.AuditedTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One row of a table that the chain explains.
 *
 * @param seq the last entry that shows it so; 0 for what the table holds
 * @param values by column; a null is left out
 */
record AuditRow(AuditedTable table, long seq, Map<String, Object> values) {
    /** As an entry shows it. */
    static AuditRow shown(AuditedTable table, ChainEntry entry, Payload row) {
        return new AuditRow(table, entry.seq(), row.values());
    }

    /**
     * A row of the history that an apply has made, of which the entry of its end shows only what that of its beginning cannot know.
     *
     * @param made id, version, when, milliseconds, and the user when it is another than who appended the entry
     */
    static AuditRow made(ChainEntry entry, Replay.Begun begun, List<String> made) {
        Map<String, Object> values = new LinkedHashMap<>();
        String version = made.get(1);
        Payload step = begun.steps().getOrDefault(version, new Payload(Map.of()));
        put(values, "id", made.get(0));
        put(values, "component", entry.component());
        put(values, "version", version);
        put(values, "description", step.text("description"));
        put(values, "checksum", step.text("checksum"));
        put(values, "rendered_checksum", step.text("rendered_checksum"));
        values.putIfAbsent("rendered_checksum", String.valueOf(step.text("checksum")));
        put(values, "applied_at", made.get(2));
        put(values, "applied_by", made.size() > 4 ? made.get(4) : entry.by());
        put(values, "duration_ms", made.get(3));
        put(values, "statements", step.text("statements"));
        put(values, "plan_digest", begun.plan());
        put(values, "held", step.text("held"));
        put(values, "run", begun.run());
        put(values, "state", "applied");
        return new AuditRow(AuditedTable.HISTORY, entry.seq(), values);
    }

    private static void put(Map<String, Object> values, String name, @Nullable String value) {
        if (value != null) {
            values.put(name, value);
        }
    }

    long id() {
        return new Payload(values).number("id");
    }

    String text(String column) {
        Object value = values.get(column);
        return value == null ? "" : value.toString();
    }

    AuditRow with(long entry, String column, String value) {
        Map<String, Object> changed = new LinkedHashMap<>(values);
        changed.put(column, value);
        return new AuditRow(table, entry, changed);
    }

    /** The version, or the label of a repeatable script; empty for other rows. */
    String step() {
        return table == AuditedTable.REPEATABLE ? "R__" + text("name") : text("version");
    }

    String named() {
        String row = table.key() + " row " + id();
        return switch (table) {
            case HISTORY -> row + " (version " + text("version") + " of " + text("component") + ")";
            case REPEATABLE -> row + " (" + step() + " of " + text("component") + ")";
            case APPROVAL -> row + " (of " + text("principal") + ")";
            case BREAK_GLASS -> row + " (plan " + text("plan_digest") + ")";
            case PLAN_COMMENT -> row + " (" + text("comment") + " of " + text("principal") + ")";
            case RETENTION -> row + " (of " + text("relation") + ")";
            case ERASURE -> row + " (request " + text("request") + ")";
        };
    }
}
