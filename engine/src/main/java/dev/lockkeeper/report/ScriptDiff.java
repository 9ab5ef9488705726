package dev.lockkeeper.report;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import java.util.List;

/** The difference between two versions of a script. */
public final class ScriptDiff {
    private ScriptDiff() {}

    /** Unified diff with two lines of context; empty when they are equal. */
    public static List<String> of(String applied, String file) {
        List<String> before = applied.lines().toList();
        return UnifiedDiffUtils.generateUnifiedDiff(
                "applied", "file", before, DiffUtils.diff(before, file.lines().toList()), 2);
    }
}
