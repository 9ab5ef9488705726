package dev.lockkeeper.rehearsal;

import dev.lockkeeper.catalog.Catalog;
import dev.lockkeeper.catalog.Comparison;
import dev.lockkeeper.catalog.Excerpt;
import dev.lockkeeper.catalog.Fingerprint;
import dev.lockkeeper.catalog.Moment;
import dev.lockkeeper.catalog.Surroundings;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.source.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The main database of one component, which only moves forward, its copies, and what is around them. When it ends the
 * server is as it was before, as far as that can be taken away: the next component finds no role of this one.
 */
final class World implements AutoCloseable {
    private final Rehearsal rehearsal;
    private final List<Script> prelude;
    private final List<Script> applied = new ArrayList<>();
    private final List<String> databases = new ArrayList<>();
    private final Set<String> kept;
    private final Catalog catalog;
    private final Around around;
    private final Moment empty;
    private final Fingerprint bottom;
    private final Surroundings aroundBottom;
    private final @Nullable Excerpt origin;
    private String main;
    private String copyOfOrigin = "";

    /**
     * @param prelude set-up that the history takes for granted
     * @param alone whether no other database may stand in the way of the main one, as a copy does that names a role
     */
    World(Rehearsal rehearsal, List<Script> prelude, boolean alone) {
        this.rehearsal = rehearsal;
        this.prelude = prelude;
        this.main = create();
        try (Session session = rehearsal.open(main)) {
            kept = rehearsal.undo(session);
            catalog = rehearsal.catalog(session);
            empty = catalog.moment(session);
            around = new Around(catalog);
        }
        try {
            try (Session session = rehearsal.open(main)) {
                prelude.forEach(script -> Rehearsal.run(session, script));
                bottom = catalog.fingerprint(session);
                aroundBottom = around.at(bottom.moment(), session);
                origin = alone ? catalog.excerpt(session) : null;
            }
            if (!alone) {
                copyOfOrigin = rehearsal.copy(main);
                databases.add(copyOfOrigin);
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private String create() {
        String database = rehearsal.create();
        databases.add(database);
        return database;
    }

    Catalog catalog() {
        return catalog;
    }

    Around around() {
        return around;
    }

    /** The state after the prelude, before the first migration. */
    Fingerprint bottom() {
        return bottom;
    }

    String main() {
        return main;
    }

    Session open() {
        return rehearsal.open(main);
    }

    Session open(String database) {
        return rehearsal.open(database);
    }

    /** A copy of the main database, with what no copy takes along if anything of it was ever made. */
    String copy(Moment now) {
        // what a prelude makes on a server of others is there for every copy
        Moment plain = rehearsal.isOurs() ? empty : bottom.moment();
        String copy =
                now.surroundings().equals(plain.surroundings()) ? rehearsal.copy(main) : rehearsal.wholeCopy(main);
        databases.add(copy);
        return copy;
    }

    void drop(String database) {
        rehearsal.drop(database);
        databases.remove(database);
    }

    /** See {@link Rehearsal#undo}. */
    Set<String> undo(Session session) {
        return rehearsal.undo(session);
    }

    /** See {@link Rehearsal#undoExcept}. */
    void undoExcept(Session session, Set<String> left) {
        rehearsal.undoExcept(session, left);
    }

    /**
     * On a server of others: that what its databases share is as it was after the prelude.
     *
     * @throws LockkeeperException {@code server-shared}
     */
    void requireUntouched() {
        if (rehearsal.isOurs()) {
            return;
        }
        try (Session session = rehearsal.open(main)) {
            Moment now = catalog.moment(session);
            if (!now.surroundings().equals(bottom.moment().surroundings())) {
                throw Rehearsal.touched(
                        aroundBottom.compare(around.at(now, session)).differences());
            }
        }
    }

    /** What a session's database has apart from the state before the first migration. */
    Comparison fromBottom(Session session, Fingerprint now) {
        return schemaFromBottom(session, now).and(aroundBottom.compare(around.at(now.moment(), session)));
    }

    private Comparison schemaFromBottom(Session session, Fingerprint now) {
        if (origin != null) {
            return catalog.compare(origin, bottom, session, now);
        }
        try (Session first = rehearsal.open(copyOfOrigin)) {
            return catalog.compare(first, bottom, session, now);
        }
    }

    /** Takes the main database one script further. */
    void forward(Script up) {
        try (Session session = open()) {
            Rehearsal.run(session, up);
        }
        went(up);
    }

    /** The main database has gone this script further. */
    void went(Script up) {
        applied.add(up);
    }

    /** Makes the main database anew, because something was done that cannot be taken back. */
    void rebuild() {
        clear();
        main = create();
        try (Session session = open()) {
            prelude.forEach(script -> Rehearsal.run(session, script));
        }
        if (origin == null) {
            copyOfOrigin = rehearsal.copy(main);
            databases.add(copyOfOrigin);
        }
        try (Session session = open()) {
            applied.forEach(script -> Rehearsal.run(session, script));
        }
    }

    private void clear() {
        List.copyOf(databases).forEach(this::drop);
        rehearsal.undoExcept(kept);
    }

    @Override
    public void close() {
        clear();
    }
}
