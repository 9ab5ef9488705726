package dev.lockkeeper.plan;

import dev.lockkeeper.project.Assertions;
import dev.lockkeeper.project.Component;
import dev.lockkeeper.project.Hooks;
import dev.lockkeeper.project.Patience;
import dev.lockkeeper.project.Project;

/**
 * What a project allows.
 *
 * @param downsRequired whether a migration without a down script is refused
 * @param outOfOrder whether a migration older than the newest applied one may still be applied
 * @param ignoreOtherTool whether the history table of another tool is not a reason to stop
 * @param patience how long the statements of a run may wait and work
 * @param hooks what is demanded around a run
 * @param assertions what must be so when a script ends
 */
public record Policy(
        boolean downsRequired,
        boolean outOfOrder,
        boolean ignoreOtherTool,
        Patience patience,
        Hooks hooks,
        Assertions assertions) {
    /** Asserts nothing. */
    public Policy(boolean downsRequired, boolean outOfOrder, boolean ignoreOtherTool, Patience patience, Hooks hooks) {
        this(downsRequired, outOfOrder, ignoreOtherTool, patience, hooks, Assertions.none());
    }

    /** Demands nothing around a run. */
    public Policy(boolean downsRequired, boolean outOfOrder, boolean ignoreOtherTool, Patience patience) {
        this(downsRequired, outOfOrder, ignoreOtherTool, patience, Hooks.none());
    }

    /** What a project allows in one of its components. */
    public static Policy of(Project project, Component component) {
        return new Policy(
                component.downsRequired(),
                component.outOfOrder(),
                component.ignoreOtherTool(),
                project.patience(),
                component.hooks(),
                component.assertions());
    }

    /** The same for a throw-away database, whose runs concern nobody: nothing is demanded and nothing asserted. */
    public Policy withoutHooks() {
        return new Policy(downsRequired, outOfOrder, ignoreOtherTool, patience);
    }

    /** Nothing unusual is allowed. */
    public static Policy strict() {
        return new Policy(true, false, false, Patience.standard());
    }
}
