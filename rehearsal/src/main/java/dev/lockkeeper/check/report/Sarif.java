package dev.lockkeeper.check.report;

import dev.lockkeeper.check.Finding;
import dev.lockkeeper.check.LintReport;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.report.Json;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;

/** Findings as SARIF 2.1.0 (OASIS Static Analysis Results Interchange Format). */
public final class Sarif {
    private final List<RuleText> rules;
    private final String version;

    /**
     * For one version of the program.
     *
     * @param rules all that could have found something
     * @param version of Lockkeeper
     */
    public Sarif(List<RuleText> rules, String version) {
        this.rules = List.copyOf(rules);
        this.version = version;
    }

    public String text(LintReport report) {
        return Json.document(json -> json.put("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
                .put("version", "2.1.0")
                .array("runs", List.of(report), this::run));
    }

    private void run(Json json, LintReport report) {
        json.object(
                        "tool",
                        () -> json.object(
                                "driver",
                                () -> json.put("name", "Lockkeeper")
                                        .put("semanticVersion", version)
                                        .array("rules", rules, Sarif::rule)))
                // columns count code points, as ours do
                .put("columnKind", "unicodeCodePoints")
                .array(
                        "invocations",
                        List.of(report),
                        (j, r) -> j.put("executionSuccessful", r.problems().isEmpty())
                                .array(
                                        "toolExecutionNotifications",
                                        r.problems(),
                                        (n, problem) -> n.put("level", "error")
                                                .object("message", () -> n.put("text", problem.message()))
                                                .array(
                                                        "locations",
                                                        problem.place() == null ? List.of() : List.of(problem.place()),
                                                        Sarif::location)))
                .array("results", Fingerprint.all(report.findings()), (j, one) -> result(j, one.finding(), one.text()));
    }

    private static void rule(Json json, RuleText text) {
        json.put("id", text.id())
                .object("shortDescription", () -> json.put("text", text.title()))
                .object("fullDescription", () -> json.put("text", text.why()))
                .object("help", () -> json.put("text", text.safer()))
                .object(
                        "defaultConfiguration",
                        () -> json.put("level", text.severity().key()));
    }

    private static void result(Json json, Finding finding, String fingerprint) {
        json.put("ruleId", finding.rule())
                .put("level", finding.severity().key())
                .object("message", () -> json.put("text", finding.message() + ". " + finding.help()))
                .array("locations", List.of(finding.place()), Sarif::location)
                .object("partialFingerprints", () -> json.put("lockkeeperFinding/v1", fingerprint));
        String reason = finding.suppressed();
        if (reason != null) {
            json.array(
                    "suppressions",
                    List.of(reason),
                    (j, r) -> j.put("kind", "inSource").put("justification", r));
        }
    }

    private static void location(Json json, Place place) {
        json.object("physicalLocation", () -> {
            json.object("artifactLocation", () -> json.put("uri", uri(place.file())));
            if (place.line() > 0) {
                json.object(
                        "region",
                        () -> json.put("startLine", place.line()).put("startColumn", Math.max(1, place.column())));
            }
        });
    }

    private static String uri(String file) {
        try {
            String path = file.replace('\\', '/');
            return path.startsWith("/")
                    ? new URI("file", "", path, null).toASCIIString()
                    : new URI(null, null, path, null).toASCIIString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(file, e);
        }
    }
}
