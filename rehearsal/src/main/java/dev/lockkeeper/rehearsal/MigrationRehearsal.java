package dev.lockkeeper.rehearsal;

import dev.lockkeeper.catalog.Excerpt;
import dev.lockkeeper.catalog.Fingerprint;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.rows.RowProof;
import dev.lockkeeper.rows.RowSource;
import dev.lockkeeper.source.Migration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes one migration through apply, rollback and reapply in a copy of the main database, then applies it to the main
 * database. One that takes away what databases share goes its way in the main database itself, which is made anew when the
 * way did not end where it should.
 */
final class MigrationRehearsal {
    /** The SQLSTATE for dependent objects still exist. */
    private static final String NEEDED = "2BP01";

    private final World world;
    private final String component;
    private final RowTrial rows;

    MigrationRehearsal(World world, String component, RowSource source) {
        this.world = world;
        this.component = component;
        this.rows = new RowTrial(world, source);
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
        if (Shared.concerns(migration)) {
            return inMain(migration, before);
        }
        Result result = inCopy(migration, before);
        return result == null ? inMain(migration, before) : result;
    }

    /** Null when another database keeps the copy from going its way. */
    private @Nullable Result inCopy(Migration migration, Fingerprint before) {
        String copy = world.copy(before.moment());
        Trial trial = new Trial(world, migration, false);
        boolean kept = false;
        boolean taken;
        try (Session forward = world.open()) {
            Set<String> undo = world.undo(forward);
            try (Session scratch = world.open(copy)) {
                trial.run(scratch, now -> world.catalog().compare(forward, before, scratch, now));
                kept = isKept(trial.error());
            } catch (LockkeeperException e) {
                kept = isKept(e.problems().get(0));
                if (!kept) {
                    throw e;
                }
            } finally {
                world.drop(copy);
            }
            Set<String> now = world.undo(forward);
            taken = undo.stream().anyMatch(drop -> drop.startsWith("drop ") && !now.contains(drop));
            world.undoExcept(forward, undo);
        }
        if (taken) {
            world.rebuild();
        }
        if (kept) {
            return null;
        }
        @Nullable RowProof proof = withRows(migration, before);
        world.forward(migration.up());
        try (Session forward = world.open()) {
            trial.compareWith(forward);
            return new Result(trial.proof(component).with(proof), trial.applied());
        }
    }

    /** What it leaves beside its copies is taken away again, as after the way without rows. */
    private @Nullable RowProof withRows(Migration migration, Fingerprint before) {
        Set<String> undo;
        try (Session forward = world.open()) {
            undo = world.undo(forward);
        }
        @Nullable RowProof proof = rows.run(migration, before.moment());
        if (proof != null) {
            try (Session forward = world.open()) {
                world.undoExcept(forward, undo);
            }
        }
        return proof;
    }

    /** Whether something in another database keeps the server from dropping a role. */
    private static boolean isKept(@Nullable Problem problem) {
        return problem != null
                && problem.server() != null
                && problem.server().sqlState().equals(NEEDED)
                && String.valueOf(problem.server().detail()).contains(" in database scratch_");
    }

    private Result inMain(Migration migration, Fingerprint before) {
        @Nullable RowProof withRows = rows.runInMain(migration);
        if (withRows != null) {
            world.rebuild();
        }
        Trial trial = new Trial(world, migration, true);
        MigrationProof proof;
        try (Session session = world.open()) {
            Excerpt was = world.catalog().excerpt(session);
            trial.run(session, now -> world.catalog().compare(was, before, session, now));
            proof = trial.proof(component);
        }
        if (proof.proven() || proof.verdict() == Verdict.NO_DOWN) {
            world.went(migration.up());
        } else {
            world.rebuild();
            world.forward(migration.up());
        }
        try (Session session = world.open()) {
            return new Result(proof.with(withRows), world.catalog().fingerprint(session));
        }
    }
}
