package dev.lockkeeper.plan;

import dev.lockkeeper.history.History;
import dev.lockkeeper.history.Progress;
import dev.lockkeeper.history.RepeatableEntry;
import dev.lockkeeper.source.Repeatable;
import dev.lockkeeper.source.RepeatableOrder;
import dev.lockkeeper.source.Script;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Decides which repeatable scripts have to run. */
final class Repeating {
    private Repeating() {}

    /**
     * What an interrupted run has left of a script that need not be done again: once it was edited, or with a migration
     * before it, nothing but a statement that may be half-done.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code migration-altered} when the half-done one was edited
     */
    static List<Progress> known(
            Repeatable repeatable, Script.Commands commands, List<Progress> begun, boolean migrates) {
        List<Progress> edited = begun.stream()
                // ordinals below 1 are of the script as a whole
                .filter(p -> p.ordinal() > 0 && p.state() != Progress.State.FAILED && !p.isOf(commands))
                .toList();
        edited.stream()
                .filter(p -> p.state() == Progress.State.STARTED)
                .findFirst()
                .ifPresent(p -> {
                    throw Refusals.halfRepeated(repeatable, p.ordinal()).asException();
                });
        return edited.isEmpty() && !migrates
                ? begun
                : begun.stream().filter(p -> p.state() != Progress.State.DONE).toList();
    }

    /**
     * Those to run, in dependency order, each with its reason: it never ran, it has changed, or what it made may
     * have been dropped: by a rollback or a migration since, or by one that it needs and that runs.
     */
    static Map<Repeatable, String> due(RepeatableOrder repeatables, History history) {
        Map<Repeatable, String> due = new LinkedHashMap<>();
        Set<Repeatable> running = new HashSet<>();
        for (Repeatable repeatable : repeatables.all()) {
            Optional<RepeatableEntry> last = history.lastRun(repeatable.name());
            Optional<Repeatable> needed = repeatables.neededBy(repeatable).stream()
                    .filter(running::contains)
                    .findFirst();
            boolean changed = last.isPresent()
                    && !last.get().renderedChecksum().is(repeatable.script().renderedChecksum());
            boolean dropped = last.isPresent() && !last.get().inForce();
            boolean lost = last.isPresent() && !last.get().kept();
            if (last.isEmpty() || changed || dropped || lost || needed.isPresent()) {
                due.put(
                        repeatable,
                        last.isEmpty()
                                ? "new"
                                : changed
                                        ? "changed"
                                        : dropped
                                                ? "a rollback came after its last run"
                                                : lost
                                                        ? "a later migration dropped or changed what it made, or may have"
                                                        : "it needs "
                                                                + needed.get().label());
                running.add(repeatable);
            }
        }
        return due;
    }
}
