package dev.lockkeeper.cli;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.plan.Policy;
import dev.lockkeeper.problem.Category;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Component;
import dev.lockkeeper.project.Environment;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.rehearsal.ComponentWindow;
import dev.lockkeeper.rehearsal.Window;
import dev.lockkeeper.rehearsal.WindowReport;
import dev.lockkeeper.rehearsal.WindowWriter;
import dev.lockkeeper.source.Folder;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.source.ScriptReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper window}: how long apply and rollback take beside traffic, and how long they hold it up. */
final class WindowCommand implements Command {
    private static final String WINDOW = "--window";
    private static final String STALL = "--stall";
    private static final String WORKLOAD = "--workload";
    private static final String SESSIONS = "--sessions";
    private static final int MOST_SESSIONS = 30;

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.component(Options.project(Options.command(
                "window",
                "Measures on a throw-away PostgreSQL, while sessions work on the same tables: the rollback of the newest"
                        + " migration, its apply, the rollback of all and the apply of all; how long each takes, and how long"
                        + " any statement of these sessions had to wait. Touches no database of yours.")));
        spec.addOption(Options.text(
                        WINDOW, "TIME", "how long an apply or a rollback may take, such as 90s (default: 10min)"))
                .addOption(Options.text(
                        STALL, "TIME", "how long a rollback may hold up a statement of others (default: 1min)"))
                .addOption(Options.text(
                        WORKLOAD,
                        "FILE",
                        "statements that the sessions send in turn, each a transaction (default: for each table, reading"
                                + " a row and taking the lock of a writer)"))
                .addOption(Options.text(SESSIONS, "N", "how many sessions send them (default: 4)"))
                .addOption(Options.text(Options.ENVIRONMENT, "NAME", "take token values from this environment"))
                .addOption(Options.set())
                .addOption(Options.text(
                        Options.SERVER_VERSION, "N", "PostgreSQL 15, 16, 17 or 18 (default: the project's, or 18)"));
        return Options.examples(
                spec,
                "lockkeeper window --project shop",
                "lockkeeper window --project schemas/inference-platform",
                "lockkeeper window --project shop --sessions 8 --output json");
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        Duration window = duration(arguments, WINDOW, Duration.ofMinutes(10));
        Duration stall = duration(arguments, STALL, Duration.ofMinutes(1));
        int sessions = sessions(Options.value(arguments, SESSIONS, "4"));
        Project project = Workplace.project(arguments);
        List<Window.Subject> subjects = subjects(project, arguments);
        @Nullable String file = arguments.matchedOptionValue(WORKLOAD, null);
        if (file != null && subjects.size() > 1) {
            throw Problem.of(Code.USAGE, "a workload is for one component, and the project has several")
                    .help("name one with " + Options.COMPONENT + " NAME")
                    .asException();
        }
        @Nullable Path prelude = project.prelude();
        Window.Settings settings = new Window.Settings(
                prelude == null ? List.of() : List.of(Subject.script(prelude)),
                project.historySchema(),
                file == null ? null : Subject.script(Workplace.path(file)),
                sessions,
                window,
                stall);
        subjects.forEach(s -> Workplace.warn(s.migrations(), terminal));
        WindowWriter writer = new WindowWriter(terminal.style());
        try (EmbeddedPostgres server = ThrowAwayServer.start(Subject.server(arguments, project), terminal)) {
            terminal.passing("measuring ...");
            WindowReport report = new Window(server, settings).run(subjects, component -> {
                terminal.clear();
                terminal.result(writer.text(component));
            });
            terminal.clear();
            terminal.result(writer.summary(report));
            terminal.result(WindowWriter.SCHEMA, json -> WindowWriter.json(json, report));
            return report.components().stream()
                    .map(ComponentWindow::stopped)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .map(p -> p.code().category().exitCode())
                    .orElse(report.passed() ? 0 : Category.FINDINGS.exitCode());
        }
    }

    private static List<Window.Subject> subjects(Project project, ParseResult arguments) {
        Environment environment = project.environment(Options.value(arguments, Options.ENVIRONMENT, "local"));
        List<Window.Subject> subjects = new ArrayList<>();
        for (Component component : project.select(Options.values(arguments, Options.COMPONENT))) {
            Folder folder = project.folder(component, environment, Options.pairs(arguments));
            subjects.add(new Window.Subject(
                    Migrations.read(folder),
                    Policy.of(project, component).withoutHooks(),
                    component.data().stream()
                            .map(file ->
                                    Script.of(ScriptReader.display(file), ScriptReader.read(file), folder.tokens()))
                            .toList()));
        }
        return subjects;
    }

    private static Duration duration(ParseResult arguments, String option, Duration otherwise) {
        Duration duration = Options.duration(arguments, option, otherwise);
        if (duration.isZero()) {
            throw Problem.of(Code.USAGE, option + " must be more than 0").asException();
        }
        return duration;
    }

    private static int sessions(String text) {
        int number = Workplace.number(text, SESSIONS);
        if (number < 1 || number > MOST_SESSIONS) {
            throw Problem.of(Code.USAGE, text + " is not a number for " + SESSIONS)
                    .help("use a number from 1 to " + MOST_SESSIONS)
                    .asException();
        }
        return number;
    }
}
