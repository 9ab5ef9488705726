package dev.lockkeeper.check.report;

import dev.lockkeeper.check.Finding;
import dev.lockkeeper.check.LintReport;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.report.Json;
import java.util.ArrayList;
import java.util.List;

/** Findings beside the lines that they concern, where a pull or merge request is read. */
public final class Annotations {
    private Annotations() {}

    /** Commands that a GitHub workflow reads from the output of a step ("Workflow commands for GitHub Actions"). */
    public static List<String> gitHub(LintReport report) {
        List<String> lines = new ArrayList<>();
        for (Finding finding : report.findings()) {
            if (finding.suppressed() == null) {
                String level = switch (finding.severity()) {
                    case ERROR -> "error";
                    case WARNING -> "warning";
                    case NOTE -> "notice";
                };
                lines.add(command(level, finding.place(), finding.rule(), finding.message() + ". " + finding.help()));
            }
        }
        for (Problem problem : report.problems()) {
            Place place = problem.place();
            lines.add(command(
                    "error",
                    place == null ? Place.of("") : place,
                    problem.code().slug(),
                    problem.message()));
        }
        return lines;
    }

    private static String command(String level, Place place, String title, String message) {
        List<String> properties = new ArrayList<>();
        if (!place.file().isEmpty()) {
            properties.add("file=" + property(place.file()));
        }
        if (place.line() > 0) {
            properties.add("line=" + place.line());
            properties.add("col=" + Math.max(1, place.column()));
        }
        properties.add("title=" + property(title));
        return "::" + level + " " + String.join(",", properties) + "::" + data(message);
    }

    private static String data(String text) {
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
    }

    private static String property(String text) {
        return data(text).replace(":", "%3A").replace(",", "%2C");
    }

    /** A report of the form that GitLab takes for code quality ("Code Quality report format"). */
    public static String gitLab(LintReport report) {
        List<Finding> findings = report.findings().stream()
                .filter(finding -> finding.suppressed() == null)
                .toList();
        return Json.documents(Fingerprint.all(findings), (json, one) -> gitLab(json, one.finding(), one.text()));
    }

    private static void gitLab(Json json, Finding finding, String fingerprint) {
        json.put("description", finding.rule() + ": " + finding.message() + ". " + finding.help())
                .put("check_name", finding.rule())
                .put("fingerprint", fingerprint)
                .put(
                        "severity",
                        switch (finding.severity()) {
                            case ERROR -> "critical";
                            case WARNING -> "minor";
                            case NOTE -> "info";
                        })
                .object(
                        "location",
                        () -> json.put("path", finding.place().file())
                                .object(
                                        "lines",
                                        () -> json.put(
                                                "begin",
                                                Math.max(1, finding.place().line()))));
    }
}
