package dev.lockkeeper.fix;

import dev.lockkeeper.problem.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was found, what is to be written, and whether it is proven.
 *
 * @param serverVersion of the throw-away server
 * @param fixed findings that are gone when the files are written
 * @param left findings of locks that stay
 * @param files what is to be written; none when nothing can be fixed
 * @param problem why nothing may be written; null when it is proven that both ways end alike
 */
public record FixReport(
        String serverVersion,
        List<Fixed> fixed,
        List<Left> left,
        List<EditedFile> files,
        @Nullable Problem problem) {
    public FixReport {
        fixed = List.copyOf(fixed);
        left = List.copyOf(left);
        files = List.copyOf(files);
    }

    /** Whether there is something to write, and it may be written. */
    public boolean isProven() {
        return problem == null && !files.isEmpty();
    }
}
