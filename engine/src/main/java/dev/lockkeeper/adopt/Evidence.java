package dev.lockkeeper.adopt;

/**
 * What another tool's history proves about a file.
 *
 * @param how what was compared, or why nothing could be
 */
public record Evidence(Result result, String how) {
    /** The outcome of a comparison. */
    public enum Result {
        /** The file is what the tool ran. */
        MATCHES,
        /** The file is not what the tool ran. */
        DIFFERS,
        /** Nobody can tell. */
        NONE
    }

    static Evidence of(boolean matches, String how) {
        return new Evidence(matches ? Result.MATCHES : Result.DIFFERS, how);
    }

    static Evidence none(String why) {
        return new Evidence(Result.NONE, why);
    }
}
