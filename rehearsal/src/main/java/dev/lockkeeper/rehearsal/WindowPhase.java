package dev.lockkeeper.rehearsal;

import java.util.Locale;

/**
 * One run of migrations beside traffic.
 *
 * @param migrations how many were applied or rolled back
 * @param nanos how long the run took
 * @param stalls what the traffic saw meanwhile
 */
public record WindowPhase(Kind kind, int migrations, long nanos, Stalls stalls) {
    /** What was run. */
    public enum Kind {
        ROLLBACK_NEWEST("rollback of the newest"),
        APPLY_NEWEST("apply of the newest"),
        ROLLBACK_ALL("rollback of all"),
        APPLY_ALL("apply of all");

        private final String sentence;

        Kind(String sentence) {
            this.sentence = sentence;
        }

        /** As the beginning of a sentence. */
        public String sentence() {
            return sentence;
        }

        /** The name in JSON. */
        public String key() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** Whether it takes migrations back. */
        public boolean rollback() {
            return this == ROLLBACK_NEWEST || this == ROLLBACK_ALL;
        }
    }
}
