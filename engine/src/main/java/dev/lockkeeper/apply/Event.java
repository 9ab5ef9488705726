package dev.lockkeeper.apply;

import dev.lockkeeper.database.Notice;
import dev.lockkeeper.gate.Admission;
import dev.lockkeeper.plan.Plan;
import dev.lockkeeper.plan.Step;
import dev.lockkeeper.problem.Place;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What happens during a run, told to one listener in the order in which it happens. */
public sealed interface Event {
    /** Another run holds the runner lock. */
    record Waiting(String component, String holder) implements Event {}

    /** The plan is made; it may be empty. */
    record Planned(Plan plan) implements Event {}

    /**
     * The rules of an environment let the plan pass; told once for each plan with work to do, after it and before anything runs. Not
     * told where no rules are.
     */
    record Admitted(Admission admission) implements Event {}

    /** The run is in the record: it has work to do. */
    record Entered(UUID run) implements Event {}

    /** Others hold what a statement of the run waits for; told by another thread than the rest. */
    record Blocked(List<Blocker> by) implements Event {}

    /**
     * An index is being built; told by another thread than the rest.
     *
     * @param percent of the blocks that this phase reads; negative when the server does not say
     */
    record Building(String phase, int percent) implements Event {}

    /**
     * A batch of a backfill is done and kept.
     *
     * @param statement its ordinal in the script
     * @param rows how many in all so far
     * @param estimate how many there are by the statistics of the table; negative when they say nothing
     * @param remaining an estimate of the time left; null when it is not known
     */
    record Backfilled(
            int statement,
            long rows,
            long estimate,
            @Nullable Duration remaining) implements Event {}

    /**
     * The server has said something beside its answer.
     *
     * @param place of the statement that was at work for a warning, else the file
     */
    record Said(Notice notice, Place place) implements Event {}

    /** A line that a command of the project has written. */
    record HookSaid(String line) implements Event {}

    /** Transactions that are open for long: what they have locked will hold up the run. */
    record LongTransactions(List<Blocker> transactions) implements Event {
        public LongTransactions {
            transactions = List.copyOf(transactions);
        }
    }

    /** A lock was not to be had in time, or a deadlock was ended; nothing of the attempt remains. */
    record Retrying(int attempt, int of, Duration pause, List<Blocker> by) implements Event {}

    /** A statement of a down script found nothing of what it takes back, since the apply of it was not finished. */
    record NothingToTakeBack(Place place, String message) implements Event {}

    /**
     * In a dry run: what is not as in a real run, or what stays although all is rolled back.
     *
     * @param place where it comes from; null when it comes from no file
     */
    record Apart(@Nullable Place place, String sentence) implements Event {}

    /**
     * A statement that was sent by itself has ended well and took at least as long as was asked for. Not told of statements that went
     * to the server in one message with others: of these it says only how long all took.
     *
     * @param statement its ordinal in the script
     * @param verb what it does, in keywords: neither names nor values
     * @param rows as the server counts them
     */
    record StatementFinished(int statement, Place place, String verb, long nanos, long rows) implements Event {}

    /** A step begins. */
    record StepStarted(Step step, int number, int of) implements Event {}

    /**
     * A step is done and in the history.
     *
     * @param nanos how long it took
     * @param rows how many rows its statements have changed in this run, as the server counts them
     */
    record StepFinished(Step step, int number, int of, long nanos, long rows, ScriptRunner.Manner manner)
            implements Event {}
}
