package dev.lockkeeper.report;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import dev.lockkeeper.source.Script;
import java.util.List;

/** The difference between two versions of a script. */
public final class ScriptDiff {
    private ScriptDiff() {}

    /**
     * Unified diff with two lines of context; empty when they are equal.
     *
     * @param applied what the record kept
     * @param file what {@link Script#kept} gives now, or the text
     */
    public static List<String> of(String applied, String file) {
        if (applied.startsWith(Script.NOT_KEPT) || file.startsWith(Script.NOT_KEPT)) {
            return List.of(
                    "no difference can be shown: a script of more than 4 MiB is not kept in the record, only its checksum");
        }
        List<String> before = applied.lines().toList();
        return UnifiedDiffUtils.generateUnifiedDiff(
                "applied", "file", before, DiffUtils.diff(before, file.lines().toList()), 2);
    }
}
