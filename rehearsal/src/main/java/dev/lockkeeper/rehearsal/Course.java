package dev.lockkeeper.rehearsal;

import dev.lockkeeper.source.Migration;
import java.util.List;

/**
 * The way of one component in a rehearsal.
 *
 * @param before the migrations that are there already; they run unobserved
 * @param observed those that run before a witness
 */
public record Course(String component, List<Migration> before, List<Migration> observed) {
    public Course {
        before = List.copyOf(before);
        observed = List.copyOf(observed);
    }
}
