package dev.lockkeeper.problem;

import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What PostgreSQL itself said (manual, "Error and Notice Message Fields"), with stars for passwords.
 *
 * @param sqlState the five-character SQLSTATE
 * @param message the primary message
 * @param detail the server's DETAIL, or null
 * @param hint the server's HINT, or null
 * @param context the server's CONTEXT: the stack of functions that it was in, or null
 * @param constraint the name of the constraint that refused a row, or null
 * @param routine the C function that raised it; tells apart errors that share a SQLSTATE
 * @param position code point in the message that was sent, counted from 1; 0 when the server gave none
 */
public record ServerError(
        String sqlState,
        String message,
        @Nullable String detail,
        @Nullable String hint,
        @Nullable String context,
        @Nullable String constraint,
        @Nullable String routine,
        int position) {
    public ServerError {
        message = Objects.requireNonNull(Secrets.masked(message));
        detail = Secrets.masked(detail);
        hint = Secrets.masked(hint);
        context = Secrets.masked(context);
    }

    private static final Set<String> ABSENT = Set.of("42P01", "42703", "42704", "42883", "3F000");
    /** Classes and single codes: connection, transaction aborted from outside, resources, operator, system; lock, rights, read-only. */
    private static final Set<String> PASSING = Set.of("08", "40", "53", "57", "58", "55P03", "42501", "25006", "XX000");

    /** The same without the parts in which the server shows values of rows, for what concerns persons. */
    public ServerError withoutValues() {
        return new ServerError(sqlState, message, null, hint, null, constraint, routine, position);
    }

    /** Whether the server refused the statement because something that it names is not there. */
    public boolean refusedAsAbsent() {
        return ABSENT.contains(sqlState);
    }

    /**
     * Whether the failure lies with the script or the data, so that the same script would fail again: not with the
     * machine, the connection, a lock, a setting or a missing right (manual, appendix A, "PostgreSQL Error Codes").
     */
    public boolean wouldComeAgain() {
        return !PASSING.contains(sqlState) && !PASSING.contains(sqlState.substring(0, Math.min(2, sqlState.length())));
    }

    /**
     * Whether the server refused the statement because it stands in a transaction: 25001 raised by
     * {@code PreventInTransactionBlock} (SET TRANSACTION raises 25001 elsewhere), or 2D000 from a
     * procedure or DO block that ends transactions itself.
     */
    public boolean refusedInTransaction() {
        return sqlState.equals("2D000") || (sqlState.equals("25001") && "PreventInTransactionBlock".equals(routine));
    }
}
