package dev.lockkeeper.cli;

import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.PostgresDialect;
import dev.lockkeeper.analytics.dialect.Span;
import dev.lockkeeper.analytics.recon.Difference;
import dev.lockkeeper.analytics.recon.Reconciliation;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.problem.Category;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.report.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper analytics reconcile}: whether rollups are what their events say. */
final class AnalyticsReconcile {
    private final Map<String, String> variables;
    private final ParseResult arguments;
    private final Terminal terminal;

    AnalyticsReconcile(Map<String, String> variables, ParseResult arguments, Terminal terminal) {
        this.variables = variables;
        this.arguments = arguments;
        this.terminal = terminal;
    }

    int run() {
        Instant to = Options.instant(arguments, AnalyticsCommand.UPTO).orElseGet(Instant::now);
        Span span = new Span(
                Options.instant(arguments, AnalyticsCommand.FROM).orElseGet(() -> to.minus(Duration.ofDays(7))), to);
        requireOrder(span);
        boolean repair = arguments.hasMatchedOption(AnalyticsCommand.REPAIR);
        terminal.interruption().cancels(Interruption.TAKEN_BACK);
        record Told(AnalyticsPlace.Located at, List<Reconciliation.Result> all) {}
        List<Told> told = new ArrayList<>();
        List<Problem> drift = new ArrayList<>();
        AnalyticsWriter writer = new AnalyticsWriter(terminal.style());
        for (AnalyticsPlace.Located at : AnalyticsPlace.located(arguments, variables, terminal)) {
            Worksite.requireOperator(at.worksite().lockkeeper(), at.worksite().rules());
            try (Session session = at.open("reconcile")) {
                at.place().requireFit(session);
                List<Reconciliation.Result> all = new ArrayList<>();
                terminal.result(terminal.style().strong(at.database()));
                for (Rollup rollup : at.place().rollups()) {
                    Reconciliation.Result one =
                            new Reconciliation(at.place().at(session), new PostgresDialect(), rollup).run(span, repair);
                    all.add(one);
                    terminal.result(writer.text(one));
                    long found = one.count(Difference.Kind.DRIFT);
                    if (found > 0 && !repair) {
                        drift.add(Problem.of(
                                        Code.ANALYTICS_DRIFT,
                                        found + (found == 1 ? " bucket of rollup " : " buckets of rollup ")
                                                + rollup.name() + (found == 1 ? " is" : " are")
                                                + " not what the events say")
                                .at(rollup.place())
                                .because(
                                        "no mark says that " + (found == 1 ? "it" : "they") + " will be computed again")
                                .help("mark " + (found == 1 ? "it: " : "them: ") + repair(rollup)));
                    }
                }
                told.add(new Told(at, all));
            }
        }
        if (!drift.isEmpty()) {
            terminal.error(new LockkeeperException(drift));
        }
        terminal.result(
                "lockkeeper/analytics-reconcile/v1",
                json -> json.put("from", span.from().toString())
                        .put("until", span.to().toString())
                        .put("repair", repair)
                        .array(
                                "databases",
                                told,
                                (j, one) -> j.put("database", one.at().database())
                                        .put("component", one.at().place().component())
                                        .array("rollups", one.all(), AnalyticsWriter::json))
                        .array("errors", drift, Json::problem));
        return drift.isEmpty() ? 0 : Category.FINDINGS.exitCode();
    }

    /** With what limits the comparison: without it the repair would look at the last days alone. */
    private String repair(Rollup rollup) {
        return arguments.hasMatchedOption(AnalyticsCommand.FROM) || arguments.hasMatchedOption(AnalyticsCommand.UPTO)
                ? "lockkeeper analytics reconcile " + rollup.name() + option(AnalyticsCommand.FROM)
                        + option(AnalyticsCommand.UPTO) + " " + AnalyticsCommand.REPAIR
                : "lockkeeper analytics reconcile --repair";
    }

    private String option(String name) {
        return arguments.hasMatchedOption(name) ? " " + name + " " + Options.value(arguments, name, "") : "";
    }

    static void requireOrder(Span span) {
        if (!span.from().isBefore(span.to())) {
            throw Problem.of(Code.USAGE, "there is no time from " + span.from() + " until " + span.to())
                    .help("say " + AnalyticsCommand.FROM + " TIME and a later " + AnalyticsCommand.UPTO + " TIME")
                    .asException();
        }
    }
}
