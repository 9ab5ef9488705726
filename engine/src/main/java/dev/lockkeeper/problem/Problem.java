package dev.lockkeeper.problem;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One thing that went wrong, told so that the reader can act: what, where, why, what to do.
 *
 * @param code the stable name of this kind of problem
 * @param message what failed, one sentence without a full stop
 * @param place where; null when no file is concerned
 * @param server what PostgreSQL said; null when it was not asked
 * @param why the reason, when the message alone does not give it; may be null
 * @param help the next step, in the imperative; may be null
 * @param notes further facts, such as what was kept and what was rolled back
 * @param kept whether some of the work that it ended was kept
 */
public record Problem(
        Code code,
        String message,
        @Nullable Place place,
        @Nullable ServerError server,
        @Nullable String why,
        @Nullable String help,
        List<String> notes,
        boolean kept) {
    public Problem {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
        notes = List.copyOf(notes);
    }

    /** A problem of which so far only the kind and the sentence are known. */
    public static Problem of(Code code, String message) {
        return new Problem(code, message, null, null, null, null, List.of(), false);
    }

    public Problem as(Code other) {
        return new Problem(other, message, place, server, why, help, notes, kept);
    }

    public Problem at(@Nullable Place where) {
        return new Problem(code, message, where, server, why, help, notes, kept);
    }

    public Problem from(@Nullable ServerError error) {
        return new Problem(code, message, place, error, why, help, notes, kept);
    }

    public Problem because(@Nullable String reason) {
        return new Problem(code, message, place, server, reason, help, notes, kept);
    }

    public Problem help(@Nullable String nextStep) {
        return new Problem(code, message, place, server, why, nextStep, notes, kept);
    }

    public Problem note(String fact) {
        var more = new ArrayList<>(notes);
        more.add(fact);
        return new Problem(code, message, place, server, why, help, more, kept);
    }

    /** The same, when some of the work that it ended was kept. */
    public Problem kept(boolean some) {
        return new Problem(code, message, place, server, why, help, notes, some);
    }

    /** Who has to act: that of its code, or a person who looks when some of the work was kept. */
    public Category category() {
        return kept ? code.category().whenKept() : code.category();
    }

    /** The exception that carries this problem alone. */
    public LockkeeperException asException() {
        return new LockkeeperException(List.of(this));
    }

    /** The exception that carries this problem alone and keeps what caused it. */
    public LockkeeperException asException(Throwable cause) {
        return new LockkeeperException(List.of(this), cause);
    }
}
