package dev.lockkeeper.plan;

import dev.lockkeeper.history.Direction;
import dev.lockkeeper.history.Entry;
import dev.lockkeeper.history.FailedStep;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Repeatable;
import dev.lockkeeper.source.Version;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The reasons against a plan, told so that their reader can act. */
final class Refusals {
    private Refusals() {}

    static Problem unknown(Version version) {
        return Problem.of(Code.VERSION_UNKNOWN, "there is no migration of version " + version)
                .help("lockkeeper status lists the versions");
    }

    static Problem notApplied(Version version) {
        return Problem.of(Code.VERSION_UNKNOWN, "version " + version + " is not applied")
                .because("a rollback goes back to a version that stays applied")
                .help("lockkeeper status lists the applied versions; 0 takes back everything");
    }

    static Problem otherTool(String table) {
        return Problem.of(Code.HISTORY_OF_OTHER_TOOL, "another tool has migrated this database: " + table + " has rows")
                .because("this component has no record here and would start from the first migration")
                .help("lockkeeper adopt --dry-run shows what can be taken over from it; lockkeeper baseline VERSION"
                        + " takes the database as it is; if the table means nothing, say other-history: ignore in"
                        + " lockkeeper.yaml");
    }

    static Problem missing(Status.Row row, Status status) {
        Entry entry = row.entry();
        if (entry == null) {
            return Problem.of(
                            Code.MIGRATION_MISSING,
                            "version " + row.version() + " was begun and not finished, but its file is gone")
                    .help("bring the file back from version control; if nothing is left of it: lockkeeper repair "
                            + row.version() + " --as not-applied --reason TEXT");
        }
        Problem problem = Problem.of(
                        Code.MIGRATION_MISSING,
                        "version " + row.version() + " (" + row.description() + ") was applied, but its file is gone")
                .help("bring the file back from version control");
        return status.rows().stream()
                .filter(r -> r.entry() == null)
                .map(Status.Row::migration)
                .filter(Objects::nonNull)
                .filter(m -> m.up().checksum().is(entry.checksum()))
                .findFirst()
                .map(m -> problem.at(Place.of(m.up().file()))
                        .because("this file has the same content, so it seems to have been renumbered")
                        .help("give it its version " + row.version() + " back"))
                .orElse(problem);
    }

    static Problem withoutFiles(Version version) {
        return Problem.of(Code.MIGRATION_MISSING, "migration " + version + " has no files any more")
                .help("bring its files back: without its down script it cannot be rolled back");
    }

    /** @param entry null when it was begun and not finished */
    static Problem altered(Migration migration, @Nullable Entry entry) {
        Version version = migration.version();
        return Problem.of(
                        Code.MIGRATION_ALTERED,
                        "version " + version + " was edited after it was " + (entry == null ? "begun" : "applied"))
                .at(Place.of(migration.up().file()))
                .because(entry == null ? null : "applied " + entry.appliedAt() + " by " + entry.appliedBy())
                .help(
                        entry == null
                                ? "revert the edit, so that the step can be finished or taken back as it was begun"
                                : "revert the edit and put the change into a new migration; an edit that changes nothing,"
                                        + " such as of a comment: lockkeeper repair " + version
                                        + " --as edited --reason TEXT");
    }

    static Problem outOfOrder(Migration migration, Version newest) {
        return Problem.of(
                        Code.OUT_OF_ORDER,
                        "version " + migration.version() + " was never applied, but newer " + newest + " was")
                .at(Place.of(migration.up().file()))
                .because("it was probably merged late")
                .help("give it a version after " + newest + ", or say out-of-order: allow in lockkeeper.yaml");
    }

    static Problem noDown(Migration migration) {
        return Problem.of(Code.MISSING_DOWN, "version " + migration.version() + " has no down script")
                .at(Place.of(migration.up().file()))
                .help("write one, even if it does nothing, or say downs: optional in lockkeeper.yaml");
    }

    /** The same when it shall be rolled back, where no policy helps. */
    static Problem noWayBack(Migration migration) {
        return Problem.of(
                        Code.MISSING_DOWN,
                        "version " + migration.version() + " has no down script, so it cannot be rolled back")
                .at(Place.of(migration.up().file()))
                .help("write one, even if it does nothing");
    }

    /** A step that failed and whose script is still the same. */
    static Problem failed(FailedStep failed, String file) {
        return Problem.of(
                        Code.STEP_FAILED,
                        (failed.direction() == Direction.UP ? "" : "the rollback of ") + failed.name()
                                + " failed and its script is still the same, so it is not tried again by itself")
                .at(Place.of(file))
                .because(failed.sentence() + ", run by " + failed.failedBy())
                .help("fix the script; if the cause was in the database and is gone: lockkeeper repair " + failed.name()
                        + " --as retry --reason TEXT");
    }

    /** A repeatable script of which a statement was interrupted that is not in its file any more. */
    static Problem halfRepeated(Repeatable repeatable, int ordinal) {
        return Problem.of(
                        Code.MIGRATION_ALTERED,
                        "statement " + ordinal + " of " + repeatable.label()
                                + " was edited after an earlier run had begun it")
                .at(Place.of(repeatable.script().file()))
                .help(
                        "revert the edit, so that what it left is found; or look for that yourself, such as for an invalid"
                                + " index, and say: lockkeeper repair " + repeatable.label()
                                + " --as retry --reason TEXT");
    }

    /** A migration whose rollback was begun statement by statement. */
    static Problem halfRolledBack(Migration migration) {
        return Problem.of(Code.STEP_UNFINISHED, "the rollback of version " + migration.version() + " is not finished")
                .at(Place.of(migration.up().file()))
                .because("it runs statement by statement, and an earlier run did not come to its end")
                .help("finish it first: lockkeeper rollback");
    }
}
