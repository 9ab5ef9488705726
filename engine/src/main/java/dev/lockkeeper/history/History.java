package dev.lockkeeper.history;

import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Version;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the database remembers of a component.
 *
 * @param about what the record says of itself
 * @param applied the applied migrations in the order in which they were applied
 * @param progress the statements of steps that are not finished
 * @param repeatables the last run of each repeatable script
 * @param failed the steps that the server refused and nobody has fixed yet
 * @param otherTool the history table of another tool that has rows, when this component has none; else empty
 * @param takenOver how the other tool's table was that this component has taken over; empty when it has none
 * @param doubts why this may not be the whole history of the component, or not its own: apply and rollback refuse then
 */
public record History(
        About about,
        List<Entry> applied,
        List<Progress> progress,
        List<RepeatableEntry> repeatables,
        List<FailedStep> failed,
        Optional<String> otherTool,
        Optional<TakenOver> takenOver,
        List<Problem> doubts) {
    public History {
        applied = List.copyOf(applied);
        progress = List.copyOf(progress);
        repeatables = List.copyOf(repeatables);
        failed = List.copyOf(failed);
        doubts = List.copyOf(doubts);
    }

    /** The history of a database that Lockkeeper never touched. */
    public static History empty() {
        return new History(
                About.nothing(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    History with(Optional<String> tool, List<Problem> more) {
        List<Problem> all = Stream.concat(doubts.stream(), more.stream()).toList();
        return new History(about, applied, progress, repeatables, failed, tool, takenOver, all);
    }

    /** The same after the component was entered in the record, as long as nobody else works on it. */
    public History entered() {
        return new History(about.entered(), applied, progress, repeatables, failed, otherTool, takenOver, doubts);
    }

    /** Whether nothing is applied or begun and no repeatable script has run. */
    boolean isEmpty() {
        return applied.isEmpty() && progress.isEmpty() && repeatables.isEmpty();
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

    /** The unfinished statements of the step with a version or label, in either direction. */
    public List<Progress> progressOf(String name) {
        return progress.stream().filter(p -> p.isOf(name)).toList();
    }

    /** The unfinished statements of the step with a version or label. */
    public List<Progress> progressOf(String name, Direction direction) {
        return progress.stream()
                .filter(p -> p.isOf(name) && p.direction() == direction)
                .toList();
    }
}
