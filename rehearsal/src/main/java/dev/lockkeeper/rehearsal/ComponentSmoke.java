package dev.lockkeeper.rehearsal;

import dev.lockkeeper.catalog.Catalog;
import dev.lockkeeper.catalog.Comparison;
import dev.lockkeeper.catalog.DatabaseFacts;
import dev.lockkeeper.catalog.Difference;
import dev.lockkeeper.catalog.Excerpt;
import dev.lockkeeper.catalog.Fingerprint;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Repeatable;
import dev.lockkeeper.source.Script;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The smoke run of one component: each migration by itself, then the whole history down and up. */
final class ComponentSmoke {
    private final Rehearsal rehearsal;
    private final String component;
    private final List<Migration> migrations;
    private final List<Repeatable> repeatables;
    private final String main;

    ComponentSmoke(Rehearsal rehearsal, String component, List<Migration> migrations, List<Repeatable> repeatables) {
        this.rehearsal = rehearsal;
        this.component = component;
        this.migrations = migrations;
        this.repeatables = repeatables;
        this.main = rehearsal.create();
    }

    /**
     * Proves each migration and each repeatable script, and tells of it at once.
     *
     * @param prelude set-up that the history takes for granted
     * @return the proof of the whole history
     * @throws LockkeeperException when the prelude or an up script fails
     */
    ChainProof run(List<Script> prelude, Consumer<MigrationProof> proven, Consumer<RepeatProof> repeated) {
        Catalog catalog;
        Fingerprint state;
        DatabaseFacts facts;
        Set<String> roles;
        try (Session session = rehearsal.open(main)) {
            prelude.forEach(script -> Rehearsal.run(session, script));
            catalog = Catalog.of(session);
            state = catalog.fingerprint(session);
            facts = catalog.facts(session);
            roles = Rehearsal.roles(session);
        }
        String origin = rehearsal.copy(main);
        Fingerprint bottom = state;
        MigrationRehearsal one = new MigrationRehearsal(rehearsal, catalog, main, component);
        for (Migration migration : migrations) {
            MigrationRehearsal.Result result = one.run(migration, state);
            state = result.after();
            proven.accept(result.proof());
        }
        if (!repeatables.isEmpty()) {
            repeat(catalog, repeated);
        }
        return chain(new Ends(catalog, origin, bottom, facts, state), roles);
    }

    /** Runs each script twice, in a copy, and then takes the history back there while what they made is in force. */
    private void repeat(Catalog catalog, Consumer<RepeatProof> repeated) {
        try (Session session = rehearsal.open(rehearsal.copy(main))) {
            for (Repeatable script : repeatables) {
                try {
                    Rehearsal.run(session, script.script());
                    Excerpt first = catalog.excerpt(session);
                    Rehearsal.run(session, script.script());
                    Comparison again = catalog.compare(first, session);
                    repeated.accept(new RepeatProof(component, script.label(), again.differences(), null));
                } catch (LockkeeperException e) {
                    repeated.accept(new RepeatProof(
                            component, script.label(), List.of(), e.problems().get(0)));
                }
            }
            downs(session)
                    .ifPresent(problem -> repeated.accept(new RepeatProof(
                            component,
                            RepeatProof.ALL,
                            List.of(),
                            problem.note("the repeatable scripts are in force meanwhile, as they are after every apply")
                                    .help(
                                            "drop in the down script what depends on it, with IF EXISTS; the script runs again with"
                                                    + " the next apply"))));
        }
    }

    /** Takes the whole history back as far as it goes; the first failure. */
    private Optional<Problem> downs(Session session) {
        List<Migration> newestFirst = new ArrayList<>(migrations);
        Collections.reverse(newestFirst);
        for (Migration migration : newestFirst) {
            Script down = migration.down();
            if (down == null) {
                return Optional.empty();
            }
            try {
                Rehearsal.run(session, down);
            } catch (LockkeeperException e) {
                return Optional.of(e.problems().get(0));
            }
        }
        return Optional.empty();
    }

    /** Both ends of the way: the database before the first migration, and the fingerprint after the last. */
    private record Ends(
            Catalog catalog, String origin, Fingerprint bottom, DatabaseFacts bottomFacts, Fingerprint top) {}

    /**
     * Walks down and up in a copy, so that the main database stays as it is to be compared with. A role that the history
     * made cannot be dropped while another database uses it, so then the walk is in the main database itself and what is
     * to be compared with is read before.
     */
    private ChainProof chain(Ends ends, Set<String> rolesBefore) {
        boolean inMain;
        try (Session session = rehearsal.open(main)) {
            // the same holds for settings of the database, which no copy takes along
            inMain = !Rehearsal.roles(session).equals(rolesBefore)
                    || ends.bottomFacts().compare(ends.catalog().facts(session)).level() != Comparison.Level.SAME;
        }
        String walked = inMain ? main : rehearsal.copy(main);
        try (Session session = rehearsal.open(walked);
                Session origin = rehearsal.open(ends.origin())) {
            DatabaseFacts topFacts = ends.catalog().facts(session);
            DatabaseFacts bottomFacts = inMain ? ends.bottomFacts() : topFacts;
            if (inMain) {
                Excerpt top = ends.catalog().excerpt(session);
                return walk(session, origin, ends, () -> ends.catalog().compare(top, session), bottomFacts, topFacts);
            }
            try (Session top = rehearsal.open(main)) {
                return walk(
                        session,
                        origin,
                        ends,
                        () -> ends.catalog()
                                .compare(
                                        top, ends.top(), session, ends.catalog().fingerprint(session)),
                        bottomFacts,
                        topFacts);
            }
        }
    }

    private ChainProof walk(
            Session session,
            Session origin,
            Ends ends,
            Supplier<Comparison> compareTop,
            DatabaseFacts bottomFacts,
            DatabaseFacts topFacts) {
        Catalog catalog = ends.catalog();
        List<Migration> newestFirst = new ArrayList<>(migrations);
        Collections.reverse(newestFirst);
        for (Migration migration : newestFirst) {
            Script down = migration.down();
            if (down == null) {
                return new ChainProof(component, Verdict.NO_DOWN, null, version(migration), List.of(), null);
            }
            try {
                Rehearsal.run(session, down);
            } catch (LockkeeperException e) {
                return stopped(Verdict.DOWN_FAILS, null, version(migration), List.of(), e);
            }
        }
        Comparison bottom = catalog.compare(origin, ends.bottom(), session, catalog.fingerprint(session))
                .and(bottomFacts.compare(catalog.facts(session)));
        for (Migration migration : migrations) {
            try {
                Rehearsal.run(session, migration.up());
            } catch (LockkeeperException e) {
                return stopped(verdict(bottom), Reapply.FAILS, version(migration), bottom.differences(), e);
            }
        }
        Comparison again = compareTop.get().and(topFacts.compare(catalog.facts(session)));
        return new ChainProof(
                component,
                verdict(bottom),
                again.level() == Comparison.Level.SAME ? Reapply.OK : Reapply.DIFFERS,
                null,
                bottom.differences().isEmpty() ? again.differences() : bottom.differences(),
                null);
    }

    private ChainProof stopped(
            Verdict down, @Nullable Reapply up, String version, List<Difference> differences, LockkeeperException e) {
        return new ChainProof(
                component, down, up, version, differences, e.problems().get(0));
    }

    private static String version(Migration migration) {
        return migration.version().toString();
    }

    static Verdict verdict(Comparison comparison) {
        return switch (comparison.level()) {
            case SAME -> Verdict.RESTORES;
            case COLUMN_ORDER -> Verdict.COLUMN_ORDER;
            case DIFFERENT -> Verdict.DIFFERS;
        };
    }
}
