package dev.lockkeeper.cli;

import dev.lockkeeper.analytics.adapter.Adapter;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.PostgresDialect;
import dev.lockkeeper.analytics.dialect.Span;
import dev.lockkeeper.analytics.judge.Fit;
import dev.lockkeeper.analytics.judge.Judgement;
import dev.lockkeeper.analytics.quality.Examples;
import dev.lockkeeper.analytics.recon.Difference;
import dev.lockkeeper.analytics.recon.Reconciliation;
import dev.lockkeeper.analytics.roll.Backfill;
import dev.lockkeeper.analytics.roll.RollupStatus;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.analytics.state.StateScript;
import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.ModelReader;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Category;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.telemetry.Measure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    private static final String FROM = "--from";
    private static final String UPTO = "--until";
    private static final String REPAIR = "--repair";
    private static final String REOPEN = "--reopen";
    private static final String LAG = "--max-lag";
    private static final String WITHIN = "--within-budget";
    private static final String DOWN = "--down";
    private static final String CATALOG = "--catalog";
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
            case "status" -> status(arguments, terminal);
            case "reconcile" -> reconcile(arguments, terminal);
            case "backfill" -> backfill(arguments, terminal);
            case "check" -> check(arguments, terminal);
            case "partitions" -> new AnalyticsPartitions(variables, arguments, terminal).run();
            case "verify" -> new AnalyticsVerify(variables, arguments, terminal).run();
            case "script" -> script(arguments, terminal);
            default ->
                throw Problem.of(Code.USAGE, "analytics has no action " + action)
                        .help(Nearest.to(action, ACTIONS)
                                .map(n -> "did you mean " + n + "?")
                                .orElse("known are " + String.join(", ", ACTIONS)))
                        .asException();
        };
    }

    private int status(ParseResult arguments, Terminal terminal) {
        Duration most = Options.duration(arguments, LAG, Duration.ZERO);
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
                    if (arguments.hasMatchedOption(LAG) && one.lag().compareTo(most) > 0) {
                        late.add(Problem.of(
                                        Code.ANALYTICS_LAG,
                                        "rollup " + one.rollup() + " is " + AnalyticsWriter.time(one.lag())
                                                + " behind its events")
                                .because(AnalyticsWriter.count(one.marks(), "mark") + " of "
                                        + AnalyticsWriter.count(one.pending(), "bucket")
                                        + (one.marks() == 1 ? " waits" : " wait"))
                                .help("see whether lockkeeper analytics run is at work, and what it says"));
                    }
                    if (arguments.hasMatchedOption(WITHIN) && one.isOverBudget()) {
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

    /** With what limits the comparison: without it the repair would look at the last days alone. */
    private static String repair(ParseResult arguments, Rollup rollup) {
        return arguments.hasMatchedOption(FROM) || arguments.hasMatchedOption(UPTO)
                ? "lockkeeper analytics reconcile " + rollup.name() + option(arguments, FROM) + option(arguments, UPTO)
                        + " " + REPAIR
                : "lockkeeper analytics reconcile --repair";
    }

    private static String option(ParseResult arguments, String name) {
        return arguments.hasMatchedOption(name) ? " " + name + " " + Options.value(arguments, name, "") : "";
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

    private int reconcile(ParseResult arguments, Terminal terminal) {
        Instant to = Options.instant(arguments, UPTO).orElseGet(Instant::now);
        Span span = new Span(Options.instant(arguments, FROM).orElseGet(() -> to.minus(Duration.ofDays(7))), to);
        requireOrder(span);
        boolean repair = arguments.hasMatchedOption(REPAIR);
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
                                .help("mark " + (found == 1 ? "it: " : "them: ") + repair(arguments, rollup)));
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

    private static void requireOrder(Span span) {
        if (!span.from().isBefore(span.to())) {
            throw Problem.of(Code.USAGE, "there is no time from " + span.from() + " until " + span.to())
                    .help("say " + FROM + " TIME and a later " + UPTO + " TIME")
                    .asException();
        }
    }

    private int backfill(ParseResult arguments, Terminal terminal) {
        Instant from = Options.instant(arguments, FROM).orElse(null);
        Instant to = Options.instant(arguments, UPTO).orElse(null);
        boolean reopen = arguments.hasMatchedOption(REOPEN);
        if (from != null && to != null) {
            requireOrder(new Span(from, to));
        } else if (reopen) {
            throw Problem.of(Code.USAGE, "which sealed buckets are opened is not said")
                    .help("say " + FROM + " TIME and " + UPTO + " TIME")
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

    private int check(ParseResult arguments, Terminal terminal) {
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

    private static int script(ParseResult arguments, Terminal terminal) {
        boolean down = arguments.hasMatchedOption(DOWN);
        boolean catalog = arguments.hasMatchedOption(CATALOG);
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
