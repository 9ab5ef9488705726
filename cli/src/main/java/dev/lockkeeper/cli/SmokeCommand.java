package dev.lockkeeper.cli;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.problem.Category;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Component;
import dev.lockkeeper.project.Environment;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.project.TargetResolver;
import dev.lockkeeper.rehearsal.Databases;
import dev.lockkeeper.rehearsal.MigrationProof;
import dev.lockkeeper.rehearsal.Smoke;
import dev.lockkeeper.rehearsal.SmokeReport;
import dev.lockkeeper.rehearsal.SmokeWriter;
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
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper smoke}: proves that every rollback restores, on a throw-away server. */
final class SmokeCommand implements Command {
    private final Map<String, String> variables;

    SmokeCommand(Map<String, String> variables) {
        this.variables = variables;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.component(Options.project(Options.command(
                "smoke",
                "Takes each migration through apply, rollback and reapply on a throw-away PostgreSQL and proves by the"
                        + " system catalogs that rollback restores the exact schema. Touches no database of yours.")));
        spec.addOption(Options.text(Options.ENVIRONMENT, "NAME", "take token values from this environment"))
                .addOption(Options.set())
                .addOption(Options.text(
                        Options.MIGRATIONS, "DIR", "a folder of migrations instead of a project, tried unchanged"))
                .addOption(Options.text(
                        Options.CONVENTION,
                        "NAME",
                        "with --migrations: how its files are named: " + String.join(", ", Convention.keys())
                                + " (default: found out)"))
                .addOption(OptionSpec.builder(Options.PRELUDE)
                        .paramLabel("FILE")
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .arity("1")
                        .description("SQL to run first, such as the roles that the migrations expect; may be repeated")
                        .build())
                .addOption(Options.text(Options.TO, "VERSION", "go no further than this version"))
                .addOption(Options.text(
                        Options.SERVER,
                        "URL",
                        "prove on this server instead of the embedded one, which lacks extensions such as PostGIS; in databases"
                                + " of its own there, dropped afterwards"))
                .addOption(Options.text(
                        Options.SERVER_VERSION, "N", "PostgreSQL 15, 16, 17 or 18 (default: the project's, or 18)"));
        return Options.examples(
                spec,
                "lockkeeper smoke",
                "lockkeeper smoke --project shop --server-version 15 --output json",
                "lockkeeper smoke --migrations db/migrations --prelude roles.sql --to 120",
                "lockkeeper smoke --server postgresql://me@localhost/postgres");
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        @Nullable String folder = arguments.matchedOptionValue(Options.MIGRATIONS, null);
        @Nullable Project project = folder == null ? Workplace.project(arguments) : null;
        List<Migrations> components = folder == null ? ofProject(project, arguments) : List.of(of(folder, arguments));
        components.forEach(c -> announce(c, terminal));
        List<Path> preludes = new ArrayList<>();
        if (project != null && project.prelude() != null) {
            preludes.add(project.prelude());
        }
        Options.values(arguments, Options.PRELUDE).forEach(file -> preludes.add(Workplace.path(file)));
        List<Script> prelude = preludes.stream()
                .map(file -> Script.of(ScriptReader.display(file), ScriptReader.read(file)))
                .toList();
        String to = arguments.matchedOptionValue(Options.TO, "");
        @Nullable
        Version version = to.isEmpty()
                ? null
                : Workplace.version(to)
                        .among(components.stream()
                                .flatMap(c -> c.all().stream())
                                .map(Migration::version)
                                .toList());
        if (version != null
                && components.stream().noneMatch(c -> c.find(version).isPresent())) {
            throw Problem.of(Code.VERSION_UNKNOWN, "there is no migration of version " + version)
                    .asException();
        }
        Smoke.requireReadable(components, version);
        terminal.warn(components.stream()
                .flatMap(c -> Smoke.chosen(c, version).stream())
                .filter(m -> m.up().commands().count() == 0)
                .map(m -> Problem.of(Code.SCRIPT_EMPTY, "version " + m.version() + " has no statement in its up script")
                        .at(Place.of(m.up().file()))
                        .help("write it, or remove the file"))
                .toList());
        @Nullable String server = arguments.matchedOptionValue(Options.SERVER, null);
        if (server == null) {
            try (EmbeddedPostgres own = ThrowAwayServer.start(server(arguments, project), terminal)) {
                return run(components, prelude, version, Databases.of(own), terminal);
            }
        }
        if (arguments.hasMatchedOption(Options.SERVER_VERSION)) {
            throw Problem.of(Code.USAGE, Options.SERVER + " and " + Options.SERVER_VERSION + " exclude each other")
                    .because("the server that is named has its own version")
                    .asException();
        }
        if (server.isBlank()) {
            throw Problem.of(Code.USAGE, "the address that " + Options.SERVER + " names is empty")
                    .asException();
        }
        Target target = new TargetResolver(variables, false).resolve(server, Environment.local(), null);
        try (Databases databases = Databases.on(target)) {
            Thread signal = new Thread(databases::abandon, "abandon");
            Runtime.getRuntime().addShutdownHook(signal);
            try {
                return run(components, prelude, version, databases, terminal);
            } finally {
                forget(signal);
            }
        }
    }

    private static void forget(Thread signal) {
        try {
            Runtime.getRuntime().removeShutdownHook(signal);
        } catch (IllegalStateException e) {
            // it is at work
        }
    }

    /** Runs and reports; the demo does the same. */
    static int run(
            List<Migrations> components,
            List<Script> prelude,
            @Nullable Version to,
            Databases databases,
            Terminal terminal) {
        SmokeWriter writer = new SmokeWriter(
                terminal.style(), components.stream().map(Migrations::component).toList());
        int of = components.stream().mapToInt(c -> c.all().size()).sum();
        List<MigrationProof> done = new ArrayList<>();
        SmokeReport report = new Smoke(databases, prelude).run(components, to, proof -> {
            done.add(proof);
            terminal.clear();
            terminal.result(writer.text(proof));
            terminal.passing("[" + done.size() + "/" + of + "] proven ...");
        });
        terminal.clear();
        terminal.result(writer.summary(report));
        terminal.result(SmokeWriter.SCHEMA, json -> SmokeWriter.json(json, report));
        Problem stopped = report.stopped();
        if (stopped != null) {
            return stopped.code().category().exitCode();
        }
        return report.proven() ? 0 : Category.FINDINGS.exitCode();
    }

    private static List<Migrations> ofProject(@Nullable Project project, ParseResult arguments) {
        if (project == null) {
            throw new IllegalStateException("without a folder there is a project");
        }
        Environment environment = project.environment(Options.value(arguments, Options.ENVIRONMENT, "local"));
        List<Migrations> read = new ArrayList<>();
        for (Component component : project.select(Options.values(arguments, Options.COMPONENT))) {
            read.add(Migrations.read(project.folder(component, environment, Options.pairs(arguments))));
        }
        return read;
    }

    private static Migrations of(String folder, ParseResult arguments) {
        if (arguments.hasMatchedOption(Options.PROJECT)) {
            throw Problem.of(Code.USAGE, "--project and --migrations exclude each other")
                    .asException();
        }
        @Nullable String name = arguments.matchedOptionValue(Options.CONVENTION, null);
        @Nullable Convention convention = name == null ? null : convention(name);
        Map<String, String> set = Options.pairs(arguments);
        Path path = Workplace.path(folder);
        return Migrations.read(new Folder("main", path, convention, new Tokens(set.keySet(), set, false)));
    }

    static Convention convention(String name) {
        return Convention.named(name)
                .orElseThrow(() -> Problem.of(Code.USAGE, "there is no convention " + name)
                        .help(Nearest.to(name, Convention.keys())
                                .map(n -> "did you mean " + n + "?")
                                .orElse("known are " + String.join(", ", Convention.keys())))
                        .asException());
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

    private static void announce(Migrations migrations, Terminal terminal) {
        Workplace.warn(migrations, terminal);
        int count = migrations.all().size();
        terminal.result(terminal.style().strong(migrations.component()) + ": " + count
                + (count == 1 ? " migration" : " migrations"));
    }
}
