package dev.lockkeeper.rehearsal;

import java.util.List;

/**
 * How near a throw-away database came to the live one for which a plan is rehearsed.
 *
 * @param copied what it has of the live one, a phrase each
 * @param apart what it has not, a sentence each
 * @param prelude SQL that would make what is missing, a statement each; empty when nothing is missing that SQL could make
 */
public record Likeness(List<String> copied, List<String> apart, List<String> prelude) {
    public Likeness {
        copied = List.copyOf(copied);
        apart = List.copyOf(apart);
        prelude = List.copyOf(prelude);
    }
}
