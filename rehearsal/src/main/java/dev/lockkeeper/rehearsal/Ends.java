package dev.lockkeeper.rehearsal;

import dev.lockkeeper.catalog.Catalog;
import dev.lockkeeper.catalog.Comparison;
import dev.lockkeeper.catalog.Excerpt;
import dev.lockkeeper.catalog.Fingerprint;
import dev.lockkeeper.catalog.Surroundings;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.source.Script;
import java.util.List;
import java.util.function.Function;

/** Whether two ways end in the same catalogs, seen on a throw-away server. */
public final class Ends {
    private final Rehearsal rehearsal;

    public Ends(Databases databases) {
        this.rehearsal = new Rehearsal(databases);
    }

    /** What the first way came to, when its database is gone. */
    private record Kept(Catalog catalog, Fingerprint fingerprint, Excerpt schema, Surroundings around) {}

    /**
     * Goes both ways, one after the other, each in a database of its own.
     *
     * @return what the second way has apart from the first
     * @throws dev.lockkeeper.problem.LockkeeperException when a script of either fails
     */
    public Comparison compare(List<Script> one, List<Script> other) {
        Kept kept = go(one, session -> {
            Catalog catalog = rehearsal.catalog(session);
            return new Kept(
                    catalog, catalog.fingerprint(session), catalog.excerpt(session), catalog.surroundings(session));
        });
        return go(
                other,
                session -> kept.catalog()
                        .compare(
                                kept.schema(),
                                kept.fingerprint(),
                                session,
                                kept.catalog().fingerprint(session))
                        .and(kept.around().compare(kept.catalog().surroundings(session)))
                        .withoutFixes());
    }

    private <T> T go(List<Script> scripts, Function<Session, T> look) {
        return rehearsal.inDatabase(database -> {
            scripts.forEach(script -> rehearsal.forward(database, script));
            try (Session session = rehearsal.open(database)) {
                return look.apply(session);
            }
        });
    }
}
