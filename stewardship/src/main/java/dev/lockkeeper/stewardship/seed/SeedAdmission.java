package dev.lockkeeper.stewardship.seed;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Assertions;
import dev.lockkeeper.project.Environment;
import dev.lockkeeper.project.Protection;
import dev.lockkeeper.project.SeedPackage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a package may be brought to a database. Pure.
 *
 * @param named the environment that was named
 * @param others environments that declare the same database as their own
 * @param own whether the named environment declares the database as its own
 * @param approvals how many persons must approve plans there
 * @param assertions of the component
 */
public record SeedAdmission(
        Environment named, List<Environment> others, boolean own, int approvals, Assertions assertions) {
    public SeedAdmission {
        others = List.copyOf(others);
    }

    /** All reasons against it. */
    public List<Problem> against(SeedPackage seeds) {
        List<Problem> problems = new ArrayList<>();
        if (assertions.noSeedData()) {
            problems.add(refused(seeds, "the project asserts no-seed-data, so no package is brought anywhere")
                    .help("remove the package, or the assertion"));
        }
        environment(seeds, named, problems);
        others.stream()
                .filter(other -> !other.name().equals(named.name()))
                .forEach(other -> environment(seeds, other, problems));
        if (approvals > 0) {
            problems.add(refused(
                            seeds,
                            "plans for environment " + named.name() + " are approved, and a package of seeds is none")
                    .help("bring rows that others approve by a migration"));
        }
        if (seeds.resets() && problems.isEmpty() && !own) {
            problems.add(refused(
                            seeds,
                            "the package " + seeds.name()
                                    + " empties tables, and this database is not the one of environment "
                                    + named.name())
                    .because(
                            named.url() == null
                                    ? "environment " + named.name()
                                            + " has no url:, so nobody can tell whose database it is"
                                    : "the url: of environment " + named.name() + " leads elsewhere")
                    .help("say url: under environment " + named.name() + ", and leave --database away"));
        }
        return problems;
    }

    private static void environment(SeedPackage seeds, Environment environment, List<Problem> problems) {
        if (!seeds.environments().isEmpty()) {
            if (!seeds.environments().contains(environment.name())) {
                problems.add(
                        refused(seeds, "the package " + seeds.name() + " is not for environment " + environment.name())
                                .because("it names " + String.join(", ", seeds.environments()))
                                .help("name one of these with --environment, or add " + environment.name()
                                        + " to environments:"));
                return;
            }
        } else {
            Protection.@Nullable Kind kind = environment.protection().kind();
            if (kind == null || kind == Protection.Kind.PRODUCTION) {
                problems.add(refused(
                                seeds,
                                "the package " + seeds.name() + " names no environments, and " + environment.name()
                                        + (kind == null ? " is of no kind that is known" : " is of kind production"))
                        .help("add environments: [" + environment.name()
                                + "] to the package if its rows belong there"));
                return;
            }
        }
        if (seeds.resets() && environment.protection().kind() == Protection.Kind.PRODUCTION) {
            problems.add(refused(
                            seeds,
                            "no package empties tables in production, and " + environment.name() + " is of that kind")
                    .help("remove reset: true, or name another environment"));
        }
    }

    private static Problem refused(SeedPackage seeds, String message) {
        return Problem.of(Code.SEED_REFUSED, message).at(seeds.place()).note("kept: everything as it was");
    }
}
