package dev.lockkeeper.checklist;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.trace.Traceparent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How far a checklist has come, by what its log says; and what may be done next. Immutable.
 *
 * @param entries all lines of the log; at least one
 */
public record Progress(List<Entry> entries) {
    public Progress {
        entries = List.copyOf(entries);
    }

    /** How a step stands. */
    public enum State {
        OPEN("open"),
        RUNNING("running"),
        UNCONFIRMED("to be confirmed"),
        FAILED("failed"),
        DONE("done"),
        SKIPPED("skipped");

        private final String key;

        State(String key) {
            this.key = key;
        }

        /** As people read it. */
        public String key() {
            return key;
        }

        public boolean isSettled() {
            return this == DONE || this == SKIPPED;
        }
    }

    /**
     * A step, and how it stands.
     *
     * @param last what was last done of it; null when nothing was
     */
    public record Stand(
            Checklist.Step step, State state, @Nullable Entry last) {}

    Progress with(Entry entry) {
        List<Entry> all = new ArrayList<>(entries);
        all.add(entry);
        return new Progress(all);
    }

    public Checklist checklist() {
        return Objects.requireNonNull(entries.get(0).checklist());
    }

    /** The last line. */
    public Entry last() {
        return entries.get(entries.size() - 1);
    }

    /** The steps in their order. */
    public List<Stand> stands() {
        Map<String, Stand> stands = new HashMap<>();
        for (Entry entry : entries) {
            // the end of a command that somebody else has taken over says nothing of theirs
            boolean late = entry.what() == Entry.What.END && !entry.text().isEmpty();
            if (!entry.step().isEmpty() && !late) {
                Checklist.Step step = checklist().step(entry.step());
                if (entry.what() == Entry.What.RUN) {
                    // what was done after it rests on what it left then
                    Set<String> following = following(step.id());
                    stands.values()
                            .removeIf(stand -> following.contains(stand.step().id())
                                    && (stand.state() == State.DONE || stand.state() == State.UNCONFIRMED));
                }
                stands.put(entry.step(), new Stand(step, state(step, entry), entry));
            }
        }
        return checklist().steps().stream()
                .map(step -> stands.getOrDefault(step.id(), new Stand(step, State.OPEN, null)))
                .toList();
    }

    /** The ids of the steps that come after one, and after those. */
    private Set<String> following(String id) {
        Set<String> following = new HashSet<>();
        for (Checklist.Step step : checklist().steps()) {
            if (step.after().contains(id) || step.after().stream().anyMatch(following::contains)) {
                following.add(step.id());
            }
        }
        return following;
    }

    /** Files that steps have left, and what they held then; what the last of several steps has left of one. */
    public List<Entry.Kept> kept() {
        Map<String, Entry.Kept> kept = new LinkedHashMap<>();
        for (Entry entry : entries) {
            Entry.Result result = entry.result();
            if (result != null && entry.text().isEmpty()) {
                result.kept().forEach(one -> kept.put(one.file(), one));
            }
        }
        return List.copyOf(kept.values());
    }

    /**
     * Refuses to go on with files that are others than steps have left.
     *
     * @param id of the step that is to be run, which may leave them anew
     * @param altered names of files that hold something else now
     * @throws LockkeeperException {@code checklist-refused}
     */
    public void requireKept(String id, Collection<String> altered) {
        for (Stand stand : stands()) {
            if (stand.step().id().equals(id)) {
                return;
            }
            List<String> others =
                    stand.step().files().stream().filter(altered::contains).toList();
            if (!others.isEmpty() && stand.state() != State.SKIPPED) {
                throw refused(
                                "not what the step " + stand.step().id() + " has left: " + String.join(", ", others),
                                "the log keeps the SHA-256 of what it left, and it is another now")
                        .help("restore the file, or run the step again: lockkeeper checklist run "
                                + stand.step().id() + " --reason TEXT")
                        .asException();
            }
        }
    }

    private static State state(Checklist.Step step, Entry entry) {
        return switch (entry.what()) {
            case RUN -> State.RUNNING;
            case END -> {
                Entry.Result result = entry.result();
                yield result == null || result.exit() != 0
                        ? State.FAILED
                        : step.confirm() ? State.UNCONFIRMED : State.DONE;
            }
            case DONE -> State.DONE;
            case SKIP -> State.SKIPPED;
            case START, FINISH -> State.OPEN;
        };
    }

    public Stand stand(String id) {
        Checklist.Step step = checklist().step(id);
        return stands().stream()
                .filter(one -> one.step().equals(step))
                .findFirst()
                .orElseThrow();
    }

    /** When a step was run for the first time; now, by the last line, when it never was. */
    public Instant firstRun(String id) {
        return entries.stream()
                .filter(entry -> entry.what() == Entry.What.RUN && entry.step().equals(id))
                .findFirst()
                .orElse(last())
                .at();
    }

    /** Where in a trace it was begun; null for one from before there were traces. */
    public @Nullable Traceparent origin() {
        return entries.get(0).origin();
    }

    /** Whether somebody has ended it. */
    public boolean isFinished() {
        return last().what() == Entry.What.FINISH;
    }

    /** The first step that can be done now; empty when none is left. */
    public Optional<Stand> next() {
        return isFinished()
                ? Optional.empty()
                : stands().stream()
                        .filter(stand -> !stand.state().isSettled()
                                && before(stand.step()).isEmpty())
                        .findFirst();
    }

    private List<Stand> before(Checklist.Step step) {
        return stands().stream()
                .filter(stand -> step.after().contains(stand.step().id())
                        && !stand.state().isSettled())
                .toList();
    }

    /**
     * Refuses to run the command of a step out of its order.
     *
     * @param reason why it runs although it is done or somebody else runs it; empty for none
     * @throws LockkeeperException {@code checklist-refused}
     */
    public void requireRun(String id, String reason) {
        Stand stand = ready(id);
        if (!stand.step().hasCommand()) {
            throw refused("the step " + id + " has no command", null)
                    .help("do what it says, then lockkeeper checklist done " + id)
                    .asException();
        }
        boolean again = stand.state() == State.RUNNING || stand.state().isSettled();
        if (again && reason.isEmpty()) {
            throw refused(
                            "the step " + id + " is " + stand.state().key() + " " + told(stand),
                            stand.state() == State.RUNNING
                                    ? "its command has not ended, or nobody has kept how it ended"
                                    : null)
                    .help("say why it runs again: lockkeeper checklist run " + id + " --reason TEXT")
                    .asException();
        }
    }

    /** The same for a person who says that a step is done. */
    public void requireDone(String id) {
        Stand stand = ready(id);
        if (stand.state().isSettled()) {
            throw refused("the step " + id + " is " + stand.state().key() + " already, " + told(stand), null)
                    .help("lockkeeper checklist next")
                    .asException();
        }
        if (stand.step().hasCommand() && stand.state() != State.UNCONFIRMED) {
            throw refused(
                            "the step " + id + " is " + stand.state().key(),
                            stand.step().confirm() ? "its command comes first" : "its command decides, and no person")
                    .help("lockkeeper checklist run " + id)
                    .asException();
        }
    }

    /** The same for a step that is left out. */
    public void requireSkip(String id) {
        Stand stand = ready(id);
        if (stand.step().required()) {
            throw refused("the step " + id + " cannot be skipped", "the checklist says required: true of it")
                    .help("do it, or call the checklist off: lockkeeper checklist finish --reason TEXT")
                    .asException();
        }
        if (stand.state().isSettled() || stand.state() == State.RUNNING) {
            throw refused("the step " + id + " is " + stand.state().key() + " " + told(stand), null)
                    .help("lockkeeper checklist next")
                    .asException();
        }
    }

    /**
     * The same for the end of all.
     *
     * @param reason why it is called off; empty when everything is done
     */
    public void requireFinish(String reason) {
        requireOpen();
        List<String> open = stands().stream()
                .filter(stand -> !stand.state().isSettled())
                .map(stand -> stand.step().id() + " (" + stand.state().key() + ")")
                .toList();
        if (!open.isEmpty() && reason.isEmpty()) {
            throw refused("not every step is done", String.join(", ", open))
                    .help("lockkeeper checklist next; to call it off: lockkeeper checklist finish --reason TEXT")
                    .asException();
        }
    }

    private Stand ready(String id) {
        requireOpen();
        Stand stand = stand(id);
        List<Stand> before = before(stand.step());
        if (!before.isEmpty()) {
            throw refused(
                            "the step " + id + " comes after "
                                    + String.join(
                                            ", ",
                                            before.stream()
                                                    .map(one -> one.step().id())
                                                    .toList()),
                            String.join(
                                    "; ",
                                    before.stream()
                                            .map(one -> one.step().id() + " is "
                                                    + one.state().key()
                                                    + (one.last() == null ? "" : " " + told(one)))
                                            .toList()))
                    .help("lockkeeper checklist next")
                    .asException();
        }
        return stand;
    }

    private void requireOpen() {
        if (isFinished()) {
            throw refused("the checklist is finished, by " + last().by() + " at " + last().at(), null)
                    .help("begin another one in another file: lockkeeper checklist start --file FILE")
                    .asException();
        }
    }

    private static String told(Stand stand) {
        Entry last = stand.last();
        return last == null ? "" : "by " + last.by() + " at " + last.at();
    }

    private static Problem refused(String message, @Nullable String reason) {
        return Problem.of(Code.CHECKLIST_REFUSED, message).because(reason).note("kept: nothing of this");
    }
}
