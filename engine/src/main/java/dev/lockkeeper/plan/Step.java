package dev.lockkeeper.plan;

import dev.lockkeeper.history.Direction;
import dev.lockkeeper.history.Entry;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Script;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One migration in a plan.
 *
 * @param script the one that will run
 * @param commands the script, split
 * @param entry the history entry that a rollback takes back; null when applying
 * @param resumed whether an earlier run left this step unfinished
 */
public record Step(
        Direction direction,
        Migration migration,
        Script script,
        Script.Commands commands,
        @Nullable Entry entry,
        boolean resumed) {
    public Step {
        Objects.requireNonNull(script, "script");
    }
}
