package dev.lockkeeper.adopt;

import dev.lockkeeper.problem.Problem;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a reader understood of another tool's history.
 *
 * @param claims in the order in which they were applied
 * @param leftOut what is not taken over and needs no decision, one sentence each
 * @param problems rows that speak against taking over
 */
record Reading(List<Claim> claims, List<String> leftOut, List<Problem> problems) {
    static Reading of(List<Claim> claims) {
        return new Reading(claims, List.of(), List.of());
    }

    /** The same with more that is not taken over. */
    Reading and(List<String> alsoLeftOut) {
        return new Reading(
                claims, Stream.concat(leftOut.stream(), alsoLeftOut.stream()).toList(), problems);
    }
}
