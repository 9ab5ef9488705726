package dev.lockkeeper.evidence;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.util.List;
import java.util.Locale;

/**
 * One thing that was looked at.
 *
 * @param about what, in a word or two
 * @param holds what was found good
 * @param problems what was not: {@code evidence-lacking} or {@code evidence-unfit}
 */
public record Check(String about, String holds, List<Problem> problems) {
    public Check {
        problems = List.copyOf(problems);
    }

    /** How it ended. */
    public enum Grade {
        /** It is as it should be. */
        HOLDS,
        /** It is true, and not all that a release should show. */
        LACKING,
        /** It is not to be relied on. */
        UNFIT;

        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Grade grade() {
        return problems.isEmpty()
                ? Grade.HOLDS
                : problems.stream().allMatch(problem -> problem.code() == Code.EVIDENCE_LACKING)
                        ? Grade.LACKING
                        : Grade.UNFIT;
    }
}
