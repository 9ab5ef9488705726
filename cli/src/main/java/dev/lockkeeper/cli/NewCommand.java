package dev.lockkeeper.cli;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Component;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.source.Convention;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Migrations;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper new}: makes the files of a migration. */
final class NewCommand implements Command {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.component(Options.project(
                Options.command("new", "Makes the files of a migration, named and numbered as the project does it.")));
        spec.addOption(Options.set())
                .addPositional(Options.positional("SLUG", "what it does, such as add_invoices", true));
        return Options.examples(
                spec, "lockkeeper new add_invoices", "lockkeeper new add_rollups --component analytics");
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        Project project = Workplace.project(arguments);
        List<Component> chosen = project.select(Options.values(arguments, Options.COMPONENT));
        if (chosen.size() != 1) {
            throw Problem.of(Code.USAGE, "the project has several components")
                    .help("say which: --component "
                            + String.join(
                                    " or --component ",
                                    chosen.stream().map(Component::name).toList()))
                    .asException();
        }
        Component component = chosen.get(0);
        String slug = slug(arguments.matchedPositionalValue(0, ""));
        Clock clock = Clock.systemUTC();
        Convention convention = component.convention();
        Path folder = component.migrations();
        String version;
        if (!Files.isDirectory(component.migrations())) {
            convention = convention == null ? Convention.FLYWAY : convention;
            version = convention.firstVersion(clock);
        } else {
            Migrations migrations =
                    Migrations.read(project.folder(component, project.environment("local"), Options.pairs(arguments)));
            convention = migrations.convention();
            List<Migration> all = migrations.all();
            Migration last = all.isEmpty() ? null : all.get(all.size() - 1);
            version = last == null
                    ? convention.firstVersion(clock)
                    : last.version().next(clock);
            if (last != null && convention == Convention.GOLANG_MIGRATE) {
                // it may lie in a numbered folder, whose files are numbered anew
                Path own = Path.of(last.up().file()).toAbsolutePath().normalize();
                Path home = Objects.requireNonNull(own.getParent());
                if (!home.equals(folder.toAbsolutePath().normalize())) {
                    folder = home;
                    version = last.version().innermost().next(clock);
                }
            }
        }
        NewFiles files = new NewFiles(terminal);
        files.migration(
                folder,
                convention,
                project.name(),
                version,
                slug,
                "-- " + slug.replace('_', ' ') + "\n",
                "-- takes back: " + slug.replace('_', ' ') + "\n");
        files.report("write both scripts, then: lockkeeper smoke --project "
                + Options.value(arguments, Options.PROJECT, "."));
        return 0;
    }

    private static String slug(String text) {
        String slug = text.toLowerCase(Locale.ROOT).replaceAll("[\\s-]+", "_");
        if (!slug.matches("[a-z0-9][a-z0-9_]*")) {
            throw Problem.of(Code.USAGE, "the slug " + text + " cannot be part of a file name everywhere")
                    .help("use letters, digits and underscores, such as add_invoices")
                    .asException();
        }
        return slug;
    }
}
