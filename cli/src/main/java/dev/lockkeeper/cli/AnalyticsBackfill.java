package dev.lockkeeper.cli;

import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.PostgresDialect;
import dev.lockkeeper.analytics.dialect.Span;
import dev.lockkeeper.analytics.roll.Backfill;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper analytics backfill}: has buckets computed that nobody has marked. */
final class AnalyticsBackfill {
    private final Map<String, String> variables;
    private final ParseResult arguments;
    private final Terminal terminal;

    AnalyticsBackfill(Map<String, String> variables, ParseResult arguments, Terminal terminal) {
        this.variables = variables;
        this.arguments = arguments;
        this.terminal = terminal;
    }

    int run() {
        Instant from = Options.instant(arguments, AnalyticsCommand.FROM).orElse(null);
        Instant to = Options.instant(arguments, AnalyticsCommand.UPTO).orElse(null);
        boolean reopen = arguments.hasMatchedOption(AnalyticsCommand.REOPEN);
        terminal.interruption().cancels(Interruption.TAKEN_BACK);
        if (from != null && to != null) {
            AnalyticsReconcile.requireOrder(new Span(from, to));
        } else if (reopen) {
            throw Problem.of(Code.USAGE, "which sealed buckets are opened is not said")
                    .help("say " + AnalyticsCommand.FROM + " TIME and " + AnalyticsCommand.UPTO + " TIME")
                    .asException();
        }
        record Told(AnalyticsPlace.Located at, List<Backfill.Result> all) {}
        List<Told> told = new ArrayList<>();
        for (AnalyticsPlace.Located at : AnalyticsPlace.located(arguments, variables, terminal)) {
            Worksite.requireOperator(at.worksite().lockkeeper(), at.worksite().rules());
            try (Session session = at.open("backfill")) {
                at.place().requireFit(session);
                List<Backfill.Result> all = new ArrayList<>();
                terminal.result(terminal.style().strong(at.database()));
                for (Rollup rollup : at.place().rollups()) {
                    Backfill.Result one =
                            new Backfill(at.place().at(session), new PostgresDialect(), rollup, reopen).run(from, to);
                    all.add(one);
                    terminal.result("  " + AnalyticsWriter.text(one));
                }
                told.add(new Told(at, all));
            }
        }
        terminal.result(
                "lockkeeper/analytics-backfill/v1",
                json -> json.array(
                        "databases",
                        told,
                        (j, one) -> j.put("database", one.at().database())
                                .put("component", one.at().place().component())
                                .array("rollups", one.all(), AnalyticsWriter::json)));
        return 0;
    }
}
