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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One migration's way up, down and up again in one database, and what came of it. */
final class Trial {
    private final Catalog catalog;
    private final Around around;
    private final Migration migration;
    private final boolean inMain;
    private boolean statementByStatement;
    private Verdict verdict = Verdict.NO_DOWN;
    private @Nullable Reapply reapply;
    private Comparison restored = Comparison.same();
    private Comparison again = Comparison.same();
    private @Nullable Excerpt reapplied;
    private @Nullable Problem error;
    private @Nullable Fingerprint applied;

    /**
     * @param inMain whether the main database itself goes the way, so that nothing else will be there to compare with
     */
    Trial(World world, Migration migration, boolean inMain) {
        this.catalog = world.catalog();
        this.around = world.around();
        this.migration = migration;
        this.inMain = inMain;
    }

    /**
     * @param schemaFromBefore what the session's database has apart from the state before
     * @throws LockkeeperException when the up script fails
     */
    void run(Session session, Function<Fingerprint, Comparison> schemaFromBefore) {
        Moment start = catalog.moment(session);
        Surroundings aroundBefore = around.at(start, session);
        up(session);
        Fingerprint first = catalog.fingerprint(session);
        applied = first;
        Surroundings aroundApplied = around.at(first.moment(), session);
        Script down = migration.down();
        if (down == null) {
            return;
        }
        @Nullable Excerpt top = inMain ? catalog.excerpt(session) : null;
        if (!down(session, down)) {
            return;
        }
        Fingerprint second = catalog.fingerprint(session);
        restored = schemaFromBefore.apply(second).and(aroundBefore.compare(around.at(second.moment(), session)));
        verdict = verdict(wrote(start, first.moment()), wrote(first.moment(), second.moment()));
        try {
            up(session);
        } catch (LockkeeperException e) {
            reapply = Reapply.FAILS;
            error = e.problems().get(0);
            return;
        }
        Fingerprint third = catalog.fingerprint(session);
        again = aroundApplied.compare(around.at(third.moment(), session));
        if (top == null) {
            reapplied = catalog.excerpt(session, first, third);
        } else {
            again = catalog.compare(top, first, session, third).and(again);
            reapply = reapply();
        }
    }

    private static boolean wrote(Moment from, Moment to) {
        return from.transactions() != to.transactions();
    }

    private void up(Session session) {
        statementByStatement |= Rehearsal.run(session, migration.up()) == ScriptRunner.Manner.STATEMENTS;
    }

    private boolean down(Session session, Script down) {
        try {
            statementByStatement |= Rehearsal.run(session, down) == ScriptRunner.Manner.STATEMENTS;
            return true;
        } catch (LockkeeperException e) {
            verdict = Verdict.DOWN_FAILS;
            error = e.problems().get(0);
            return false;
        }
    }

    /** By what the scripts do, not by what they say: SELECT 1, a comment and an empty file all do nothing. */
    private Verdict verdict(boolean upWrote, boolean downWrote) {
        Verdict told = ChainRehearsal.verdict(restored);
        return told == Verdict.RESTORES && upWrote && !downWrote ? Verdict.EMPTY_DOWN : told;
    }

    private Reapply reapply() {
        return again.level() == Comparison.Level.SAME ? Reapply.OK : Reapply.DIFFERS;
    }

    /** Why the down script or the reapply failed; null when neither did. */
    @Nullable
    Problem error() {
        return error;
    }

    Fingerprint applied() {
        if (applied == null) {
            throw new IllegalStateException("the up script did not run");
        }
        return applied;
    }

    /** Tells a trial in a copy what its database became, now that the main database is where the copy was after the first apply. */
    void compareWith(Session forward) {
        if (reapplied != null) {
            // the excerpt holds the later state, so it is what the first one became
            again = catalog.compare(forward, reapplied).and(again);
            reapply = reapply();
        }
    }

    MigrationProof proof(String component) {
        List<Difference> differences =
                restored.differences().isEmpty() ? again.withoutFixes().differences() : restored.differences();
        Script down = migration.down();
        return new MigrationProof(
                component,
                migration.version().toString(),
                migration.description(),
                migration.up().checksum(),
                down == null ? null : down.checksum(),
                verdict,
                reapply,
                differences,
                error,
                statementByStatement,
                null);
    }
}
