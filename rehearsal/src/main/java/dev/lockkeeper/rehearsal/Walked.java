package dev.lockkeeper.rehearsal;

import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Migration;
import java.util.Optional;

/**
 * A migration on the way of its component up and back.
 *
 * @param before the model of the database before its up script
 * @param after the model after it
 * @param seen what its up script did; empty where nobody watched
 */
public record Walked(
        String component,
        Migration migration,
        Model before,
        Model after,
        Optional<RehearsedMigration> seen,
        Back back) {
    /** What became of the way back. */
    public sealed interface Back {}

    /**
     * The down script ran.
     *
     * @param seen what it did
     * @param left the model of the database after it
     */
    public record Taken(RehearsedMigration seen, Model left) implements Back {}

    /** The down script failed. */
    public record Failed(Problem problem) implements Back {}

    /** There is no down script, or that of a later migration is missing or has failed, so that this one was not tried. */
    public record NotTried() implements Back {}
}
