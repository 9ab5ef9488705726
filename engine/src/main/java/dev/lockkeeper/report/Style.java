package dev.lockkeeper.report;

/** Marks parts of a line for people; meaning never hangs on color alone. */
public enum Style {
    /** No escape sequences at all. */
    PLAIN,
    /** The sixteen colors that every terminal theme defines. */
    ANSI;

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
     * A text that may be printed: control characters other than line feed and tab are escaped, so that a hostile name
     * cannot steer the terminal.
     */
    public static String printable(String text) {
        int i = 0;
        while (i < text.length() && !steers(text.charAt(i))) {
            i++;
        }
        if (i == text.length()) {
            return text;
        }
        StringBuilder shown = new StringBuilder(text.substring(0, i));
        for (; i < text.length(); i++) {
            char c = text.charAt(i);
            shown.append(steers(c) ? String.format("\\u%04x", (int) c) : String.valueOf(c));
        }
        return shown.toString();
    }

    private static boolean steers(char c) {
        return Character.isISOControl(c) && c != '\n' && c != '\t';
    }
}
