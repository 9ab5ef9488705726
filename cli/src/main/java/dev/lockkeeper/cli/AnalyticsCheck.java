package dev.lockkeeper.cli;

import dev.lockkeeper.analytics.adapter.Adapter;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.judge.Fit;
import dev.lockkeeper.analytics.judge.Judgement;
import dev.lockkeeper.analytics.quality.Examples;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.ModelReader;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.report.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper analytics check}: whether definitions fit the database, and whether their tests pass. */
final class AnalyticsCheck {
    private final Map<String, String> variables;
    private final ParseResult arguments;
    private final Terminal terminal;

    AnalyticsCheck(Map<String, String> variables, ParseResult arguments, Terminal terminal) {
        this.variables = variables;
        this.arguments = arguments;
        this.terminal = terminal;
    }

    int run() {
        List<Problem> problems = new ArrayList<>();
        int[] counts = new int[2];
        for (AnalyticsPlace.Located at : AnalyticsPlace.located(arguments, variables, terminal)) {
            try (Session session = at.open("check")) {
                Model model = ModelReader.read(session);
                at.place().requireRole(session);
                Site site = at.place().at(session);
                List<Rollup> rollups = at.place().rollups();
                List<Problem> found = new ArrayList<>(Fit.of(site, rollups, model));
                if (found.isEmpty()) {
                    found.addAll(Fit.lacking(site, rollups));
                }
                if (found.isEmpty()) {
                    rollups.forEach(rollup -> found.addAll(Fit.checks(site, rollup)));
                }
                problems.addAll(found);
                if (arguments.matchedPositionalValue(1, List.<String>of()).isEmpty()) {
                    problems.addAll(Judgement.strays(
                            at.place().rollups(), model, at.place().schema()));
                }
                // what does not fit cannot be tried either
                if (problems.isEmpty()) {
                    problems.addAll(examples(at, session, counts));
                }
                counts[0] += at.place().rollups().size();
            }
        }
        if (problems.isEmpty()) {
            terminal.result(AnalyticsWriter.count(counts[0], "rollup") + (counts[0] == 1 ? " fits" : " fit")
                    + " the database, " + AnalyticsWriter.count(counts[1], "test") + " passed");
        } else {
            terminal.error(new LockkeeperException(problems));
        }
        terminal.result(
                "lockkeeper/analytics-check/v1",
                json -> json.put("rollups", counts[0])
                        .put("tests", counts[1])
                        .put("passed", problems.isEmpty())
                        .array("errors", problems, Json::problem));
        return problems.isEmpty() ? 0 : problems.get(0).category().exitCode();
    }

    private static List<Problem> examples(AnalyticsPlace.Located at, Session session, int[] counts) {
        List<Problem> problems = new ArrayList<>();
        Site site = at.place().at(session);
        try (Adapter adapter =
                Adapter.of(at.place().settings(), at.worksite().lockkeeper().target())) {
            at.place().rollups().forEach(rollup -> problems.addAll(adapter.problems(site, rollup)));
            if (problems.isEmpty()) {
                at.place().rollups().forEach(rollup -> {
                    counts[1] += rollup.examples().size();
                    problems.addAll(new Examples(site, adapter).problems(rollup));
                });
            }
        }
        return problems;
    }
}
