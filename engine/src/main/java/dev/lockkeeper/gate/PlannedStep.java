package dev.lockkeeper.gate;

import dev.lockkeeper.history.Direction;
import dev.lockkeeper.history.Entry;
import dev.lockkeeper.history.History;
import dev.lockkeeper.history.RepeatableEntry;
import dev.lockkeeper.plan.Step;
import dev.lockkeeper.source.Version;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One script of a plan file.
 *
 * @param name the version, or the label of a repeatable script
 * @param checksum before tokens were replaced
 * @param rendered after they were
 * @param sent of what is sent, and how
 * @param entry of a rollback: the row of the history that it takes back; 0 when an apply was begun and never finished, and
 *     for everything else
 * @param manner {@code transaction} or {@code statements}
 */
public record PlannedStep(
        String name,
        String description,
        String file,
        String checksum,
        String rendered,
        String sent,
        long entry,
        int statements,
        String manner) {
    static PlannedStep of(Step step) {
        return new PlannedStep(
                step.name(),
                step.description(),
                step.script().file(),
                step.script().checksum().value(),
                step.script().renderedChecksum().value(),
                step.script().sentChecksum().value(),
                step instanceof Step.Rollback rollback ? entry(rollback.entry()) : 0,
                step.commands().count(),
                step.commands().byStatement().isPresent() ? "statements" : "transaction");
    }

    private static long entry(@Nullable Entry entry) {
        return entry == null ? 0 : entry.id();
    }

    /** What names it, however its number is padded. */
    Object key() {
        return key(name);
    }

    /** What names a step in the sources of a plan: a version, or the label of a repeatable script. */
    public static Object key(String name) {
        Optional<Version> version = Version.parse(name);
        return version.isPresent() ? version.get() : name;
    }

    /** Whether the history says that exactly this is done. */
    boolean isDone(Direction direction, History history) {
        Optional<Version> version = Version.parse(name);
        if (version.isEmpty()) {
            return history.repeatables().stream()
                    .filter(r -> name.equals("R__" + r.name()))
                    .filter(RepeatableEntry::inForce)
                    .anyMatch(r -> rendered.equals(r.renderedChecksum().value()));
        }
        Optional<Entry> found = history.find(version.get());
        boolean begun = !history.progressOf(name).isEmpty();
        return direction == Direction.UP
                ? found.filter(e -> checksum.equals(e.checksum().value())).isPresent()
                : found.isEmpty() && !begun;
    }
}
