package dev.lockkeeper.adopt;

import dev.lockkeeper.history.ForeignTable;
import dev.lockkeeper.plan.Policy;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.Version;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Holds another tool's history against the files. Every reason against taking it over is found before any is reported. */
final class Matching {
    private final Migrations migrations;
    private final ForeignTable table;
    private final Policy policy;
    private final List<Problem> problems = new ArrayList<>();

    Matching(Migrations migrations, ForeignTable table, Policy policy) {
        this.migrations = migrations;
        this.table = table;
        this.policy = policy;
    }

    /**
     * What can be taken over.
     *
     * @throws LockkeeperException with every reason why nothing can
     */
    Adoption adoption(Reading reading) {
        problems.addAll(reading.problems());
        Map<Version, Taken> taken = new LinkedHashMap<>();
        Map<Version, Claim> claims = new HashMap<>();
        for (Claim claim : reading.claims()) {
            Migration migration = claim.migration();
            if (!claim.row().succeeded()) {
                problems.add(failed(claim));
            }
            if (migration == null) {
                problems.add(missing(claim));
                continue;
            }
            Claim other = claims.put(migration.version(), claim);
            if (other != null) {
                problems.add(twice(other, claim, migration));
            }
            if (claim.evidence().result() == Evidence.Result.DIFFERS) {
                problems.add(altered(claim, migration));
            }
            Row row = claim.row();
            taken.put(
                    migration.version(),
                    new Taken(migration, row.appliedAt(), row.appliedBy(), row.durationMs(), claim.evidence()));
        }
        gaps(taken);
        if (!problems.isEmpty()) {
            throw new LockkeeperException(problems);
        }
        return new Adoption(
                migrations.component(), tool(), table.name(), List.copyOf(taken.values()), reading.leftOut(), null);
    }

    private String tool() {
        return table.tool().key();
    }

    private Problem failed(Claim claim) {
        Migration migration = claim.migration();
        return Problem.of(Code.OTHER_TOOL_FAILED, tool() + " did not finish " + claim.name() + ", says " + table.name())
                .at(migration == null ? null : Place.of(migration.up().file()))
                .help("bring it to its end with " + tool() + ", or take back by hand what it left and have " + tool()
                        + " forget it");
    }

    private Problem missing(Claim claim) {
        @Nullable String at = claim.row().appliedAt();
        return Problem.of(Code.MIGRATION_MISSING, tool() + " has applied " + claim.name() + ", but no file here is it")
                .because(at == null ? null : "applied " + at.replaceFirst("\\.\\d+Z$", "Z"))
                .help("bring the file back from version control");
    }

    private static Problem twice(Claim one, Claim other, Migration migration) {
        return Problem.of(Code.OTHER_TOOL_ROW, one.name() + " and " + other.name() + " cannot both be this one file")
                .at(Place.of(migration.up().file()))
                .help("bring the file of the other one back from version control");
    }

    private Problem altered(Claim claim, Migration migration) {
        return Problem.of(
                        Code.MIGRATION_ALTERED,
                        "version " + migration.version() + " was edited after " + tool() + " applied it")
                .at(Place.of(migration.up().file()))
                .because(claim.evidence().how() + " differs from what " + table.name() + " keeps")
                .help("revert the edit and put the change into a new migration");
    }

    private void gaps(Map<Version, Taken> taken) {
        Optional<Version> newest = taken.keySet().stream().max(Comparator.naturalOrder());
        if (newest.isEmpty() || policy.outOfOrder()) {
            return;
        }
        migrations.all().stream()
                .filter(m -> !taken.containsKey(m.version()) && m.version().compareTo(newest.get()) < 0)
                .map(m -> Problem.of(
                                Code.OUT_OF_ORDER,
                                tool() + " never applied version " + m.version() + ", but newer " + newest.get())
                        .at(Place.of(m.up().file()))
                        .help("let " + tool() + " apply it first, give it a version after " + newest.get()
                                + ", or say out-of-order: allow in lockkeeper.yaml"))
                .forEach(problems::add);
    }
}
