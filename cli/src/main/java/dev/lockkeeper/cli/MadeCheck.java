package dev.lockkeeper.cli;

import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.Style;
import dev.lockkeeper.source.ScriptReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The part of {@code lockkeeper check} that compares files which a command makes with what it would make now.
 *
 * @param what they are, in the plural
 * @param renew the command that makes them anew
 * @param extra files that it makes no more
 */
record MadeCheck(String what, String renew, List<GeneratedFiles.Looked> looked, List<Path> extra) {
    MadeCheck {
        looked = List.copyOf(looked);
        extra = List.copyOf(extra);
    }

    /** Whether nobody has made any of them yet. */
    boolean isNew() {
        return extra.isEmpty() && looked.stream().allMatch(one -> one.state() == GeneratedFiles.State.MISSING);
    }

    boolean passed() {
        return extra.isEmpty() && looked.stream().allMatch(one -> one.state() == GeneratedFiles.State.CURRENT);
    }

    List<String> text(Style style) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        if (passed()) {
            lines.add(style.good("✓") + " the " + what + " are those of the migrations");
            return lines;
        }
        looked.stream()
                .filter(one -> one.state() != GeneratedFiles.State.CURRENT)
                .forEach(one -> lines.add(style.bad("✗") + " " + one.line(true)));
        extra.forEach(file -> lines.add(style.bad("✗") + " " + "extra     " + Style.line(ScriptReader.display(file))));
        lines.add("Next: " + renew);
        return lines;
    }

    void json(Json json) {
        json.put("current", passed())
                .put("renew", renew)
                .array("files", looked, (j, one) -> one.json(j))
                .texts("extra", extra.stream().map(ScriptReader::display).toList());
    }
}
