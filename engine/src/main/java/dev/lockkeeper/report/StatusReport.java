package dev.lockkeeper.report;

import dev.lockkeeper.history.Entry;
import dev.lockkeeper.plan.Status;
import dev.lockkeeper.source.Migration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The status of components as text and as JSON. */
public final class StatusReport {
    private StatusReport() {}

    /** The name of a state as both forms print it. */
    public static String name(Status.State state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** One line a version, then one line that says what to do next. */
    public static List<String> text(Status status, String database, Style style) {
        List<String> lines = new ArrayList<>();
        lines.add(style.strong(status.component()) + " in " + database);
        int width = status.rows().stream()
                .mapToInt(r -> r.version().toString().length())
                .max()
                .orElse(0);
        for (Status.Row row : status.rows()) {
            Entry entry = row.entry();
            String when = entry == null ? "" : "  " + style.faint(entry.appliedAt() + " by " + entry.appliedBy());
            lines.add("  " + mark(row.state(), style) + " "
                    + Style.pad(row.version().toString(), width) + "  " + Style.pad(name(row.state()), 12) + "  "
                    + Style.line(row.description()) + when);
        }
        lines.add(summary(status));
        return lines;
    }

    private static String summary(Status status) {
        long pending = status.count(Status.State.PENDING);
        long wrong = status.rows().size() - pending - status.count(Status.State.APPLIED);
        String counts = status.count(Status.State.APPLIED) + " applied, " + pending + " pending"
                + (wrong == 0 ? "" : ", " + wrong + " need a look");
        if (status.otherTool().isPresent()) {
            return counts + ". Another tool has migrated this database: "
                    + status.otherTool().get()
                    + " has rows. Next: lockkeeper adopt --dry-run, or lockkeeper baseline VERSION";
        }
        String next = wrong > 0 ? "lockkeeper plan says what is wrong." : pending > 0 ? "Next: lockkeeper apply" : "";
        return (counts + ". " + next).strip();
    }

    private static String mark(Status.State state, Style style) {
        return switch (state) {
            case APPLIED -> style.good("✓");
            case PENDING -> "·";
            case ALTERED, MISSING, OUT_OF_ORDER, UNFINISHED -> style.bad("!");
        };
    }

    /** The fields of one component's status. */
    public static void json(Json json, Status status, String database) {
        json.put("component", status.component())
                .put("database", database)
                .put("otherHistory", status.otherTool().orElse(null))
                .array("migrations", status.rows(), StatusReport::row)
                .object("summary", () -> {
                    for (Status.State state : Status.State.values()) {
                        json.put(name(state), status.count(state));
                    }
                });
    }

    private static void row(Json json, Status.Row row) {
        Entry entry = row.entry();
        Migration migration = row.migration();
        json.put("version", row.version().toString())
                .put("description", row.description())
                .put("state", name(row.state()))
                .put("file", migration == null ? null : migration.up().file())
                .put("hasDown", migration != null && migration.down() != null)
                .put("appliedAt", entry == null ? null : entry.appliedAt())
                .put("appliedBy", entry == null ? null : entry.appliedBy());
    }
}
