package dev.lockkeeper.analytics.judge;

import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.ModelReader;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.util.ArrayList;
import java.util.List;

/** Whether a database is fit for rollups: its tables, and whether it leaves marks and shows its rows. */
public final class Fit {
    private Fit() {}

    /** What does not fit; whether marks are left and rows are shown is asked of tables that fit. */
    public static List<Problem> of(Site site, List<Rollup> rollups, Model model) {
        List<Problem> problems = new ArrayList<>(Judgement.of(rollups, model, site.schema()));
        if (problems.isEmpty()) {
            rollups.forEach(rollup -> problems.addAll(now(site, rollup)));
        }
        return problems;
    }

    /** What who computes is not allowed to do, in tables that fit. */
    public static List<Problem> lacking(Site site, List<Rollup> rollups) {
        return rollups.stream()
                .flatMap(rollup -> new Rights(site, rollup).problems().stream())
                .distinct()
                .toList();
    }

    /**
     * Passes only what fits.
     *
     * @throws LockkeeperException {@code analytics-unfit} with all that does not fit
     */
    public static void require(Site site, List<Rollup> rollups) {
        pass(of(site, rollups, ModelReader.read(site.session())));
    }

    /**
     * Passes only where marks are left and rows are shown, which may change at any time.
     *
     * @throws LockkeeperException {@code analytics-unfit} with all that is in the way
     */
    public static void requireNow(Site site, Rollup rollup) {
        pass(now(site, rollup));
    }

    private static List<Problem> now(Site site, Rollup rollup) {
        List<Problem> problems = new ArrayList<>(Firing.of(site, rollup));
        problems.addAll(new Sight(site, rollup).problems());
        return problems;
    }

    private static void pass(List<Problem> problems) {
        if (!problems.isEmpty()) {
            throw new LockkeeperException(problems);
        }
    }
}
