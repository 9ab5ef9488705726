package dev.lockkeeper.analytics.verify;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.analytics.definition.Grain;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.Dialect;
import dev.lockkeeper.analytics.dialect.Span;
import dev.lockkeeper.analytics.quality.Examples;
import dev.lockkeeper.analytics.quality.Outcome;
import dev.lockkeeper.analytics.recon.Reconciliation;
import dev.lockkeeper.analytics.roll.Backfill;
import dev.lockkeeper.analytics.roll.Pace;
import dev.lockkeeper.analytics.roll.RollResult;
import dev.lockkeeper.analytics.roll.Roller;
import dev.lockkeeper.analytics.roll.RollupStatus;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Verifies one rollup in a database that holds events. It computes, so it is for databases that nobody else uses. */
public final class Verifier {
    /** What a query of a dashboard may take at most, 95 of 100 times. */
    public static final Duration LIMIT = Duration.ofSeconds(2);

    private static final int MOST_ROUNDS = 10_000;
    private static final Pace PACE = new Pace(24, 1, MOST_ROUNDS);

    private final Site site;
    private final Dialect dialect;
    private final Rollup rollup;
    private final String version;
    private final List<Step> steps = new ArrayList<>();
    private final List<Round> rounds = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();

    public Verifier(Site site, Dialect dialect, Rollup rollup, String version) {
        this.site = site;
        this.dialect = dialect;
        this.rollup = rollup;
        this.version = version;
    }

    /**
     * Marks all events, computes them, computes them again, and holds what came of it against them.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code analytics-stopped} when the server refuses it
     */
    public Verification run() {
        examples();
        Backfill.Result marked = new Backfill(site, dialect, rollup, false).run(null, null);
        Span span = marked.span();
        if (span == null) {
            fail(
                    "events",
                    "none",
                    null,
                    "there are no events of " + rollup.source().name());
            return result();
        }
        roll();
        again(span);
        reconcile(span);
        rollup.grains().forEach(this::dashboard);
        return result();
    }

    private void examples() {
        List<Problem> wrong = new Examples(site, dialect).problems(rollup);
        problems.addAll(wrong);
        steps.add(new Step(
                "tests",
                rollup.examples().size() + " of the definition",
                null,
                wrong.isEmpty() ? null : wrong.size() + " not passed"));
    }

    /** One transaction at a time, so that it is seen how marks grow fewer. */
    private void roll() {
        long read = 0;
        long buckets = 0;
        long failed = 0;
        Duration work = Duration.ZERO;
        Duration budget = Duration.ZERO;
        List<Problem> refused = new ArrayList<>();
        RollResult result;
        do {
            result = new Roller(site, dialect, PACE, version, once()).run(rollup, "verify");
            work = work.plus(result.work());
            budget = budget.plus(result.budget());
            read += result.tally().read();
            buckets += result.tally().buckets();
            failed += result.checks().stream()
                    .filter(one -> one.outcome() == Outcome.FAIL || one.outcome() == Outcome.ERROR)
                    .count();
            refused.addAll(result.problems());
            if (result.tally().buckets() > 0) {
                rounds.add(
                        new Round(result.work(), RollupStatus.of(site, rollup).lag()));
            }
        } while (result.state() == RollResult.State.STOPPED && result.tally().buckets() > 0);
        problems.addAll(refused);
        steps.add(new Step(
                "roll up",
                buckets + " buckets, " + read + " rows read",
                work,
                !refused.isEmpty()
                        ? refused.size() + " buckets were not computed"
                        : work.compareTo(budget) > 0 ? "the budget is " + budget.toSeconds() + " s" : null));
        steps.add(new Step(
                "checks", rollup.checks().size() + " of each bucket", null, failed == 0 ? null : failed + " failed"));
    }

    /** Stops a run after its first transaction, between two of which it is asked. */
    private BooleanSupplier once() {
        long before = consumed();
        return () -> consumed() > before;
    }

    private long consumed() {
        return Long.parseLong(
                String.valueOf(site.transaction(() -> site.value("select coalesce(sum(marks_consumed), 0)::text from "
                        + site.table("rollup_run") + " where rollup = " + literal(rollup.name())))));
    }

    private void again(Span span) {
        new Backfill(site, dialect, rollup, false).run(span.from(), span.to());
        RollResult result = new Roller(site, dialect, PACE, version, () -> false).run(rollup, "verify");
        long written = result.tally().inserted()
                + result.tally().updated()
                + result.tally().deleted();
        steps.add(new Step(
                "roll up again",
                written + " rows written",
                result.work(),
                written == 0 ? null : "nothing had changed"));
    }

    private void reconcile(Span span) {
        long start = System.nanoTime();
        Reconciliation.Result result = new Reconciliation(site, dialect, rollup).run(span, false);
        int wrong = result.differences().size();
        steps.add(new Step(
                "reconcile",
                result.buckets() + " buckets compared",
                Duration.ofNanos(System.nanoTime() - start),
                wrong == 0 ? null : wrong + " are not what the events say"));
    }

    private void dashboard(Grain grain) {
        String name = "dashboard by " + grain.word();
        new Dashboard(site, dialect, rollup)
                .ask(grain)
                .ifPresentOrElse(
                        asked -> steps.add(new Step(
                                name,
                                asked.rows() + " rows, 95 of 100 times within",
                                asked.slowest(),
                                asked.slowest().compareTo(LIMIT) > 0
                                        ? "the limit is " + LIMIT.toSeconds() + " s"
                                        : null)),
                        () -> fail(name, "no rows", null, "nothing was computed"));
    }

    private void fail(String name, String seen, @Nullable Duration took, String against) {
        steps.add(new Step(name, seen, took, against));
    }

    private Verification result() {
        steps.stream()
                .filter(one -> !one.holds())
                .forEach(
                        one -> problems.add(
                                Problem.of(
                                                Code.ANALYTICS_CHECK,
                                                "rollup " + rollup.name() + " does not hold: " + one.name() + ", "
                                                        + one.seen())
                                        .at(rollup.place())
                                        .because(String.valueOf(one.against()))
                                        .help(
                                                "the steps before it tell whether the definition, the checks or the machine is the reason")));
        return new Verification(rollup, steps, rounds, problems);
    }
}
