package dev.lockkeeper.sql;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Names with a colon in front, such as {@code :low}, which stand for values. Not in strings, quoted names or comments. */
public final class Placeholders {
    private final String sql;
    private final Map<String, String> values;
    private final Set<String> found = new TreeSet<>();

    private Placeholders(String sql, Map<String, String> values) {
        this.sql = sql;
        this.values = values;
    }

    /** The statement with the values in the places of their names. */
    public static String replace(String sql, Map<String, String> values) {
        return new Placeholders(sql, values).replaced();
    }

    /** Which of the names occur. */
    public static Set<String> in(String sql, Set<String> names) {
        Placeholders all = new Placeholders(sql, Map.of());
        all.replaced();
        all.found.retainAll(names);
        return all.found;
    }

    private String replaced() {
        StringBuilder out = new StringBuilder();
        Lexer lexer = new Lexer(new StringReader(sql));
        int copied = 0;
        int colon = -1;
        try {
            for (Token token = lexer.next(); token != Token.END; token = lexer.next()) {
                String text = sql.substring(lexer.start(), lexer.end());
                if (token == Token.WORD && colon >= 0 && colon + 1 == lexer.start()) {
                    found.add(text);
                    if (values.containsKey(text)) {
                        out.append(sql, copied, colon).append(values.get(text));
                        copied = lexer.end();
                    }
                }
                // two colons are a cast
                boolean afterColon = lexer.start() > 0 && sql.charAt(lexer.start() - 1) == ':';
                colon = text.equals(":") && !afterColon ? lexer.start() : -1;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a string cannot fail to be read", e);
        }
        return out.append(sql, copied, sql.length()).toString();
    }
}
