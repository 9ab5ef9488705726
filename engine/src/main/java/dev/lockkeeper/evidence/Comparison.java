package dev.lockkeeper.evidence;

import dev.lockkeeper.gate.PlanPart;
import dev.lockkeeper.gate.PlannedStep;
import dev.lockkeeper.report.PlanReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Step by step, what a rehearsal saw beside what production did. A rehearsal sees what each statement locks and changes, and not how
 * long it takes on tables of another size; production tells how long each step took and who was in its way.
 */
record Comparison(Release release) {
    private static final int LONGEST = 100;

    void write(Html html) {
        for (PlanPart part : release.plan().parts()) {
            html.raw("<table class=\"steps\">\n<caption>")
                    .text(part.component() + " in " + part.database().name())
                    .raw("</caption>\n")
                    .heads(List.of("Step", "Rehearsed", "Production"));
            for (PlannedStep step : part.steps()) {
                html.raw("<tr><th scope=\"row\">")
                        .text(step.name())
                        .raw("<br>")
                        .element("small", step.description())
                        .raw("<br>")
                        .element("small", step.file())
                        .raw("</th><td>");
                rehearsed(html, part, step);
                html.raw("</td><td>");
                real(part, step).forEach(line -> html.element("div", line));
                html.raw("</td></tr>\n");
            }
            html.raw("</table>\n");
        }
    }

    private void rehearsed(Html html, PlanPart part, PlannedStep step) {
        Optional<Facts> seen = release.rehearsed(part, step);
        if (seen.isEmpty()) {
            html.element("div", "not rehearsed");
            return;
        }
        html.element(
                "div",
                seen.get().flag("statementByStatement") ? "each statement is kept by itself" : "one transaction");
        html.element("div", changed(seen.get().numberOrNone("rows")));
        for (Facts statement : seen.get().objects("statements")) {
            html.raw("<div class=\"statement\">")
                    .element("code", excerpt(statement.text("sql")))
                    .raw("<ul>");
            List<String> facts = facts(statement);
            (facts.isEmpty() ? List.of("nothing that others notice") : facts).forEach(fact -> html.element("li", fact));
            html.raw("</ul></div>\n");
        }
    }

    /** What others notice of a statement. */
    private static List<String> facts(Facts statement) {
        List<String> facts = new ArrayList<>();
        for (Facts lock : statement.objects("locks")) {
            if (!lock.flag("index")) {
                facts.add("locks " + lock.text("relation") + ": " + lock.text("mode"));
            }
        }
        for (Facts rewrite : statement.objects("rewrites")) {
            if (!rewrite.flag("index")) {
                facts.add((rewrite.flag("emptied") ? "empties " : "rewrites ") + rewrite.text("relation"));
            }
        }
        for (Facts scan : statement.objects("scans")) {
            facts.add("reads all of " + scan.text("relation"));
        }
        for (Facts rows : statement.objects("rows")) {
            facts.add("rows of " + rows.text("relation") + ": " + rows.number("inserted") + " inserted, "
                    + rows.number("updated") + " updated, " + rows.number("deleted") + " deleted");
        }
        statement.texts("notes").forEach(note -> facts.add("not seen: " + note));
        return facts;
    }

    /** How many rows production changed. Their number is that of its tables; that there were any, or none, was to be as rehearsed. */
    private static String rows(Optional<Facts> recorded, Optional<Facts> reported, Optional<Facts> rehearsed) {
        Optional<Long> all = recorded.flatMap(done -> done.numberOrNone("rows"));
        Optional<Long> rows = all.or(() -> reported.flatMap(done -> done.numberOrNone("rows")));
        boolean partly = all.isEmpty()
                && rows.isPresent()
                && reported.filter(done -> done.flag("resumed")).isPresent();
        Optional<Long> before = rehearsed.flatMap(seen -> seen.numberOrNone("rows"));
        String told = changed(rows);
        if (partly) {
            return told + " in the run that finished it; what runs before it changed is not known";
        }
        return rows.isPresent() && before.isPresent() && (rows.get() == 0) != (before.get() == 0)
                ? told + ", unlike the rehearsal, which " + changed(before)
                : told;
    }

    private static String changed(Optional<Long> rows) {
        return rows.map(count -> "changed " + (count == 0 ? "no rows" : PlanReport.count(count, "row")))
                .orElse("not known how many rows it changed");
    }

    private static String excerpt(String sql) {
        String line = sql.strip().replaceAll("\\s+", " ");
        int end = line.offsetByCodePoints(0, Math.min(LONGEST, line.codePointCount(0, line.length())));
        return end < line.length() ? line.substring(0, end) + " …" : line;
    }

    private List<String> real(PlanPart part, PlannedStep step) {
        Optional<Facts> recorded = release.recorded(part, step);
        Optional<Facts> reported = release.reported(part, step);
        List<String> lines = new ArrayList<>();
        recorded.ifPresent(
                done -> lines.add(done.text("state") + " " + Page.time(done.text("at")) + " by " + done.text("by")));
        recorded.map(done -> done.textOrNull("run")).ifPresent(run -> lines.add("run " + run));
        recorded.or(() -> reported)
                .filter(done -> done.has("durationMs"))
                .or(() -> reported)
                .ifPresent(done -> lines.add("took " + Page.duration(done.number("durationMs"))));
        if (!lines.isEmpty()) {
            lines.add(rows(recorded, reported, release.rehearsed(part, step)));
        }
        reported.ifPresent(done -> {
            long attempts = done.numberOrZero("attempts");
            if (attempts > 1) {
                lines.add("got its locks at attempt " + attempts);
            } else if (attempts == 1 && done.textsOrNone("blockedBy").isEmpty()) {
                lines.add("nobody was seen in its way");
            }
            done.textsOrNone("blockedBy").forEach(blocker -> lines.add("waited for " + blocker));
        });
        if (lines.isEmpty()) {
            lines.add("not done, as far as the bundle tells");
        }
        return lines;
    }
}
