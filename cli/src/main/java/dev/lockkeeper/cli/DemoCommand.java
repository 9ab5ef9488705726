package dev.lockkeeper.cli;

import dev.lockkeeper.Lockkeeper;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.plan.Policy;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Component;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.project.ProjectFile;
import dev.lockkeeper.project.Secret;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.rehearsal.Databases;
import dev.lockkeeper.report.StatusReport;
import dev.lockkeeper.report.Style;
import dev.lockkeeper.rows.RowSource;
import dev.lockkeeper.source.Folder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper demo}: the main job on a reference schema, with nothing installed. */
final class DemoCommand implements Command {
    private static final String SCHEMA = "player-engagement";

    private final Properties properties;

    DemoCommand(Properties properties) {
        this.properties = properties;
    }

    @Override
    public CommandSpec spec() {
        return Options.examples(
                Options.command(
                        "demo",
                        "Shows the main job on the reference schema " + SCHEMA
                                + ": applies it to a PostgreSQL of its own,"
                                + " rolls it back, proves that everything is restored, and applies it again."),
                "lockkeeper demo");
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        Path home = Path.of(properties.getProperty("lockkeeper.home", "."), "schemas", SCHEMA);
        if (!Files.isDirectory(home)) {
            throw Problem.of(Code.PROJECT_MISSING, "the reference schema " + SCHEMA + " is not where it should be")
                    .help("start the demo with the launcher of the repository: ./lockkeeper demo")
                    .asException();
        }
        Project project = ProjectFile.read(home);
        Component component = project.components().get(0);
        Folder folder = project.folder(component, project.environment("local"), Map.of());
        Style style = terminal.style();
        try (EmbeddedPostgres server = ThrowAwayServer.start(project.serverVersion(), terminal)) {
            Target target = new Target(
                    "127.0.0.1",
                    server.port(),
                    server.createDatabase(),
                    server.user(),
                    new Secret(server.password()),
                    Map.of());
            Lockkeeper lockkeeper = Lockkeeper.of(folder, target, project.historySchema(), Policy.strict());
            terminal.result("A real PostgreSQL " + server.version()
                    + " was started for this demo; it goes away with it. Nothing of yours is touched.");

            terminal.result(
                    "\n" + style.strong("1. Apply") + ": each migration is one transaction with its history row.");
            move(lockkeeper, Request.apply(), terminal);
            terminal.result(StatusReport.text(lockkeeper.status(), "the demo database", true, style));

            terminal.result("\n" + style.strong("2. Prove")
                    + ": apply, roll back and reapply each migration in a copy; compare every system catalog.");
            int exitCode = SmokeCommand.run(
                    List.of(lockkeeper.migrations()),
                    List.of(),
                    new RowSource.Generated(),
                    null,
                    Databases.of(server),
                    terminal);

            terminal.result("\n" + style.strong("3. Roll back") + ": all of it, by the down scripts.");
            move(lockkeeper, Request.rollbackTo(Workplace.version("0")), terminal);

            terminal.result("\n" + style.strong("4. Apply again") + ": the same end state.");
            move(lockkeeper, Request.apply(), terminal);

            terminal.result("\n" + style.strong("Done.")
                    + " You saw a schema go up, come down, be proven restored, and go" + " up again.");
            terminal.result("Next, with migrations you have:  lockkeeper smoke --migrations DIR");
            terminal.result("      with a new project:        lockkeeper init shop && lockkeeper smoke --project shop");
            terminal.result("      with a database:           lockkeeper apply --project shop --database"
                    + " postgresql://me@host/db");
            return exitCode;
        }
    }

    private static void move(Lockkeeper lockkeeper, Request request, Terminal terminal) {
        RunProgress progress = new RunProgress(terminal.quiet(), false, false);
        progress.begin(lockkeeper.migrations().component(), "the demo database");
        long start = System.nanoTime();
        lockkeeper.run(request, Duration.ZERO, progress);
        terminal.result(
                "   " + progress.runs().get(0).sentence() + " in " + (System.nanoTime() - start) / 1_000_000 + " ms");
    }
}
