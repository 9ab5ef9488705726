package dev.lockkeeper.report;

import dev.lockkeeper.adopt.Adoption;
import dev.lockkeeper.adopt.Taken;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was taken over, as text and as JSON. */
public final class AdoptionReport {
    private AdoptionReport() {}

    /**
     * One line a migration with what was verified, then a summary and the next step.
     *
     * @param written false for a preview
     */
    public static List<String> text(Adoption adoption, String database, boolean written, Style style) {
        List<String> lines = new ArrayList<>();
        String source = adoption.table() == null ? "" : " of " + adoption.origin() + " in " + adoption.table();
        String head = style.strong(adoption.component()) + " in " + database + ": ";
        if (adoption.before() != null) {
            lines.add(head + "nothing to do, "
                    + (adoption.table() == null
                            ? "the baseline was recorded "
                            : "the history" + source + " was taken over ")
                    + adoption.before());
            return lines;
        }
        lines.add(head + PlanReport.count(adoption.taken().size(), "migration") + source);
        int width = adoption.taken().stream()
                .mapToInt(t -> t.migration().version().toString().length())
                .max()
                .orElse(0);
        adoption.taken().forEach(t -> lines.add(line(t, width, style)));
        adoption.leftOut().forEach(l -> lines.add("  left out: " + Style.line(l)));
        long unverified = adoption.taken().size() - adoption.verified();
        lines.add(adoption.verified() + " verified, " + unverified + " not verified. "
                + (written
                        ? "Recorded" + (adoption.table() == null ? "" : "; " + adoption.table() + " was only read")
                                + ". Next: lockkeeper status"
                        : "Nothing was written. Next: the same command with --reason TEXT"));
        return lines;
    }

    private static String line(Taken taken, int width, Style style) {
        String when = taken.appliedAt() == null ? "" : "  " + style.faint(second(taken.appliedAt()) + by(taken));
        return "  " + (taken.verified() ? style.good("✓") : "?") + " "
                + Style.pad(taken.migration().version().toString(), width) + "  "
                + Style.line(taken.migration().description()) + when + "  "
                + (taken.verified() ? "verified: " : "not verified: ")
                + Style.line(taken.evidence().how());
    }

    private static String by(Taken taken) {
        return taken.appliedBy() == null ? "" : " by " + Style.line(taken.appliedBy());
    }

    private static String second(String time) {
        return time.replaceFirst("\\.\\d+Z$", "Z");
    }

    /** The fields of one component's adoption. */
    public static void json(Json json, Adoption adoption, String database, boolean written) {
        json.put("component", adoption.component())
                .put("database", database)
                .put("origin", adoption.origin())
                .put("table", adoption.table())
                .put("before", adoption.before())
                .put("written", written && adoption.before() == null)
                .array("migrations", adoption.taken(), AdoptionReport::taken)
                .array("leftOut", adoption.leftOut(), (j, sentence) -> j.put("what", sentence));
    }

    private static void taken(Json json, Taken taken) {
        @Nullable String at = taken.appliedAt();
        json.put("version", taken.migration().version().toString())
                .put("description", taken.migration().description())
                .put("file", taken.migration().up().file())
                .put("appliedAt", at == null ? null : second(at))
                .put("appliedBy", taken.appliedBy())
                .put("verified", taken.verified())
                .put("evidence", taken.evidence().how());
    }
}
