package dev.lockkeeper.stewardship.classification;

import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.problem.Place;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the rows of a person who is forgotten.
 *
 * @param call the function, when one of the schema does it: it gets the primary key and a reason; null otherwise
 * @param unless a column that is set, or true, in a row that the function has changed before; null for none
 * @param why the rows stay; null when they do not
 */
public record Forgetting(
        Place place,
        Way way,
        @Nullable ObjectName call,
        @Nullable String unless,
        @Nullable String why) {
    /** How a row is forgotten. */
    public enum Way {
        DELETE("deleted"),
        ANONYMIZE("anonymized"),
        CALL("changed by a function of the schema"),
        /** What is done to the row that it leads to changes it too: by a cascade, a trigger or a function. */
        FOLLOW("changed along with the row that they lead to"),
        KEEP("kept");

        private final String done;

        Way(String done) {
            this.done = done;
        }

        /** In a sentence about rows. */
        public String done() {
            return done;
        }
    }
}
