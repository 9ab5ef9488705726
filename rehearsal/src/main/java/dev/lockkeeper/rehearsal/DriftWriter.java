package dev.lockkeeper.rehearsal;

import dev.lockkeeper.catalog.Difference;
import dev.lockkeeper.catalog.Severity;
import dev.lockkeeper.project.Exemption;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.Style;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a database has apart as text, as SQL and as JSON. */
public final class DriftWriter {
    /** The name and version of the JSON form. */
    public static final String SCHEMA = "lockkeeper/drift/v1";

    private static final int WIDTH = 12;

    private final Style style;

    public DriftWriter(Style style) {
        this.style = style;
    }

    public List<String> text(DriftReport report) {
        List<String> lines = new ArrayList<>();
        for (Finding finding : report.counting()) {
            lines.addAll(finding(finding));
        }
        List<Finding> exempted = report.exempted();
        for (Finding finding : exempted) {
            Exemption by = Objects.requireNonNull(finding.exemption());
            lines.add(style.faint("  accepted    " + subject(finding) + ": " + Style.line(by.reason())
                    + (by.until() == null ? "" : " (until " + by.until() + ")")));
        }
        lines.add(summary(report));
        if (report.pending() > 0) {
            lines.add(style.faint((report.pending() == 1 ? "1 script is" : report.pending() + " scripts are")
                    + " not applied yet, which is no drift."));
        }
        if (!report.unclaimed().isEmpty()) {
            lines.add(style.notable("Not judged, because another component uses these schemas: ")
                    + Style.line(String.join(", ", report.unclaimed())));
        }
        if (!report.elsewhere().isEmpty()) {
            lines.add(style.faint("Not looked into: " + (report.elsewhere().size() == 1 ? "schema " : "schemas ")
                    + Style.line(String.join(", ", report.elsewhere())) + "."));
        }
        return lines;
    }

    private String summary(DriftReport report) {
        int count = report.counting().size();
        String on = Style.line(report.found()) + " (PostgreSQL " + report.serverVersion() + ")";
        String expected = Style.line(report.expected());
        return count == 0
                ? style.good("The same: ") + on + " is as " + expected + " says."
                : style.bad(count == 1 ? "1 difference: " : count + " differences: ") + on + " is not as " + expected
                        + " says.";
    }

    private List<String> finding(Finding finding) {
        List<String> lines = new ArrayList<>();
        Difference difference = finding.deviation().difference();
        Severity severity = finding.deviation().severity();
        String word = Style.pad(severity.key(), WIDTH);
        boolean grave = severity.compareTo(Severity.DATA) <= 0;
        lines.add("  " + (grave ? style.bad(word) : word) + style.strong(subject(finding)));
        if (difference.before() != null && difference.after() != null) {
            value(lines, "expected", difference.before());
            value(lines, "found", difference.after());
        } else if (difference.before() != null && !difference.before().equals("present")) {
            value(lines, "expected", difference.before());
        } else if (difference.after() != null && !difference.after().equals("present")) {
            value(lines, "found", difference.after());
        }
        if (difference.fix() != null) {
            value(lines, "restore", difference.fix());
        }
        if (finding.over()) {
            Exemption by = Objects.requireNonNull(finding.exemption());
            value(lines, "accepted", "until " + by.until() + ", which is over: " + by.reason());
        }
        return lines;
    }

    private static String subject(Finding finding) {
        Difference difference = finding.deviation().difference();
        return Style.line(difference.kind() + " " + difference.object() + " "
                + switch (finding.deviation().state()) {
                    case MISSING -> "is missing";
                    case EXTRA -> "is not in the history";
                    case CHANGED -> "is not the same";
                });
    }

    private static void value(List<String> lines, String word, String text) {
        String indent = " ".repeat(WIDTH + 2);
        List<String> parts = Style.printable(Style.brief(text)).lines().toList();
        lines.add(indent + Style.pad(word, 10) + (parts.isEmpty() ? "" : parts.get(0)));
        parts.stream().skip(1).forEach(part -> lines.add(indent + " ".repeat(10) + part));
    }

    /** What makes the database again what it should be, as far as that can be told for certain. */
    public static List<String> sql(DriftReport report) {
        List<String> lines = new ArrayList<>();
        lines.add("-- " + Style.line(report.found()) + ": back to what " + Style.line(report.expected()) + " says");
        for (Finding finding : report.fixes()) {
            if (finding.counts()) {
                String fix = finding.deviation().difference().fix();
                lines.add(fix == null ? "-- to be done by hand: " + subject(finding) : fix);
            }
        }
        return lines;
    }

    public static void json(Json json, DriftReport report) {
        json.put("expected", report.expected())
                .put("found", report.found())
                .put("serverVersion", report.serverVersion())
                .put("pending", report.pending())
                .array("findings", report.counting(), DriftWriter::json)
                .array("accepted", report.exempted(), DriftWriter::json)
                .texts("unclaimed", report.unclaimed())
                .texts(
                        "elsewhere",
                        Set.copyOf(report.elsewhere()).stream().sorted().toList())
                .array("doubtful", report.doubtful(), Json::problem);
    }

    private static void json(Json json, Finding finding) {
        Difference difference = finding.deviation().difference();
        @Nullable Exemption by = finding.exemption();
        json.put("severity", finding.deviation().severity().key())
                .put("state", finding.deviation().state().key())
                .put("kind", difference.kind())
                .put("object", difference.object())
                .put("objectSchema", finding.deviation().schema())
                .put("expected", difference.before())
                .put("found", difference.after())
                .put("restore", difference.fix())
                .put("reason", by == null ? null : by.reason())
                .put(
                        "until",
                        by == null || by.until() == null ? null : by.until().toString())
                .put("expired", finding.over());
    }
}
