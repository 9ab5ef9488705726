package dev.lockkeeper.problem;

import org.jspecify.annotations.Nullable;

/**
 * What PostgreSQL itself said (manual, "Error and Notice Message Fields").
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

    /**
     * Whether the server refused the statement because it stands in a transaction: 25001 raised by
     * {@code PreventInTransactionBlock} (SET TRANSACTION raises 25001 elsewhere), or 2D000 from a
     * procedure or DO block that ends transactions itself.
     */
    public boolean refusedInTransaction() {
        return sqlState.equals("2D000") || (sqlState.equals("25001") && "PreventInTransactionBlock".equals(routine));
    }
}
