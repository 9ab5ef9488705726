package dev.lockkeeper.report;

/** Marks parts of a line for people; meaning never hangs on color alone. */
public enum Style {
    /** No escape sequences at all. */
    PLAIN,
    /** The sixteen colors that every terminal theme defines. */
    ANSI;

    private static final int LONGEST_LINE = 1_000;
    private static final int LONGEST_TEXT = 20_000;

    public String good(String text) {
        return code("32", text);
    }

    public String bad(String text) {
        return code("31", text);
    }

    public String notable(String text) {
        return code("33", text);
    }

    public String strong(String text) {
        return code("1", text);
    }

    public String faint(String text) {
        return code("2", text);
    }

    private String code(String sgr, String text) {
        return this == PLAIN ? text : "\u001b[" + sgr + "m" + text + "\u001b[0m";
    }

    /** A text of at least that many chars: spaces follow it. */
    public static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    /** A text that may be printed and stays on its line: line feeds and tabs are escaped too. */
    public static String line(String text) {
        return printable(text).replace("\n", "\\u000a").replace("\t", "\\u0009");
    }

    /**
     * A text that has room in a message: of very long lines, and of very many, the middle is left out. The server repeats values that it
     * refuses, however long they are.
     */
    public static String brief(String text) {
        if (text.length() <= LONGEST_LINE) {
            return text;
        }
        StringBuilder shorter = new StringBuilder();
        for (int at = 0; at < text.length(); ) {
            int newline = text.indexOf('\n', at);
            int end = newline < 0 ? text.length() : newline;
            shorter.append(middleOut(text, at, end, LONGEST_LINE));
            if (newline >= 0) {
                shorter.append('\n');
            }
            at = end + 1;
        }
        return middleOut(shorter, 0, shorter.length(), LONGEST_TEXT);
    }

    private static String middleOut(CharSequence text, int from, int to, int limit) {
        if (to - from <= limit) {
            return text.subSequence(from, to).toString();
        }
        int head = whole(text, from + limit * 2 / 3);
        int tail = whole(text, to - limit / 4);
        return text.subSequence(from, head) + " … (" + (tail - head) + " characters left out) … "
                + text.subSequence(tail, to);
    }

    /** An offset that does not part the two halves of a character. */
    private static int whole(CharSequence text, int offset) {
        return Character.isLowSurrogate(text.charAt(offset)) ? offset - 1 : offset;
    }

    /**
     * A text that may be printed: control characters other than line feed and tab are escaped, and so are those that turn the direction of
     * writing or are half a character, so that a hostile name cannot steer the terminal or the eye.
     */
    public static String printable(String text) {
        int i = 0;
        while (i < text.length() && !steers(text, i)) {
            i++;
        }
        if (i == text.length()) {
            return text;
        }
        StringBuilder shown = new StringBuilder(text.substring(0, i));
        for (; i < text.length(); i++) {
            char c = text.charAt(i);
            shown.append(steers(text, i) ? String.format("\\u%04x", (int) c) : String.valueOf(c));
        }
        return shown.toString();
    }

    private static boolean steers(String text, int at) {
        char c = text.charAt(at);
        if (c < ' ' || (c >= 0x7f && c < 0xa0)) {
            return c != '\n' && c != '\t';
        }
        if (Character.isSurrogate(c)) {
            return Character.isHighSurrogate(c)
                    ? at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1))
                    : at == 0 || !Character.isHighSurrogate(text.charAt(at - 1));
        }
        // marks, embeddings, overrides and isolates of direction; separators of lines and paragraphs; what is no
        // character and no XML
        return c == 0x061c
                || c == 0x200e
                || c == 0x200f
                || (c >= 0x2028 && c <= 0x202e)
                || (c >= 0x2066 && c <= 0x2069)
                || c >= 0xfffe;
    }
}
