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

    /** A text that may be printed and stays on its line: line feeds and tabs are escaped too. */
    public static String line(String text) {
        return printable(text).replace("\n", "\\u000a").replace("\t", "\\u0009");
    }

    /**
     * A text that may be printed: control characters other than line feed and tab are escaped, so that a hostile name
     * cannot steer the terminal.
     */
    public static String printable(String text) {
        if (text.chars().noneMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\t')) {
            return text;
        }
        StringBuilder shown = new StringBuilder();
        text.chars().forEach(c -> {
            if (Character.isISOControl(c) && c != '\n' && c != '\t') {
                shown.append(String.format("\\u%04x", c));
            } else {
                shown.append((char) c);
            }
        });
        return shown.toString();
    }
}
