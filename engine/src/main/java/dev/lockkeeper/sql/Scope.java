package dev.lockkeeper.sql;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Set;

/** How much a statement concerns. */
public final class Scope {
    private static final Set<String> LISTS = Set.of("drop", "alter", "truncate", "grant", "revoke");

    private Scope() {}

    /** Whether a statement concerns one thing only: what it says of that is all that it says. */
    public static boolean isSingle(Statement statement) {
        return statement.words().isEmpty() || !LISTS.contains(statement.words().get(0)) || !isList(statement.sql());
    }

    /** Whether a comma stands outside of all parentheses. */
    private static boolean isList(String sql) {
        Lexer lexer = new Lexer(new StringReader(sql));
        int depth = 0;
        try {
            for (Token token = lexer.next(); token != Token.END; token = lexer.next()) {
                depth += token == Token.OPEN ? 1 : token == Token.CLOSE ? -1 : 0;
                if (depth == 0 && sql.charAt(lexer.start()) == ',') {
                    return true;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a string cannot fail to be read", e);
        }
        return false;
    }
}
