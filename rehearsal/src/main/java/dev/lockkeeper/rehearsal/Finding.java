package dev.lockkeeper.rehearsal;

import dev.lockkeeper.catalog.Deviation;
import dev.lockkeeper.project.Exemption;
import org.jspecify.annotations.Nullable;

/**
 * A deviation, and what somebody has decided about it.
 *
 * @param exemption null when nobody has decided anything
 * @param over whether the last day of the exemption is over, so that the deviation counts
 */
public record Finding(Deviation deviation, @Nullable Exemption exemption, boolean over) {
    /** Whether it counts. */
    public boolean counts() {
        return exemption == null || over;
    }
}
