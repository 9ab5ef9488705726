package dev.lockkeeper.cli;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.rehearsal.Course;
import dev.lockkeeper.rehearsal.Databases;
import dev.lockkeeper.rehearsal.PlanRehearsal;
import dev.lockkeeper.rehearsal.RehearsalReport;
import dev.lockkeeper.rehearsal.RehearsalWriter;
import dev.lockkeeper.rehearsal.Smoke;
import dev.lockkeeper.source.Script;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper rehearse}: what each statement does, as a throw-away server tells it. */
final class RehearseCommand implements Command {
    private static final String SPEED = "--speed";

    private final Map<String, String> variables;

    RehearseCommand(Map<String, String> variables) {
        this.variables = variables;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Selection.options(Subject.options(
                        Options.command(
                                "rehearse",
                                "Runs migrations on a throw-away PostgreSQL and tells of each statement what the server saw: locks,"
                                        + " rewrites, scans, rows, and what it created, changed, renamed and dropped. With"
                                        + " --database or --environment it runs what is pending there, on what the history of"
                                        + " that database makes, and forecasts by its statistics who waits for how long. Your"
                                        + " databases are read, and never changed."),
                        "rehearse what is pending in the database of this environment"))
                .addOption(RowsOption.observing())
                .addOption(Options.text(Options.DATABASE, "URL", "rehearse what is pending in this database"))
                .addOption(Options.await())
                .addOption(Options.text(
                        SPEED,
                        "FACTOR",
                        "how many times as fast as this machine the database's is, for the forecast (default: 1)"))
                .addOption(Options.text(
                        Options.SERVER_VERSION,
                        "N",
                        "PostgreSQL 15, 16, 17 or 18 (default: the database's, the project's, or 18)"));
        return Options.examples(
                spec,
                "lockkeeper rehearse",
                "lockkeeper rehearse --migrations db/migrations --after 120",
                "lockkeeper rehearse --environment staging",
                "lockkeeper rehearse --project shop --server-version 15 --output json");
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        boolean live = arguments.hasMatchedOption(Options.DATABASE) || arguments.hasMatchedOption(Options.ENVIRONMENT);
        if (live) {
            return live(arguments, terminal);
        }
        if (arguments.hasMatchedOption(SPEED)) {
            throw Problem.of(Code.USAGE, SPEED + " needs --database or --environment")
                    .because("a forecast is made by the statistics of a database")
                    .asException();
        }
        Subject subject = Subject.of(arguments);
        subject.components().forEach(c -> Workplace.warn(c, terminal));
        Selection selection = Selection.of(arguments, subject);
        List<Course> courses = selection.courses();
        Smoke.requireReadable(subject.components(), selection.to());
        RehearsalWriter writer = new RehearsalWriter(terminal.style(), courses.size() > 1);
        int of = courses.stream().mapToInt(Course::size).sum();
        int[] done = {0};
        try (EmbeddedPostgres server = ThrowAwayServer.start(subject.server(arguments), terminal);
                Databases databases = Databases.of(server)) {
            RehearsalReport report = new PlanRehearsal(
                            databases, subject.prelude(), selection.data(), RowsOption.observing(arguments))
                    .run(courses, migration -> {
                        terminal.clear();
                        terminal.result(writer.text(migration));
                        terminal.passing("[" + ++done[0] + "/" + of + "] rehearsed ...");
                    });
            terminal.clear();
            terminal.result(writer.summary(report));
            terminal.result(RehearsalWriter.SCHEMA, json -> RehearsalWriter.json(json, report));
            Problem stopped = report.stopped();
            return stopped == null ? 0 : stopped.code().category().exitCode();
        }
    }

    /** What is pending, database by database: components of one and the same are rehearsed together. */
    private int live(ParseResult arguments, Terminal terminal) {
        for (String option :
                List.of(Options.MIGRATIONS, Options.CONVENTION, Options.SERVER_VERSION, "--after", "--since")) {
            if (arguments.hasMatchedOption(option)) {
                throw Problem.of(Code.USAGE, option + " does not go with --database and --environment")
                        .because("there the database decides what is pending, and its server the version")
                        .asException();
            }
        }
        Project project = Workplace.project(arguments);
        Map<String, List<Worksite>> databases = new LinkedHashMap<>();
        Workplace.sites(arguments, project, variables, terminal)
                .forEach(site -> databases
                        .computeIfAbsent(site.lockkeeper().target().address(), address -> new ArrayList<>())
                        .add(site));
        List<Script> prelude = Subject.prelude(project, arguments);
        List<Script> data = Selection.data(arguments);
        double speed = speed(arguments);
        List<TargetRehearsing.Outcome> outcomes = new ArrayList<>();
        for (List<Worksite> sites : databases.values()) {
            outcomes.add(new TargetRehearsing(sites, prelude, data, speed, terminal)
                    .rehearse(RunCommand.applyRequest(arguments), ""));
        }
        terminal.result(
                TargetRehearsing.SCHEMA, json -> json.array("databases", outcomes, TargetRehearsing.Outcome::json));
        return outcomes.stream()
                .map(one -> one.report().stopped())
                .filter(stopped -> stopped != null)
                .findFirst()
                .map(stopped -> stopped.code().category().exitCode())
                .orElse(0);
    }

    private static double speed(ParseResult arguments) {
        String text = Options.value(arguments, SPEED, "1");
        double speed = text.matches("[0-9]{1,4}(\\.[0-9]{1,4})?") ? Double.parseDouble(text) : 0;
        if (speed <= 0) {
            throw Problem.of(Code.USAGE, text + " is not a factor for " + SPEED)
                    .help("write 2 for twice as fast as this machine, 0.5 for half as fast")
                    .asException();
        }
        return speed;
    }
}
