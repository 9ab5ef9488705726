package dev.lockkeeper.sql;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One SQL command of a script and its span.
 *
 * @param ordinal counted from 1 within the script
 * @param kind how the command relates to transactions and inline data
 * @param start offset of its first token in the script, in chars; leading white space and comments are not part of it
 * @param end offset after its last token, in chars; the closing semicolon is not part of it
 * @param sql the text between start and end
 * @param words its first keywords and unquoted identifiers with ASCII letters in lower case, such as
 *     {@code [create, unique, index]}; at most 8, and none from the first token on that is something else, be it a dot, a
 *     parenthesis or a quoted identifier
 * @param copyData the lines after {@code COPY ... FROM STDIN;} up to but without {@code \.}, or up to
 *     the end of the script, with their line endings; null for every other kind
 */
public record Statement(
        int ordinal,
        Kind kind,
        int start,
        int end,
        String sql,
        List<String> words,
        @Nullable String copyData) {
    public Statement {
        Objects.requireNonNull(kind, "kind");
        words = List.copyOf(words);
    }

    /** How a command relates to transactions and inline data. */
    public enum Kind {
        /** Everything else. */
        ORDINARY,
        /** {@code BEGIN} or {@code START TRANSACTION} without options. */
        BEGIN,
        /** {@code COMMIT} or {@code END}. */
        COMMIT,
        /** Any other command that starts, ends or divides a transaction. */
        TRANSACTION,
        /** {@code COPY ... FROM STDIN}, with its data. */
        COPY_IN,
        /** {@code COPY ... TO STDOUT}: the server sends data. */
        COPY_OUT
    }
}
