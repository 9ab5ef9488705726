package dev.lockkeeper.fix;

import dev.lockkeeper.catalog.Comparison;
import dev.lockkeeper.catalog.Difference;
import dev.lockkeeper.check.Finding;
import dev.lockkeeper.check.Judge;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.rehearsal.Course;
import dev.lockkeeper.rehearsal.Databases;
import dev.lockkeeper.rehearsal.Ends;
import dev.lockkeeper.rehearsal.MigrationProof;
import dev.lockkeeper.rehearsal.PlanRehearsal;
import dev.lockkeeper.rehearsal.RehearsalReport;
import dev.lockkeeper.rehearsal.Smoke;
import dev.lockkeeper.rehearsal.SmokeReport;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.RepeatableOrder;
import dev.lockkeeper.source.Script;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Proves that migrations as they are to be written do what they did: both ways end in the same catalogs, every rollback of what is written
 * restores, and the rules find no more than before.
 */
final class FixProof {
    private static final int MOST_TOLD = 20;

    private final Databases databases;
    private final List<Script> prelude;
    private final List<Script> data;
    private final Judge judge;

    FixProof(Databases databases, List<Script> prelude, List<Script> data, Judge judge) {
        this.databases = databases;
        this.prelude = prelude;
        this.data = data;
        this.judge = judge;
    }

    /**
     * Tries to prove that what would be written comes to the same.
     *
     * @param findings all that the rules found before
     * @param fixed those that are to be gone, at least one
     * @return why it is not proven; null when it is
     */
    @Nullable
    Problem of(Work work, List<EditedFile> edited, List<Finding> findings, List<Fixed> fixed) {
        try (FolderCopy copy = FolderCopy.of(work.folder(), work.migrations(), edited)) {
            Migrations now = copy.read(work.folder(), work.migrations());
            Set<Path> written = edited.stream().map(file -> real(file.path())).collect(Collectors.toSet());
            int first = 0;
            while (first < now.all().size() && !isWritten(now.all().get(first), written)) {
                first++;
            }
            List<Migration> before = now.all().subList(0, first);
            List<Migration> tail = now.all().subList(first, now.all().size());
            List<Migration> old = work.migrations()
                    .all()
                    .subList(first, work.migrations().all().size());
            List<Script> setUp = Stream.of(prelude.stream(), before.stream().map(Migration::up), data.stream())
                    .flatMap(all -> all)
                    .toList();
            @Nullable
            Problem problem = ends(setUp, old, tail, fixed.get(0).finding().place());
            problem = problem == null ? rollbacks(setUp, now, tail, written) : problem;
            return problem == null ? rules(work, before, tail, written, findings, fixed) : problem;
        } catch (LockkeeperException e) {
            Problem said = e.problems().get(0);
            Problem problem = unproven("what would be written does not run").because(said.message());
            return said.place() == null ? problem : problem.at(said.place());
        }
    }

    private static boolean isWritten(Migration migration, Set<Path> written) {
        Script down = migration.down();
        return written.contains(real(Path.of(migration.up().file())))
                || (down != null && written.contains(real(Path.of(down.file()))));
    }

    private static Path real(Path path) {
        return path.toAbsolutePath().normalize();
    }

    private static Problem unproven(String message) {
        return Problem.of(Code.FIX_UNPROVEN, message)
                .help("write it by hand as the rule says, or leave a statement out: -- lockkeeper:allow RULE REASON");
    }

    private @Nullable Problem ends(List<Script> setUp, List<Migration> old, List<Migration> tail, Place at) {
        Comparison apart = new Ends(databases).compare(way(setUp, old), way(setUp, tail));
        return apart.level() == Comparison.Level.SAME
                ? null
                : told(
                        unproven("what would be written does not end in the same catalogs")
                                .at(at)
                                .because("objects would be other ones than with the files as they are"),
                        apart.differences());
    }

    private static List<Script> way(List<Script> setUp, List<Migration> migrations) {
        return Stream.concat(setUp.stream(), migrations.stream().map(Migration::up))
                .toList();
    }

    private static Problem told(Problem problem, List<Difference> differences) {
        Problem told = problem;
        for (Difference one : differences.subList(0, Math.min(MOST_TOLD, differences.size()))) {
            told = told.note(one.kind() + " " + one.object() + ": " + Objects.requireNonNullElse(one.before(), "absent")
                    + " → " + Objects.requireNonNullElse(one.after(), "absent"));
        }
        return differences.size() > MOST_TOLD ? told.note("and " + (differences.size() - MOST_TOLD) + " more") : told;
    }

    private @Nullable Problem rollbacks(List<Script> setUp, Migrations now, List<Migration> tail, Set<Path> written) {
        Migrations chosen = new Migrations(
                now.component(),
                now.convention(),
                now.evidence(),
                now.project(),
                tail,
                RepeatableOrder.none(),
                List.of());
        SmokeReport report = new Smoke(databases, setUp).run(List.of(chosen), null, proof -> {});
        if (report.stopped() != null) {
            throw report.stopped().asException();
        }
        for (MigrationProof proof : report.migrations()) {
            Migration migration = tail.stream()
                    .filter(one -> one.version().toString().equals(proof.version()))
                    .findFirst()
                    .orElseThrow();
            Script down = migration.down();
            if (down != null && isWritten(migration, written) && !proof.proven()) {
                Problem problem = unproven("the rollback of " + proof.version() + " would not restore what was there")
                        .at(Place.of(down.file()));
                Problem error = proof.error();
                return told(
                        error == null
                                ? problem.because("lockkeeper smoke tells whether it does with the files as they are")
                                : problem.because(error.message()),
                        proof.differences());
            }
        }
        return null;
    }

    private @Nullable Problem rules(
            Work work,
            List<Migration> before,
            List<Migration> tail,
            Set<Path> written,
            List<Finding> findings,
            List<Fixed> fixed) {
        Map<String, Integer> allowed = new HashMap<>();
        findings.forEach(one -> allowed.merge(key(one), 1, Integer::sum));
        fixed.forEach(one -> allowed.merge(key(one.finding()), -1, Integer::sum));
        List<Migration> observed = new ArrayList<>(tail);
        RehearsalReport report = new PlanRehearsal(databases, prelude, data)
                .run(List.of(new Course(work.course().component(), before, observed)), one -> {});
        if (report.stopped() != null) {
            throw report.stopped().asException();
        }
        for (int i = 0; i < observed.size(); i++) {
            if (!isWritten(observed.get(i), written)) {
                continue;
            }
            Rehearsed seen = Rehearsed.of(observed.get(i), report.migrations().get(i));
            for (Finding one : judge.judge(work.course().component(), seen)) {
                boolean counts = one.suppressed() == null
                        && (one.severity() == Severity.ERROR || MigrationFix.RULES.contains(one.rule()));
                if (counts && allowed.merge(key(one), -1, Integer::sum) < 0) {
                    return unproven("the rules would still find something: " + one.rule() + ", " + one.message())
                            .at(one.place());
                }
            }
        }
        return null;
    }

    private static String key(Finding finding) {
        return finding.rule() + " " + finding.object();
    }
}
