package dev.lockkeeper.audit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was found out about a chain.
 *
 * @param violations everything that is not as it should be; empty when it is intact
 * @param open runs that have not ended, which is no violation
 * @param entries how many were looked at
 * @param rows how many rows of tables were compared with them; 0 without a database
 * @param archived up to which entry the chain was archived and the archive was not at hand; 0 when all was
 * @param head the last entry; null when there is none
 * @param kept the head that was kept elsewhere; null when none was given
 */
public record Verdict(
        List<Violation> violations,
        List<OpenRun> open,
        int entries,
        int rows,
        long archived,
        @Nullable Head head,
        Head.@Nullable Kept kept) {
    public Verdict {
        violations = List.copyOf(violations);
        open = List.copyOf(open);
    }
}
