package dev.lockkeeper.rehearsal;

import dev.lockkeeper.catalog.Catalog;
import dev.lockkeeper.catalog.Moment;
import dev.lockkeeper.catalog.Surroundings;
import dev.lockkeeper.database.Session;
import java.util.HashMap;
import java.util.Map;

/** What is around the databases at each moment, read only when it is another than before: scripts seldom change it. */
final class Around {
    private final Catalog catalog;
    private final Map<String, Surroundings> known = new HashMap<>();

    Around(Catalog catalog) {
        this.catalog = catalog;
    }

    /** The surroundings of the session's database, which are those of this moment. */
    Surroundings at(Moment moment, Session session) {
        return known.computeIfAbsent(moment.surroundings(), digest -> catalog.surroundings(session));
    }
}
