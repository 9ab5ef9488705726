package dev.lockkeeper.cli;

import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Problem;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper analytics}: rollups of events, and whether they are what the events say. */
final class AnalyticsCommand implements Command {
    static final String EVERY = "--every";
    static final String BATCH = "--batch";
    static final String SHARE = "--share";
    static final String BACKFILL = "--backfill";
    static final String ADAPTER = "--adapter";
    static final String ACCEPT = "--accept-definition";
    static final String FROM = "--from";
    static final String UPTO = "--until";
    static final String REPAIR = "--repair";
    static final String REOPEN = "--reopen";
    static final String LAG = "--max-lag";
    static final String WITHIN = "--within-budget";
    static final String DOWN = "--down";
    static final String CATALOG = "--catalog";
    static final String SAMPLE = "--sample";
    static final String CHART = "--chart";
    private static final List<String> ACTIONS =
            List.of("run", "status", "reconcile", "backfill", "check", "partitions", "verify", "script");

    private final Map<String, String> variables;

    AnalyticsCommand(Map<String, String> variables) {
        this.variables = variables;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.target(Options.command(
                        "analytics",
                        "Keeps the rollups that a project defines. run computes what events have changed, status tells how far it"
                                + " is, reconcile holds rollups against their events, backfill marks buckets to be computed again, check"
                                + " holds the definitions against the database and makes their tests, partitions makes those of events ahead of the"
                                + " clock and lets those go whose sums are final, verify holds all of it on a sample, on a throw-away"
                                + " server, script prints the migration that"
                                + " brings what a rollup needs."))
                .addPositional(positional(
                        "0",
                        "ACTION",
                        "1",
                        String.class,
                        "run, status, reconcile, backfill, check, partitions, verify or script"))
                .addPositional(positional(
                        "1..*", "ROLLUP", "0..*", List.class, "only these; script: only their marks (default: all)"))
                .addOption(Options.text(EVERY, "TIME", "run: again and again, with so long between the starts"))
                .addOption(Options.text(BATCH, "N", "run: buckets that one transaction computes at most (default: 24)"))
                .addOption(Options.text(SHARE, "PERCENT", "run: the part of the time in which it works (default: 50)"))
                .addOption(Options.text(
                        BACKFILL, "N", "run: buckets of a backfill in one run (default: all, with --every 240)"))
                .addOption(Options.text(
                        ADAPTER,
                        "NAME",
                        "run, check: what computes, postgres, duckdb or spark-iceberg (default: the project's)"))
                .addOption(OptionSpec.builder(ACCEPT)
                        .description("run: take these definitions for the newest, though the database knows newer ones")
                        .build())
                .addOption(
                        Options.text(
                                FROM,
                                "TIME",
                                "reconcile, backfill: from this day or instant (UTC) on (default: 7 days ago; the first event)"))
                .addOption(Options.text(
                        UPTO, "TIME", "reconcile, backfill: before this day or instant (default: now; the last event)"))
                .addOption(OptionSpec.builder(REPAIR)
                        .description("reconcile: mark what differs without a mark, so that it is computed again")
                        .build())
                .addOption(OptionSpec.builder(REOPEN)
                        .description(
                                "backfill: also sealed buckets that have all their events still, in a span that is named")
                        .build())
                .addOption(Options.text(
                        LAG, "TIME", "status: end with exit code 3 when a mark has waited longer than this"))
                .addOption(OptionSpec.builder(WITHIN)
                        .description("status: end with exit code 3 when the last run took longer than it may")
                        .build())
                .addOption(OptionSpec.builder(RetainCommand.EXECUTE)
                        .description("partitions: do it; without this nothing is changed")
                        .build())
                .addOption(Options.text(
                        RetainCommand.ARCHIVE,
                        "DIR",
                        "partitions: where the rows of those that go are kept; without it none goes"))
                .addOption(Options.text(
                        RetainCommand.CONFIRM,
                        "DATABASE",
                        "partitions: the name of the database, where the environment wants it named"))
                .addOption(Options.patience())
                .addOption(Options.text(SAMPLE, "PACKAGE", "verify: the package of seeds that brings events"))
                .addOption(Options.text(CHART, "FILE", "verify: draw durations and freshness into this SVG file"))
                .addOption(Options.text(
                        Options.SERVER_VERSION,
                        "N",
                        "verify: on PostgreSQL 15, 16, 17 or 18 (default: the project's, or 18)"))
                .addOption(OptionSpec.builder(DOWN)
                        .description("script: print what takes it back")
                        .build())
                .addOption(OptionSpec.builder(CATALOG)
                        .description("script: print only the tables in which adapter spark-iceberg keeps its catalog")
                        .build());
        return Options.examples(
                spec,
                "lockkeeper analytics script > migrations/V7__rollups.sql",
                "lockkeeper analytics check",
                "lockkeeper analytics run --environment staging",
                "lockkeeper analytics run --every 1min --share 25",
                "lockkeeper analytics status --max-lag 5min --output json",
                "lockkeeper analytics reconcile --from 2026-01-01 --until 2026-02-01 --repair",
                "lockkeeper analytics backfill usage --from 2026-01-01",
                "lockkeeper analytics partitions",
                "lockkeeper analytics partitions --execute --archive archive",
                "lockkeeper analytics verify --sample usage --set usage_events=20000");
    }

    private static PositionalParamSpec positional(
            String index, String label, String arity, Class<?> type, String description) {
        return PositionalParamSpec.builder()
                .index(index)
                .paramLabel(label)
                .type(type)
                .auxiliaryTypes(String.class)
                .arity(arity)
                .required(arity.equals("1"))
                .description(description)
                .build();
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        String action = arguments.matchedPositionalValue(0, "");
        try {
            return act(action, arguments, terminal);
        } catch (SqlFailure e) {
            Problem problem = e.problem("analytics " + action + " cannot go on")
                    .from(e.error().withoutValues())
                    .note("kept: what was finished; the same command may be run again");
            throw (problem.code() == Code.STATEMENT_FAILED ? problem.as(Code.ANALYTICS_STOPPED) : problem)
                    .asException(e);
        }
    }

    private int act(String action, ParseResult arguments, Terminal terminal) {
        return switch (action) {
            case "run" -> new AnalyticsRun(variables, arguments, terminal).run();
            case "status" -> new AnalyticsStatus(variables, arguments, terminal).run();
            case "reconcile" -> new AnalyticsReconcile(variables, arguments, terminal).run();
            case "backfill" -> new AnalyticsBackfill(variables, arguments, terminal).run();
            case "check" -> new AnalyticsCheck(variables, arguments, terminal).run();
            case "partitions" -> new AnalyticsPartitions(variables, arguments, terminal).run();
            case "verify" -> new AnalyticsVerify(variables, arguments, terminal).run();
            case "script" -> new AnalyticsScript(arguments, terminal).run();
            default ->
                throw Problem.of(Code.USAGE, "analytics has no action " + action)
                        .help(Nearest.to(action, ACTIONS)
                                .map(n -> "did you mean " + n + "?")
                                .orElse("known are " + String.join(", ", ACTIONS)))
                        .asException();
        };
    }
}
