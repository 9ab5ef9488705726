package dev.lockkeeper.sql;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;

/** Whether statements may give or take rights, of which the server says only in a warning that it did not. */
public final class Grants {
    private static final Needles WORDS = new Needles("grant", "revoke");

    private Grants() {}

    /**
     * Whether GRANT or REVOKE occurs, be it as a command, in a string, in a body or in the name of a function; what only a comment of the
     * statement says does not count.
     */
    public static boolean in(Statement statement) {
        String sql = statement.sql();
        if (!WORDS.occurIn(sql)) {
            return false;
        }
        Lexer lexer = new Lexer(new StringReader(sql));
        try {
            for (Token token = lexer.next(); token != Token.END; token = lexer.next()) {
                if (token != Token.COMMENT && WORDS.occurIn(sql.substring(lexer.start(), lexer.end()))) {
                    return true;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a string cannot fail to be read", e);
        } catch (SqlFlaw e) {
            return true;
        }
        return false;
    }
}
