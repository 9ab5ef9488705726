package dev.lockkeeper.cli;

import dev.lockkeeper.check.LintReport;
import dev.lockkeeper.check.report.FindingsJson;
import dev.lockkeeper.check.report.FindingsText;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.problem.Category;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.rehearsal.Databases;
import dev.lockkeeper.rehearsal.MigrationProof;
import dev.lockkeeper.rehearsal.Smoke;
import dev.lockkeeper.rehearsal.SmokeReport;
import dev.lockkeeper.rehearsal.SmokeWriter;
import dev.lockkeeper.rows.RowSource;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.stewardship.classification.Classification;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper check}: all that can be known of migrations before a database of somebody's is touched, in one command. */
final class CheckCommand implements Command {
    private final Clock clock;

    /** @param clock by whose day exceptions end */
    CheckCommand(Clock clock) {
        this.clock = clock;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Linting.options(
                Options.command(
                        "check",
                        "Judges migrations by rules as lint does, proves that every rollback restores as smoke does, judges the"
                                + " classification file of a project that has one as classify check does, validates the documents"
                                + " of one that keeps some as docs validate does, and compares the pictures and types that it keeps"
                                + " with the migrations: one command for a job, with one summary. Touches no database of yours."));
        spec.addOption(RowsOption.proving());
        return Options.examples(spec, "lockkeeper check", "lockkeeper check --report sarif=lint.sarif");
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        Subject subject = Subject.of(arguments);
        List<Migrations> components = subject.components();
        components.forEach(c -> Workplace.warn(c, terminal));
        RowSource rows = RowsOption.proving(arguments);
        Linting linting = Linting.of(subject, arguments, clock);
        @Nullable
        Classification classification =
                DataChecking.isAsked(subject.project()) ? DataChecking.classification(subject.project()) : null;
        try (EmbeddedPostgres server = ThrowAwayServer.start(subject.server(arguments), terminal);
                Databases databases = Databases.of(server)) {
            LintReport findings = linting.rehearsed(databases, terminal);
            List<MigrationProof> proofs = new ArrayList<>();
            SmokeReport proven = new Smoke(databases, subject.prelude(), rows)
                    .run(components, linting.selection().to(), proof -> {
                        proofs.add(proof);
                        terminal.passing("[" + proofs.size() + "] proven ...");
                    });
            terminal.clear();
            boolean ran = findings.problems().isEmpty() && proven.stopped() == null;
            Published published = ran
                    ? Published.of(
                            new DataChecking(subject, linting.selection().to()),
                            classification,
                            server,
                            arguments,
                            terminal)
                    : Published.NONE;
            int judged = linting.end(findings, published.data(), terminal);
            if (!linting.reports().replacesText()) {
                tell(components, findings, proven, terminal);
                terminal.result(published.text(terminal.style()));
            }
            int exit = IntStream.of(judged, proof(proven), published.passed() ? 0 : Category.FINDINGS.exitCode())
                    .filter(code -> code != 0)
                    .findFirst()
                    .orElse(0);
            boolean passed = exit == 0;
            terminal.result("lockkeeper/check/v1", json -> {
                json.put("passed", passed)
                        .object("lint", () -> FindingsJson.write(json, findings))
                        .object("smoke", () -> SmokeWriter.json(json, proven));
                published.json(json);
            });
            if (!linting.reports().replacesText()) {
                terminal.result("");
                terminal.result(
                        passed
                                ? terminal.style().good("Passed.")
                                : terminal.style().bad("Did not pass."));
            }
            return exit;
        }
    }

    private static void tell(List<Migrations> components, LintReport findings, SmokeReport proven, Terminal terminal) {
        terminal.result(new FindingsText(terminal.style()).text(findings));
        terminal.result("");
        SmokeWriter writer = new SmokeWriter(
                terminal.style(), components.stream().map(Migrations::component).toList());
        proven.migrations().stream()
                .filter(proof -> !proof.proven())
                .forEach(proof -> terminal.result(writer.text(proof)));
        terminal.result(writer.summary(proven));
    }

    private static int proof(SmokeReport proven) {
        Problem stopped = proven.stopped();
        if (stopped != null) {
            return stopped.code().category().exitCode();
        }
        return proven.proven() ? 0 : Category.FINDINGS.exitCode();
    }
}
