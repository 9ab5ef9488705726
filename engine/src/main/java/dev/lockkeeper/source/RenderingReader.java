package dev.lockkeeper.source;

import java.io.IOException;
import java.io.Reader;
import java.util.Map;
import java.util.TreeMap;

/**
 * Replaces the tokens of a text while it is read, as {@link Tokens#render} does; a token without a value stays as it is. Remembers which names
 * occur and where first.
 */
final class RenderingReader extends Reader {
    /** A longer name is none that anybody has declared. */
    private static final int LONGEST_NAME = 1 << 12;

    private final Reader in;
    private final Map<String, String> values;
    private final Map<String, Integer> names = new TreeMap<>();
    private final char[] buffer = new char[1 << 13];
    private int at;
    private int limit;
    /** How many characters of the text were taken. */
    private int taken;

    /** What comes before the next character of the text: a value, or what only looked like a token. */
    private String pending = "";

    private int pendingAt;
    /** Where in the text the value starts; -1 while characters of the text itself are pending. */
    private int valueOrigin = -1;

    RenderingReader(Reader in, Tokens tokens) {
        this.in = in;
        this.values = tokens.replaced();
    }

    /** The names of all tokens that were met, with the offset of the first of each in the text before. */
    Map<String, Integer> names() {
        return names;
    }

    /** Where the next character comes from in the text before. */
    int origin() {
        if (pendingAt < pending.length()) {
            return valueOrigin >= 0 ? valueOrigin : taken - (pending.length() - pendingAt);
        }
        return taken;
    }

    @Override
    public int read(char[] out, int offset, int length) throws IOException {
        int written = 0;
        while (written < length) {
            if (pendingAt < pending.length()) {
                int count = Math.min(length - written, pending.length() - pendingAt);
                pending.getChars(pendingAt, pendingAt + count, out, offset + written);
                pendingAt += count;
                written += count;
            } else if (at == limit && !fill()) {
                break;
            } else {
                int dollar = at;
                int stop = Math.min(limit, at + length - written);
                while (dollar < stop && buffer[dollar] != '$') {
                    dollar++;
                }
                int count = dollar - at;
                System.arraycopy(buffer, at, out, offset + written, count);
                written += count;
                take(count);
                if (dollar < stop) {
                    token();
                }
            }
        }
        return written == 0 && length > 0 ? -1 : written;
    }

    private void take(int count) {
        at += count;
        taken += count;
    }

    private boolean fill() throws IOException {
        int count = in.read(buffer, 0, buffer.length);
        at = 0;
        limit = Math.max(0, count);
        return count > 0;
    }

    /** The next character, which stays; -1 at the end. */
    private int peek() throws IOException {
        return at < limit || fill() ? buffer[at] : -1;
    }

    /** Reads what a dollar sign begins. */
    private void token() throws IOException {
        int start = taken;
        StringBuilder text = new StringBuilder("$");
        take(1);
        valueOrigin = -1;
        if (peek() == '{') {
            text.append('{');
            take(1);
            while (text.length() < LONGEST_NAME && isName(peek(), text.length() == 2)) {
                text.append(buffer[at]);
                take(1);
            }
            if (peek() == '}' && text.length() > 2) {
                text.append('}');
                take(1);
                String name = text.substring(2, text.length() - 1);
                names.putIfAbsent(name, start);
                String value = values.get(name);
                if (value != null) {
                    text = new StringBuilder(value);
                    valueOrigin = start;
                }
            }
        }
        pending = text.toString();
        pendingAt = 0;
    }

    private static boolean isName(int c, boolean first) {
        boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        return letter || (!first && ((c >= '0' && c <= '9') || c == '.' || c == '-'));
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
