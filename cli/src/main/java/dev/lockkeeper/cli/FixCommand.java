package dev.lockkeeper.cli;

import dev.lockkeeper.check.Judge;
import dev.lockkeeper.check.Naming;
import dev.lockkeeper.check.Rules;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.fix.Fix;
import dev.lockkeeper.fix.FixReport;
import dev.lockkeeper.fix.FixWriter;
import dev.lockkeeper.fix.Work;
import dev.lockkeeper.problem.Category;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.project.RuleSettings;
import dev.lockkeeper.rehearsal.Databases;
import dev.lockkeeper.rehearsal.Smoke;
import dev.lockkeeper.report.ProblemText;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper fix}: writes statements for which others wait in a safer way, once it is proven that it comes to the same. */
final class FixCommand implements Command {
    private static final String WRITE = "--write";

    private final Clock clock;

    /** @param clock by whose day exceptions end, and of the times in a list of migrations */
    FixCommand(Clock clock) {
        this.clock = clock;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Selection.options(Subject.options(Options.command(
                        "fix",
                        "Shows how statements for which others wait are written in a safer way: indexes CONCURRENTLY,"
                                + " constraints NOT VALID and validated after it. Proves on a throw-away PostgreSQL that"
                                + " both ways end in the same catalogs; touches no database of yours.")))
                .addOption(Options.text(
                        Options.SERVER_VERSION, "N", "PostgreSQL 15, 16, 17 or 18 (default: the project's, or 18)"))
                .addOption(OptionSpec.builder(WRITE)
                        .description("write it, where --since or --after say which files were never applied")
                        .build());
        return Options.examples(
                spec,
                "lockkeeper fix",
                "lockkeeper fix --migrations db/migrations --after 120",
                "lockkeeper fix --after 4 --write");
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        boolean write = arguments.hasMatchedOption(WRITE);
        if (write && !Selection.isNarrowed(arguments)) {
            throw Problem.of(Code.USAGE, WRITE + " needs to know which files may change")
                    .because("a migration that was applied anywhere must stay as it is")
                    .help("add --since COMMIT, such as --since origin/main, or --after VERSION")
                    .asException();
        }
        Subject subject = Subject.of(arguments);
        subject.components().forEach(c -> Workplace.warn(c, terminal));
        Selection selection = Selection.of(arguments, subject);
        Smoke.requireReadable(subject.components(), null);
        FixReport report;
        try (EmbeddedPostgres server = ThrowAwayServer.start(subject.server(arguments), terminal);
                Databases databases = Databases.of(server)) {
            report = look(subject, selection, databases, terminal);
        }
        terminal.clear();
        boolean written = write && report.isProven();
        if (written) {
            WrittenFiles.write(report.files());
        }
        terminal.result(new FixWriter(terminal.style()).text(report, written));
        Problem problem = report.problem();
        if (problem != null) {
            new ProblemText(terminal.errorStyle()).errors(List.of(problem)).forEach(terminal::progress);
        }
        terminal.result(FixWriter.SCHEMA, json -> FixWriter.json(json, report, written));
        if (problem != null) {
            return problem.code().category().exitCode();
        }
        return written || report.files().isEmpty() ? 0 : Category.FINDINGS.exitCode();
    }

    private FixReport look(Subject subject, Selection selection, Databases databases, Terminal terminal) {
        @Nullable Project project = subject.project();
        RuleSettings settings = project == null ? RuleSettings.NONE : project.rules();
        Judge judge = new Judge(Rules.of(Naming.of(settings)), settings, LocalDate.now(clock));
        List<Work> works = new ArrayList<>();
        for (int i = 0; i < subject.components().size(); i++) {
            works.add(new Work(
                    subject.folders().get(i),
                    subject.components().get(i),
                    selection.courses().get(i)));
        }
        return new Fix(databases, subject.prelude(), selection.data(), judge, clock)
                .run(works, selection.isChosen(), project == null ? "project" : project.name(), terminal::passing);
    }
}
