package dev.lockkeeper.rehearsal;

import dev.lockkeeper.plan.Step;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Repeatable;
import dev.lockkeeper.source.Script;

/**
 * A script of a component that a rehearsal observes.
 *
 * @param component whose it is
 * @param name the version of its migration, or the label of a repeatable script
 */
public record Turn(String component, String name, String description, Script script) {
    static Turn of(String component, Migration migration) {
        return new Turn(component, migration.version().toString(), migration.description(), migration.up());
    }

    static Turn of(String component, Repeatable repeatable) {
        return new Turn(component, repeatable.label(), repeatable.description(), repeatable.script());
    }

    /** What a step of a plan runs. */
    public static Turn of(String component, Step step) {
        return new Turn(component, step.name(), step.description(), step.script());
    }
}
