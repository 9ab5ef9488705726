package dev.lockkeeper.cli;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.problem.Category;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Environment;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.project.TargetResolver;
import dev.lockkeeper.rehearsal.Databases;
import dev.lockkeeper.rehearsal.MigrationProof;
import dev.lockkeeper.rehearsal.Smoke;
import dev.lockkeeper.rehearsal.SmokeReport;
import dev.lockkeeper.rehearsal.SmokeWriter;
import dev.lockkeeper.rows.RowSource;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.source.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper smoke}: proves that every rollback restores, on a throw-away server. */
final class SmokeCommand implements Command {
    private final Map<String, String> variables;

    SmokeCommand(Map<String, String> variables) {
        this.variables = variables;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Subject.options(Options.command(
                        "smoke",
                        "Takes each migration through apply, rollback and reapply on a throw-away PostgreSQL and proves by the"
                                + " system catalogs that rollback restores the exact schema, and with rows in the tables that"
                                + " it brings them back. Touches no database of yours."))
                .addOption(RowsOption.proving())
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
        Subject subject = Subject.of(arguments);
        List<Migrations> components = subject.components();
        List<Script> prelude = subject.prelude();
        RowSource rows = RowsOption.proving(arguments);
        components.forEach(c -> announce(c, terminal));
        @Nullable Version version = subject.version(arguments, Options.TO);
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
            try (EmbeddedPostgres own = ThrowAwayServer.start(subject.server(arguments), terminal)) {
                return run(components, prelude, rows, version, Databases.of(own), terminal);
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
                return run(components, prelude, rows, version, databases, terminal);
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
            RowSource rows,
            @Nullable Version to,
            Databases databases,
            Terminal terminal) {
        SmokeWriter writer = new SmokeWriter(
                terminal.style(), components.stream().map(Migrations::component).toList());
        int of = components.stream().mapToInt(c -> c.all().size()).sum();
        List<MigrationProof> done = new ArrayList<>();
        SmokeReport report = new Smoke(databases, prelude, rows).run(components, to, proof -> {
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

    private static void announce(Migrations migrations, Terminal terminal) {
        Workplace.warn(migrations, terminal);
        int count = migrations.all().size();
        terminal.result(terminal.style().strong(migrations.component()) + ": " + count
                + (count == 1 ? " migration" : " migrations"));
    }
}
