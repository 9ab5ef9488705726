package dev.lockkeeper.adopt;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.Version;
import java.util.List;

/** Takes a database as it is. */
final class Baselines {
    private Baselines() {}

    /**
     * Every migration up to and including a version.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code version-unknown} when no file has it
     */
    static Adoption of(Migrations migrations, Predecessor.Baseline baseline) {
        Version to = migrations.exact(baseline.to());
        if (migrations.find(to).isEmpty()) {
            throw Problem.of(Code.VERSION_UNKNOWN, "there is no migration of version " + to)
                    .help("lockkeeper status lists the versions")
                    .asException();
        }
        List<Taken> taken = migrations.all().stream()
                .filter(m -> m.version().compareTo(to) <= 0)
                .map(m -> new Taken(m, null, null, 0, Evidence.none("a person says that the database holds it")))
                .toList();
        return new Adoption(migrations.component(), "baseline", null, taken, List.of(), null);
    }
}
