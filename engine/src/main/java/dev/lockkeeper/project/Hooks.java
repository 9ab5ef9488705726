package dev.lockkeeper.project;

import java.nio.file.Path;
import java.util.List;

/**
 * What the project demands around the runs of a component, each list in its order.
 *
 * @param folder where commands run
 * @param afterFailure after a run that failed, whatever was kept of it
 */
public record Hooks(
        Path folder,
        List<Hook> beforeApply,
        List<Hook> afterApply,
        List<Hook> beforeRollback,
        List<Hook> afterRollback,
        List<Hook> afterFailure) {
    public Hooks {
        beforeApply = List.copyOf(beforeApply);
        afterApply = List.copyOf(afterApply);
        beforeRollback = List.copyOf(beforeRollback);
        afterRollback = List.copyOf(afterRollback);
        afterFailure = List.copyOf(afterFailure);
    }

    /** Demands nothing. */
    public static Hooks none() {
        return new Hooks(Path.of(""), List.of(), List.of(), List.of(), List.of(), List.of());
    }
}
