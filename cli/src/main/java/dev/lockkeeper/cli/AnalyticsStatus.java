package dev.lockkeeper.cli;

import dev.lockkeeper.analytics.roll.RollupStatus;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.problem.Category;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.telemetry.Measure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper analytics status}: how far rollups are behind their events, and how they went. */
final class AnalyticsStatus {
    private final Map<String, String> variables;
    private final ParseResult arguments;
    private final Terminal terminal;

    AnalyticsStatus(Map<String, String> variables, ParseResult arguments, Terminal terminal) {
        this.variables = variables;
        this.arguments = arguments;
        this.terminal = terminal;
    }

    int run() {
        Duration most = Options.duration(arguments, AnalyticsCommand.LAG, Duration.ZERO);
        List<Problem> late = new ArrayList<>();
        record Told(AnalyticsPlace.Located at, List<RollupStatus> all) {}
        List<Told> told = new ArrayList<>();
        AnalyticsWriter writer = new AnalyticsWriter(terminal.style());
        for (AnalyticsPlace.Located at : AnalyticsPlace.located(arguments, variables, terminal)) {
            try (Session session = at.open("status")) {
                at.place().requireFit(session);
                List<RollupStatus> all = at.place().rollups().stream()
                        .map(rollup -> RollupStatus.of(at.place().at(session), rollup))
                        .toList();
                told.add(new Told(at, all));
                terminal.result(terminal.style().strong(at.database()));
                for (RollupStatus one : all) {
                    terminal.narration()
                            .telemetry()
                            .measured(new Measure.Lag(
                                    at.place().component(),
                                    one.rollup(),
                                    one.lag().toNanos() / 1e9));
                    terminal.result(writer.text(one));
                    if (arguments.hasMatchedOption(AnalyticsCommand.LAG)
                            && one.lag().compareTo(most) > 0) {
                        late.add(Problem.of(
                                        Code.ANALYTICS_LAG,
                                        "rollup " + one.rollup() + " is " + AnalyticsWriter.time(one.lag())
                                                + " behind its events")
                                .because(AnalyticsWriter.count(one.marks(), "mark") + " of "
                                        + AnalyticsWriter.count(one.pending(), "bucket")
                                        + (one.marks() == 1 ? " waits" : " wait"))
                                .help("see whether lockkeeper analytics run is at work, and what it says"));
                    }
                    if (arguments.hasMatchedOption(AnalyticsCommand.WITHIN) && one.isOverBudget()) {
                        late.add(slow(one));
                    }
                }
            }
        }
        if (!late.isEmpty()) {
            terminal.error(new LockkeeperException(late));
        }
        terminal.result(
                "lockkeeper/analytics-status/v1",
                json -> json.array(
                                "databases",
                                told,
                                (j, one) -> j.put("database", one.at().database())
                                        .put("component", one.at().place().component())
                                        .array("rollups", one.all(), AnalyticsWriter::json))
                        .array("errors", late, Json::problem));
        return late.isEmpty() ? 0 : Category.FINDINGS.exitCode();
    }

    private static Problem slow(RollupStatus one) {
        RollupStatus.LastRun last = Objects.requireNonNull(one.last());
        return Problem.of(
                        Code.ANALYTICS_BUDGET,
                        "the last run of rollup " + one.rollup() + " took " + AnalyticsWriter.time(last.work())
                                + ", and may take " + AnalyticsWriter.time(last.budget()))
                .because(one.overBudget() + " of the last 100 runs took longer than they may")
                .help("see whether the events have an index that leads with their time or partitions by day, or widen"
                        + " budget: in the definition");
    }
}
