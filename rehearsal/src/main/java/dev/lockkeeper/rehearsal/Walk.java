package dev.lockkeeper.rehearsal;

import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.ModelReader;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.Script;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Takes components up migration by migration, and back again, and reads the model of the database after each script. Each component has a database
 * of its own; repeatable scripts do not run, since no migration is theirs.
 */
public final class Walk {
    private final Rehearsal rehearsal;
    private final List<Script> prelude;
    private final boolean back;
    private final boolean watched;

    /**
     * @param databases where to do it
     * @param prelude set-up SQL that a history takes for granted, run first in every database
     * @param back whether the down scripts run as well
     */
    public Walk(Databases databases, List<Script> prelude, boolean back) {
        this(new Rehearsal(databases), List.copyOf(prelude), back, false);
    }

    private Walk(Rehearsal rehearsal, List<Script> prelude, boolean back, boolean watched) {
        this.rehearsal = rehearsal;
        this.prelude = prelude;
        this.back = back;
        this.watched = watched;
    }

    /** The same, with up scripts before a witness too. */
    public Walk watched() {
        return new Walk(rehearsal, prelude, back, true);
    }

    /**
     * Goes the way of one component.
     *
     * @param told of each migration before its up script runs
     * @return its migrations in their order
     * @throws LockkeeperException when the prelude or an up script fails
     */
    public List<Walked> of(Migrations component, Consumer<Migration> told) {
        return rehearsal.inDatabase(database -> {
            try (Session session = rehearsal.open(database)) {
                return new Way(database, session, component).go(told);
            } catch (LockkeeperException e) {
                throw new LockkeeperException(
                        e.problems().stream().map(Missing::hinted).toList(), e);
            }
        });
    }

    private final class Way {
        private final String database;
        private final Session reader;
        private final Migrations component;

        Way(String database, Session reader, Migrations component) {
            this.database = database;
            this.reader = reader;
            this.component = component;
        }

        List<Walked> go(Consumer<Migration> told) {
            prelude.forEach(script -> rehearsal.forward(database, script));
            List<Model> models = new ArrayList<>();
            models.add(ModelReader.read(reader));
            List<Optional<RehearsedMigration>> seen = new ArrayList<>();
            for (Migration migration : component.all()) {
                told.accept(migration);
                if (watched) {
                    seen.add(Optional.of(observed(migration, migration.up())));
                } else {
                    rehearsal.forward(database, migration.up());
                    seen.add(Optional.empty());
                }
                models.add(ModelReader.read(reader));
            }
            ArrayDeque<Walked> walked = new ArrayDeque<>();
            boolean goesOn = back;
            for (int i = component.all().size() - 1; i >= 0; i--) {
                Migration migration = component.all().get(i);
                Walked.Back taken = goesOn ? back(migration) : new Walked.NotTried();
                goesOn = taken instanceof Walked.Taken;
                walked.addFirst(new Walked(
                        component.component(), migration, models.get(i), models.get(i + 1), seen.get(i), taken));
            }
            return List.copyOf(walked);
        }

        private Walked.Back back(Migration migration) {
            Script down = migration.down();
            if (down == null) {
                return new Walked.NotTried();
            }
            try {
                return new Walked.Taken(observed(migration, down), ModelReader.read(reader));
            } catch (LockkeeperException e) {
                return new Walked.Failed(e.problems().get(0));
            }
        }

        private RehearsedMigration observed(Migration migration, Script script) {
            List<RehearsedMigration> seen = new ArrayList<>();
            new Scene(() -> rehearsal.open(database), () -> rehearsal.open(database))
                    .observe(
                            new Turn(
                                    component.component(),
                                    migration.version().toString(),
                                    migration.description(),
                                    script),
                            seen::add);
            return seen.get(0);
        }
    }
}
