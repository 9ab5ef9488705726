package dev.lockkeeper.cli;

import dev.lockkeeper.Lockkeeper;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.PostgresDialect;
import dev.lockkeeper.analytics.verify.Chart;
import dev.lockkeeper.analytics.verify.Step;
import dev.lockkeeper.analytics.verify.Verification;
import dev.lockkeeper.analytics.verify.Verifier;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.problem.Category;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.problem.ServerError;
import dev.lockkeeper.project.Component;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.project.Secret;
import dev.lockkeeper.project.SeedPackage;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.rehearsal.Rebuilding;
import dev.lockkeeper.rehearsal.Recipe;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.Style;
import dev.lockkeeper.source.Folder;
import dev.lockkeeper.source.Tokens;
import dev.lockkeeper.stewardship.seed.SeedMode;
import dev.lockkeeper.stewardship.seed.SeedResult;
import dev.lockkeeper.stewardship.seed.Seeding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper analytics verify}: all migrations and a sample on a throw-away server, and whether rollups hold there. */
final class AnalyticsVerify {
    /** An undefined object or schema. */
    private static final Set<String> ABSENT = Set.of("42704", "3F000");

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int NAME = 18;
    private static final int SEEN = 44;
    private static final int TOOK = 9;

    private final Map<String, String> variables;
    private final ParseResult arguments;
    private final Terminal terminal;

    AnalyticsVerify(Map<String, String> variables, ParseResult arguments, Terminal terminal) {
        this.variables = variables;
        this.arguments = arguments;
        this.terminal = terminal;
    }

    int run() {
        List<AnalyticsPlace> places = AnalyticsPlace.of(arguments);
        Project project = Workplace.project(arguments);
        String sample = sample(project);
        requireTokens(project, sample);
        List<Verification> verified = new ArrayList<>();
        List<Step> loaded = new ArrayList<>();
        try (EmbeddedPostgres server = ThrowAwayServer.start(Subject.server(arguments, project), terminal)) {
            terminal.passing("running the migrations ...");
            Subject whole = Subject.whole(project, arguments);
            new Rebuilding(server)
                    .with(new Recipe("postgres", whole.prelude(), List.of(), Map.of()), session -> {}, rebuilt -> {
                        Session session = rebuilt.session();
                        Target target = target(server, session);
                        for (int i = 0; i < project.components().size(); i++) {
                            Component component = project.components().get(i);
                            Lockkeeper database = Lockkeeper.of(
                                    project, component, whole.components().get(i), target);
                            database.run(Request.apply(), PATIENCE, event -> {});
                        }
                        for (int i = 0; i < project.components().size(); i++) {
                            load(project, i, whole, target, sample, loaded);
                        }
                        for (AnalyticsPlace place : places) {
                            terminal.passing("computing rollups ...");
                            place.requireFit(session);
                            for (Rollup rollup : place.rollups()) {
                                verified.add(new Verifier(
                                                place.at(session), new PostgresDialect(), rollup, TopHelp.version())
                                        .run());
                            }
                        }
                        return sample;
                    });
        } catch (LockkeeperException e) {
            throw told(e);
        }
        terminal.clear();
        return told(sample, loaded, verified);
    }

    /** A name that nothing knows would be taken for a token that no file has, and the sample would be as it is. */
    private void requireTokens(Project project, String sample) {
        Set<String> known = new TreeSet<>(project.environment("local").tokens().keySet());
        for (Component component : project.components()) {
            known.addAll(component.tokens().keySet());
            component.seeds().stream()
                    .filter(one -> one.name().equals(sample))
                    .forEach(one -> known.addAll(one.tokens().keySet()));
        }
        for (String name : Options.pairs(arguments).keySet()) {
            if (!known.contains(name)) {
                throw Problem.of(Code.USAGE, "package " + sample + " has no token " + name)
                        .help(Nearest.to(name, known)
                                .map(near -> "did you mean " + Options.SET + " " + near + "=...?")
                                .orElse(
                                        known.isEmpty()
                                                ? "declare it under tokens: in lockkeeper.yaml"
                                                : "known are " + String.join(", ", known)))
                        .asException();
            }
        }
    }

    /** What is different on a server that has nothing, and on a day that comes later. */
    private static LockkeeperException told(LockkeeperException e) {
        return new LockkeeperException(
                e.problems().stream().map(AnalyticsVerify::told).toList());
    }

    private static Problem told(Problem problem) {
        ServerError server = problem.server();
        if (server == null) {
            return problem;
        }
        if (ABSENT.contains(server.sqlState())) {
            return problem.note("the migrations ran on a server that has nothing else: what every database of yours has"
                    + " already, such as roles, is made by a file of SQL that prelude: in lockkeeper.yaml names");
        }
        return "rollup_time_not_too_late".equals(server.constraint())
                ? problem.note(
                        "a sample with fixed times grows older than bounds: past allows: count its times from now(), or"
                                + " give it others with " + Options.SET)
                : problem;
    }

    private static Target target(EmbeddedPostgres server, Session session) {
        String database =
                String.valueOf(session.query("select current_database()").get(0)[0]);
        return new Target("127.0.0.1", server.port(), database, server.user(), new Secret(server.password()), Map.of());
    }

    private String sample(Project project) {
        List<String> known = project.components().stream()
                .flatMap(component -> component.seeds().stream())
                .map(SeedPackage::name)
                .distinct()
                .toList();
        String sample = arguments.matchedOptionValue(AnalyticsCommand.SAMPLE, null);
        if (sample == null || !known.contains(sample)) {
            throw Problem.of(
                            Code.USAGE,
                            sample == null ? "which sample is loaded is not said" : "there is no package " + sample)
                    .help(
                            known.isEmpty()
                                    ? "declare a package with events under seeds: in lockkeeper.yaml"
                                    : Nearest.to(String.valueOf(sample), known)
                                            .map(n -> "did you mean " + AnalyticsCommand.SAMPLE + " " + n + "?")
                                            .orElse("add " + AnalyticsCommand.SAMPLE + " NAME: "
                                                    + String.join(", ", known)))
                    .asException();
        }
        return sample;
    }

    private void load(Project project, int at, Subject whole, Target target, String sample, List<Step> loaded) {
        Component component = project.components().get(at);
        Folder folder = whole.folders().get(at);
        for (SeedPackage seeds : component.seeds()) {
            if (!seeds.name().equals(sample)) {
                continue;
            }
            long start = System.nanoTime();
            try (SeedProgress progress = new SeedProgress(terminal)) {
                Map<String, @Nullable String> given = new HashMap<>(seeds.tokens());
                given.putAll(Options.pairs(arguments));
                Tokens tokens = folder.tokens().with(given);
                Seeding seeding = Seeding.of(
                        seeds,
                        tokens,
                        "local",
                        project.historySchema(),
                        variables,
                        SeedMode.RUN,
                        session -> {},
                        progress);
                SeedResult result = Lockkeeper.of(
                                project, component, whole.components().get(at), target)
                        .undertake(seeding, PATIENCE, holder -> {});
                long rows = result.tables().stream()
                                .mapToLong(one -> one.inserted())
                                .sum()
                        + result.generated().stream()
                                .mapToLong(one -> one.rows())
                                .sum();
                loaded.add(new Step(
                        "sample " + sample, rows + " rows", Duration.ofNanos(System.nanoTime() - start), null));
            }
        }
    }

    private int told(String sample, List<Step> loaded, List<Verification> verified) {
        loaded.forEach(step -> terminal.result(line(step)));
        for (Verification one : verified) {
            terminal.result(terminal.style().strong(Style.line(one.rollup().name())));
            one.steps().forEach(step -> terminal.result(line(step)));
            if (!one.rounds().isEmpty()) {
                new Chart(one.rollup().name(), one.rounds()).text().forEach(line -> terminal.result("  " + line));
            }
        }
        @Nullable String chart = arguments.matchedOptionValue(AnalyticsCommand.CHART, null);
        if (chart != null && !verified.isEmpty()) {
            Verification first = verified.get(0);
            new GeneratedFiles(
                            new TreeMap<>(Map.of(
                                    Workplace.path(chart),
                                    new Chart("Rollup " + first.rollup().name(), first.rounds()).svg())),
                            Chart.MARK)
                    .write()
                    .forEach(one -> terminal.progress(one.line(false)));
        }
        List<Problem> problems =
                verified.stream().flatMap(one -> one.problems().stream()).toList();
        if (!problems.isEmpty()) {
            terminal.error(new LockkeeperException(problems));
        }
        terminal.result(
                "lockkeeper/analytics-verify/v1",
                json -> json.put("sample", sample)
                        .put("holds", problems.isEmpty())
                        .array("load", loaded, AnalyticsVerify::json)
                        .array(
                                "rollups",
                                verified,
                                (j, one) -> j.put("rollup", one.rollup().name())
                                        .array("steps", one.steps(), AnalyticsVerify::json)
                                        .array(
                                                "transactions",
                                                one.rounds(),
                                                (r, round) -> r.put(
                                                                "tookMs",
                                                                round.took().toMillis())
                                                        .put(
                                                                "lagMs",
                                                                round.lag().toMillis())))
                        .array("errors", problems, Json::problem));
        return problems.isEmpty() ? 0 : Category.FINDINGS.exitCode();
    }

    private String line(Step step) {
        Style style = terminal.style();
        Duration took = step.took();
        return "  " + Style.pad(step.name(), NAME) + " " + Style.pad(step.seen(), SEEN) + " "
                + Style.pad(took == null ? "" : took.toMillis() + " ms", TOOK) + " "
                + (step.holds() ? style.good("holds") : style.bad("does not hold: " + step.against()));
    }

    private static void json(Json json, Step step) {
        Duration took = step.took();
        json.put("step", step.name())
                .put("seen", step.seen())
                .put("tookMs", took == null ? null : took.toMillis())
                .put("holds", step.holds())
                .put("against", step.against());
    }
}
