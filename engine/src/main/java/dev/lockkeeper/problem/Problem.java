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
 */
public record Problem(
        Code code,
        String message,
        @Nullable Place place,
        @Nullable ServerError server,
        @Nullable String why,
        @Nullable String help,
        List<String> notes) {
    public Problem {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
        notes = List.copyOf(notes);
    }

    /** A problem of which so far only the kind and the sentence are known. */
    public static Problem of(Code code, String message) {
        return new Problem(code, message, null, null, null, null, List.of());
    }

    public Problem as(Code other) {
        return new Problem(other, message, place, server, why, help, notes);
    }

    public Problem at(@Nullable Place where) {
        return new Problem(code, message, where, server, why, help, notes);
    }

    public Problem from(@Nullable ServerError error) {
        return new Problem(code, message, place, error, why, help, notes);
    }

    public Problem because(@Nullable String reason) {
        return new Problem(code, message, place, server, reason, help, notes);
    }

    public Problem help(@Nullable String nextStep) {
        return new Problem(code, message, place, server, why, nextStep, notes);
    }

    public Problem note(String fact) {
        var more = new ArrayList<>(notes);
        more.add(fact);
        return new Problem(code, message, place, server, why, help, more);
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
