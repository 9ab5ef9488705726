package dev.lockkeeper.cli;

import dev.lockkeeper.catalog.Deviations;
import dev.lockkeeper.catalog.Scope;
import dev.lockkeeper.catalog.Side;
import dev.lockkeeper.catalog.Stock;
import dev.lockkeeper.catalog.Stocktaking;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.problem.Category;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Environment;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.project.ProjectFile;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.project.TargetResolver;
import dev.lockkeeper.rehearsal.DriftReport;
import dev.lockkeeper.rehearsal.DriftWriter;
import dev.lockkeeper.rehearsal.Rebuilding;
import dev.lockkeeper.rehearsal.Recipe;
import dev.lockkeeper.source.Folder;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.source.Tokens;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper diff}: what two databases have apart, each a live one or what a folder of migrations makes. */
final class DiffCommand implements Command {
    private static final String RECORD = "--record";

    private final Map<String, String> variables;

    DiffCommand(Map<String, String> variables) {
        this.variables = variables;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                        "diff",
                        "Compares two databases object by object. Each is an address, or a folder: a project or plain"
                                + " migrations, built on a throw-away server. Changes nothing. Exit code 3 when they are"
                                + " not the same.")
                .addPositional(positional("0", "A", "what is expected: postgresql://USER@HOST/NAME, or a folder"))
                .addPositional(positional("1", "B", "what is compared with it, in the same way"))
                .addOption(Options.repeated(
                        Options.PRELUDE, "FILE", "SQL that the throw-away server runs first; may be repeated"))
                .addOption(Options.set())
                .addOption(Options.text(
                        Options.SERVER_VERSION,
                        "N",
                        "for two folders: PostgreSQL 15, 16, 17 or 18 (default: the project's, or 18)"))
                .addOption(Options.text(
                        RECORD, "SCHEMA", "the schema of Lockkeeper's record, which is left out (default: lockkeeper)"))
                .addOption(DriftCommand.sql());
        return Options.examples(
                spec,
                "lockkeeper diff postgresql://me@one/shop postgresql://me@two/shop",
                "lockkeeper diff db/migrations postgresql://me@localhost/shop",
                "lockkeeper diff --sql shop-1.4 shop");
    }

    private static PositionalParamSpec positional(String index, String label, String description) {
        return PositionalParamSpec.builder()
                .index(index)
                .paramLabel(label)
                .type(String.class)
                .arity("1")
                .required(true)
                .description(description)
                .build();
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        String one = arguments.matchedPositionalValue(0, "");
        String other = arguments.matchedPositionalValue(1, "");
        List<Script> prelude = Subject.prelude(null, arguments);
        @Nullable Target first = target(one);
        @Nullable Target second = target(other);
        DriftReport report;
        try (Opened a = open(first);
                Opened b = open(second)) {
            report = new Comparing(arguments, terminal, prelude, a, b).report(one, other);
        }
        terminal.result(
                arguments.hasMatchedOption(DriftCommand.SQL)
                        ? DriftWriter.sql(report)
                        : new DriftWriter(terminal.style()).text(report));
        terminal.result(DriftWriter.SCHEMA, json -> json.array("databases", List.of(report), DriftWriter::json));
        return report.counting().isEmpty() ? 0 : Category.FINDINGS.exitCode();
    }

    /** Null for a folder. */
    private @Nullable Target target(String text) {
        if (!text.matches("(?s)postgres(ql)?://.*|\\w+\\s*=.*")) {
            return null;
        }
        return new TargetResolver(variables).resolve(text, Environment.local(), null);
    }

    /** A database that somebody is connected to; without a session a folder is meant. */
    private record Opened(@Nullable Target target, @Nullable Session session) implements AutoCloseable {
        @Override
        public void close() {
            if (session != null) {
                session.close();
            }
        }
    }

    private static Opened open(@Nullable Target target) {
        return new Opened(target, target == null ? null : Session.open(target, "lockkeeper diff"));
    }

    private record Comparing(ParseResult arguments, Terminal terminal, List<Script> prelude, Opened a, Opened b) {
        DriftReport report(String one, String other) {
            @Nullable Session live = a.session() != null ? a.session() : b.session();
            if (live == null) {
                return ofFolders(one, other);
            }
            Stocktaking stocktaking = Stocktaking.of(live);
            if (a.session() != null && b.session() != null) {
                requireSameMajor(a.session(), b.session());
                return report(
                        Side.Live.of(stocktaking, a.session()),
                        Side.Live.of(stocktaking, b.session()),
                        Set.of(),
                        name(a, one),
                        name(b, other),
                        b.session().serverVersion());
            }
            Opened known = a.session() != null ? a : b;
            Target target = Objects.requireNonNull(known.target());
            Recipe recipe = recipe(a.session() == null ? one : other, target.user(), target.database());
            return new Expected(DriftCommand.major(live), terminal).with(recipe, stocktaking, kept -> {
                Side database = Side.Live.of(stocktaking.seeded(kept.seed()), live);
                boolean expected = a.session() == null;
                return report(
                        expected ? kept.stock() : database,
                        expected ? database : kept.stock(),
                        kept.stock().roles(),
                        name(a, one),
                        name(b, other),
                        live.serverVersion());
            });
        }

        private DriftReport ofFolders(String one, String other) {
            int version = Subject.server(arguments, project(one));
            try (EmbeddedPostgres server = ThrowAwayServer.start(version, terminal)) {
                Stock first = new Rebuilding(server).stock(recipe(one, server.user(), "a"), 0);
                try (EmbeddedPostgres another = ThrowAwayServer.start(version, terminal)) {
                    Stock second = new Rebuilding(another).stock(recipe(other, another.user(), "a"), 0);
                    return report(first, second, Set.of(), one, other, another.version());
                }
            }
        }

        private static String name(Opened opened, String text) {
            return opened.target() == null ? text : opened.target().toString();
        }

        private static void requireSameMajor(Session one, Session other) {
            int first = DriftCommand.major(one);
            int second = DriftCommand.major(other);
            if (first != second) {
                throw Problem.of(
                                Code.DRIFT_UNKNOWN,
                                "the databases are of PostgreSQL " + first + " and " + second
                                        + ", whose catalogs differ")
                        .help("compare each of them with the folder of its migrations")
                        .asException();
            }
        }

        private DriftReport report(
                Side first, Side second, Set<String> roles, String one, String other, String version) {
            Scope scope = Scope.both(first, second, Options.value(arguments, RECORD, "lockkeeper"));
            Deviations deviations = Deviations.of(first, second, scope, roles);
            return DriftReport.of(one, other, version, 0, deviations, List.of(), LocalDate.now(ZoneOffset.UTC));
        }

        private static @Nullable Project project(String folder) {
            Path path = Workplace.path(folder);
            return Files.isRegularFile(path.resolve(ProjectFile.NAME)) || Files.isRegularFile(path)
                    ? ProjectFile.read(path)
                    : null;
        }

        /** All scripts of a folder, run by the user of the other side, so that the owners are the same. */
        private Recipe recipe(String folder, String user, String database) {
            Path path = Workplace.path(folder);
            if (!Files.exists(path)) {
                throw Problem.of(Code.USAGE, folder + " is neither an address nor a folder")
                        .help("write a database as postgresql://USER@HOST/NAME")
                        .asException();
            }
            @Nullable Project project = project(folder);
            List<Migrations> components = new ArrayList<>();
            List<Script> before = new ArrayList<>();
            if (project == null) {
                Map<String, String> set = Options.pairs(arguments);
                components.add(Migrations.read(
                        new Folder("main", path, null, new Tokens(new HashSet<>(set.keySet()), set, false))));
            } else {
                if (project.prelude() != null) {
                    before.add(Subject.script(project.prelude()));
                }
                project.components()
                        .forEach(c -> components.add(Migrations.read(
                                project.folder(c, project.environment("local"), Options.pairs(arguments)))));
            }
            before.addAll(prelude);
            return new Recipe(database, before, ModelSource.scripts(components, null, user), Map.of());
        }
    }
}
