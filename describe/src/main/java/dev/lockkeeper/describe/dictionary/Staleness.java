package dev.lockkeeper.describe.dictionary;

/**
 * A document that is not what it should be.
 *
 * @param path within the folder of the documents, parted by slashes
 */
public record Staleness(State state, String path) {
    /** In what way. */
    public enum State {
        MISSING("missing"),
        STALE("stale"),
        EXTRA("of nothing that is there any more"),
        NOTE_WITHOUT_OBJECT("a note about nothing that is there any more");

        private final String words;

        State(String words) {
            this.words = words;
        }

        /** As people say it. */
        public String words() {
            return words;
        }
    }
}
