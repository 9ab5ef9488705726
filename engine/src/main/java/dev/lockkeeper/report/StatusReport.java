package dev.lockkeeper.report;

import dev.lockkeeper.history.Direction;
import dev.lockkeeper.history.Entry;
import dev.lockkeeper.history.FailedStep;
import dev.lockkeeper.history.RepeatableEntry;
import dev.lockkeeper.plan.Status;
import dev.lockkeeper.source.Migration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The status of components as text and as JSON. */
public final class StatusReport {
    private static final int MANY = 20;
    private static final int LAST = 5;

    private StatusReport() {}

    /** The name of a state as both forms print it. */
    public static String name(Status.State state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The same where what is pending may just be applied. */
    public static List<String> text(Status status, String database, boolean all, Style style) {
        return text(status, database, all, "lockkeeper apply", style);
    }

    /**
     * One line a version, then one line that says what to do next.
     *
     * @param all whether what was applied long ago has lines too
     * @param next the command that goes on when something is pending
     */
    public static List<String> text(Status status, String database, boolean all, String next, Style style) {
        List<String> lines = new ArrayList<>();
        lines.add(style.strong(status.component()) + " in " + Style.line(database));
        int width = Stream.concat(
                        status.rows().stream().map(r -> r.version().toString()),
                        status.repeatables().stream().map(Status.Repeated::name))
                .mapToInt(String::length)
                .max()
                .orElse(0);
        int hidden = all ? 0 : longApplied(status.rows());
        if (hidden > 0) {
            lines.add("  "
                    + style.faint("… " + status.rows().get(0).version() + " to "
                            + status.rows().get(hidden - 1).version() + ": " + hidden
                            + " applied before (--all shows them)"));
        }
        for (Status.Row row : status.rows().subList(hidden, status.rows().size())) {
            Entry entry = row.entry();
            String when =
                    entry == null ? "" : "  " + style.faint(entry.appliedAt() + " by " + Style.line(entry.appliedBy()));
            lines.add("  " + mark(row.state(), style) + " "
                    + Style.pad(row.version().toString(), width) + "  " + Style.pad(name(row.state()), 12) + "  "
                    + Style.line(row.description()) + when + withoutDown(row, style));
            FailedStep failure = row.failure();
            if (failure != null) {
                lines.add("      " + Style.line(failure.sentence()));
            }
        }
        for (Status.Repeated script : status.repeatables()) {
            RepeatableEntry last = script.last();
            String when =
                    last == null ? "" : "  " + style.faint(last.appliedAt() + " by " + Style.line(last.appliedBy()));
            lines.add("  " + mark(script.state(), style) + " " + Style.pad(Style.line(script.name()), width) + "  "
                    + Style.pad(name(script.state()), 12) + when);
            FailedStep failure = script.failure();
            if (failure != null) {
                lines.add("      " + Style.line(failure.sentence()));
            }
        }
        lines.add(summary(status, next));
        return lines;
    }

    /** A pending migration that a project may refuse. */
    private static String withoutDown(Status.Row row, Style style) {
        Migration migration = row.migration();
        return row.state() == Status.State.PENDING && migration != null && migration.down() == null
                ? "  " + style.faint("(no down script)")
                : "";
    }

    /** How many of the first rows are applied and followed by others that are. */
    private static int longApplied(List<Status.Row> rows) {
        int applied = 0;
        while (applied < rows.size() && rows.get(applied).state() == Status.State.APPLIED) {
            applied++;
        }
        return applied > MANY ? applied - LAST : 0;
    }

    /** How many migrations are not as they should be, as the end of a list; empty when none is. */
    public static String attention(long wrong) {
        return wrong == 0 ? "" : ", " + wrong + (wrong == 1 ? " needs attention" : " need attention");
    }

    private static String summary(Status status, String next) {
        long pending = status.count(Status.State.PENDING) + status.count(Status.State.CHANGED);
        long wrong = Stream.of(
                        Status.State.ALTERED,
                        Status.State.MISSING,
                        Status.State.OUT_OF_ORDER,
                        Status.State.UNFINISHED,
                        Status.State.FAILED)
                .mapToLong(status::count)
                .sum();
        String counts = status.count(Status.State.APPLIED) + " applied, " + pending + " pending" + attention(wrong);
        if (status.otherTool().isPresent()) {
            return counts + ". Another tool has migrated this database: "
                    + status.otherTool().get()
                    + " has rows. Next: lockkeeper adopt --dry-run, or lockkeeper baseline VERSION";
        }
        return (counts + ". " + next(status, wrong, pending, next)).strip();
    }

    /** The command to run next; empty when there is none. */
    private static String next(Status status, long wrong, long pending, String next) {
        for (Status.Row row : status.rows()) {
            if (row.state() == Status.State.FAILED) {
                return failed(row.version().toString());
            }
            if (row.state() == Status.State.UNFINISHED) {
                return row.begun() == Direction.UP
                        ? "Next: lockkeeper apply goes on with " + row.version()
                                + ", lockkeeper rollback takes back what is there of it"
                        : "Next: lockkeeper rollback goes on with " + row.version();
            }
        }
        for (Status.Repeated script : status.repeatables()) {
            if (script.state() == Status.State.FAILED) {
                return failed(script.name());
            }
        }
        return wrong > 0 ? "lockkeeper plan says what is wrong." : pending > 0 ? "Next: " + next : "";
    }

    private static String failed(String name) {
        return "Next: fix the script of " + Style.line(name) + ", or lockkeeper repair " + Style.line(name)
                + " --as retry --reason TEXT";
    }

    private static String mark(Status.State state, Style style) {
        return switch (state) {
            case APPLIED -> style.good("✓");
            case PENDING, CHANGED -> "·";
            case ALTERED, MISSING, OUT_OF_ORDER, UNFINISHED, FAILED -> style.bad("!");
        };
    }

    /** The fields of one component's status. */
    public static void json(Json json, Status status, String database) {
        json.put("component", status.component())
                .put("database", database)
                .put("otherHistory", status.otherTool().orElse(null))
                .array("migrations", status.rows(), StatusReport::row)
                .array("repeatables", status.repeatables(), StatusReport::script)
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
        failure(json, row.failure());
    }

    private static void script(Json json, Status.Repeated script) {
        RepeatableEntry last = script.last();
        json.put("name", script.name())
                .put("state", name(script.state()))
                .put("file", script.file())
                .put("appliedAt", last == null ? null : last.appliedAt())
                .put("appliedBy", last == null ? null : last.appliedBy());
        failure(json, script.failure());
    }

    private static void failure(Json json, @Nullable FailedStep failure) {
        json.put("failure", failure == null ? null : failure.sentence());
    }
}
