package dev.lockkeeper.cli;

import dev.lockkeeper.Lockkeeper;
import dev.lockkeeper.database.ServerWait;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Component;
import dev.lockkeeper.project.Environment;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.project.ProjectFile;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.project.TargetResolver;
import dev.lockkeeper.source.Folder;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.Version;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParseResult;

/** Turns arguments into the project, components and databases that a command works on. */
final class Workplace {
    private Workplace() {}

    static Project project(ParseResult arguments) {
        return ProjectFile.read(path(Options.value(arguments, Options.PROJECT, ".")));
    }

    /**
     * The project of a command that describes migrations or a live database.
     *
     * @return null with a folder of migrations in its place, and with a database where no project was named and none is around
     */
    static @Nullable Project described(ParseResult arguments) {
        boolean nowhere = arguments.hasMatchedOption(Options.DATABASE)
                && !arguments.hasMatchedOption(Options.PROJECT)
                && !ProjectFile.isAround(Path.of(""));
        return nowhere || arguments.hasMatchedOption(Options.MIGRATIONS) ? null : project(arguments);
    }

    static Path path(String text) {
        try {
            Path path = Path.of(text);
            return text.equals(".") ? Path.of("") : path;
        } catch (InvalidPathException e) {
            throw Problem.of(Code.USAGE, text + " is not a path: " + e.getReason())
                    .asException(e);
        }
    }

    /** The folder of the project. */
    static Path folder(ParseResult arguments) {
        Path named = path(Options.value(arguments, Options.PROJECT, "."));
        Path parent = named.toAbsolutePath().getParent();
        return Files.isRegularFile(named) && parent != null ? parent : named;
    }

    /** The chosen components, each with its migrations read and its database named; warnings are printed. */
    static List<Lockkeeper> open(ParseResult arguments, Map<String, String> variables, Terminal terminal) {
        return sites(arguments, project(arguments), variables, terminal).stream()
                .map(Worksite::lockkeeper)
                .toList();
    }

    /**
     * The same, for what changes the record and is no run of a plan.
     *
     * @throws LockkeeperException {@code role-refused} when this login may change nothing there
     */
    static List<Lockkeeper> openToChange(ParseResult arguments, Map<String, String> variables, Terminal terminal) {
        return sites(arguments, project(arguments), variables, terminal).stream()
                .map(site -> Worksite.requireOperator(site.lockkeeper(), site.rules()))
                .toList();
    }

    /** The same, with the rules that hold there. */
    static List<Worksite> sites(
            ParseResult arguments, Project project, Map<String, String> variables, Terminal terminal) {
        return sites(
                arguments,
                project,
                Options.value(arguments, Options.ENVIRONMENT, ""),
                Options.values(arguments, Options.COMPONENT),
                variables,
                terminal);
    }

    /** @param named the environment; empty for the default one, which the variables win over */
    static List<Worksite> sites(
            ParseResult arguments,
            Project project,
            String named,
            List<String> components,
            Map<String, String> variables,
            Terminal terminal) {
        Environment environment = project.environment(named.isEmpty() ? "local" : named);
        TargetResolver targets = new TargetResolver(variables, !named.isEmpty());
        Ruling ruling = new Ruling(project, variables);
        @Nullable String url = arguments.matchedOptionValue(Options.DATABASE, null);
        List<Problem> problems = new ArrayList<>();
        List<Problem> passedOver = new ArrayList<>();
        List<Worksite> opened = new ArrayList<>();
        for (Component component : project.select(components)) {
            try {
                Target target = targets.resolve(url, environment, component.database());
                target.warning().ifPresent(passedOver::add);
                Folder folder = project.folder(component, environment, Options.pairs(arguments));
                Environment rules = ruling.of(environment, component, target);
                opened.add(new Worksite(
                        Lockkeeper.of(project, component, Migrations.read(folder), target)
                                .telling(terminal.interruption()::opened),
                        Worksite.rules(arguments, project, rules, component),
                        folder.tokens(),
                        environment.name()));
            } catch (LockkeeperException e) {
                problems.addAll(e.problems());
            }
        }
        if (!problems.isEmpty()) {
            throw new LockkeeperException(problems.stream().distinct().toList());
        }
        await(arguments, opened.stream().map(site -> site.lockkeeper().target()), terminal);
        opened.forEach(site -> warn(site.lockkeeper().migrations(), terminal));
        passedOver.stream().distinct().forEach(terminal::warn);
        return opened;
    }

    /** Waits for servers that are starting, if that is asked for. */
    static void await(ParseResult arguments, Stream<Target> targets, Terminal terminal) {
        if (arguments.hasMatchedOption(Options.AWAIT)) {
            Duration limit = Options.duration(arguments, Options.AWAIT, Duration.ZERO);
            targets.distinct()
                    .forEach(target -> ServerWait.until(
                            target, limit, problem -> terminal.progress("waiting: " + problem.message())));
        }
    }

    /** Finds databases: an environment that was named wins over the variables, the default one does not. */
    static TargetResolver targets(ParseResult arguments, Map<String, String> variables) {
        return new TargetResolver(variables, arguments.hasMatchedOption(Options.ENVIRONMENT));
    }

    /** The only one of the chosen components. */
    static Lockkeeper one(List<Lockkeeper> components) {
        if (components.size() != 1) {
            throw Problem.of(Code.USAGE, "the project has several components")
                    .help("name one: --component "
                            + components.get(0).migrations().component())
                    .asException();
        }
        return components.get(0);
    }

    /** Says what a person should know about the files. */
    static void warn(Migrations migrations, Terminal terminal) {
        if (migrations.detected()) {
            terminal.progress("note: the files of " + migrations.component() + " follow the convention "
                    + migrations.convention().key() + ": " + migrations.evidence());
        }
        terminal.warn(migrations.warnings());
    }

    static Version version(String text) {
        // as the files of several conventions are called
        return Version.parse(text.replaceFirst("^[vV](?=\\d)", ""))
                .orElseThrow(() -> Problem.of(Code.USAGE, text + " is not a version")
                        .help("a version is a number, such as 4 or 202511150001, with or without the V of its file")
                        .asException());
    }

    /** @throws LockkeeperException when it is not a number from 1 on */
    static int number(String text, String option) {
        try {
            int number = Integer.parseInt(text);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // reported below like a negative number
        }
        throw Problem.of(
                        Code.USAGE,
                        text.matches("[0-9]{10,}")
                                ? option + " must be " + Integer.MAX_VALUE + " or less, and is " + text
                                : option + " must be 1 or more, and is " + text)
                .asException();
    }
}
