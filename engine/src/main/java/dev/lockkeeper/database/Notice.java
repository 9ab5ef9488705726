package dev.lockkeeper.database;

import dev.lockkeeper.problem.Secrets;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.ServerErrorMessage;

/**
 * What the server says beside its answer (manual 55.2.6, "Asynchronous Operations", NoticeResponse).
 *
 * @param severity as the server spells it without translation: WARNING, NOTICE, INFO, LOG or DEBUG
 * @param sqlState the five-character SQLSTATE
 * @param message the primary message
 * @param detail the server's DETAIL, or null
 * @param hint the server's HINT, or null
 * @param context the stack of functions that it was in, or null
 * @param completed how many statements of the message had completed when it came
 */
public record Notice(
        String severity,
        String sqlState,
        String message,
        @Nullable String detail,
        @Nullable String hint,
        @Nullable String context,
        int completed) {
    public Notice {
        message = Objects.requireNonNull(Secrets.masked(message));
        detail = Secrets.masked(detail);
        hint = Secrets.masked(hint);
        context = Secrets.masked(context);
    }

    /** Nothing, or less than was asked for, was granted or revoked: 01007 and 01006 (manual, appendix A). */
    private static final Set<String> WITHOUT_RIGHT = Set.of("01006", "01007");

    /** The severities below WARNING (manual, "client_min_messages"), which a server spells in the language of lc_messages. */
    private static final Set<String> LESS = Set.of("NOTICE", "INFO", "LOG", "DEBUG");

    /** Whether people must see it. What a server says in a language that is not known counts, unless its code is harmless. */
    public boolean isWarning() {
        return sqlState.startsWith("01") || !(LESS.contains(severity) || sqlState.equals("00000"));
    }

    /** Whether the server did not grant or revoke what the statement says, for want of the right to. */
    public boolean isWithoutRight() {
        return WITHOUT_RIGHT.contains(sqlState);
    }

    static Notice of(@Nullable ServerErrorMessage said, String text, @Nullable String sqlState, int completed) {
        String state = Optional.ofNullable(sqlState).orElse("00000");
        return said == null
                ? new Notice("WARNING", state, text, null, null, null, completed)
                : new Notice(
                        Optional.ofNullable(said.getSeverity()).orElse("WARNING"),
                        state,
                        Optional.ofNullable(said.getMessage()).orElse(text),
                        said.getDetail(),
                        said.getHint(),
                        said.getWhere(),
                        completed);
    }
}
