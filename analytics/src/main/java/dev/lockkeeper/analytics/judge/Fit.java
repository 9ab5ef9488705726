package dev.lockkeeper.analytics.judge;

import dev.lockkeeper.analytics.definition.Check;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.Aggregation;
import dev.lockkeeper.analytics.dialect.CheckQuery;
import dev.lockkeeper.analytics.dialect.PostgresDialect;
import dev.lockkeeper.analytics.dialect.Span;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.ModelReader;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

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

    /** What who computes is not allowed to do, in tables that fit, and partitions that wait for a run. */
    public static List<Problem> lacking(Site site, List<Rollup> rollups) {
        return rollups.stream()
                .flatMap(rollup -> Stream.concat(
                        new Rights(site, rollup).problems().stream(), Firing.unwatched(site, rollup).stream()))
                .distinct()
                .toList();
    }

    /** A definition that is not the newest one, and checks that the server does not understand, asked without making them. */
    public static List<Problem> checks(Site site, Rollup rollup) {
        List<Problem> problems = new ArrayList<>();
        new Standing(site, rollup).problem().ifPresent(problems::add);
        Aggregation aggregation = new Aggregation(rollup, new PostgresDialect());
        for (Check check : rollup.checks()) {
            if (check.isOfAll()) {
                continue;
            }
            String query = new CheckQuery(aggregation, check)
                    .of(Span.bucket(check.grain(), check.grain().start(Instant.EPOCH)), null);
            try {
                site.snapshot(() -> site.query(
                        "explain select observed::numeric, sample::numeric from (" + query + ") c (observed, sample)"));
            } catch (SqlFailure e) {
                if (e.connectionLost()) {
                    throw e;
                }
                problems.add(Problem.of(Code.ANALYTICS_UNFIT, "check " + check.name() + " cannot be made")
                        .at(check.place())
                        .because("the server says: " + e.error().message())
                        .help("a query gives one number, and names its tables with their schemas"));
            }
        }
        return problems;
    }

    /**
     * Passes only what fits, and a definition that is the newest one.
     *
     * @throws LockkeeperException {@code analytics-unfit} with all that does not fit
     */
    public static void require(Site site, List<Rollup> rollups) {
        pass(of(site, rollups, ModelReader.read(site.session())));
        rollups.forEach(rollup -> new Standing(site, rollup).requireNewest());
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
        List<Problem> problems = new ArrayList<>(Firing.subscribed(site, rollup));
        problems.addAll(Firing.unproven(site, rollup));
        problems.addAll(Firing.of(site, rollup));
        problems.addAll(new Sight(site, rollup).problems());
        problems.addAll(Firing.foreign(site, rollup));
        return problems;
    }

    private static void pass(List<Problem> problems) {
        if (!problems.isEmpty()) {
            throw new LockkeeperException(problems);
        }
    }
}
