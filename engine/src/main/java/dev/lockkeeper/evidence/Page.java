package dev.lockkeeper.evidence;

import dev.lockkeeper.gate.Approvals;
import dev.lockkeeper.gate.PlanFile;
import dev.lockkeeper.gate.PlanPart;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.report.Html;
import dev.lockkeeper.report.Look;
import dev.lockkeeper.report.PlanReport;
import dev.lockkeeper.trace.Traceparent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The page of a bundle for people: one file without scripts, which asks no network for anything. */
record Page(Release release, List<Check> checks) {
    String text() {
        PlanFile plan = release.plan();
        Html html = Html.brief();
        String title = plan.project() + " to " + plan.environment();
        html.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .raw(
                        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n")
                .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
                .text("Evidence: " + title)
                .raw("</title>\n<style>\n")
                .raw(Look.CSS)
                .raw("</style>\n</head>\n<body>\n<header>\n<p class=\"kind\">Evidence of a release</p>\n")
                .element("h1", title);
        verdict(html);
        html.raw("</header>\n<main>\n");
        summary(html, plan);
        looked(html);
        html.raw("<h2>Rehearsed, and what production did</h2>\n");
        html.element(
                "p",
                "How many rows a step changed is what the server has counted for its statements. What triggers, functions, DO"
                        + " blocks and foreign keys change is not in that number, but the rehearsal tells it table by table.");
        new Comparison(release).write(html);
        findings(html);
        approvals(html);
        runs(html);
        html.raw("</main>\n<footer>\n<p>")
                .text(
                        "Nobody need believe this page: lockkeeper evidence verify FILE looks at the bundle that it is part of,"
                                + " without network and without a database, and says whether the page tells what the bundle holds.")
                .raw("</p>\n<p class=\"digest\">")
                .text("plan " + plan.digest())
                .raw("</p>\n</footer>\n</body>\n</html>\n");
        return html.toString();
    }

    private void verdict(Html html) {
        long open = checks.stream()
                .filter(check -> check.grade() != Check.Grade.HOLDS)
                .count();
        if (open == 0) {
            html.element("p", "verdict holds", "Complete: rehearsed, proven, approved, and done exactly so.");
            return;
        }
        html.element("p", "verdict lacking", "Not complete: " + PlanReport.count(open, "point") + " below.");
    }

    private void summary(Html html, PlanFile plan) {
        html.raw("<table class=\"facts\">\n");
        for (PlanPart part : plan.parts()) {
            html.fact(
                    "What",
                    part.direction().command() + " "
                            + PlanReport.count(part.steps().size(), "script") + " of "
                            + part.component() + " in database "
                            + part.database().name() + " (PostgreSQL "
                            + part.database().major() + ")");
        }
        html.fact("Planned", time(plan.madeAt().toString()) + " by " + plan.maker());
        Traceparent made = plan.trace();
        html.fact("Trace", made == null ? "none" : made.trace());
        html.fact("Scripts by", plan.authors().isEmpty() ? "not known" : String.join(", ", plan.authors()));
        html.fact("Approved by", names(new Approved(release).approvals()));
        html.fact(
                "Begun",
                release.outcome().isEmpty() && release.runs().isEmpty()
                        ? "nothing says"
                        : time(release.began().toString()) + people());
        release.emergency().ifPresent(reason -> html.fact("Emergency", reason));
        html.fact("Lockkeeper", plan.tool());
        html.raw("</table>\n");
    }

    /** The users of the database who ran it. */
    private String people() {
        String people = String.join(
                ", ", recordedRuns().map(run -> run.text("by")).collect(Collectors.toCollection(TreeSet::new)));
        return people.isEmpty() ? "" : " by the database user " + people;
    }

    private Stream<Facts> recordedRuns() {
        return release.outcome().stream()
                .flatMap(outcome -> outcome.objects("components").stream())
                .flatMap(component -> component.objects("runs").stream());
    }

    private static String names(Approvals approvals) {
        String names =
                approvals.accepted().stream().map(Approvals.Accepted::name).collect(Collectors.joining(", "));
        return names.isEmpty() ? "nobody" : names;
    }

    private void looked(Html html) {
        html.raw("<h2>What was looked at</h2>\n<table>\n");
        for (Check check : checks) {
            Check.Grade grade = check.grade();
            html.raw("<tr><td>")
                    .element("span", "mark " + grade.key(), grade == Check.Grade.HOLDS ? "✓ holds" : "! " + grade.key())
                    .raw("</td><th scope=\"row\">")
                    .text(check.about())
                    .raw("</th><td>");
            if (check.problems().isEmpty()) {
                html.text(check.holds());
            }
            for (Problem problem : check.problems()) {
                html.raw("<div>").text(problem.message());
                Stream.concat(Stream.ofNullable(problem.why()), problem.notes().stream())
                        .forEach(more -> html.raw("<br>").element("small", more));
                html.raw("</div>");
            }
            html.raw("</td></tr>\n");
        }
        html.raw("</table>\n");
    }

    private void findings(Html html) {
        List<Facts> findings = new Prepared(release).ofPlan();
        html.raw("<h2>Findings of rules</h2>\n");
        if (findings.isEmpty()) {
            html.element("p", release.findings().isEmpty() ? "The bundle has none." : "No rule found anything.");
            return;
        }
        html.raw("<table>\n").heads(List.of("Rule", "Where", "What", "State"));
        for (Facts finding : findings) {
            String allowed = finding.textOrNull("allowed");
            html.raw("<tr><td>")
                    .text(finding.text("rule") + ", " + finding.text("severity"))
                    .raw("</td><td>")
                    .text(finding.text("file") + ":" + finding.number("line"))
                    .raw("</td><td>")
                    .text(finding.text("message"))
                    .raw("</td><td>")
                    .text(allowed == null ? "open" : "allowed: " + allowed)
                    .raw("</td></tr>\n");
        }
        html.raw("</table>\n");
    }

    private void approvals(Html html) {
        Approvals approvals = new Approved(release).approvals();
        html.raw("<h2>Approvals</h2>\n");
        html.element(
                "p",
                "The environment demanded " + release.demands().approvals()
                        + ". Each is a signature of the digest of the plan.");
        if (!approvals.accepted().isEmpty()) {
            html.raw("<table>\n").heads(List.of("Person", "Key"));
            approvals
                    .accepted()
                    .forEach(one -> html.raw("<tr><td>")
                            .text(String.join(", ", one.names()))
                            .raw("</td><td class=\"digest\">")
                            .text(one.key().fingerprint())
                            .raw("</td></tr>\n"));
            html.raw("</table>\n");
        }
        approvals.refused().forEach(refused -> html.element("p", "Does not count: " + refused));
    }

    private void runs(Html html) {
        html.raw("<h2>Runs</h2>\n");
        List<List<String>> rows = new ArrayList<>();
        recordedRuns()
                .forEach(run -> rows.add(List.of(
                        run.text("command"),
                        run.text("by")
                                + Optional.ofNullable(run.textOrNull("host"))
                                        .map(host -> " on " + host)
                                        .orElse(""),
                        time(run.text("startedAt")),
                        Optional.ofNullable(run.textOrNull("endedAt"))
                                .map(Page::time)
                                .orElse("not known"),
                        run.text("run"),
                        Optional.ofNullable(run.textOrNull("trace")).orElse("none"))));
        if (rows.isEmpty()) {
            html.element("p", "The record of the database was not asked, or knows none.");
        } else {
            html.raw("<table>\n").heads(List.of("Command", "Who", "From", "To", "Run", "Trace"));
            rows.forEach(row -> {
                html.raw("<tr>");
                row.forEach(cell -> html.raw("<td>").text(cell).raw("</td>"));
                html.raw("</tr>\n");
            });
            html.raw("</table>\n");
        }
        release.runs().stream()
                .flatMap(run -> run.objects("errors").stream())
                .forEach(error -> html.element("p", "A run stopped: " + error.text("message")));
    }

    /** A time to the second, as people read it. */
    static String time(String instant) {
        return instant.replaceFirst("\\.\\d+Z$", "Z").replace('T', ' ').replaceFirst("Z$", " UTC");
    }

    /** Milliseconds as people read them. */
    static String duration(long millis) {
        return millis < 10_000 ? millis + " ms" : String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }
}
