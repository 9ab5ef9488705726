package dev.lockkeeper.cli;

import dev.lockkeeper.describe.changes.ModelChange;
import dev.lockkeeper.describe.dictionary.Staleness;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.Style;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Tells what is wrong with documents. */
record DocsWriter(Style style) {
    static final String VALIDATE = "lockkeeper/docs-validate/v1";

    /**
     * The lines for people.
     *
     * @param other what the documents were compared with
     * @param live whether that is a database
     */
    List<String> text(Documenting documenting, Documenting.Verdict verdict, String other, boolean live) {
        List<String> lines = new ArrayList<>();
        if (verdict.isValid()) {
            lines.add(style.good("✓") + " the documents tell what is in " + Style.line(other));
            return lines;
        }
        lines.add(style.strong("compared with " + Style.line(other)));
        for (ModelChange change : verdict.differences()) {
            lines.add(style.bad("✗") + " "
                    + Style.line(Style.brief(Documenting.sentence(change, live ? "the database" : other))));
        }
        for (Staleness file : verdict.files()) {
            lines.add(style.bad("✗") + " " + Style.line(documenting.folder().shown(file.path())) + ": "
                    + file.state().words());
        }
        return lines;
    }

    /** What to do about it, in words. */
    static String help(Documenting.Verdict verdict, boolean live) {
        boolean notes = verdict.files().stream().anyMatch(file -> file.state() == Staleness.State.NOTE_WITHOUT_OBJECT);
        if (live && !verdict.differences().isEmpty()) {
            return "lockkeeper drift tells what the database has apart from its history";
        }
        return "Next: lockkeeper docs generate" + (notes ? ", after the notes were moved or their files deleted" : "");
    }

    static void json(Json json, Documenting documenting, Documenting.Verdict verdict, String other) {
        json.put("comparedWith", other)
                .put("valid", verdict.isValid())
                .array(
                        "differences",
                        verdict.differences(),
                        (j, one) -> j.put("sort", one.sort().name().toLowerCase(Locale.ROOT))
                                .put("kind", one.kind())
                                .put("name", one.name())
                                .put("aspect", one.aspect())
                                .put("documents", one.before())
                                .put("database", one.after()))
                .array(
                        "files",
                        verdict.files(),
                        (j, one) -> j.put("file", documenting.folder().shown(one.path()))
                                .put("state", one.state().name().toLowerCase(Locale.ROOT)));
    }
}
