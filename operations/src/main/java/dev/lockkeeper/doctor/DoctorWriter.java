package dev.lockkeeper.doctor;

import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.Style;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Examinations as text and as JSON. */
public final class DoctorWriter {
    /** The name of the JSON form. */
    public static final String SCHEMA = "lockkeeper/doctor/v1";

    private static final int SHOWN = 10;

    private DoctorWriter() {}

    /** One examination: what was seen, what is wrong by its parts, and what was not looked at. */
    public static List<String> text(Examination examination, Style style) {
        List<String> lines = new ArrayList<>();
        lines.add(style.strong(Style.line(examination.subject())));
        examination
                .facts()
                .forEach((name, value) -> lines.add("  " + style.faint(Style.line(name) + ": " + Style.line(value))));
        Part part = null;
        Map<Symptom, Integer> told = new EnumMap<>(Symptom.class);
        for (Finding finding : examination.findings()) {
            Symptom symptom = finding.symptom();
            if (symptom.part() != part) {
                part = symptom.part();
                lines.add("  " + style.strong(part.word()));
            }
            int before = told.merge(symptom, 1, Integer::sum);
            if (before <= SHOWN) {
                lines.addAll(text(finding, before == 1, style));
            }
        }
        told.forEach((symptom, count) -> {
            if (count > SHOWN) {
                lines.add("    " + (count - SHOWN) + " more of " + symptom.slug() + ": --output json names them");
            }
        });
        for (Unseen unseen : examination.unseen()) {
            lines.add("  " + style.notable("?") + " not looked at: " + Style.line(unseen.what()) + ": "
                    + Style.line(unseen.why()));
        }
        return lines;
    }

    /** @param first whether it is the first of its code: the next ones have the same reason */
    private static List<String> text(Finding finding, boolean first, Style style) {
        List<String> lines = new ArrayList<>();
        Symptom symptom = finding.symptom();
        String word = symptom.severity().word() + "[" + symptom.slug() + "]";
        lines.add("    " + (symptom.severity() == Symptom.Severity.ERROR ? style.bad(word) : style.notable(word)) + ": "
                + Style.line(Style.brief(finding.what())));
        if (first) {
            lines.add("      why: " + symptom.meaning());
        }
        lines.add("      fix: " + Style.line(finding.help()));
        finding.statements().forEach(sql -> lines.add("        " + Style.line(sql)));
        return lines;
    }

    /** What all of it comes to, in a line. */
    public static String summary(List<Examination> all) {
        long errors = count(all, Symptom.Severity.ERROR);
        long warnings = count(all, Symptom.Severity.WARNING);
        long unseen = all.stream().mapToLong(one -> one.unseen().size()).sum();
        String left = unseen == 0 ? "" : ", " + unseen + " not looked at";
        return errors + warnings == 0
                ? "Nothing found" + left + "."
                : errors + (errors == 1 ? " error, " : " errors, ") + warnings
                        + (warnings == 1 ? " warning" : " warnings") + left + "." + unreachable(all);
    }

    /** Said last, since the findings of services may have moved it off the screen. */
    private static String unreachable(List<Examination> all) {
        String databases = all.stream()
                .flatMap(one -> one.findings().stream())
                .filter(one -> one.symptom() == Symptom.DATABASE_UNREACHABLE)
                .map(one -> Style.line(one.subject()))
                .collect(Collectors.joining(", "));
        return databases.isEmpty()
                ? ""
                : " Nobody gets into " + databases + ": " + Symptom.DATABASE_UNREACHABLE.slug() + ".";
    }

    private static long count(List<Examination> all, Symptom.Severity severity) {
        return all.stream()
                .flatMap(one -> one.findings().stream())
                .filter(one -> one.symptom().severity() == severity)
                .count();
    }

    /**
     * The fields of all examinations.
     *
     * @param services null when the project has no manifest
     */
    public static void json(
            Json json, String environment, List<Examination> databases, @Nullable Examination services) {
        json.put("environment", environment)
                .array("databases", databases, (j, one) -> examination(j.put("database", one.subject()), one))
                .objectOrNull("services", services, (j, one) -> examination(j.put("file", one.subject()), one));
    }

    private static void examination(Json json, Examination one) {
        json.array(
                        "facts",
                        one.facts().entrySet(),
                        (j, fact) -> j.put("name", fact.getKey()).put("value", fact.getValue()))
                .array(
                        "findings",
                        one.findings(),
                        (j, finding) -> j.put("code", finding.symptom().slug())
                                .put("severity", finding.symptom().severity().word())
                                .put("part", finding.symptom().part().word())
                                .put("subject", finding.subject())
                                .put("message", Style.brief(finding.what()))
                                .put("why", finding.symptom().meaning())
                                .put("hint", finding.help())
                                .texts("statements", finding.statements()))
                .array(
                        "unseen",
                        one.unseen(),
                        (j, unseen) -> j.put("part", unseen.part().word())
                                .put("what", unseen.what())
                                .put("why", unseen.why()));
    }
}
