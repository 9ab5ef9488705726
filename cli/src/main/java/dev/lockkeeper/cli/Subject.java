package dev.lockkeeper.cli;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Component;
import dev.lockkeeper.project.Environment;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.source.Convention;
import dev.lockkeeper.source.Folder;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.source.ScriptReader;
import dev.lockkeeper.source.Tokens;
import dev.lockkeeper.source.Version;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * What a command takes to a throw-away server.
 *
 * @param project null for a folder of migrations without one
 * @param components the histories, at least one
 * @param folders from which they were read, in the same order
 * @param prelude SQL to run first
 */
record Subject(@Nullable Project project, List<Migrations> components, List<Folder> folders, List<Script> prelude) {
    /** Adds the options by which it is named. */
    static CommandSpec options(CommandSpec spec) {
        return options(spec, "take token values from this environment");
    }

    /** The same where an environment means something else. */
    static CommandSpec options(CommandSpec spec, String environment) {
        return Options.component(Options.project(spec))
                .addOption(Options.text(Options.ENVIRONMENT, "NAME", environment))
                .addOption(Options.set())
                .addOption(Options.text(
                        Options.MIGRATIONS, "DIR", "a folder of migrations instead of a project, tried unchanged"))
                .addOption(Options.text(
                        Options.CONVENTION,
                        "NAME",
                        "with --migrations: how its files are named: " + String.join(", ", Convention.keys())
                                + " (default: found out)"))
                .addOption(Options.repeated(
                        Options.PRELUDE,
                        "FILE",
                        "SQL to run first, such as the roles that the migrations expect; may be repeated"))
                .addOption(Options.text(Options.TO, "VERSION", "go no further than this version"));
    }

    static Subject of(ParseResult arguments) {
        @Nullable String folder = arguments.matchedOptionValue(Options.MIGRATIONS, null);
        @Nullable Project project = folder == null ? Workplace.project(arguments) : null;
        List<Folder> folders = folder == null ? ofProject(project, arguments) : List.of(of(folder, arguments));
        return new Subject(
                project, folders.stream().map(Migrations::read).toList(), folders, prelude(project, arguments));
    }

    /** All components of a project, whatever is asked for. */
    static Subject whole(Project project, ParseResult arguments) {
        List<Folder> folders = folders(project, project.components(), arguments);
        return new Subject(
                project, folders.stream().map(Migrations::read).toList(), folders, prelude(project, arguments));
    }

    /** The project's prelude and those that are named. */
    static List<Script> prelude(@Nullable Project project, ParseResult arguments) {
        List<Path> preludes = new ArrayList<>();
        if (project != null && project.prelude() != null) {
            preludes.add(project.prelude());
        }
        Options.values(arguments, Options.PRELUDE).forEach(file -> preludes.add(Workplace.path(file)));
        return preludes.stream().map(Subject::script).toList();
    }

    static Script script(Path file) {
        return Script.of(ScriptReader.display(file), ScriptReader.read(file));
    }

    /** The version that an option names, as the files spell it; null when it is not given. */
    @Nullable
    Version version(ParseResult arguments, String option) {
        String text = arguments.matchedOptionValue(option, "");
        if (text.isEmpty()) {
            return null;
        }
        Version version = Workplace.version(text)
                .among(components.stream()
                        .flatMap(c -> c.all().stream())
                        .map(Migration::version)
                        .toList());
        if (components.stream().noneMatch(c -> c.find(version).isPresent())) {
            throw Problem.of(Code.VERSION_UNKNOWN, "there is no migration of version " + version)
                    .asException();
        }
        return version;
    }

    /** The major version of the server: the one that is asked for, or the project's. */
    int server(ParseResult arguments) {
        return server(arguments, project);
    }

    static int server(ParseResult arguments, @Nullable Project project) {
        String wanted = Options.value(
                arguments, Options.SERVER_VERSION, Integer.toString(project == null ? 18 : project.serverVersion()));
        if (!List.of("15", "16", "17", "18").contains(wanted)) {
            throw Problem.of(Code.USAGE, wanted + " is not a version of PostgreSQL that can be tried")
                    .help("use --server-version 15, 16, 17 or 18")
                    .asException();
        }
        return Integer.parseInt(wanted);
    }

    private static List<Folder> ofProject(@Nullable Project project, ParseResult arguments) {
        if (project == null) {
            throw new IllegalStateException("without a folder there is a project");
        }
        return folders(project, project.select(Options.values(arguments, Options.COMPONENT)), arguments);
    }

    private static List<Folder> folders(Project project, List<Component> components, ParseResult arguments) {
        Environment environment = project.environment(Options.value(arguments, Options.ENVIRONMENT, "local"));
        return components.stream()
                .map(component -> project.folder(component, environment, Options.pairs(arguments)))
                .toList();
    }

    private static Folder of(String folder, ParseResult arguments) {
        if (arguments.hasMatchedOption(Options.PROJECT)) {
            throw Problem.of(Code.USAGE, "--project and --migrations exclude each other")
                    .asException();
        }
        @Nullable String name = arguments.matchedOptionValue(Options.CONVENTION, null);
        @Nullable Convention convention = name == null ? null : convention(name);
        Map<String, String> set = Options.pairs(arguments);
        Path path = Workplace.path(folder);
        return new Folder("main", path, convention, new Tokens(set.keySet(), set, false));
    }

    static Convention convention(String name) {
        return Convention.named(name)
                .orElseThrow(() -> Problem.of(Code.USAGE, "there is no convention " + name)
                        .help(Nearest.to(name, Convention.keys())
                                .map(n -> "did you mean " + n + "?")
                                .orElse("known are " + String.join(", ", Convention.keys())))
                        .asException());
    }
}
