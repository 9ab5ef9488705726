package dev.lockkeeper.cli;

import dev.lockkeeper.catalog.Platform;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.forecast.Forecast;
import dev.lockkeeper.forecast.ForecastWriter;
import dev.lockkeeper.forecast.Forecaster;
import dev.lockkeeper.forecast.Rates;
import dev.lockkeeper.forecast.Sizes;
import dev.lockkeeper.plan.Plan;
import dev.lockkeeper.plan.Recollection;
import dev.lockkeeper.plan.Replayed;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.rehearsal.Databases;
import dev.lockkeeper.rehearsal.Likeness;
import dev.lockkeeper.rehearsal.Recipe;
import dev.lockkeeper.rehearsal.RehearsalReport;
import dev.lockkeeper.rehearsal.RehearsalWriter;
import dev.lockkeeper.rehearsal.TargetFacts;
import dev.lockkeeper.rehearsal.TargetRehearsal;
import dev.lockkeeper.rehearsal.Turn;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.Style;
import dev.lockkeeper.source.Script;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Rehearses what is pending in a live database, of the components that live there. */
final class TargetRehearsing {
    /** The name and version of the JSON form. */
    static final String SCHEMA = "lockkeeper/target-rehearsal/v1";

    private final List<Worksite> sites;
    private final List<Script> prelude;
    private final List<Script> data;
    private final double speed;
    private final Terminal terminal;

    /**
     * @param sites of one database
     * @param data SQL that brings rows
     * @param speed how many times as fast as this machine the live server is
     */
    TargetRehearsing(List<Worksite> sites, List<Script> prelude, List<Script> data, double speed, Terminal terminal) {
        this.sites = List.copyOf(sites);
        this.prelude = List.copyOf(prelude);
        this.data = List.copyOf(data);
        this.speed = speed;
        this.terminal = terminal;
    }

    /** What came of it. */
    record Outcome(String database, RehearsalReport report, Likeness likeness, List<Forecast> forecasts) {
        static void json(Json json, Outcome one) {
            json.put("database", one.database)
                    .texts("copied", one.likeness.copied())
                    .texts("apart", one.likeness.apart())
                    .texts("prelude", one.likeness.prelude());
            RehearsalWriter.json(json, one.report);
            json.array("forecast", one.forecasts, ForecastWriter::json);
        }
    }

    /** What is read of the live database before a server is started. */
    private record Read(Recipe recipe, TargetFacts facts, List<Turn> before, List<Turn> turns, List<String> roles) {}

    /**
     * Rehearses and tells.
     *
     * @param from the first step of the plan that is told; those before it run unobserved. Empty for all
     */
    Outcome rehearse(Request request, String from) {
        Target target = sites.get(0).lockkeeper().target();
        Read read = read(target, request, from);
        RehearsalWriter writer = new RehearsalWriter(terminal.style(), sites.size() > 1);
        int[] done = {0};
        try (EmbeddedPostgres server = ThrowAwayServer.start(major(read.facts()), terminal)) {
            terminal.passing(
                    "building what the history says, " + read.recipe().scripts().size() + " scripts ...");
            TargetRehearsal.Outcome outcome = new TargetRehearsal(server, read.facts(), data)
                    .run(read.recipe(), read.before(), read.turns(), migration -> {
                        terminal.clear();
                        terminal.result(writer.text(migration));
                        terminal.passing("[" + ++done[0] + "/" + read.turns().size() + "] rehearsed ...");
                    });
            List<Forecast> forecasts = forecasts(server, outcome.report());
            terminal.clear();
            if (!outcome.report().migrations().isEmpty()) {
                terminal.result(new ForecastWriter(terminal.style()).text(forecasts));
            }
            terminal.result(writer.forecastSummary(outcome.report()));
            tell(target, outcome.likeness());
            return new Outcome(target.toString(), outcome.report(), outcome.likeness(), forecasts);
        } catch (LockkeeperException e) {
            throw withPrelude(e, read);
        }
    }

    private Read read(Target target, Request request, String from) {
        try (Session session = sites.get(0).lockkeeper().look()) {
            List<Recollection> told = sites.stream()
                    .map(site -> site.lockkeeper().recollect(session, site.tokens()))
                    .toList();
            told.forEach(one -> terminal.warn(one.warnings()));
            Stream<Replayed> all = told.stream().flatMap(one -> one.scripts().stream());
            // within a component they are in order already
            List<Replayed> scripts = (told.size() == 1 ? all : all.sorted(Comparator.comparing(Replayed::at)))
                    .filter(Replayed::certain)
                    .toList();
            Set<String> users = scripts.stream().map(Replayed::by).collect(Collectors.toCollection(HashSet::new));
            users.add(target.user());
            Map<String, Map<String, String>> settings = new HashMap<>(Platform.settings(session, users));
            if (target.choosesSearchPath()) {
                settings.merge(target.user(), target.searchPath(), (a, b) -> b);
            }
            List<Turn> before = new ArrayList<>();
            List<Turn> turns = new ArrayList<>();
            for (Worksite site : sites) {
                Plan plan = site.lockkeeper().plan(request);
                plan.steps()
                        .forEach(step -> (!turns.isEmpty()
                                                || from.isEmpty()
                                                || step.name().equals(from)
                                        ? turns
                                        : before)
                                .add(Turn.of(site.component(), step)));
            }
            return new Read(
                    new Recipe(target.database(), prelude, scripts, settings),
                    TargetFacts.of(session, target.user()),
                    before,
                    turns,
                    Platform.prelude(session, users));
        }
    }

    private List<Forecast> forecasts(EmbeddedPostgres server, RehearsalReport report) {
        if (report.migrations().isEmpty()) {
            return List.of();
        }
        Sizes sizes;
        try (Session session = sites.get(0).lockkeeper().look()) {
            sizes = Sizes.of(session, Forecaster.tables(report.migrations()));
        }
        Databases databases = Databases.of(server);
        terminal.passing("measuring how fast this machine is ...");
        try (Session session = Session.open(databases.target(databases.create()), "lockkeeper rehearsal")) {
            return Forecaster.of(report.migrations(), Rates.of(session).faster(speed), sizes);
        }
    }

    private void tell(Target target, Likeness likeness) {
        terminal.result("As for " + target + ": " + Style.line(String.join(", ", likeness.copied())) + ".");
        likeness.apart()
                .forEach(one -> terminal.result(terminal.style().faint("Not as there: " + Style.line(one) + ".")));
        if (!likeness.prelude().isEmpty()) {
            terminal.result("A prelude that makes what is missing, where the server has it, for --prelude FILE:");
            likeness.prelude().forEach(line -> terminal.result("  " + Style.line(line)));
        }
    }

    private static int major(TargetFacts facts) {
        return Integer.parseInt(facts.serverVersion().replaceFirst("^(\\d+)(?s:.*)$", "$1"));
    }

    /** What the throw-away server lacks may be what every database of the platform has. */
    private static LockkeeperException withPrelude(LockkeeperException e, Read read) {
        List<String> lines = new ArrayList<>(read.roles());
        read.facts().extensions().forEach(one -> lines.add(one.sql() + ";"));
        if (lines.isEmpty() || e.problems().stream().noneMatch(p -> p.code() == Code.DRIFT_UNKNOWN)) {
            return e;
        }
        List<Problem> problems = e.problems().stream()
                .map(p -> p.note(
                        "a prelude with what this database has, for --prelude FILE:\n" + String.join("\n", lines)))
                .toList();
        return new LockkeeperException(problems, e);
    }
}
