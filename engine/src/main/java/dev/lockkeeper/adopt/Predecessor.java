package dev.lockkeeper.adopt;

import dev.lockkeeper.source.Version;
import org.jspecify.annotations.Nullable;

/** What a history is taken over from. */
public sealed interface Predecessor {
    /** One word for the audit chain. */
    String action();

    /**
     * Another tool's history in the same database.
     *
     * @param named the tool or its table; null when there is only one
     */
    record Tool(@Nullable String named) implements Predecessor {
        @Override
        public String action() {
            return "adopt";
        }
    }

    /** Nothing but a person's word that every migration up to a version is in the database. */
    record Baseline(Version to) implements Predecessor {
        @Override
        public String action() {
            return "baseline";
        }
    }
}
