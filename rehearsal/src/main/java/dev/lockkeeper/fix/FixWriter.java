package dev.lockkeeper.fix;

import dev.lockkeeper.check.Finding;
import dev.lockkeeper.check.report.FindingsJson;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.ProblemText;
import dev.lockkeeper.report.Style;
import java.util.ArrayList;
import java.util.List;

/** What {@link Fix} found, as a person reads it and as JSON. */
public final class FixWriter {
    /** The name and version of the form. */
    public static final String SCHEMA = "lockkeeper/fix/v1";

    private final Style style;

    public FixWriter(Style style) {
        this.style = style;
    }

    /**
     * The changes as a unified diff, what stays as it is, and what was proven.
     *
     * @param written whether the files have been written
     */
    public List<String> text(FixReport report, boolean written) {
        List<String> lines = new ArrayList<>();
        for (EditedFile file : report.files()) {
            lines.add(style.strong("--- " + (file.isMade() ? "/dev/null" : Style.printable(file.name()))));
            lines.add(style.strong("+++ " + Style.printable(file.name())));
            file.diff().forEach(line -> lines.add(coloured(line)));
            lines.add("");
        }
        for (Left left : report.left()) {
            lines.addAll(new ProblemText(style)
                    .head(
                            style.notable("left"),
                            left.finding().rule(),
                            left.finding().message(),
                            left.finding().place()));
            lines.add("  = why: " + Style.printable(left.reason()));
            lines.add("  = help: " + Style.printable(left.finding().help()));
            lines.add("");
        }
        if (report.problem() == null) {
            lines.add(summary(report, written));
        }
        return lines;
    }

    private String coloured(String line) {
        String shown = Style.printable(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
        return switch (line.charAt(0)) {
            case '+' -> style.good(shown);
            case '-' -> style.bad(shown);
            case '@' -> style.faint(shown);
            default -> shown;
        };
    }

    private static String summary(FixReport report, boolean written) {
        int left = report.left().size();
        String stays =
                left == 0 ? "" : " " + left + (left == 1 ? " other stays as it is." : " others stay as they are.");
        if (report.fixed().isEmpty()) {
            return "There is nothing that can be written in a safer way without a person." + stays;
        }
        int count = report.fixed().size();
        return count + (count == 1 ? " finding is" : " findings are") + " written in a safer way"
                + (written ? "." : ", and nothing is written yet: --write does it.") + stays
                + " Proven on PostgreSQL " + report.serverVersion()
                + ": both ways end in the same catalogs, and what is written is rolled back to what was there.";
    }

    /**
     * The report as JSON.
     *
     * @param written whether the files have been written
     */
    public static void json(Json json, FixReport report, boolean written) {
        json.put("serverVersion", report.serverVersion())
                .put("proven", report.isProven())
                .put("written", written)
                .array("fixed", report.fixed(), (j, one) -> {
                    finding(j, one.finding());
                    j.put("to", one.file());
                })
                .array("left", report.left(), (j, one) -> {
                    finding(j, one.finding());
                    j.put("reason", one.reason()).put("help", one.finding().help());
                })
                .array(
                        "files",
                        report.files(),
                        (j, file) -> j.put("file", file.name())
                                .put("made", file.isMade())
                                .texts("diff", file.diff()))
                .array("errors", report.problem() == null ? List.of() : List.of(report.problem()), Json::problem);
    }

    private static void finding(Json json, Finding finding) {
        json.put("rule", finding.rule());
        FindingsJson.what(json, finding);
    }
}
