package dev.lockkeeper.rehearsal;

import dev.lockkeeper.catalog.Catalog;
import dev.lockkeeper.catalog.Comparison;
import dev.lockkeeper.catalog.Excerpt;
import dev.lockkeeper.catalog.Fingerprint;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.rows.RowSource;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Repeatable;
import dev.lockkeeper.source.Script;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The smoke run of one component: each migration by itself, then the whole history down and up. */
final class ComponentSmoke {
    private final World world;
    private final String component;
    private final List<Migration> migrations;
    private final List<Repeatable> repeatables;
    private final RowSource rows;

    ComponentSmoke(
            World world, String component, List<Migration> migrations, List<Repeatable> repeatables, RowSource rows) {
        this.world = world;
        this.component = component;
        this.migrations = migrations;
        this.repeatables = repeatables;
        this.rows = rows;
    }

    /**
     * Proves each migration and each repeatable script, and tells of it at once.
     *
     * @return the proof of the whole history
     * @throws LockkeeperException when an up script fails
     */
    ChainProof run(Consumer<MigrationProof> proven, Consumer<RepeatProof> repeated) {
        Fingerprint state = world.bottom();
        MigrationRehearsal one = new MigrationRehearsal(world, component, rows);
        List<MigrationProof> proofs = new ArrayList<>();
        for (Migration migration : migrations) {
            MigrationRehearsal.Result result = run(one, migration, state);
            state = result.after();
            proofs.add(result.proof());
            proven.accept(result.proof());
        }
        if (!repeatables.isEmpty()) {
            repeat(world.copy(state.moment()), repeated);
        }
        ChainProof chain =
                new ChainRehearsal(world, component, migrations).run(state).toldOnce(proofs);
        world.requireUntouched();
        return chain;
    }

    private MigrationRehearsal.Result run(MigrationRehearsal one, Migration migration, Fingerprint state) {
        try {
            MigrationRehearsal.Result result = one.run(migration, state);
            world.requireUntouched();
            return result;
        } catch (LockkeeperException e) {
            // an up script that has changed the server fails when it runs for the second time
            world.requireUntouched();
            throw e;
        }
    }

    /** Runs each script twice, in a copy, and then takes the history back there while what they made is in force. */
    private void repeat(String copy, Consumer<RepeatProof> repeated) {
        Catalog catalog = world.catalog();
        try (Session session = world.open(copy)) {
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
}
