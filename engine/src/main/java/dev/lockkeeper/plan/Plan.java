package dev.lockkeeper.plan;

import dev.lockkeeper.history.Direction;
import dev.lockkeeper.source.Checksum;
import java.util.List;
import java.util.function.Predicate;

/**
 * The steps that will bring a database from where it is to where the user wants it. Immutable.
 *
 * @param digest over the component, the direction, the history and every script of the plan: it changes when any of
 *     them changes
 */
public record Plan(String component, Direction direction, List<Step> steps, String digest) {
    public Plan {
        steps = List.copyOf(steps);
    }

    static Plan of(String component, Direction direction, List<Step> steps, List<String> state) {
        StringBuilder text = new StringBuilder("lockkeeper plan 1\n")
                .append(component)
                .append('\n')
                .append(direction)
                .append('\n');
        state.forEach(line -> text.append(line).append('\n'));
        for (Step step : steps) {
            text.append(step.name())
                    .append(' ')
                    .append(step.script().checksum())
                    .append(' ')
                    .append(step.script().sentChecksum())
                    .append('\n');
        }
        return new Plan(
                component, direction, steps, Checksum.of(text.toString()).value());
    }

    /** The same, known by the digest of a document that holds it. */
    public Plan as(String other) {
        return new Plan(component, direction, steps, other);
    }

    /** The same with fewer steps. */
    public Plan only(Predicate<Step> wanted) {
        return new Plan(component, direction, steps.stream().filter(wanted).toList(), digest);
    }

    public boolean isEmpty() {
        return steps.isEmpty();
    }
}
