package dev.lockkeeper.rehearsal;

import dev.lockkeeper.catalog.Catalog;
import dev.lockkeeper.catalog.Comparison;
import dev.lockkeeper.catalog.Difference;
import dev.lockkeeper.catalog.Excerpt;
import dev.lockkeeper.catalog.Fingerprint;
import dev.lockkeeper.catalog.Surroundings;
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
import java.util.function.Consumer;
import java.util.function.Function;
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
        Around around;
        Fingerprint state;
        Surroundings surroundings;
        try (Session session = rehearsal.open(main)) {
            prelude.forEach(script -> Rehearsal.run(session, script));
            catalog = Rehearsal.catalog(session);
            around = new Around(catalog);
            state = catalog.fingerprint(session);
            surroundings = around.at(state.moment(), session);
        }
        String origin = rehearsal.copy(main);
        Fingerprint bottom = state;
        MigrationRehearsal one = new MigrationRehearsal(rehearsal, catalog, around, main, component, bottom.moment());
        List<MigrationProof> proofs = new ArrayList<>();
        for (Migration migration : migrations) {
            MigrationRehearsal.Result result = one.run(migration, state);
            state = result.after();
            proofs.add(result.proof());
            proven.accept(result.proof());
        }
        if (!repeatables.isEmpty()) {
            repeat(catalog, repeated);
        }
        return chain(new Ends(catalog, around, origin, bottom, surroundings, state))
                .toldOnce(proofs);
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
                    repeated.accept(new RepeatProof(
                            component, script.label(), again.withoutFixes().differences(), null));
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
            Catalog catalog,
            Around around,
            String origin,
            Fingerprint bottom,
            Surroundings aroundBottom,
            Fingerprint top) {}

    /**
     * Walks down and up in a copy, so that the main database stays as it is to be compared with. What no copy takes along
     * can be taken back only once for the whole server, so when the history has made any of it, the walk is in the main
     * database itself, and what is to be compared with is read before.
     */
    private ChainProof chain(Ends ends) {
        Catalog catalog = ends.catalog();
        boolean inMain;
        try (Session session = rehearsal.open(main)) {
            inMain = !catalog.moment(session)
                    .surroundings()
                    .equals(ends.bottom().moment().surroundings());
        }
        String walked = inMain ? main : rehearsal.copy(main);
        try (Session session = rehearsal.open(walked);
                Session origin = rehearsal.open(ends.origin())) {
            Surroundings aroundTop = ends.around().at(catalog.moment(session), session);
            if (inMain) {
                Excerpt top = catalog.excerpt(session);
                return walk(session, origin, ends, aroundTop, now -> catalog.compare(top, ends.top(), session, now));
            }
            try (Session top = rehearsal.open(main)) {
                return walk(session, origin, ends, aroundTop, now -> catalog.compare(top, ends.top(), session, now));
            }
        }
    }

    private ChainProof walk(
            Session session,
            Session origin,
            Ends ends,
            Surroundings aroundTop,
            Function<Fingerprint, Comparison> compareTop) {
        Catalog catalog = ends.catalog();
        List<Migration> newestFirst = new ArrayList<>(migrations);
        Collections.reverse(newestFirst);
        for (Migration migration : newestFirst) {
            Script script = migration.down();
            if (script == null) {
                return new ChainProof(component, Verdict.NO_DOWN, null, version(migration), List.of(), null, 0);
            }
            try {
                Rehearsal.run(session, script);
            } catch (LockkeeperException e) {
                return stopped(Verdict.DOWN_FAILS, null, version(migration), List.of(), e);
            }
        }
        Fingerprint down = catalog.fingerprint(session);
        Comparison bottom = catalog.compare(origin, ends.bottom(), session, down)
                .and(ends.aroundBottom().compare(ends.around().at(down.moment(), session)));
        for (Migration migration : migrations) {
            try {
                Rehearsal.run(session, migration.up());
            } catch (LockkeeperException e) {
                return stopped(verdict(bottom), Reapply.FAILS, version(migration), bottom.differences(), e);
            }
        }
        Fingerprint up = catalog.fingerprint(session);
        Comparison again = compareTop
                .apply(up)
                .and(aroundTop.compare(ends.around().at(up.moment(), session)))
                .withoutFixes();
        return new ChainProof(
                component,
                verdict(bottom),
                again.level() == Comparison.Level.SAME ? Reapply.OK : Reapply.DIFFERS,
                null,
                bottom.differences().isEmpty() ? again.differences() : bottom.differences(),
                null,
                0);
    }

    private ChainProof stopped(
            Verdict down, @Nullable Reapply up, String version, List<Difference> differences, LockkeeperException e) {
        return new ChainProof(
                component, down, up, version, differences, e.problems().get(0), 0);
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
