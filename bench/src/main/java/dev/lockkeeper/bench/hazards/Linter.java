package dev.lockkeeper.bench.hazards;

import java.util.Set;

/** Something that judges migrations. */
interface Linter {
    String name();

    /** Whether it has anything that finds what a case is about. */
    boolean covers(Case one);

    /** The ids of the catalogue under which it finds something; {@code failed} beside them when it could not judge all. */
    Set<String> findings(Case one, Side side);

    /** A half of a case. */
    enum Side {
        HAZARD,
        HARMLESS;

        java.util.List<String> of(Case one) {
            return this == HAZARD ? one.hazard() : one.harmless();
        }
    }
}
