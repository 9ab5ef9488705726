package dev.lockkeeper.cli;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.ProjectFile;
import dev.lockkeeper.source.Convention;
import dev.lockkeeper.source.ScriptReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper init}: makes a project. */
final class InitCommand implements Command {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "init", "Makes a project with a first migration and its rollback; never overwrites a file.");
        spec.addPositional(Options.positional("DIR", "the folder of the project (default: this folder)", false))
                .addOption(Options.text(
                        Options.CONVENTION,
                        "NAME",
                        "how migration files are named: " + String.join(", ", Convention.keys())
                                + " (default: flyway)"))
                .addOption(Options.text(Options.NAME, "NAME", "the project's name (default: the folder's name)"));
        return Options.examples(spec, "lockkeeper init shop", "lockkeeper init shop --convention golang-migrate");
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        Path folder = Workplace.path(arguments.matchedPositionalValue(0, "."));
        Path file = folder.resolve(ProjectFile.NAME);
        if (Files.exists(file)) {
            throw Problem.of(Code.USAGE, "there is a project already")
                    .at(Place.of(ScriptReader.display(file)))
                    .help("name another folder, or add a migration with: lockkeeper new SLUG")
                    .asException();
        }
        Convention convention = SmokeCommand.convention(Options.value(arguments, Options.CONVENTION, "flyway"));
        Path own = folder.toAbsolutePath().normalize().getFileName();
        String name = Options.value(arguments, Options.NAME, own == null ? "project" : own.toString());
        NewFiles files = new NewFiles(terminal);
        files.write(file, """
            # What Lockkeeper needs to know about this project.
            project: %s
            migrations: migrations
            convention: %s
            # ${schema} in a script becomes app
            tokens:
              schema: app
            """.formatted(quoted(name), convention.key()));
        files.migration(
                folder.resolve("migrations"),
                convention,
                convention.firstVersion(Clock.systemUTC()),
                "create_schema",
                """
            create schema ${schema};
            comment on schema ${schema} is 'Everything that belongs to the application.';
            """,
                "drop schema ${schema};\n");
        files.report(
                "lockkeeper smoke --project " + (folder.toString().isEmpty() ? "." : ScriptReader.display(folder)));
        return 0;
    }

    /** In double quotes, where YAML knows JSON's escapes. */
    private static String quoted(String name) {
        return name.matches("[A-Za-z][A-Za-z0-9_-]*")
                ? name
                : '"' + name.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }
}
