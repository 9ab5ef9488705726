package dev.lockkeeper.library;

import dev.lockkeeper.history.Direction;
import dev.lockkeeper.loss.Loss;
import dev.lockkeeper.plan.Plan;
import dev.lockkeeper.problem.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What would run now. Immutable; it reads no file any more.
 *
 * @param digest over the component, the history and every script: it changes when any of them does
 * @param losses what data a rollback takes away, as far as the server and the scripts tell; empty for an apply
 * @param warnings about the files
 */
public record PlanResult(
        String component,
        Direction direction,
        String digest,
        List<Step> steps,
        List<Loss> losses,
        List<Problem> warnings) {
    public PlanResult {
        steps = List.copyOf(steps);
        losses = List.copyOf(losses);
        warnings = List.copyOf(warnings);
    }

    /**
     * One script that would run.
     *
     * @param name the version of the migration, or the name of a repeatable script
     * @param file as places in errors call it
     * @param resumed whether an earlier run has left it unfinished
     * @param byStatement why it runs statement by statement, as far as its text tells; null when it runs in one transaction
     */
    public record Step(
            String name,
            String description,
            String file,
            boolean resumed,
            @Nullable String byStatement) {}

    static PlanResult of(Plan plan, List<Loss> losses, List<Problem> warnings) {
        return new PlanResult(
                plan.component(),
                plan.direction(),
                plan.digest(),
                plan.steps().stream()
                        .map(step -> new Step(
                                step.name(),
                                step.description(),
                                step.script().file(),
                                step.resumed(),
                                step.commands().byStatement().orElse(null)))
                        .toList(),
                losses,
                warnings);
    }

    /** The names of the steps, in their order. */
    public List<String> names() {
        return steps.stream().map(Step::name).toList();
    }
}
