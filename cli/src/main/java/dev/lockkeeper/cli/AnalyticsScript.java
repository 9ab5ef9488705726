package dev.lockkeeper.cli;

import dev.lockkeeper.analytics.state.StateScript;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.util.List;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper analytics script}: the migration that brings what rollups need. */
final class AnalyticsScript {
    private final ParseResult arguments;
    private final Terminal terminal;

    AnalyticsScript(ParseResult arguments, Terminal terminal) {
        this.arguments = arguments;
        this.terminal = terminal;
    }

    int run() {
        boolean down = arguments.hasMatchedOption(AnalyticsCommand.DOWN);
        boolean catalog = arguments.hasMatchedOption(AnalyticsCommand.CATALOG);
        boolean some = !arguments.matchedPositionalValue(1, List.<String>of()).isEmpty();
        StringBuilder script = new StringBuilder();
        List<AnalyticsPlace> places = AnalyticsPlace.of(arguments);
        if (places.size() > 1) {
            throw Problem.of(Code.USAGE, "several components have rollups, and each has migrations of its own")
                    .help("name one: --component " + places.get(0).component())
                    .asException();
        }
        for (AnalyticsPlace place : places) {
            script.append(script(place, catalog, down, some));
        }
        terminal.result(List.of(script.toString().stripTrailing()));
        terminal.result(
                "lockkeeper/analytics-script/v1", json -> json.put("down", down).put("script", script.toString()));
        return 0;
    }

    private static String script(AnalyticsPlace place, boolean catalog, boolean down, boolean some) {
        StateScript script = new StateScript(place.schema(), place.settings().role());
        if (catalog) {
            return down ? script.catalogDown() : script.catalogUp();
        }
        if (down) {
            return some ? script.downOf(place.rollups()) : script.down(place.rollups());
        }
        return some ? script.upOf(place.rollups()) : script.up(place.rollups());
    }
}
