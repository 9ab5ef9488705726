package dev.lockkeeper.cli;

import dev.lockkeeper.check.Judge;
import dev.lockkeeper.check.Lint;
import dev.lockkeeper.check.LintReport;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.Rules;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.report.FindingsJson;
import dev.lockkeeper.check.report.FindingsText;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.RuleSettings;
import dev.lockkeeper.rehearsal.Databases;
import dev.lockkeeper.rehearsal.PlanRehearsal;
import dev.lockkeeper.rehearsal.Smoke;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper lint}: what is wrong with migrations, by what a throw-away server saw or by their text alone. */
final class LintCommand implements Command {
    private static final String TEXT = "--text";
    private static final String FAIL_ON = "--fail-on";
    private static final int FOUND = 3;

    private final Clock clock;

    /** @param clock by whose day exceptions end */
    LintCommand(Clock clock) {
        this.clock = clock;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Selection.options(Subject.options(Options.command(
                        "lint",
                        "Judges migrations by rules: what stops others, loses data, breaks programs, or fails only where there"
                                + " are rows. Runs them on a throw-away PostgreSQL for that; touches no database of yours.")))
                .addOption(OptionSpec.builder(TEXT)
                        .description("use no server: judge what the text alone can tell")
                        .build())
                .addOption(Options.text(
                        FAIL_ON, "LEVEL", "exit with 3 from this level on: error, warning, note or never (default: error)"))
                .addOption(Reports.option())
                .addOption(Options.text(
                        Options.SERVER_VERSION, "N", "PostgreSQL 15, 16, 17 or 18 (default: the project's, or 18)"));
        return Options.examples(
                spec,
                "lockkeeper lint",
                "lockkeeper lint --migrations db/migrations --since origin/main",
                "lockkeeper lint --text --report sarif=lint.sarif");
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        int failing = failing(Options.value(arguments, FAIL_ON, "error"));
        Reports reports = Reports.of(arguments);
        Subject subject = Subject.of(arguments);
        subject.components().forEach(c -> Workplace.warn(c, terminal));
        List<Rule> rules = Rules.all();
        RuleSettings settings = subject.project() == null ? RuleSettings.NONE : subject.project().rules();
        Lint lint = new Lint(new Judge(rules, settings, LocalDate.now(clock)));
        Selection selection = Selection.of(arguments, subject);
        Smoke.requireReadable(subject.components(), selection.to());
        LintReport report = arguments.hasMatchedOption(TEXT)
                ? lint.text(selection.courses())
                : rehearsed(lint, selection, subject, arguments, terminal);
        terminal.clear();
        report = report.only(selection.isChosen());
        terminal.result(new FindingsText(terminal.style()).text(report));
        LintReport told = report;
        terminal.result(FindingsJson.SCHEMA, json -> FindingsJson.write(json, told));
        reports.write(report, rules, terminal);
        if (!report.problems().isEmpty()) {
            return report.problems().get(0).code().category().exitCode();
        }
        for (Severity severity : Severity.values()) {
            if (severity.ordinal() <= failing && report.count(severity) > 0) {
                return FOUND;
            }
        }
        return 0;
    }

    private static LintReport rehearsed(
            Lint lint, Selection selection, Subject subject, ParseResult arguments, Terminal terminal) {
        int of = selection.courses().stream().mapToInt(c -> c.observed().size()).sum();
        try (EmbeddedPostgres server = ThrowAwayServer.start(subject.server(arguments), terminal);
                Databases databases = Databases.of(server)) {
            return lint.rehearsed(
                    new PlanRehearsal(databases, subject.prelude(), selection.data()),
                    selection.courses(),
                    done -> terminal.passing("[" + done + "/" + of + "] rehearsed ..."));
        }
    }

    /** The ordinal of the mildest level that fails; -1 for none. */
    private static int failing(String level) {
        if (level.equals("never")) {
            return -1;
        }
        for (Severity severity : Severity.values()) {
            if (severity.key().equals(level.toLowerCase(Locale.ROOT))) {
                return severity.ordinal();
            }
        }
        throw Problem.of(Code.USAGE, level + " is not a level")
                .help("use " + FAIL_ON + " error, warning, note or never")
                .asException();
    }
}
