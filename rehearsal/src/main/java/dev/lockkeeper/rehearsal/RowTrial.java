package dev.lockkeeper.rehearsal;

import dev.lockkeeper.catalog.Moment;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.rows.Acceptances;
import dev.lockkeeper.rows.Filler;
import dev.lockkeeper.rows.Kind;
import dev.lockkeeper.rows.RowComparison;
import dev.lockkeeper.rows.RowLoss;
import dev.lockkeeper.rows.RowProof;
import dev.lockkeeper.rows.RowSource;
import dev.lockkeeper.rows.Snapshot;
import dev.lockkeeper.rows.Unfilled;
import dev.lockkeeper.source.Directive;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Takes one migration through apply, rollback and reapply with rows in the tables. An up script that refuses them is tried again with
 * fewer, so that what the rollback loses is known all the same. One for all migrations of a component, because the rows of one are
 * tried first for the next.
 */
final class RowTrial {
    /** From all rows to none but those of earlier migrations. */
    private static final List<List<Kind>> LESS = List.of(List.of(Kind.values()), List.of(Kind.PLAIN), List.<Kind>of());

    private final World world;
    private final RowSource source;
    private final Filler filler = new Filler();

    RowTrial(World world, RowSource source) {
        this.world = world;
        this.source = source;
    }

    /**
     * In copies of the main database.
     *
     * @param before what the main database is at
     * @return null when there is nothing that could be lost
     */
    @Nullable
    RowProof run(Migration migration, Moment before) {
        if (!isWorthwhile()) {
            return null;
        }
        @Nullable Problem refused = null;
        boolean guarded = false;
        for (List<Kind> kinds : LESS) {
            String copy = world.copy(before);
            try {
                Attempt attempt = new Attempt(migration, copy, kinds);
                if (attempt.up()) {
                    return attempt.proof(refused, guarded);
                }
                if (refused == null) {
                    refused = attempt.refused;
                    guarded = attempt.isGuarded();
                }
            } finally {
                world.drop(copy);
            }
        }
        return new RowProof(0, List.of(), refused, guarded, null, null, List.of(), List.of());
    }

    /**
     * In the main database itself, which is to be made anew then.
     *
     * @return null when there is nothing that could be lost
     */
    @Nullable
    RowProof runInMain(Migration migration) {
        if (!isWorthwhile()) {
            return null;
        }
        Attempt attempt = new Attempt(migration, world.main(), LESS.get(0));
        return attempt.up()
                ? attempt.proof(null, false)
                : new RowProof(
                        0, List.of(), attempt.refused, attempt.isGuarded(), null, null, attempt.unfilled, List.of());
    }

    private boolean isWorthwhile() {
        if (source instanceof RowSource.None) {
            return false;
        }
        try (Session session = world.open()) {
            return Snapshot.isWorthwhile(session);
        }
    }

    /** One way with one set of rows. */
    private final class Attempt {
        private final Migration migration;
        private final String database;
        private final List<Unfilled> unfilled = new ArrayList<>();
        private final Snapshot before;
        private @Nullable Problem refused;

        Attempt(Migration migration, String database, List<Kind> kinds) {
            this.migration = migration;
            this.database = database;
            try (Session session = world.open(database)) {
                fill(session, kinds);
                this.before = Snapshot.of(session);
            }
        }

        private void fill(Session session, List<Kind> kinds) {
            if (kinds.isEmpty()) {
                return;
            }
            if (source instanceof RowSource.Generated) {
                unfilled.addAll(filler.fill(session, kinds));
            } else if (source instanceof RowSource.Given given) {
                for (Script script : given.scripts()) {
                    // each in a session of its own, as it would be run
                    Optional<Problem> problem = tried(script);
                    problem.ifPresent(p -> unfilled.add(new Unfilled(
                            script.file(),
                            p.server() == null ? p.message() : p.server().message())));
                }
            }
        }

        private Optional<Problem> tried(Script script) {
            try (Session session = world.open(database)) {
                Rehearsal.run(session, script);
                return Optional.empty();
            } catch (LockkeeperException e) {
                return Optional.of(e.problems().get(0));
            }
        }

        boolean up() {
            Optional<Problem> problem = tried(migration.up());
            refused = problem.orElse(null);
            return problem.isEmpty();
        }

        /** Whether one of the script's own checks would have stopped it, so that its author has thought of such rows. */
        boolean isGuarded() {
            try (Session session = world.open(database)) {
                for (Directive.Before check :
                        migration.up().commands().directives().before()) {
                    try {
                        List<@Nullable String[]> rows =
                                session.query("set local search_path to default; " + check.query());
                        if (rows.isEmpty() || !"t".equals(rows.get(0)[0])) {
                            return true;
                        }
                    } catch (SqlFailure e) {
                        if (e.connectionLost()) {
                            throw e;
                        }
                    }
                }
            }
            return false;
        }

        RowProof proof(@Nullable Problem earlier, boolean guarded) {
            Script down = migration.down();
            if (down == null) {
                return proof(List.of(), earlier, guarded, null, null);
            }
            Optional<Problem> failed = tried(down);
            if (failed.isPresent()) {
                return proof(List.of(), earlier, guarded, failed.get(), null);
            }
            List<RowLoss> losses;
            try (Session session = world.open(database)) {
                losses = RowComparison.of(before, Snapshot.of(session), source instanceof RowSource.Generated);
            }
            return proof(losses, earlier, guarded, null, tried(migration.up()).orElse(null));
        }

        private RowProof proof(
                List<RowLoss> losses,
                @Nullable Problem earlier,
                boolean guarded,
                @Nullable Problem failed,
                @Nullable Problem again) {
            Acceptances acceptances = new Acceptances(Stream.of(migration.up(), migration.down())
                    .flatMap(Stream::ofNullable)
                    .toList());
            return new RowProof(
                    before.size(),
                    acceptances.applied(losses),
                    earlier,
                    guarded,
                    failed,
                    again,
                    unfilled,
                    failed == null ? acceptances.unneeded(losses) : List.of());
        }
    }
}
