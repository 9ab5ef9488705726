package dev.lockkeeper.rehearsal;

import dev.lockkeeper.apply.ScriptRunner;
import dev.lockkeeper.catalog.Catalog;
import dev.lockkeeper.catalog.Comparison;
import dev.lockkeeper.catalog.Difference;
import dev.lockkeeper.catalog.Excerpt;
import dev.lockkeeper.catalog.Fingerprint;
import dev.lockkeeper.catalog.Moment;
import dev.lockkeeper.catalog.Surroundings;
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
    private final Around around;
    private final String main;
    private final String component;
    private final Moment bottom;

    /**
     * @param bottom where the server stood before the first migration
     */
    MigrationRehearsal(
            Rehearsal rehearsal, Catalog catalog, Around around, String main, String component, Moment bottom) {
        this.rehearsal = rehearsal;
        this.catalog = catalog;
        this.around = around;
        this.main = main;
        this.component = component;
        this.bottom = bottom;
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
        boolean asBefore = before.moment().surroundings().equals(bottom.surroundings());
        String copy = asBefore ? rehearsal.copy(main) : rehearsal.wholeCopy(main);
        Trial trial = new Trial(migration);
        Set<String> undo;
        try {
            try (Session scratch = rehearsal.open(copy);
                    Session forward = rehearsal.open(main)) {
                undo = Rehearsal.undo(forward);
                trial.run(scratch, forward, before);
            }
        } finally {
            rehearsal.drop(copy);
        }
        try (Session forward = rehearsal.open(main)) {
            Rehearsal.undoExcept(forward, undo);
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
        private Comparison surroundingsReapplied = Comparison.same();
        private @Nullable Excerpt reapplied;
        private @Nullable Problem error;
        private @Nullable Fingerprint applied;

        Trial(Migration migration) {
            this.migration = migration;
        }

        void run(Session scratch, Session forward, Fingerprint before) {
            Moment start = catalog.moment(scratch);
            Surroundings aroundBefore = around.at(start, scratch);
            up(scratch);
            Fingerprint first = catalog.fingerprint(scratch);
            applied = first;
            Surroundings aroundApplied = around.at(first.moment(), scratch);
            Script down = migration.down();
            if (down == null) {
                return;
            }
            if (!down(scratch, down)) {
                return;
            }
            Fingerprint second = catalog.fingerprint(scratch);
            restored = catalog.compare(forward, before, scratch, second)
                    .and(aroundBefore.compare(around.at(second.moment(), scratch)));
            verdict = verdict(wrote(start, first.moment()), wrote(first.moment(), second.moment()));
            try {
                up(scratch);
            } catch (LockkeeperException e) {
                reapply = Reapply.FAILS;
                error = e.problems().get(0);
                return;
            }
            Fingerprint third = catalog.fingerprint(scratch);
            surroundingsReapplied = aroundApplied.compare(around.at(third.moment(), scratch));
            reapplied = catalog.excerpt(scratch, first, third);
        }

        private static boolean wrote(Moment from, Moment to) {
            return from.transactions() != to.transactions();
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

        /** By what the scripts do, not by what they say: SELECT 1, a comment and an empty file all do nothing. */
        private Verdict verdict(boolean upWrote, boolean downWrote) {
            Verdict verdict = ComponentSmoke.verdict(restored);
            return verdict == Verdict.RESTORES && upWrote && !downWrote ? Verdict.EMPTY_DOWN : verdict;
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
                // the excerpt holds the later state, so it is what the first one became
                Comparison again = catalog.compare(forward, reapplied)
                        .and(surroundingsReapplied)
                        .withoutFixes();
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
