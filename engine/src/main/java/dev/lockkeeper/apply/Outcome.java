package dev.lockkeeper.apply;

import dev.lockkeeper.plan.Plan;
import dev.lockkeeper.plan.Step;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.util.List;
import java.util.Set;

/**
 * What a failed run has kept and what it has not.
 *
 * @param index of the step that failed
 * @param begun whether something of that step may have been kept although it failed
 * @param fate what became of it
 */
record Outcome(Plan plan, int index, boolean begun, Aftermath.Fate fate) {
    /** What stops a script before its first statement. */
    private static final Set<Code> BEFORE =
            Set.of(Code.CHECK_FAILED, Code.SESSION_NEEDED, Code.TEXT_SETTING, Code.STRINGS_UNCLEAR);

    /** Adds it to the problem that ended the run. */
    Problem tell(Problem problem) {
        int finished = index + (fate == Aftermath.Fate.KEPT ? 1 : 0);
        // a check before the script has stopped it before its first statement
        boolean statements = begun && !BEFORE.contains(problem.code());
        String step = named(plan.steps().get(index));
        Problem told = problem.note(kept(plan, finished));
        if (fate == Aftermath.Fate.KEPT) {
            told = told.note("finished: " + step + ", whose answer was lost");
        } else if (fate == Aftermath.Fate.UNKNOWN) {
            told = told.note("unknown: whether " + step
                    + " was finished, for the server did not answer any more; the history tells");
        } else if (statements) {
            told = told.note("kept: the statements of " + step
                    + (problem.notes().stream().anyMatch(OwnTransaction::isAborted) ? " before it" : " before this one")
                    + ", for it does not run in one transaction; the same command goes on from here"
                    + (lasting(problem) ? ", once the cause is fixed" : ""));
        } else {
            told = told.note("aborted: " + step + " as a whole, nothing of it remains");
        }
        boolean partly = statements || finished > 0;
        return (partly && told.code() == Code.STATEMENT_FAILED ? told.as(Code.PARTLY_APPLIED) : told).kept(partly);
    }

    /**
     * Whether the step is not tried again by itself: a check before the script looks at the database alone, and what a project
     * asserts may be said otherwise.
     */
    static boolean lasting(Problem problem) {
        return problem.server() != null
                && problem.server().wouldComeAgain()
                && problem.code() != Code.CHECK_FAILED
                && problem.code() != Code.ASSERTION_FAILED;
    }

    /** The same for a run that ends between two steps. */
    static Problem notBegun(Plan plan, int index, Problem problem) {
        return problem.kept(index > 0)
                .note(kept(plan, index))
                .note("not begun: " + named(plan.steps().get(index)));
    }

    private static String kept(Plan plan, int finished) {
        List<String> kept =
                plan.steps().subList(0, finished).stream().map(Step::name).toList();
        return kept.isEmpty()
                ? "kept: nothing of this run"
                : "kept: " + String.join(", ", kept) + (kept.size() == 1 ? " is " : " are ")
                        + plan.direction().done();
    }

    private static String named(Step step) {
        if (step instanceof Step.Repeat) {
            return step.name();
        }
        return (step instanceof Step.Rollback ? "the rollback of version " : "version ") + step.name();
    }
}
