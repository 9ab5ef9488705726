package dev.lockkeeper.plan;

/**
 * What a project allows.
 *
 * @param downsRequired whether a migration without a down script is refused
 * @param outOfOrder whether a migration older than the newest applied one may still be applied
 * @param ignoreOtherTool whether the history table of another tool is no reason to stop
 */
public record Policy(boolean downsRequired, boolean outOfOrder, boolean ignoreOtherTool) {
    /** Nothing unusual is allowed. */
    public static Policy strict() {
        return new Policy(true, false, false);
    }
}
