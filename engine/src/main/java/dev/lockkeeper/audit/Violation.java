package dev.lockkeeper.audit;

/**
 * One thing that is not as the chain says.
 *
 * @param seq the entry that it concerns; 0 when it concerns none
 * @param what the entry or the row, in words
 * @param how what is wrong with it, and what that means
 */
public record Violation(long seq, String what, String how) {
    @Override
    public String toString() {
        return what + ": " + how;
    }

    static Violation of(ChainEntry entry, String how) {
        return new Violation(entry.seq(), "entry " + entry.seq() + " (" + entry.action() + ")", how);
    }
}
