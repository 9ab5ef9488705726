package dev.lockkeeper.cli;

import dev.lockkeeper.check.Judge;
import dev.lockkeeper.check.Lint;
import dev.lockkeeper.check.LintReport;
import dev.lockkeeper.check.Naming;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Rules;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.problem.Category;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.RuleSettings;
import dev.lockkeeper.rehearsal.Course;
import dev.lockkeeper.rehearsal.Databases;
import dev.lockkeeper.rehearsal.PlanRehearsal;
import dev.lockkeeper.rehearsal.Smoke;
import dev.lockkeeper.stewardship.DataCheck;
import dev.lockkeeper.stewardship.classification.DataRule;
import dev.lockkeeper.stewardship.classification.DataRules;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** The part of a command that judges migrations by rules. */
final class Linting {
    private static final String FAIL_ON = "--fail-on";

    private final List<Rule> rules;
    private final Subject subject;
    private final Selection selection;
    private final Reports reports;
    private final Lint lint;
    /** The mildest level that fails; null for none. */
    private final @Nullable Severity failing;

    private Linting(Subject subject, ParseResult arguments, LocalDate today) {
        this.subject = subject;
        this.failing = failing(Options.value(arguments, FAIL_ON, "error"));
        this.reports = Reports.of(arguments);
        RuleSettings settings = subject.project() == null
                ? RuleSettings.NONE
                : subject.project().rules();
        this.rules = Rules.of(Naming.of(settings));
        this.lint = new Lint(new Judge(rules, settings, today));
        this.selection = Selection.of(arguments, subject);
        Smoke.requireReadable(subject.components(), selection.to());
    }

    /** Adds the options of a command that judges. */
    static CommandSpec options(CommandSpec spec) {
        return Selection.options(Subject.options(spec))
                .addOption(Options.text(
                        FAIL_ON,
                        "LEVEL",
                        "exit with 3 from this level on: error, warning, note or never (default: error)"))
                .addOption(Reports.option())
                .addOption(Options.text(
                        Options.SERVER_VERSION, "N", "PostgreSQL 15, 16, 17 or 18 (default: the project's, or 18)"));
    }

    /** @param clock by whose day exceptions end */
    static Linting of(Subject subject, ParseResult arguments, Clock clock) {
        return new Linting(subject, arguments, LocalDate.now(clock));
    }

    LintReport byText() {
        return lint.text(selection.courses()).only(selection.isChosen());
    }

    LintReport rehearsed(Databases databases, Terminal terminal) {
        int of = selection.courses().stream().mapToInt(Course::size).sum();
        LintReport report = lint.rehearsed(
                new PlanRehearsal(databases, subject.prelude(), selection.data()),
                selection.courses(),
                done -> terminal.passing("[" + done + "/" + of + "] rehearsed ..."));
        terminal.clear();
        return report.only(selection.isChosen());
    }

    Reports reports() {
        return reports;
    }

    Selection selection() {
        return selection;
    }

    /** Writes the reports that were asked for, and gives the exit code. */
    int end(LintReport report, Terminal terminal) {
        return end(report, null, terminal);
    }

    /**
     * The same with what was found about data, which is no matter of the exit code here.
     *
     * @param data null when it was not judged
     */
    int end(LintReport report, @Nullable DataCheck data, Terminal terminal) {
        List<RuleText> texts = Stream.concat(
                        rules.stream().map(Rule::text),
                        data == null ? Stream.of() : DataRules.all().stream().map(DataRule::text))
                .toList();
        reports.write(data == null ? report : report.with(data.reported()), texts, terminal);
        if (!report.problems().isEmpty()) {
            return report.problems().get(0).code().category().exitCode();
        }
        for (Severity severity : Severity.values()) {
            if (failing != null && severity.compareTo(failing) <= 0 && report.count(severity) > 0) {
                return Category.FINDINGS.exitCode();
            }
        }
        return 0;
    }

    private static @Nullable Severity failing(String level) {
        if (level.equals("never")) {
            return null;
        }
        for (Severity severity : Severity.values()) {
            if (severity.key().equals(level)) {
                return severity;
            }
        }
        throw Problem.of(Code.USAGE, level + " is not a level")
                .help("use " + FAIL_ON + " error, warning, note or never")
                .asException();
    }
}
