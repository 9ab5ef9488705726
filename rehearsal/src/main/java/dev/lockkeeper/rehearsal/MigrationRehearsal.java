package dev.lockkeeper.rehearsal;

import dev.lockkeeper.apply.ScriptRunner;
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
import dev.lockkeeper.source.Script;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes one migration through apply, rollback and reapply in a copy of the main database, then applies it to the main
 * database, which only moves forward.
 */
final class MigrationRehearsal {
    private final Rehearsal rehearsal;
    private final Catalog catalog;
    private final String main;
    private final String component;

    MigrationRehearsal(Rehearsal rehearsal, Catalog catalog, String main, String component) {
        this.rehearsal = rehearsal;
        this.catalog = catalog;
        this.main = main;
        this.component = component;
    }

    /**
     * What was proven, and the state that the main database is in now.
     *
     * @param after the fingerprint of the main database, which is the next migration's starting point
     */
    record Result(MigrationProof proof, Fingerprint after) {}

    /**
     * @param before the fingerprint of the main database now
     * @throws LockkeeperException when the up script fails
     */
    Result run(Migration migration, Fingerprint before) {
        String copy = rehearsal.copy(main);
        Trial trial = new Trial(migration);
        Set<String> roles;
        try {
            try (Session scratch = rehearsal.open(copy);
                    Session forward = rehearsal.open(main)) {
                roles = Rehearsal.roles(forward);
                trial.run(scratch, forward, before);
            }
        } finally {
            rehearsal.drop(copy);
        }
        try (Session forward = rehearsal.open(main)) {
            Rehearsal.dropRolesExcept(forward, roles);
            Rehearsal.run(forward, migration.up());
            return new Result(trial.proof(forward), trial.applied());
        }
    }

    /** One migration's way through the copy. */
    private final class Trial {
        private final Migration migration;
        private boolean statementByStatement;
        private Verdict verdict = Verdict.NO_DOWN;
        private @Nullable Reapply reapply;
        private Comparison restored = Comparison.same();
        private Comparison databaseReapplied = Comparison.same();
        private @Nullable Excerpt reapplied;
        private @Nullable Problem error;
        private @Nullable Fingerprint applied;

        Trial(Migration migration) {
            this.migration = migration;
        }

        void run(Session scratch, Session forward, Fingerprint before) {
            DatabaseFacts factsBefore = catalog.facts(scratch);
            up(scratch);
            Fingerprint first = catalog.fingerprint(scratch);
            applied = first;
            DatabaseFacts factsApplied = catalog.facts(scratch);
            Script down = migration.down();
            if (down == null) {
                return;
            }
            if (!down(scratch, down)) {
                return;
            }
            restored = catalog.compare(forward, before, scratch, catalog.fingerprint(scratch))
                    .and(factsBefore.compare(catalog.facts(scratch)));
            verdict = verdict(down);
            try {
                up(scratch);
            } catch (LockkeeperException e) {
                reapply = Reapply.FAILS;
                error = e.problems().get(0);
                return;
            }
            databaseReapplied = factsApplied.compare(catalog.facts(scratch));
            reapplied = catalog.excerpt(scratch, first, catalog.fingerprint(scratch));
        }

        private void up(Session scratch) {
            statementByStatement |= Rehearsal.run(scratch, migration.up()) == ScriptRunner.Manner.STATEMENTS;
        }

        private boolean down(Session scratch, Script down) {
            try {
                statementByStatement |= Rehearsal.run(scratch, down) == ScriptRunner.Manner.STATEMENTS;
                return true;
            } catch (LockkeeperException e) {
                verdict = Verdict.DOWN_FAILS;
                error = e.problems().get(0);
                return false;
            }
        }

        private Verdict verdict(Script down) {
            boolean nothingToTakeBack = migration.up().commands().statements().isEmpty();
            if (down.commands().statements().isEmpty() && !nothingToTakeBack) {
                return Verdict.EMPTY_DOWN;
            }
            return ComponentSmoke.verdict(restored);
        }

        Fingerprint applied() {
            if (applied == null) {
                throw new IllegalStateException("the up script did not run");
            }
            return applied;
        }

        /** The proof; the main database is where the copy was after the first apply. */
        MigrationProof proof(Session forward) {
            List<Difference> differences = restored.differences();
            if (reapplied != null) {
                // the excerpt holds the later state, so the comparison reads backwards
                Comparison again =
                        catalog.compare(reapplied, forward).reversed().and(databaseReapplied);
                reapply = again.level() == Comparison.Level.SAME ? Reapply.OK : Reapply.DIFFERS;
                if (differences.isEmpty()) {
                    differences = again.differences();
                }
            }
            return new MigrationProof(
                    component,
                    migration.version().toString(),
                    migration.description(),
                    verdict,
                    reapply,
                    differences,
                    error,
                    statementByStatement);
        }
    }
}
