package dev.lockkeeper.check.report;

import dev.lockkeeper.check.Finding;
import dev.lockkeeper.check.LintReport;
import dev.lockkeeper.report.Json;

/** Findings in the form {@link #SCHEMA}. */
public final class FindingsJson {
    /** The name and version of the form. */
    public static final String SCHEMA = "lockkeeper/findings/v1";

    private FindingsJson() {}

    public static void write(Json json, LintReport report) {
        json.put("serverVersion", report.serverVersion())
                .put("migrations", report.migrations())
                .array(
                        "scripts",
                        report.scripts(),
                        (j, one) -> j.put("component", one.component())
                                .put("version", one.version())
                                .put("file", one.file())
                                .put("checksum", one.checksum().value())
                                .put("renderedChecksum", one.rendered().value()))
                .array("findings", report.findings(), FindingsJson::finding)
                .object(
                        "coverage",
                        () -> json.put("observed", report.observed())
                                .put("byText", report.byText())
                                .array(
                                        "notJudged",
                                        report.unjudged(),
                                        (j, one) -> j.put("file", one.place().file())
                                                .put("line", one.place().line())
                                                .put("column", one.place().column())
                                                .put("reason", one.reason())))
                .array("errors", report.problems(), Json::problem);
    }

    private static void finding(Json json, Finding finding) {
        json.put("rule", finding.rule()).put("severity", finding.severity().key());
        what(json, finding);
        json.put("help", finding.help()).put("allowed", finding.suppressed());
    }

    /** Of what script a finding is, where in it, and what was found. */
    public static void what(Json json, Finding finding) {
        json.put("component", finding.component())
                .put("version", finding.version())
                .put("file", finding.place().file())
                .put("line", finding.place().line())
                .put("column", finding.place().column())
                .put("object", finding.object())
                .put("message", finding.message());
    }
}
