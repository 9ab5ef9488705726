package dev.lockkeeper.stewardship;

import dev.lockkeeper.check.Severity;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.ProblemText;
import dev.lockkeeper.report.Style;
import dev.lockkeeper.stewardship.classification.Finding;
import java.util.ArrayList;
import java.util.List;

/** What was found about data, for people and for programs. */
public final class DataCheckWriter {
    /** The name and version of the form. */
    public static final String SCHEMA = "lockkeeper/classification/v1";

    private final Style style;

    public DataCheckWriter(Style style) {
        this.style = style;
    }

    /** All findings, and below them what was looked at. */
    public List<String> text(DataCheck check) {
        List<String> lines = new ArrayList<>();
        for (Finding finding : check.findings()) {
            String level = finding.severity().key();
            lines.addAll(new ProblemText(style)
                    .head(
                            switch (finding.severity()) {
                                case ERROR -> style.bad(level);
                                case WARNING -> style.notable(level);
                                case NOTE -> style.strong(level);
                            },
                            finding.rule(),
                            finding.message(),
                            finding.place()));
            lines.add("  = help: " + Style.printable(finding.help()));
            lines.add("");
        }
        lines.add(summary(check));
        return lines;
    }

    private static String summary(DataCheck check) {
        List<String> parts = new ArrayList<>();
        for (Severity severity : Severity.values()) {
            long count = check.count(severity);
            if (count > 0) {
                parts.add(counted(count, severity.key()));
            }
        }
        return (parts.isEmpty() ? "No findings" : String.join(", ", parts)) + " about data: " + check.classified()
                + " of "
                + counted(check.columns(), "column") + " in " + counted(check.tables(), "table") + " classified, "
                + counted(check.rows(), "sample row") + " looked at.";
    }

    private static String counted(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    /** The same as fields of an object. */
    public static void json(Json json, DataCheck check) {
        json.put("file", check.file())
                .put("tables", check.tables())
                .put("columns", check.columns())
                .put("classified", check.classified())
                .put("sampleRows", check.rows())
                .array(
                        "findings",
                        check.findings(),
                        (j, one) -> j.put("rule", one.rule())
                                .put("severity", one.severity().key())
                                .put("file", one.place().file())
                                .put("line", one.place().line())
                                .put("column", one.place().column())
                                .put("object", one.object())
                                .put("message", one.message())
                                .put("help", one.help()));
    }
}
