package dev.lockkeeper.bench.hazards;

import java.util.Arrays;
import java.util.List;

/**
 * What a hazard does to others, as a case states it.
 *
 * @param kind such as {@code writes-wait}
 * @param names of relations, columns, constraints or settings, as its kind has it; may be empty
 */
record Effect(String kind, List<String> names) {
    Effect {
        names = List.copyOf(names);
    }

    static Effect of(String text) {
        List<String> words = Arrays.asList(text.strip().split(" +", -1));
        return new Effect(words.get(0), words.subList(1, words.size()));
    }

    /** The only name. */
    String name() {
        return names.get(0);
    }

    /** Whether its hazard cannot be carried out on the rows of the case. */
    boolean fails() {
        return kind.equals("fails");
    }

    @Override
    public String toString() {
        return names.isEmpty() ? kind : kind + " " + String.join(" ", names);
    }
}
