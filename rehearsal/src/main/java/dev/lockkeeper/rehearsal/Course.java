package dev.lockkeeper.rehearsal;

import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Repeatable;
import java.util.List;

/**
 * The way of one component in a rehearsal.
 *
 * @param before the migrations that are there already; they run unobserved
 * @param observed those that run before a witness
 * @param repeatables what runs after them before a witness, in its order
 */
public record Course(String component, List<Migration> before, List<Migration> observed, List<Repeatable> repeatables) {
    public Course {
        before = List.copyOf(before);
        observed = List.copyOf(observed);
        repeatables = List.copyOf(repeatables);
    }

    /** One without repeatable scripts. */
    public Course(String component, List<Migration> before, List<Migration> observed) {
        this(component, before, observed, List.of());
    }

    /** How many scripts are observed. */
    public int size() {
        return observed.size() + repeatables.size();
    }
}
