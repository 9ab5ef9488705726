package dev.lockkeeper.rehearsal;

import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.DurationText;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.PlanReport;
import dev.lockkeeper.report.ProblemText;
import dev.lockkeeper.report.Style;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A report of a window as text and as JSON. */
public final class WindowWriter {
    /** The name and version of the JSON form. */
    public static final String SCHEMA = "lockkeeper/window/v1";

    private static final int STATEMENT_WIDTH = 70;

    private final Style style;

    public WindowWriter(Style style) {
        this.style = style;
    }

    /** One component: its migrations, its runs, and what the traffic saw. */
    public List<String> text(ComponentWindow window) {
        List<String> lines = new ArrayList<>();
        lines.add(style.strong(window.component()) + ": "
                + PlanReport.count(window.migrations().size(), "migration") + ", "
                + PlanReport.count(window.rows(), "row") + ", beside "
                + PlanReport.count(window.workload().size(), "statement")
                + " in turn; when nothing else runs one takes "
                + millis(window.quiet().medianNanos()) + " ms (median), at most "
                + millis(window.quiet().longestNanos()) + " ms");
        int width = window.migrations().stream()
                .mapToInt(m -> m.version().length())
                .max()
                .orElse(0);
        width = Math.max(width, "version".length());
        lines.add("  " + style.faint(Style.pad("version", width) + "   apply ms  rollback ms  longest stall ms"));
        for (WindowMigration m : window.migrations()) {
            lines.add("  " + Style.pad(m.version(), width) + right(millis(m.applyNanos()), 11)
                    + right(millis(m.rollbackNanos()), 13) + right(millis(m.stallNanos()), 18) + "  "
                    + Style.line(m.description()));
        }
        for (WindowPhase phase : window.phases()) {
            lines.add("  " + Style.pad(phase.kind().sentence(), 23) + right(millis(phase.nanos()), 9) + " ms, "
                    + stalls(phase.stalls()));
        }
        Problem stopped = window.stopped();
        if (stopped != null) {
            lines.addAll(new ProblemText(style).error(stopped).lines().toList());
        }
        return lines;
    }

    private static String stalls(Stalls stalls) {
        return "longest stall " + millis(stalls.longestNanos()) + " ms, median " + millis(stalls.medianNanos())
                + " ms of " + PlanReport.count(stalls.statements(), "statement")
                + (stalls.gone() == 0 ? "" : ", " + stalls.gone() + " set aside")
                + (stalls.failed() == 0 ? "" : ", " + stalls.failed() + " failed");
    }

    /** How all of it stands against what is allowed. */
    public List<String> summary(WindowReport report) {
        List<String> lines = new ArrayList<>();
        for (boolean rollback : new boolean[] {false, true}) {
            WindowPhase.Kind kind = report.longest(rollback);
            boolean fits = report.fits(kind);
            lines.add(mark(fits) + " " + kind.sentence() + " took " + millis(report.nanos(kind)) + " ms, "
                    + (fits ? "within" : "longer than") + " the window of " + DurationText.of(report.window()));
        }
        report.worst().ifPresent(worst -> {
            Stalls stalls = worst.stalls();
            lines.add(mark(report.flows()) + " the longest stall during a rollback was " + millis(stalls.longestNanos())
                    + " ms (median " + millis(stalls.medianNanos()) + " ms), "
                    + (report.flows() ? "within " : "longer than ") + DurationText.of(report.stall())
                    + (report.flows() ? "" : ": " + cut(stalls.statement())));
        });
        lines.add((report.passed() ? style.good("Within the limits") : style.bad("Not within the limits"))
                + " on PostgreSQL " + report.serverVersion() + " with " + report.sessions()
                + " sessions of traffic.");
        return lines;
    }

    private static String cut(@Nullable String statement) {
        String line = Style.line(statement == null ? "" : statement.replaceAll("\\s+", " "));
        return line.length() <= STATEMENT_WIDTH ? line : line.substring(0, STATEMENT_WIDTH) + "...";
    }

    private String mark(boolean good) {
        return good ? style.good("✓") : style.bad("!");
    }

    private static String right(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }

    /** Whole numbers from ten on, one digit below; a hyphen for what was not measured. */
    private static String millis(long nanos) {
        if (nanos < 0) {
            return "-";
        }
        double millis = nanos / 1e6;
        return String.format(Locale.ROOT, millis < 10 ? "%.1f" : "%.0f", millis);
    }

    /** The fields of the JSON form. */
    public static void json(Json json, WindowReport report) {
        json.put("serverVersion", report.serverVersion())
                .put("passed", report.passed())
                .put("windowMs", report.window().toMillis())
                .put("stallMs", report.stall().toMillis())
                .put("sessions", report.sessions())
                .array("components", report.components(), WindowWriter::component);
        json.object("summary", () -> {
            for (WindowPhase.Kind kind : WindowPhase.Kind.values()) {
                micros(json, kind.key() + "-us", report.nanos(kind));
            }
            micros(
                    json,
                    "longestRollbackStallUs",
                    report.worst().map(w -> w.stalls().longestNanos()).orElse(-1L));
        });
    }

    private static void component(Json json, ComponentWindow window) {
        json.put("component", window.component())
                .put("rows", window.rows())
                .put("workload", window.workload().size());
        json.object("quiet", () -> stalls(json, window.quiet()));
        json.array("phases", window.phases(), (j, phase) -> {
            j.put("kind", phase.kind().key()).put("migrations", phase.migrations());
            micros(j, "durationUs", phase.nanos());
            stalls(j, phase.stalls());
        });
        json.array("migrations", window.migrations(), (j, m) -> {
            j.put("version", m.version()).put("description", m.description());
            micros(j, "applyUs", m.applyNanos());
            micros(j, "rollbackUs", m.rollbackNanos());
            micros(j, "longestStallUs", m.stallNanos());
        });
        json.problem("error", window.stopped());
    }

    private static void stalls(Json json, Stalls stalls) {
        json.put("statements", stalls.statements())
                .put("setAside", stalls.gone())
                .put("failed", stalls.failed());
        micros(json, "medianUs", stalls.medianNanos());
        micros(json, "longestUs", stalls.longestNanos()).put("longestStatement", stalls.statement());
    }

    /** Null stands for what was not measured. */
    private static Json micros(Json json, String name, long nanos) {
        return nanos < 0 ? json.put(name, (String) null) : json.put(name, nanos / 1000);
    }
}
