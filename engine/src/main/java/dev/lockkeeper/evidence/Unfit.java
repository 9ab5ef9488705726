package dev.lockkeeper.evidence;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;

/** Says of a bundle or a part that it is not what it should be. */
final class Unfit {
    private Unfit() {}

    /** @param source the file, or the part of a bundle */
    static Problem problem(String source, String message) {
        return Problem.of(Code.EVIDENCE_UNFIT, message).at(Place.of(source));
    }
}
