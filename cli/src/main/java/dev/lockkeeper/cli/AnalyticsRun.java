package dev.lockkeeper.cli;

import dev.lockkeeper.analytics.adapter.Adapter;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.PostgresDialect;
import dev.lockkeeper.analytics.judge.Standing;
import dev.lockkeeper.analytics.quality.CheckResult;
import dev.lockkeeper.analytics.quality.Outcome;
import dev.lockkeeper.analytics.roll.Pace;
import dev.lockkeeper.analytics.roll.Rest;
import dev.lockkeeper.analytics.roll.RollResult;
import dev.lockkeeper.analytics.roll.Roller;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Category;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.telemetry.Measure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper analytics run}: computes rollups once, or again and again until a signal ends it. */
final class AnalyticsRun {
    /** For a transaction that is about to be done; what is canceled then is taken back, and has its marks. */
    private static final Duration LAST_TRANSACTION = Duration.ofSeconds(5);

    private final Map<String, String> variables;
    private final ParseResult arguments;
    private final Terminal terminal;
    private final AnalyticsWriter writer;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Map<AnalyticsPlace.Located, Session> sessions = new HashMap<>();

    /** Whose definitions were taken for the newest: once, for a newer one may come later. */
    private final Set<AnalyticsPlace.Located> accepted = new HashSet<>();

    private final Map<AnalyticsPlace.Located, Adapter> adapters = new HashMap<>();

    /** What the adapter lacks is there no sooner for another try. */
    private boolean lasting;

    AnalyticsRun(Map<String, String> variables, ParseResult arguments, Terminal terminal) {
        this.variables = variables;
        this.arguments = arguments;
        this.terminal = terminal;
        this.writer = new AnalyticsWriter(terminal.style());
    }

    /** What came of one database. */
    private record Told(AnalyticsPlace.Located at, List<RollResult> results) {}

    int run() {
        boolean again = arguments.hasMatchedOption(AnalyticsCommand.EVERY);
        Duration every = Options.duration(arguments, AnalyticsCommand.EVERY, Duration.ZERO);
        if (again && every.isZero()) {
            throw Problem.of(Code.USAGE, AnalyticsCommand.EVERY + " must be more than nothing")
                    .help("write a number with ms, s, min, h or d, such as 1min")
                    .asException();
        }
        Pace pace = pace(again);
        List<AnalyticsPlace.Located> places = AnalyticsPlace.located(arguments, variables, terminal);
        places.forEach(at -> {
            at.worksite().tell(terminal);
            Worksite.requireOperator(at.worksite().lockkeeper(), at.worksite().rules());
        });
        terminal.interruption().during(this::ended, problems -> terminal.print(terminal.errors(problems)));
        return again ? forever(places, pace, every) : once(places, pace);
    }

    private Problem ended() {
        stop.countDown();
        if (terminal.interruption().letEnd(LAST_TRANSACTION)) {
            return Problem.of(Code.INTERRUPTED, "a signal has ended the command")
                    .because("what it had begun is finished, and what is left has its marks");
        }
        return Problem.of(Code.INTERRUPTED, "a signal has ended the command")
                .because(
                        "the bucket that it was computing took too long, and is taken back; what is left has its marks");
    }

    private Pace pace(boolean again) {
        int share = Workplace.number(
                Options.value(arguments, AnalyticsCommand.SHARE, Long.toString(Math.round(Pace.USUAL.share() * 100))),
                AnalyticsCommand.SHARE);
        if (share > 100) {
            throw Problem.of(Code.USAGE, AnalyticsCommand.SHARE + " must be 100 or less, and is " + share)
                    .asException();
        }
        int backfill = again ? Pace.USUAL.backfill() : Integer.MAX_VALUE;
        return new Pace(
                Workplace.number(
                        Options.value(arguments, AnalyticsCommand.BATCH, Integer.toString(Pace.USUAL.batch())),
                        AnalyticsCommand.BATCH),
                share / 100.0,
                Workplace.number(
                        Options.value(arguments, AnalyticsCommand.BACKFILL, Integer.toString(backfill)),
                        AnalyticsCommand.BACKFILL));
    }

    private int once(List<AnalyticsPlace.Located> places, Pace pace) {
        List<Told> told = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        Rest rest = new Rest(pace.share());
        try {
            for (AnalyticsPlace.Located at : places) {
                Told one = round(at, pace, rest, "once", true);
                told.add(one);
                problems.addAll(problems(one));
            }
        } finally {
            close();
        }
        if (!problems.isEmpty()) {
            terminal.error(new LockkeeperException(problems));
        }
        terminal.result(
                "lockkeeper/analytics-run/v1",
                json -> json.array(
                                "databases",
                                told,
                                (j, one) -> j.put("database", one.at().database())
                                        .put("component", one.at().place().component())
                                        .array("rollups", one.results(), AnalyticsWriter::json))
                        .array("errors", problems, Json::problem));
        return problems.isEmpty() ? 0 : problems.get(0).category().exitCode();
    }

    /** What is in the way of one round may be gone in the next; what a person has to see to ends it. */
    private int forever(List<AnalyticsPlace.Located> places, Pace pace, Duration every) {
        Rest rest = new Rest(pace.share());
        try {
            while (stop.getCount() > 0) {
                long start = System.nanoTime();
                for (AnalyticsPlace.Located at : places) {
                    try {
                        Told one = round(at, pace, rest, "every", false);
                        List<Problem> problems = problems(one);
                        if (!problems.isEmpty()) {
                            terminal.error(new LockkeeperException(problems));
                        }
                    } catch (LockkeeperException e) {
                        boolean passes =
                                !lasting && (e.category() == Category.CONNECTION || e.category() == Category.RETRY);
                        if (!passes) {
                            throw e;
                        }
                        terminal.error(e);
                        drop(at);
                    }
                }
                long idle = System.nanoTime();
                long left =
                        Math.max(every.toNanos() - (idle - start), rest.owed().toNanos());
                if (left > 0) {
                    await(stop, Duration.ofNanos(left));
                }
                rest.rested(Duration.ofNanos(System.nanoTime() - idle));
            }
            return 0;
        } finally {
            close();
        }
    }

    private Told round(AnalyticsPlace.Located at, Pace pace, Rest rest, String cause, boolean tellAll) {
        try {
            Session session = session(at);
            Roller roller = new Roller(
                    at.place().at(session),
                    new PostgresDialect(),
                    adapter(at),
                    pace,
                    rest,
                    TopHelp.version(),
                    () -> stop.getCount() == 0);
            List<RollResult> results = new ArrayList<>();
            if (tellAll) {
                terminal.result(terminal.style().strong(at.database()));
            }
            for (Rollup rollup : at.place().rollups()) {
                RollResult result = roller.run(rollup, cause);
                results.add(result);
                measured(at, result);
                if (tellAll || result.run() != null) {
                    terminal.result(writer.text(result));
                    terminal.result(writer.checks(result));
                }
            }
            return new Told(at, results);
        } catch (SqlFailure e) {
            throw e.problem("the database was lost while rollups were computed")
                    .note("kept: what was finished; the rest has its marks")
                    .help("run the same command again")
                    .asException(e);
        }
    }

    private Session session(AnalyticsPlace.Located at) {
        Session open = sessions.get(at);
        if (open != null) {
            return open;
        }
        Session session = at.open("run");
        sessions.put(at, session);
        if (arguments.hasMatchedOption(AnalyticsCommand.ACCEPT) && accepted.add(at)) {
            at.place().requireRole(session);
            at.place()
                    .rollups()
                    .forEach(rollup -> new Standing(at.place().at(session), rollup).renew(TopHelp.version()));
        }
        at.place().requireFit(session);
        List<Problem> problems = new ArrayList<>();
        at.place()
                .rollups()
                .forEach(rollup ->
                        problems.addAll(adapter(at).problems(at.place().at(session), rollup)));
        if (!problems.isEmpty()) {
            lasting = true;
            throw new LockkeeperException(problems);
        }
        return session;
    }

    private void measured(AnalyticsPlace.Located at, RollResult result) {
        if (result.run() != null) {
            terminal.narration()
                    .telemetry()
                    .measured(new Measure.Rolled(
                            at.place().component(),
                            result.rollup(),
                            result.work().toNanos() / 1e9,
                            result.tally().buckets()));
        }
    }

    private Adapter adapter(AnalyticsPlace.Located at) {
        return adapters.computeIfAbsent(
                at,
                one -> Adapter.of(
                        one.place().settings(), one.worksite().lockkeeper().target()));
    }

    private void drop(AnalyticsPlace.Located at) {
        Adapter adapter = adapters.remove(at);
        if (adapter != null) {
            adapter.close();
        }
        Session session = sessions.remove(at);
        if (session != null) {
            quietly(session);
        }
    }

    private void close() {
        adapters.values().forEach(Adapter::close);
        sessions.values().forEach(AnalyticsRun::quietly);
    }

    private static void quietly(Session session) {
        try {
            session.close();
        } catch (SqlFailure e) {
            // it was lost, and what was told of that is what matters
        }
    }

    /** What keeps buckets from being published, and what failed and does not. */
    private static List<Problem> problems(Told told) {
        List<Problem> problems = new ArrayList<>();
        for (RollResult result : told.results()) {
            problems.addAll(result.problems());
            result.checks().stream()
                    .filter(one -> one.outcome().stops() && !one.blocks())
                    .map(one -> failed(result, one))
                    .forEach(problems::add);
        }
        return problems;
    }

    private static Problem failed(RollResult result, CheckResult one) {
        return Problem.of(
                        Code.ANALYTICS_CHECK,
                        "a check of rollup " + result.rollup()
                                + (one.outcome() == Outcome.ERROR ? " could not be made" : " failed"))
                .at(one.check().place())
                .because(one.sentence())
                .note("the bucket is published: the check does not block")
                .help("see what is wrong with the events, or what the check demands");
    }

    /** Waits until something has come, for a time at most: whether it has. */
    private static boolean await(CountDownLatch latch, Duration most) {
        try {
            return latch.await(most.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return latch.getCount() == 0;
        }
    }
}
