package dev.lockkeeper.rows;

import dev.lockkeeper.problem.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was proven of a migration with rows in the tables.
 *
 * @param rows how many were there before the up script
 * @param losses what the rollback has not brought back, also what is accepted
 * @param refused why the up script fails when rows are there, although it runs without them; null when it does not
 * @param guarded whether a check of the up script itself says that such rows must not be there
 * @param down why the down script fails when rows are there, although it runs without them; null when it does not
 * @param again why the up script fails after the down script when rows are there; null when it does not
 * @param unfilled tables, or files of rows, of which nothing could be put in
 * @param unneeded acceptances that cover no loss, each at its place
 */
public record RowProof(
        long rows,
        List<RowLoss> losses,
        @Nullable Problem refused,
        boolean guarded,
        @Nullable Problem down,
        @Nullable Problem again,
        List<Unfilled> unfilled,
        List<Problem> unneeded) {
    public RowProof {
        losses = List.copyOf(losses);
        unfilled = List.copyOf(unfilled);
        unneeded = List.copyOf(unneeded);
    }

    /**
     * The same without the failures that are told already, because the scripts fail without rows too.
     *
     * @param downFails whether the down script fails without rows
     * @param againFails whether the up script fails after the down script without rows
     */
    public RowProof toldOnce(boolean downFails, boolean againFails) {
        return new RowProof(
                rows, losses, refused, guarded, downFails ? null : down, againFails ? null : again, unfilled, unneeded);
    }

    /** Whether nothing is lost but what is accepted, and all scripts run with rows as they do without. */
    public boolean proven() {
        return keeps() && (refused == null || guarded) && down == null && again == null;
    }

    /** Whether nothing is lost but what is accepted. */
    public boolean keeps() {
        return losses.stream().allMatch(loss -> loss.accepted() != null);
    }

    /** The verdict in one word. */
    public String key() {
        if (!keeps()) {
            return "loses";
        }
        return down != null
                ? "down-fails"
                : again != null ? "reapply-fails" : refused != null && !guarded ? "refused" : "keeps";
    }
}
