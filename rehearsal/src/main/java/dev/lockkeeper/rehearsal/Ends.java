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

    /** What a way came to, when its database is gone. */
    private record Reached(Fingerprint fingerprint, Surroundings around) {
        static Reached by(Catalog catalog, Session session) {
            return new Reached(catalog.fingerprint(session), catalog.surroundings(session));
        }
    }

    /**
     * Goes both ways, one after the other, each in a database of its own; and once more when they end apart, because to keep all
     * that a database is made of costs more than to go a way.
     *
     * @return what the second way has apart from the first
     * @throws dev.lockkeeper.problem.LockkeeperException when a script of either fails
     */
    public Comparison compare(List<Script> one, List<Script> other) {
        // before any script, so that what a way changes of the server's own objects counts
        Catalog catalog = go(List.of(), rehearsal::catalog);
        Reached first = go(one, session -> Reached.by(catalog, session));
        Reached second = go(other, session -> Reached.by(catalog, session));
        return schema(catalog, one, first.fingerprint(), other, second.fingerprint())
                .and(first.around().compare(second.around()))
                .withoutFixes();
    }

    private Comparison schema(
            Catalog catalog, List<Script> one, Fingerprint first, List<Script> other, Fingerprint second) {
        if (first.digests().equals(second.digests())) {
            return Comparison.same();
        }
        Excerpt kept = go(one, session -> catalog.excerpt(session, first, second));
        return go(other, session -> catalog.compare(kept, session));
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
