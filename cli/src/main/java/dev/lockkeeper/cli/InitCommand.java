package dev.lockkeeper.cli;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.ProjectFile;
import dev.lockkeeper.source.Convention;
import dev.lockkeeper.source.ScriptReader;
import dev.lockkeeper.stewardship.classification.Suggestion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper init}: makes a project. */
final class InitCommand implements Command {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "init",
                "Makes a project with a first migration and its rollback, or around the migrations that are there; never overwrites a file.");
        spec.addPositional(Options.positional("DIR", "the folder of the project (default: this folder)", false))
                .addOption(Options.text(
                        Options.CONVENTION,
                        "NAME",
                        "how migration files are named: " + String.join(", ", Convention.keys())
                                + " (default: what the files tell, else flyway)"))
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
        Path own = folder.toAbsolutePath().normalize().getFileName();
        String name = Options.value(arguments, Options.NAME, own == null ? "project" : own.toString());
        NewFiles files = new NewFiles(terminal);
        String asked = Options.value(arguments, Options.CONVENTION, "");
        ToolSettings settings = ToolSettings.in(folder);
        Optional<FoundMigrations> found =
                FoundMigrations.in(folder, settings, asked.isEmpty() ? null : Subject.convention(asked));
        if (found.isPresent()) {
            around(found.get(), folder, file, name, files, terminal);
            return 0;
        }
        boolean sqitch = asked.isEmpty() && settings.tool().equals("sqitch");
        Convention convention =
                sqitch ? Convention.SQITCH : asked.isEmpty() ? Convention.FLYWAY : Subject.convention(asked);
        String home = sqitch ? "." : "migrations";
        files.write(file, """
            # What Lockkeeper needs to know about this project.
            project: %s
            migrations: %s
            convention: %s
            # ${schema} in a script becomes app
            tokens:
              schema: app
            # the dictionary, the change log and the rollback guide, which lockkeeper docs generate makes,
            # and the pictures of lockkeeper erd --out docs; check validates both once they are there
            docs:
              folder: docs
              pictures: docs
            # types for programs, which lockkeeper types generate makes; check compares them too
            types:
              folder: docs/types
            # what each column is, whose it is and how long it stays; check judges it
            classification: classification.yaml
            # rows that lockkeeper seed local-dev brings, again and again without a row twice; the file says for each table:
            #   rows: [{table: app.customers, key: mail, rows: [{mail: ada@shop.example, name: Ada}]}]
            # seeds:
            #   local-dev: {files: seeds/local-dev.yaml}
            """.formatted(quoted(name), home, convention.key()));
        Path classes = folder.resolve("classification.yaml");
        if (!Files.exists(classes)) {
            files.write(classes, Suggestion.empty());
        }
        files.migration(
                folder.resolve(home),
                convention,
                name,
                convention.firstVersion(Clock.systemUTC()),
                "create_schema",
                """
            create schema ${schema};
            comment on schema ${schema} is 'Everything that belongs to the application.';
            """,
                "drop schema ${schema};\n");
        files.report("lockkeeper smoke --project " + typed(folder));
        return 0;
    }

    /** Makes a project around files that are there: nothing but the project file. */
    private static void around(
            FoundMigrations found, Path folder, Path file, String name, NewFiles files, Terminal terminal) {
        StringBuilder yaml = new StringBuilder("# What Lockkeeper needs to know about this project.\n")
                .append("project: ")
                .append(quoted(name))
                .append("\nmigrations: ")
                .append(found.folder())
                .append("\nconvention: ")
                .append(found.migrations().convention().key())
                .append('\n');
        if (found.lacksDowns()) {
            yaml.append("# some migrations have no down script\ndowns: optional\n");
        }
        Map<String, @Nullable String> tokens = found.tokens();
        if (!tokens.isEmpty()) {
            boolean known = tokens.values().stream().anyMatch(Objects::nonNull);
            yaml.append(known ? "tokens:\n" : "# tokens:\n");
            tokens.forEach((token, value) -> yaml.append(value == null ? "#   " : "  ")
                    .append(token)
                    .append(": ")
                    .append(value == null ? "VALUE" : quoted(value))
                    .append('\n'));
        }
        ToolSettings settings = found.settings();
        if (settings.url() != null) {
            yaml.append("# the database that ")
                    .append(settings.file())
                    .append(
                            " names; an environment called local would be the default\n# environments:\n#   NAME:\n#     url: ")
                    .append(quoted(settings.url()))
                    .append('\n');
        }
        yaml.append("""
                # documents and pictures: lockkeeper docs generate and lockkeeper erd --out docs make them, check validates them
                docs:
                  folder: docs
                  pictures: docs
                # types for programs: lockkeeper types generate makes them
                types:
                  folder: docs/types
                # what each column is: lockkeeper classify suggest --out classification.yaml writes a first file to complete
                # classification: classification.yaml
                """);
        files.write(file, yaml.toString());
        int count = found.migrations().all().size();
        terminal.result("found " + count + (count == 1 ? " migration" : " migrations") + " in " + found.folder() + " ("
                + found.migrations().convention().key() + ")");
        if (!settings.tool().isEmpty()) {
            terminal.result("read " + settings.file() + " of " + settings.tool());
        }
        if (!settings.left().isEmpty()) {
            terminal.progress("note: not taken over from it: " + String.join(", ", settings.left()));
        }
        List<String> others = found.others(folder);
        if (!others.isEmpty()) {
            terminal.progress("note: files of SQL lie in " + String.join(", ", others) + " too, and were left out");
        }
        tokens.forEach((token, value) -> {
            if (value == null) {
                terminal.result("the scripts name ${" + token + "}: set it in " + ScriptReader.display(file)
                        + " if it is a token");
            }
        });
        String project = typed(folder);
        files.report("lockkeeper smoke --project " + project
                + ", or, where another tool has applied them: lockkeeper adopt --dry-run --project " + project);
    }

    /** As a shell reads it. */
    static String typed(Path folder) {
        String name = folder.toString().isEmpty() ? "." : ScriptReader.display(folder);
        return name.matches("[\\w./@%+=:,-]+") ? name : "'" + name.replace("'", "'\\''") + "'";
    }

    /** In double quotes, where YAML knows JSON's escapes. */
    private static String quoted(String name) {
        return name.matches("[A-Za-z][A-Za-z0-9_-]*")
                ? name
                : '"' + name.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }
}
