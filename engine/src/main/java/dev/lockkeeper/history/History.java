package dev.lockkeeper.history;

import dev.lockkeeper.source.Version;
import java.util.List;
import java.util.Optional;

/**
 * What the database remembers of a component.
 *
 * @param about what the record says of itself
 * @param applied the applied migrations in the order in which they were applied
 * @param progress the statements of steps that are not finished
 * @param repeatables the last run of each repeatable script
 * @param failed the steps that the server refused and nobody has mended yet
 * @param otherTool the history table of another tool that has rows, when this component has none; else empty
 */
public record History(
        About about,
        List<Entry> applied,
        List<Progress> progress,
        List<RepeatableEntry> repeatables,
        List<FailedStep> failed,
        Optional<String> otherTool) {
    public History {
        applied = List.copyOf(applied);
        progress = List.copyOf(progress);
        repeatables = List.copyOf(repeatables);
        failed = List.copyOf(failed);
    }

    /** The history of a database that Lockkeeper never touched. */
    public static History empty() {
        return new History(About.nothing(), List.of(), List.of(), List.of(), List.of(), Optional.empty());
    }

    public Optional<Entry> find(Version version) {
        return applied.stream().filter(e -> e.version().equals(version)).findFirst();
    }

    /** The last run of a repeatable script; empty when it never ran. */
    public Optional<RepeatableEntry> lastRun(String name) {
        return repeatables.stream().filter(r -> r.name().equals(name)).findFirst();
    }

    /**
     * The failure of a step.
     *
     * @param name the version, however padded, or the label of a repeatable script
     */
    public Optional<FailedStep> failureOf(String name) {
        if (failed.isEmpty()) {
            // asked for every version, of which there may be thousands
            return Optional.empty();
        }
        Optional<Version> version = Version.parse(name);
        return failed.stream()
                .filter(f -> f.name().equals(name)
                        || (version.isPresent() && Version.parse(f.name()).equals(version)))
                .findFirst();
    }

    /** The unfinished statements of one step. */
    public List<Progress> progressOf(Version version, Direction direction) {
        return progress.stream()
                .filter(p -> p.version().equals(version) && p.direction() == direction)
                .toList();
    }
}
