package dev.lockkeeper.cli;

import dev.lockkeeper.fleet.FleetOutcome;
import dev.lockkeeper.fleet.FleetResult;
import dev.lockkeeper.fleet.FleetStatus;
import dev.lockkeeper.plan.Status;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.PlanReport;
import dev.lockkeeper.report.StatusReport;
import dev.lockkeeper.report.Style;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What became of a fleet, and where it is, as text and as JSON. */
final class FleetWriter {
    static final String RUN = "lockkeeper/fleet/v1";
    static final String STATUS = "lockkeeper/fleet-status/v1";

    private final String fleet;
    private final Style style;

    FleetWriter(String fleet, Style style) {
        this.fleet = fleet;
        this.style = style;
    }

    List<String> text(FleetResult result, String command) {
        List<String> lines = new ArrayList<>();
        for (FleetOutcome outcome : result.outcomes()) {
            if (outcome.state() == FleetOutcome.State.FAILED) {
                lines.add("  " + style.bad("!") + " " + Style.line(outcome.target()) + " failed: "
                        + Style.line(outcome.problems().get(0).message()));
            }
        }
        List<String> counts = new ArrayList<>();
        for (FleetOutcome.State state : FleetOutcome.State.values()) {
            counts.add(result.count(state) + " " + name(state).replace('-', ' '));
        }
        lines.add(style.strong(fleet) + ": "
                + PlanReport.count(result.outcomes().size(), "target") + ": " + String.join(", ", counts) + ".");
        if (result.failure().isPresent()) {
            lines.add("Next: fix it, then the same lockkeeper fleet " + command + " goes on.");
        }
        return lines;
    }

    void json(Json json, FleetResult result, String command, List<List<String>> waves) {
        json.put("fleet", fleet)
                .put("action", command)
                .put("waves", waves.size())
                .array("targets", result.outcomes(), FleetWriter::outcome)
                .object("summary", () -> {
                    for (FleetOutcome.State state : FleetOutcome.State.values()) {
                        json.put(name(state), result.count(state));
                    }
                });
    }

    private static void outcome(Json json, FleetOutcome outcome) {
        json.put("target", outcome.target())
                .put("wave", outcome.wave())
                .put("state", name(outcome.state()))
                .put("migrations", outcome.steps())
                .put("durationMs", outcome.nanos() / 1_000_000)
                .array("errors", outcome.problems(), Json::problem);
    }

    private static String name(FleetOutcome.State state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** One line a target that is not up to date, then a summary. */
    List<String> text(List<FleetStatus> statuses) {
        List<String> lines = new ArrayList<>();
        for (FleetStatus status : statuses) {
            if (!status.problems().isEmpty()) {
                lines.add("  " + style.bad("!") + " " + Style.line(status.target()) + ": "
                        + Style.line(status.problems().get(0).message()));
            } else if (!status.current()) {
                String wrong = StatusReport.attention(wrong(status));
                lines.add("  " + (wrong.isEmpty() ? "·" : style.bad("!")) + " " + Style.line(status.target()) + ": "
                        + versions(status) + status.count(Status.State.APPLIED) + " applied, "
                        + status.count(Status.State.PENDING) + " pending" + wrong);
            }
        }
        long current = statuses.stream().filter(FleetStatus::current).count();
        long unknown = statuses.stream().filter(s -> !s.problems().isEmpty()).count();
        lines.add(style.strong(fleet) + ": " + PlanReport.count(statuses.size(), "target") + ": " + current
                + " up to date, " + (statuses.size() - current - unknown) + " not"
                + (unknown == 0 ? "" : ", " + unknown + " could not be asked") + ".");
        return lines;
    }

    private static String versions(FleetStatus status) {
        List<String> newest = status.components().stream()
                .map(FleetWriter::newest)
                .filter(Objects::nonNull)
                .toList();
        return newest.isEmpty() ? "" : "at " + String.join(" and ", newest) + ", ";
    }

    private static @Nullable String newest(Status status) {
        return status.rows().stream()
                .filter(r -> r.entry() != null)
                .reduce((older, newer) -> newer)
                .map(r -> r.version().toString())
                .orElse(null);
    }

    private static long wrong(FleetStatus status) {
        long all = status.components().stream().mapToLong(c -> c.rows().size()).sum();
        return all - status.count(Status.State.APPLIED) - status.count(Status.State.PENDING);
    }

    void json(Json json, List<FleetStatus> statuses) {
        json.put("fleet", fleet)
                .array(
                        "targets",
                        statuses,
                        (j, status) -> j.put("target", status.target())
                                .put("current", status.current())
                                .array("components", status.components(), FleetWriter::component)
                                .array("errors", status.problems(), Json::problem))
                .object(
                        "summary",
                        () -> json.put(
                                        "current",
                                        statuses.stream()
                                                .filter(FleetStatus::current)
                                                .count())
                                .put("targets", statuses.size()));
    }

    private static void component(Json json, Status status) {
        json.put("component", status.component()).put("newest", newest(status));
        for (Status.State state : Status.State.values()) {
            json.put(state.name().toLowerCase(Locale.ROOT).replace('_', '-'), status.count(state));
        }
    }
}
