package dev.lockkeeper.apply;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a person knows better than the record.
 *
 * @param name the version, or the label of a repeatable script
 * @param reason why, for whoever reads the audit chain later
 */
public record Repair(String name, Action action, String reason) {
    /** What to change in the record; none of them runs a script. */
    public enum Action {
        RETRY("retry", "a step that failed may be tried again with the same script"),
        APPLIED("applied", "the migration was carried out by hand"),
        NOT_APPLIED("not-applied", "what the migration made is not there any more"),
        EDITED("edited", "the edit of an applied up script changes nothing, so the file is taken as it is now"),
        STATEMENT_DONE("statement-done", "the interrupted statement took effect"),
        STATEMENT_UNDONE("statement-undone", "the interrupted statement left nothing");

        private final String key;
        private final String meaning;

        Action(String key, String meaning) {
            this.key = key;
            this.meaning = meaning;
        }

        /** The word for the command line. */
        public String key() {
            return key;
        }

        /** What a person says by it. */
        public String meaning() {
            return meaning;
        }

        /** All words. */
        public static List<String> keys() {
            return Arrays.stream(values()).map(Action::key).toList();
        }

        /** The action of that word; empty when there is none. */
        public static Optional<Action> of(String key) {
            return Arrays.stream(values()).filter(a -> a.key.equals(key)).findFirst();
        }
    }
}
