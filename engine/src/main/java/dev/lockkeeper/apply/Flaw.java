package dev.lockkeeper.apply;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;

/**
 * What is wrong with the effect of a statement that the server took without an error.
 *
 * @param message one sentence without a full stop
 * @param why the reason
 * @param help what to do, in the imperative
 */
record Flaw(String message, String why, String help) {
    Problem problem(Code code) {
        return Problem.of(code, message).because(why).help(help);
    }
}
