package dev.lockkeeper.audit;

import dev.lockkeeper.history.AuditedTable;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One row of a table that the chain explains.
 *
 * @param seq the last entry that shows it so; 0 for what the table holds
 * @param values by column; a null is left out
 */
record AuditRow(AuditedTable table, long seq, Map<String, Object> values) {
    /** As an entry shows it, which leaves out what it says once for all rows. */
    static AuditRow shown(AuditedTable table, ChainEntry entry, Payload payload, Payload row) {
        Map<String, Object> values = new LinkedHashMap<>(row.values());
        fill(values, "rendered_checksum", values.get("checksum"), table.hasScripts());
        fill(values, "run", payload.text("run"), table.hasScripts());
        fill(values, "plan_digest", payload.text("plan"), table.hasScripts());
        return new AuditRow(table, entry.seq(), values);
    }

    private static void fill(Map<String, Object> values, String name, @Nullable Object value, boolean wanted) {
        if (wanted && value != null) {
            values.putIfAbsent(name, value);
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
        };
    }
}
