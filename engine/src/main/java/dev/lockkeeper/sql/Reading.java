package dev.lockkeeper.sql;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of a command, comments left out, to look through by their number. Beyond its end there are no words and no names, so
 * nobody has to ask for the size first. Text that cannot be read ends it. Of one thread at a time.
 */
public final class Reading {
    private final String sql;
    private Token[] tokens = new Token[16];
    private int[] starts = new int[16];
    private int[] ends = new int[16];
    private int size;

    /** What was asked for before, as many ask again; null otherwise. */
    private final @Nullable String[] texts;

    private final @Nullable String[] words;

    private Reading(String sql) {
        this.sql = sql;
        Lexer lexer = new Lexer(new StringReader(sql));
        try {
            for (Token token = lexer.next(); token != Token.END; token = lexer.next()) {
                if (token != Token.COMMENT) {
                    add(token, lexer.start(), lexer.end());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a string cannot fail to be read", e);
        } catch (SqlFlaw theRestIsNotRead) {
            // the run itself will say what is wrong with it
        }
        texts = new String[size];
        words = new String[size];
    }

    public static Reading of(String sql) {
        return new Reading(sql);
    }

    private void add(Token token, int start, int end) {
        if (size == tokens.length) {
            tokens = Arrays.copyOf(tokens, size * 2);
            starts = Arrays.copyOf(starts, size * 2);
            ends = Arrays.copyOf(ends, size * 2);
        }
        tokens[size] = token;
        starts[size] = start;
        ends[size++] = end;
    }

    public int size() {
        return size;
    }

    /** The token as it is spelled; empty beyond the end. */
    public String text(int at) {
        if (at < 0 || at >= size) {
            return "";
        }
        String text = texts[at];
        if (text == null) {
            text = sql.substring(starts[at], ends[at]);
            texts[at] = text;
        }
        return text;
    }

    /** A keyword or an unquoted name in lower case; empty when the token is something else. */
    public String word(int at) {
        if (at < 0 || at >= size || tokens[at] != Token.WORD) {
            return "";
        }
        String word = words[at];
        if (word == null) {
            word = Command.lowerCase(text(at));
            words[at] = word;
        }
        return word;
    }

    /** Whether these words follow one another. */
    public boolean isPhrase(int at, String... words) {
        for (int i = 0; i < words.length; i++) {
            if (!word(at + i).equals(words[i])) {
                return false;
            }
        }
        return true;
    }

    /** A name as the server keeps it: without its quotes, or in lower case; empty when the token is none. */
    public String name(int at) {
        String text = text(at);
        return isQuoted(text) ? text.substring(1, text.length() - 1).replace("\"\"", "\"") : word(at);
    }

    /** The number of the token after a name, which may have a schema and more in front; the same number when there is none. */
    public int afterName(int at) {
        int next = at;
        while (!name(next).isEmpty()) {
            next++;
            if (!text(next).equals(".")) {
                return next;
            }
            next++;
        }
        return next;
    }

    /** Whether this name stands anywhere in it. */
    public boolean mentions(String name) {
        for (int at = 0; at < size; at++) {
            if (name(at).equals(name)) {
                return true;
            }
        }
        return false;
    }

    public boolean isOpen(int at) {
        return at < size && tokens[at] == Token.OPEN;
    }

    /** The number of the token after the parenthesis that closes the one at a number. */
    public int afterParentheses(int at) {
        int depth = 0;
        for (int i = at; i < size; i++) {
            depth += tokens[i] == Token.OPEN ? 1 : tokens[i] == Token.CLOSE ? -1 : 0;
            if (depth == 0) {
                return i + 1;
            }
        }
        return size;
    }

    private static boolean isQuoted(String text) {
        return text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
    }
}
