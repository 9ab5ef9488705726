package dev.lockkeeper.describe.types;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The tokens of an expression as the server prints it, which has neither comments nor dollar quotes in it. */
final class Tokens {
    private static final String OPERATOR = "+-*/<>=~!@#%^&|`?";

    /** What a token is. */
    enum Kind {
        WORD,
        QUOTED,
        NUMBER,
        STRING,
        SIGN,
        END
    }

    /** A token: a word in lower case, a name or string without its quotes, a sign or number as it stands. */
    record Token(Kind kind, String text) {}

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int next;

    Tokens(String source) {
        this.source = source;
        while (at < source.length()) {
            read();
        }
    }

    Token peek() {
        return peek(0);
    }

    Token peek(int ahead) {
        return next + ahead < tokens.size() ? tokens.get(next + ahead) : new Token(Kind.END, "the end");
    }

    Token take() {
        Token token = peek();
        next++;
        return token;
    }

    boolean comes(String word) {
        return peek().text().equals(word) && isPlain(peek());
    }

    boolean comesOneOf(Set<String> words) {
        return isPlain(peek()) && words.contains(peek().text());
    }

    /** Goes past these words or signs if all of them come next. */
    boolean accept(String... words) {
        for (int i = 0; i < words.length; i++) {
            if (!peek(i).text().equals(words[i]) || !isPlain(peek(i))) {
                return false;
            }
        }
        next += words.length;
        return true;
    }

    void expect(String word) {
        if (!accept(word)) {
            throw new Unreadable("\"" + peek().text() + "\" where " + word + " is expected");
        }
    }

    private static boolean isPlain(Token token) {
        return token.kind() == Kind.WORD || token.kind() == Kind.SIGN;
    }

    private void read() {
        char c = source.charAt(at);
        if (Character.isWhitespace(c)) {
            at++;
        } else if (c == '"') {
            tokens.add(new Token(Kind.QUOTED, quoted('"', false)));
        } else if (c == '\'') {
            tokens.add(new Token(Kind.STRING, quoted('\'', false)));
        } else if (c == 'E' && at + 1 < source.length() && source.charAt(at + 1) == '\'') {
            at++;
            tokens.add(new Token(Kind.STRING, quoted('\'', true)));
        } else if (isDigit(c) || (c == '.' && at + 1 < source.length() && isDigit(source.charAt(at + 1)))) {
            tokens.add(new Token(Kind.NUMBER, number()));
        } else if (isLetter(c)) {
            int start = at;
            while (at < source.length() && (isLetter(source.charAt(at)) || isDigit(source.charAt(at)))) {
                at++;
            }
            if (at < source.length() && source.charAt(at) == '\'') {
                throw new Unreadable("a constant of bits");
            }
            tokens.add(new Token(Kind.WORD, folded(source.substring(start, at))));
        } else if (source.startsWith("::", at)) {
            sign(2);
        } else if (OPERATOR.indexOf(c) >= 0) {
            int end = at;
            while (end < source.length() && OPERATOR.indexOf(source.charAt(end)) >= 0) {
                end++;
            }
            sign(end - at);
        } else {
            sign(1);
        }
    }

    private void sign(int length) {
        tokens.add(new Token(Kind.SIGN, source.substring(at, at + length)));
        at += length;
    }

    /** The server doubles quotes, and in E strings backslashes; it writes no other escape. */
    private String quoted(char quote, boolean escapes) {
        StringBuilder text = new StringBuilder();
        for (at++; at < source.length(); at++) {
            char c = source.charAt(at);
            boolean twice = at + 1 < source.length() && source.charAt(at + 1) == c;
            if ((c == quote || (escapes && c == '\\')) && twice) {
                at++;
            } else if (c == quote) {
                at++;
                return text.toString();
            } else if (escapes && c == '\\') {
                throw new Unreadable("an escape in a string");
            }
            text.append(c);
        }
        throw new Unreadable("a quote that is not closed");
    }

    private String number() {
        int start = at;
        while (at < source.length() && (isDigit(source.charAt(at)) || source.charAt(at) == '.')) {
            at++;
        }
        if (at < source.length() && (source.charAt(at) == 'e' || source.charAt(at) == 'E')) {
            at++;
            while (at < source.length() && (isDigit(source.charAt(at)) || "+-".indexOf(source.charAt(at)) >= 0)) {
                at++;
            }
        }
        return source.substring(start, at);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || c >= 0x80;
    }

    /** Only keywords are printed in capitals, and these are ASCII. */
    private static String folded(String word) {
        StringBuilder folded = new StringBuilder(word);
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                folded.setCharAt(i, (char) (c + 'a' - 'A'));
            }
        }
        return folded.toString();
    }
}
