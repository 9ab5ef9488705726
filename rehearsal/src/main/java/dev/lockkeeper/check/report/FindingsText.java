package dev.lockkeeper.check.report;

import dev.lockkeeper.check.Finding;
import dev.lockkeeper.check.LintReport;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Unjudged;
import dev.lockkeeper.report.ProblemText;
import dev.lockkeeper.report.Style;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Findings as a person reads them. */
public final class FindingsText {
    private static final int MOST_UNJUDGED = 10;

    private final Style style;
    private final ProblemText problems;

    public FindingsText(Style style) {
        this.style = style;
        this.problems = new ProblemText(style);
    }

    /** All findings that count, and below them what was looked at and how. */
    public List<String> text(LintReport report) {
        List<String> lines = new ArrayList<>();
        report.findings().stream()
                .filter(finding -> finding.suppressed() == null)
                .forEach(finding -> {
                    lines.addAll(finding(finding));
                    lines.add("");
                });
        report.problems().forEach(problem -> {
            lines.addAll(problems.error(problem).lines().toList());
            lines.add("");
        });
        report.unjudged().stream().limit(MOST_UNJUDGED).forEach(one -> lines.add(unjudged(one)));
        if (report.unjudged().size() > MOST_UNJUDGED) {
            lines.add("  and " + (report.unjudged().size() - MOST_UNJUDGED) + " more that no rule could look at");
        }
        lines.add(summary(report));
        lines.add(style.faint(coverage(report)));
        return lines;
    }

    private List<String> finding(Finding finding) {
        String level = finding.severity().key();
        List<String> lines = new ArrayList<>(problems.head(
                switch (finding.severity()) {
                    case ERROR -> style.bad(level);
                    case WARNING -> style.notable(level);
                    case NOTE -> style.strong(level);
                },
                finding.rule(),
                finding.message(),
                finding.place()));
        lines.add("  = help: " + Style.printable(finding.help()));
        return lines;
    }

    private static String unjudged(Unjudged one) {
        return "  not judged: " + Style.printable(one.place().toString()) + ", " + one.reason();
    }

    /** How many of each. */
    static String summary(LintReport report) {
        List<String> parts = new ArrayList<>();
        for (Severity severity : Severity.values()) {
            long count = report.count(severity);
            if (count > 0) {
                parts.add(counted(count, severity.key()));
            }
        }
        long passed = report.suppressed();
        return (parts.isEmpty() ? "No findings" : String.join(", ", parts)) + " in "
                + counted(report.migrations(), "migration")
                + (passed == 0 ? "." : "; " + passed + " more passed over for the reasons in the files.");
    }

    /** What was looked at and how. */
    static String coverage(LintReport report) {
        String where = report.serverVersion() == null ? "" : " on PostgreSQL " + report.serverVersion();
        return String.format(
                Locale.ROOT,
                "%s observed%s, %d judged by text, %d not judged.",
                counted(report.observed(), "statement"),
                where,
                report.byText(),
                report.unjudged().size());
    }

    private static String counted(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
