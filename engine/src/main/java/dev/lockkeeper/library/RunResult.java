package dev.lockkeeper.library;

import dev.lockkeeper.apply.ScriptRunner;
import dev.lockkeeper.history.Direction;
import dev.lockkeeper.problem.Problem;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an apply or a rollback did. Immutable.
 *
 * @param run its id in the record; null when there was nothing to do
 * @param digest of the plan that was carried out
 * @param steps in the order in which they ran; empty when there was nothing to do
 * @param warnings about the files
 */
public record RunResult(
        String component,
        Direction direction,
        @Nullable UUID run,
        String digest,
        List<Step> steps,
        List<Problem> warnings) {
    public RunResult {
        steps = List.copyOf(steps);
        warnings = List.copyOf(warnings);
    }

    /**
     * One script that ran.
     *
     * @param name the version of the migration, or the name of a repeatable script
     * @param file as places in errors call it
     * @param resumed whether it went on with what an earlier run had left unfinished
     * @param manner in one transaction or statement by statement
     */
    public record Step(
            String name,
            String description,
            String file,
            boolean resumed,
            ScriptRunner.Manner manner,
            Duration duration) {}

    /** The names of the steps, in their order. */
    public List<String> names() {
        return steps.stream().map(Step::name).toList();
    }
}
