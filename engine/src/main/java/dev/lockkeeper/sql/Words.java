package dev.lockkeeper.sql;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tokens of one statement without its comments, read from left to right. */
final class Words {
    private static final String UNICODE = "u&\"";

    private final List<String> texts = new ArrayList<>();
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    Words(String sql) {
        Lexer lexer = new Lexer(new StringReader(sql));
        try {
            for (Token token = lexer.next(); token != Token.END; token = lexer.next()) {
                if (token != Token.COMMENT) {
                    tokens.add(token);
                    texts.add(sql.substring(lexer.start(), lexer.end()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a string cannot fail to be read", e);
        }
    }

    /** With ASCII letters in lower case, as the server compares keywords: it does not fold the Kelvin sign to k. */
    static String folded(String text) {
        StringBuilder folded = new StringBuilder(text);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                folded.setCharAt(i, (char) (c + 'a' - 'A'));
            }
        }
        return folded.toString();
    }

    boolean atEnd() {
        return at >= texts.size();
    }

    /** Goes past the words or signs if exactly these come next. */
    boolean accept(String... expected) {
        for (int i = 0; i < expected.length; i++) {
            if (at + i >= texts.size() || !folded(texts.get(at + i)).equals(expected[i])) {
                return false;
            }
        }
        at += expected.length;
        return true;
    }

    /** Whether the word comes anywhere from here on, outside of parentheses. */
    boolean acceptLater(String... expected) {
        int from = at;
        while (!atEnd()) {
            if (accept(expected)) {
                at = from;
                return true;
            }
            skip();
        }
        at = from;
        return false;
    }

    /** Goes past one token, or past a parenthesis with all that is in it. */
    void skip() {
        int depth = 0;
        do {
            depth += step();
        } while (depth > 0 && !atEnd());
    }

    private int step() {
        Token token = tokens.get(at++);
        return token == Token.OPEN ? 1 : token == Token.CLOSE ? -1 : 0;
    }

    /**
     * Goes past a parenthesis and counts what commas part in it, not looking into inner ones.
     *
     * @return 0 when no parenthesis comes next
     */
    int list() {
        if (!accept("(")) {
            return 0;
        }
        int items = 1;
        while (!atEnd() && !accept(")")) {
            if (accept(",")) {
                items++;
            } else {
                skip();
            }
        }
        return items;
    }

    /** Goes to the end of a parenthesis that is already open, and says whether it holds the word. */
    boolean option(String word) {
        boolean found = false;
        while (!atEnd() && !accept(")")) {
            if (accept(word)) {
                found = accept(",") || !isOff();
            } else {
                skip();
            }
        }
        return found;
    }

    /** As the server reads a boolean option: false, off and 0 switch it off (defGetBoolean in commands/define.c). */
    private boolean isOff() {
        return accept("false") || accept("off") || accept("0") || accept("'false'") || accept("'off'");
    }

    /**
     * A name, its parts parted by dots, as SQL that {@code to_regclass} understands: without comments, blanks and unicode
     * escapes. The name of the database before that of the schema is left out: the server refuses any but its own.
     *
     * @return null when none comes next, or none that the server would take
     */
    @Nullable
    String name() {
        List<String> parts = new ArrayList<>();
        do {
            String part = part();
            if (part == null) {
                return null;
            }
            parts.add(part);
        } while (accept("."));
        return parts.size() > 3 ? null : String.join(".", parts.size() == 3 ? parts.subList(1, 3) : parts);
    }

    /** A single part of a name, as {@link #name}. */
    @Nullable
    String part() {
        if (atEnd()) {
            return null;
        }
        String text = texts.get(at);
        if (tokens.get(at) == Token.WORD) {
            at++;
            return text;
        }
        boolean unicode = folded(text).startsWith(UNICODE);
        if (!unicode && !text.startsWith("\"")) {
            return null;
        }
        at++;
        if (!unicode) {
            return text.length() > 2 ? text : null;
        }
        char escape = '\\';
        if (accept("uescape") && !atEnd()) {
            String constant = texts.get(at++);
            if (constant.length() != 3) {
                return null;
            }
            escape = constant.charAt(1);
        }
        return UnicodeEscapes.read(text.substring(2), escape);
    }
}
