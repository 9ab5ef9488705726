package dev.lockkeeper.check.report;

import dev.lockkeeper.check.Finding;
import dev.lockkeeper.check.LintReport;
import dev.lockkeeper.problem.Problem;
import java.util.ArrayList;
import java.util.List;

/** Findings as Markdown, for a comment on a pull or merge request. */
public final class Comment {
    /** How many are told: a comment is read by people. */
    private static final int MOST = 50;

    private Comment() {}

    public static List<String> text(LintReport report) {
        List<Finding> findings = report.findings().stream()
                .filter(finding -> finding.suppressed() == null)
                .toList();
        List<String> lines = new ArrayList<>();
        // by this a job finds the comment that it wrote before
        lines.add("<!-- lockkeeper lint -->");
        lines.add("### Lockkeeper: " + code(FindingsText.summary(report)));
        lines.add("");
        for (Problem problem : report.problems()) {
            lines.add("**" + code(problem.message()) + "**"
                    + (problem.place() == null
                            ? ""
                            : " at " + code(problem.place().toString())));
            lines.add("");
        }
        if (!findings.isEmpty()) {
            lines.add("| | where | what | instead |");
            lines.add("|---|---|---|---|");
            findings.stream()
                    .limit(MOST)
                    .forEach(finding -> lines.add("| " + finding.severity().key() + " `" + finding.rule() + "` | "
                            + code(finding.place().toString()) + " | " + code(finding.message()) + " | "
                            + code(finding.help()) + " |"));
            if (findings.size() > MOST) {
                lines.add("");
                lines.add("and " + (findings.size() - MOST) + " more");
            }
            lines.add("");
        }
        lines.add(code(FindingsText.coverage(report)));
        return lines;
    }

    /** So that no name of an object makes a table, a link, a mention or HTML. */
    private static String code(String text) {
        StringBuilder all = new StringBuilder();
        text.codePoints().forEach(c -> {
            // as numbers: a backslash keeps no @ from being a mention
            if ("\\`*_{}[]<>()#+!|@~&".indexOf(c) >= 0) {
                all.append("&#").append(c).append(';');
            } else {
                all.appendCodePoint(c < ' ' ? ' ' : c);
            }
        });
        return all.toString();
    }
}
