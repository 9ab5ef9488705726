package dev.lockkeeper.embedded;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What kept an embedded server, or a database on it, from coming up: what failed, why, and what to do about it. */
public final class EmbeddedPostgresException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String failure;
    private final @Nullable String why;
    private final @Nullable String help;

    EmbeddedPostgresException(String failure, @Nullable String why, @Nullable String help, @Nullable Throwable cause) {
        super(Stream.of(failure, why, help).filter(part -> part != null).collect(Collectors.joining("\n")), cause);
        this.failure = failure;
        this.why = why;
        this.help = help;
    }

    EmbeddedPostgresException(String failure, @Nullable String why, @Nullable String help) {
        this(failure, why, help, null);
    }

    /** What failed, one sentence without a full stop. */
    public String failure() {
        return failure;
    }

    /** The reason, possibly in the server's own words; null when nothing more is known. */
    public @Nullable String why() {
        return why;
    }

    /** The next step, in the imperative; null when there is none to give. */
    public @Nullable String help() {
        return help;
    }
}
