package dev.lockkeeper.analytics.roll;

import dev.lockkeeper.analytics.adapter.Adapter;
import dev.lockkeeper.analytics.adapter.PostgresAdapter;
import dev.lockkeeper.analytics.definition.Grain;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.Dialect;
import dev.lockkeeper.analytics.judge.Fit;
import dev.lockkeeper.analytics.judge.Standing;
import dev.lockkeeper.analytics.quality.CheckResult;
import dev.lockkeeper.analytics.quality.Checking;
import dev.lockkeeper.analytics.quality.Outcome;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Checksum;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Computes what has changed of a rollup. A transaction deletes the marks of some buckets and makes the buckets what their events say, so that
 * whoever dies at any instant leaves marks behind and no half of anything: there is nothing to recover. Not thread-safe; as many as one likes
 * may be at work on a database, each rollup is computed by one of them at a time.
 */
public final class Roller {
    private static final Set<Code> LASTING = Set.of(Code.ANALYTICS_ADAPTER, Code.ANALYTICS_UNFIT);
    private static final long TICK = Duration.ofMillis(50).toNanos();

    private final Site site;
    private final Dialect dialect;
    private final Adapter adapter;
    private final Pace pace;
    private final String version;
    private final Rest rest;
    private final BooleanSupplier stopped;

    /** One that has the database compute. */
    public Roller(Site site, Dialect dialect, Pace pace, String version, BooleanSupplier stopped) {
        this(site, dialect, new PostgresAdapter(dialect), pace, version, stopped);
    }

    /** One that rests for itself. */
    public Roller(Site site, Dialect dialect, Adapter adapter, Pace pace, String version, BooleanSupplier stopped) {
        this(site, dialect, adapter, pace, new Rest(pace.share()), version, stopped);
    }

    /**
     * @param dialect of the database that has marks and target
     * @param adapter what computes
     * @param rest what it has to rest between transactions, and after the last one
     * @param version of this program, for the log of runs
     * @param stopped asked between transactions whether to end
     */
    public Roller(
            Site site,
            Dialect dialect,
            Adapter adapter,
            Pace pace,
            Rest rest,
            String version,
            BooleanSupplier stopped) {
        this.site = site;
        this.dialect = dialect;
        this.adapter = adapter;
        this.pace = pace;
        this.rest = rest;
        this.version = version;
        this.stopped = stopped;
    }

    /** A partition of the events has gone since this run looked at them: the transaction is taken back. */
    private static final class Moved extends RuntimeException {
        private static final long serialVersionUID = 1;

        Moved() {
            super("a partition is gone", null, false, false);
        }
    }

    /** A run at work. */
    private static final class Progress {
        final Set<Instant> failed = new HashSet<>();
        final List<CheckResult> checks = new ArrayList<>();
        final List<Problem> problems = new ArrayList<>();
        Tally tally = Tally.NONE;
        Duration work = Duration.ZERO;

        @Nullable
        Long run;

        boolean busy;
        int moved;
        long late;
        int backfilled;

        Told told() {
            return new Told(Set.copyOf(failed), checks.size(), problems.size());
        }

        /** What was told of a transaction that is taken back would be told again by the next one, or is not so any more. */
        void takeBack(Told before) {
            failed.retainAll(before.failed());
            checks.subList(before.checks(), checks.size()).clear();
            problems.subList(before.problems(), problems.size()).clear();
        }
    }

    /** What was told before a transaction. */
    private record Told(Set<Instant> failed, int checks, int problems) {}

    /**
     * Computes all that has changed until now.
     *
     * @param cause why it runs, for the log
     * @throws dev.lockkeeper.problem.LockkeeperException when the database does not let it work at all
     * @throws SqlFailure when the connection is lost
     */
    public RollResult run(Rollup rollup, String cause) {
        Progress progress = new Progress();
        RunLog log = new RunLog(site, rollup, adapter.name(), version);
        try {
            Fit.requireNow(site, rollup);
            progress.busy = !isMine(rollup);
            if (!progress.busy) {
                progress.problems.addAll(new PartitionWatch(site, rollup).look());
                takeOn(rollup);
                spread(rollup, progress);
            }
            for (Grain grain : rollup.grains()) {
                progress.failed.clear();
                while (!stopped.getAsBoolean() && !progress.busy && round(rollup, grain, cause, log, progress)) {
                    pause();
                }
            }
            RollResult result = end(rollup, log, progress);
            new LogKeeping(site, rollup, stopped).run();
            return result;
        } catch (LockkeeperException e) {
            // of the adapter, or of the definition: the transaction is taken back, and other buckets would fare no
            // better
            Long run = progress.run;
            if (run != null && LASTING.contains(e.problems().get(0).code())) {
                Duration budget = budget(rollup, progress.tally);
                site.transaction(() -> {
                    log.end(
                            run,
                            progress.tally,
                            progress.work,
                            budget,
                            e.problems().get(0).message());
                    return run;
                });
            }
            throw e;
        } catch (SqlFailure e) {
            if (e.connectionLost()) {
                throw e;
            }
            throw site.refused("rollup " + rollup.name() + " cannot be computed", e)
                    .at(rollup.place())
                    .note("kept: all marks, and the sums as they were")
                    .asException(e);
        }
    }

    /** A definition that is new is taken on by whoever computes, so that nobody goes on with an older one amid it. */
    private boolean isMine(Rollup rollup) {
        Standing standing = new Standing(site, rollup);
        return standing.requireNewest()
                || site.transaction(() -> {
                    boolean locked = lock(rollup);
                    if (locked) {
                        standing.takeOn(version);
                    }
                    return locked;
                });
    }

    /** What another definition has made is made anew, some of it in each run. */
    private void takeOn(Rollup rollup) {
        Intervals intervals = new Intervals(site, dialect, rollup);
        intervals.remake();
        new Backfill(site, dialect, rollup, false).first();
        List<Instant> outdated = intervals.outdated(rollup.base(), pace.backfill());
        new Marks(site, dialect, rollup).add(rollup.base(), outdated, "backfill");
    }

    private void spread(Rollup rollup, Progress progress) {
        Marks marks = new Marks(site, dialect, rollup);
        if (marks.hasSpans()) {
            progress.busy = site.transaction(() -> {
                boolean locked = lock(rollup);
                if (locked) {
                    marks.spread();
                }
                return !locked;
            });
        }
    }

    /** Whether there may be more to do. */
    private boolean round(Rollup rollup, Grain grain, String cause, RunLog log, Progress progress) {
        List<Marks.Picked> picked = new Marks(site, dialect, rollup)
                .pick(grain, pace.batch(), progress.failed, progress.backfilled < pace.backfill());
        if (picked.isEmpty()) {
            return false;
        }
        if (progress.run == null) {
            progress.run = site.transaction(() -> lock(rollup) ? log.begin(cause) : null);
        }
        Long run = progress.run;
        if (run == null) {
            progress.busy = true;
            return false;
        }
        PartitionWatch partitions = new PartitionWatch(site, rollup);
        Told told = progress.told();
        long start = System.nanoTime();
        List<BucketWork.Done> done;
        try {
            done = site.transaction(() -> {
                List<BucketWork.Done> all = new ArrayList<>();
                if (!lock(rollup)) {
                    progress.busy = true;
                    return all;
                }
                new Standing(site, rollup).requireNewest();
                BucketWork work = new BucketWork(site, dialect, adapter, rollup, run, stopped);
                Tally tally = progress.tally;
                for (Marks.Picked bucket : picked) {
                    BucketWork.Done one = bucket(work, grain, bucket.start(), progress);
                    if (one != null) {
                        all.add(one);
                        tally = tally.plus(one.tally());
                    } else if (stopped.getAsBoolean()) {
                        // perhaps it was canceled, and the next one would take as long
                        break;
                    }
                }
                if (partitions.hasLost()) {
                    throw new Moved();
                }
                adapter.settle(site);
                log.seen(run, tally, progress.work.plusNanos(System.nanoTime() - start), budget(rollup, tally));
                return all;
            });
        } catch (Moved e) {
            // what is left of its events would be taken for all of them
            progress.takeBack(told);
            partitions.look();
            progress.moved++;
            if (progress.moved < PartitionWatch.PATIENCE) {
                return true;
            }
            throw partitions.restless();
        }
        long took = System.nanoTime() - start;
        rest.worked(took);
        progress.work = progress.work.plusNanos(took);
        progress.backfilled +=
                (int) picked.stream().filter(Marks.Picked::backfill).count();
        for (BucketWork.Done one : done) {
            progress.tally = progress.tally.plus(one.tally());
            progress.late += one.late();
            one.checks().stream()
                    .filter(check -> check.outcome() != Outcome.PASS)
                    .forEach(progress.checks::add);
        }
        return true;
    }

    private BucketWork.@Nullable Done bucket(BucketWork work, Grain grain, Instant start, Progress progress) {
        String what = "the " + grain.word() + " of " + start + " of rollup "
                + work.rollup().name();
        try {
            return work.compute(grain, start);
        } catch (BucketWork.Blocked e) {
            progress.failed.add(start);
            progress.checks.addAll(e.results().stream()
                    .filter(one -> one.outcome() != Outcome.PASS)
                    .toList());
            // outside of what was taken back
            new Checking(site, dialect, work.rollup()).keep(work.run(), e.results());
            e.results().stream()
                    .filter(CheckResult::blocks)
                    .forEach(
                            one -> progress.problems.add(
                                    Problem.of(Code.ANALYTICS_CHECK, what + " is not published")
                                            .at(one.check().place())
                                            .because(one.sentence())
                                            .note("kept: what it held before, and its marks")
                                            .help(
                                                    "see what is wrong with the events, or what the check demands; the next run tries again")));
        } catch (BucketWork.Cut e) {
            progress.failed.add(start);
        } catch (LockkeeperException e) {
            Problem problem = e.problems().get(0);
            if (problem.code() != Code.ANALYTICS_STOPPED) {
                throw e;
            }
            progress.failed.add(start);
            progress.problems.add(Problem.of(problem.code(), what + " cannot be computed")
                    .at(work.rollup().place())
                    .because(problem.message() + ": " + problem.why())
                    .note("kept: what it held before, and its marks")
                    .help(String.valueOf(problem.help())));
        } catch (SqlFailure e) {
            if (e.connectionLost()) {
                throw e;
            }
            progress.failed.add(start);
            progress.problems.add(site.refused(what + " cannot be computed", e)
                    .at(work.rollup().place())
                    .note("kept: what it held before, and its marks"));
        }
        return null;
    }

    private RollResult end(Rollup rollup, RunLog log, Progress progress) {
        seal(rollup);
        Long run = progress.run;
        Duration budget = budget(rollup, progress.tally);
        if (run != null) {
            site.transaction(() -> {
                Checking checking = new Checking(site, dialect, rollup);
                List<CheckResult> all = checking.all();
                checking.keep(run, all);
                all.stream().filter(one -> one.outcome() != Outcome.PASS).forEach(progress.checks::add);
                log.end(
                        run,
                        progress.tally,
                        progress.work,
                        budget,
                        progress.problems.isEmpty()
                                ? null
                                : progress.problems.get(0).message());
                return all;
            });
        }
        return new RollResult(
                rollup.name(),
                run,
                state(progress),
                progress.tally,
                progress.late,
                progress.work,
                budget,
                progress.checks,
                progress.problems);
    }

    /**
     * Seals what is old enough. Nobody computes meanwhile, and what became of partitions since this run looked at them is marked first: a bucket
     * that was computed while one was detached stays open.
     */
    private void seal(Rollup rollup) {
        @Nullable Duration age = rollup.sealAfter();
        Intervals intervals = new Intervals(site, dialect, rollup);
        if (rollup.grains().stream().noneMatch(grain -> intervals.hasOld(grain, age))) {
            return;
        }
        site.transaction(() -> {
            boolean sure = lock(rollup) && List.of().equals(site.watchToo());
            if (sure) {
                rollup.grains().forEach(grain -> intervals.seal(grain, age));
            }
            return sure;
        });
    }

    private RollResult.State state(Progress progress) {
        if (!progress.problems.isEmpty()) {
            return RollResult.State.FAILED;
        }
        if (progress.busy) {
            return RollResult.State.BUSY;
        }
        if (stopped.getAsBoolean()) {
            return RollResult.State.STOPPED;
        }
        return progress.run == null ? RollResult.State.IDLE : RollResult.State.DONE;
    }

    private static Duration budget(Rollup rollup, Tally tally) {
        return Duration.ofMillis(rollup.budget().toMillis()
                * tally.data().toSeconds()
                / Duration.ofHours(1).toSeconds());
    }

    /** Until the end of the transaction, so that it also holds behind a pooler, and dies with whoever holds it. */
    private boolean lock(Rollup rollup) {
        long key = Long.parseUnsignedLong(
                Checksum.of("lockkeeper rollup\n" + site.schema().name() + "\n" + rollup.name())
                        .value()
                        .replaceFirst(".*:", "")
                        .substring(0, 16),
                16);
        return "t".equals(site.value("select pg_try_advisory_xact_lock(" + key + ")"));
    }

    /** The rest of the time belongs to others. */
    private void pause() {
        long start = System.nanoTime();
        long end = start + rest.owed().toNanos();
        while (System.nanoTime() - end < 0 && !stopped.getAsBoolean()) {
            LockSupport.parkNanos(Math.min(TICK, Math.max(1, end - System.nanoTime())));
        }
        rest.rested(Duration.ofNanos(System.nanoTime() - start));
    }
}
