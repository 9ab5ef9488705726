package dev.lockkeeper.describe.types;

import java.util.Map;

/**
 * Turns an advanced regular expression of PostgreSQL (manual 9.7.3) into one of JavaScript with the flag {@code u} that
 * matches the same text. Java and JSON Schema read the result alike. Constructs that mean something else there, or depend
 * on a locale, are refused; classes such as {@code \w} are translated for ASCII and marked as uncertain beyond it.
 */
final class RegexReader {
    private static final Map<String, String> CLASSES = Map.ofEntries(
            Map.entry("alnum", "0-9A-Za-z"),
            Map.entry("alpha", "A-Za-z"),
            Map.entry("digit", "0-9"),
            Map.entry("xdigit", "0-9A-Fa-f"),
            Map.entry("lower", "a-z"),
            Map.entry("upper", "A-Z"),
            Map.entry("space", "\\t-\\r "),
            Map.entry("blank", "\\t "),
            Map.entry("word", "0-9A-Z_a-z"),
            Map.entry("punct", "!-\\/:-@\\[-`{-~"),
            Map.entry("graph", "!-~"),
            Map.entry("print", " -~"),
            Map.entry("cntrl", "\\x00-\\x1f\\x7f"));
    private static final String SYNTAX = "^$\\.*+?()[]{}|/";

    private final String source;
    private final StringBuilder out = new StringBuilder();
    private int at;
    private int depth;
    private boolean ascii;

    private RegexReader(String source) {
        this.source = source;
    }

    /** The expression, and whether it is only certain for ASCII. */
    record Translated(String pattern, boolean ascii) {}

    static Translated read(String source) {
        RegexReader reader = new RegexReader(source);
        if (source.startsWith("***") || (source.startsWith("(?") && !source.startsWith("(?:"))) {
            throw new Unreadable("options of a regular expression");
        }
        reader.all();
        return new Translated(reader.out.toString(), reader.ascii);
    }

    /** A pattern of LIKE; without an escape at its end. */
    static Translated like(String source) {
        StringBuilder out = new StringBuilder("^");
        for (int i = 0; i < source.length(); ) {
            int c = source.codePointAt(i);
            i += Character.charCount(c);
            if (c == '%') {
                out.append("[\\s\\S]*");
            } else if (c == '_') {
                out.append("[\\s\\S]");
            } else {
                if (c == '\\') {
                    if (i >= source.length()) {
                        throw new Unreadable("a pattern of LIKE that ends with its escape");
                    }
                    c = source.codePointAt(i);
                    i += Character.charCount(c);
                }
                literal(out, c);
            }
        }
        return new Translated(out.append(END).toString(), false);
    }

    /** Java's dollar also stands before a line feed at the end. */
    private static final String END = "(?![\\s\\S])";

    private static void literal(StringBuilder out, int c) {
        if (SYNTAX.indexOf(c) >= 0) {
            out.append('\\');
        }
        if (c < 0x20 || c == 0x7f || c == 0x2028 || c == 0x2029) {
            out.append(String.format("\\u%04x", c));
        } else {
            out.appendCodePoint(c);
        }
    }

    private void all() {
        boolean repeatable = false;
        while (at < source.length()) {
            int c = source.codePointAt(at);
            at += Character.charCount(c);
            switch (c) {
                case '^' -> {
                    out.append('^');
                    repeatable = false;
                }
                case '$' -> {
                    out.append(END);
                    repeatable = false;
                }
                case '|' -> {
                    out.append('|');
                    repeatable = false;
                }
                case '(' -> {
                    group();
                    repeatable = false;
                }
                case ')' -> {
                    if (--depth < 0) {
                        throw new Unreadable("a parenthesis of a regular expression that is not opened");
                    }
                    out.append(')');
                    repeatable = true;
                }
                case '[' -> {
                    bracket();
                    repeatable = true;
                }
                case '.' -> {
                    // in PostgreSQL it stands for a line feed too
                    out.append("[\\s\\S]");
                    repeatable = true;
                }
                case '\\' -> repeatable = escape();
                case '*', '+', '?' -> {
                    quantify(String.valueOf((char) c), repeatable);
                    repeatable = false;
                }
                case '{' -> {
                    if (at < source.length() && Character.isDigit(source.charAt(at))) {
                        int end = source.indexOf('}', at);
                        String bound = end < 0 ? "" : source.substring(at - 1, end + 1);
                        if (!bound.matches("\\{[0-9]{1,3}(,[0-9]{0,3})?\\}")) {
                            throw new Unreadable("a bound of a regular expression");
                        }
                        at = end + 1;
                        quantify(bound, repeatable);
                        repeatable = false;
                    } else {
                        literal(out, c);
                        repeatable = true;
                    }
                }
                default -> {
                    literal(out, c);
                    repeatable = true;
                }
            }
        }
        if (depth != 0) {
            throw new Unreadable("a parenthesis of a regular expression that is not closed");
        }
    }

    private void group() {
        depth++;
        if (at < source.length() && source.charAt(at) == '?') {
            if (!source.startsWith("?:", at)) {
                throw new Unreadable("a look-around of a regular expression");
            }
            at += 2;
        }
        out.append("(?:");
    }

    private void quantify(String quantifier, boolean repeatable) {
        if (!repeatable) {
            throw new Unreadable("a repetition of nothing in a regular expression");
        }
        out.append(quantifier);
        // greedy or not makes no difference to whether there is a match
        if (at < source.length() && source.charAt(at) == '?') {
            at++;
        }
    }

    private boolean escape() {
        if (at >= source.length()) {
            throw new Unreadable("a regular expression that ends with a backslash");
        }
        int c = source.codePointAt(at);
        at += Character.charCount(c);
        switch (c) {
            case 'd' -> shorthand("[0-9]");
            case 'w' -> shorthand("[0-9A-Z_a-z]");
            case 's' -> shorthand("[\\t-\\r ]");
            case 'D' -> shorthand("[^0-9]");
            case 'W' -> shorthand("[^0-9A-Z_a-z]");
            case 'S' -> shorthand("[^\\t-\\r ]");
            case 'n' -> out.append("\\n");
            case 't' -> out.append("\\t");
            case 'r' -> out.append("\\r");
            case 'f' -> out.append("\\f");
            case 'v' -> out.append("\\u000b");
            case 'u' -> escaped(4);
            case 'U' -> escaped(8);
            case 'A' -> {
                out.append('^');
                return false;
            }
            case 'Z' -> {
                out.append(END);
                return false;
            }
            default -> {
                if (Character.isLetterOrDigit(c)) {
                    throw new Unreadable("\\" + Character.toString(c) + " of a regular expression");
                }
                literal(out, c);
            }
        }
        return true;
    }

    /** A character by its number; as a pair of surrogates where it has two, which JavaScript and Java read as one. */
    private void escaped(int digits) {
        String number = source.substring(at, Math.min(at + digits, source.length()));
        if (!number.matches("[0-9a-fA-F]{" + digits + "}")
                || !Character.isValidCodePoint((int) Long.parseLong(number, 16))) {
            throw new Unreadable("a number of a character in a regular expression");
        }
        at += digits;
        for (char c : Character.toChars(Integer.parseInt(number, 16))) {
            out.append(String.format("\\u%04x", (int) c));
        }
    }

    private void shorthand(String set) {
        ascii = true;
        out.append(set);
    }

    private void bracket() {
        out.append('[');
        if (at < source.length() && source.charAt(at) == '^') {
            at++;
            out.append('^');
        }
        int start = at;
        while (true) {
            if (at >= source.length()) {
                throw new Unreadable("a bracket of a regular expression that is not closed");
            }
            int c = source.codePointAt(at);
            if (c == ']' && at > start) {
                at++;
                out.append(']');
                return;
            }
            at += Character.charCount(c);
            if (c == '[' && at < source.length() && ".=:".indexOf(source.charAt(at)) >= 0) {
                named();
            } else if (c == '\\') {
                inBracket();
            } else if (c == '-' && at - 1 > start && at < source.length() && source.charAt(at) != ']') {
                out.append('-');
            } else {
                member(c);
            }
        }
    }

    private void member(int c) {
        if (c == '-' || c == '&' || c == '~') {
            out.append(c == '-' ? "\\-" : String.format("\\u%04x", c));
        } else {
            literal(out, c);
        }
    }

    private void named() {
        int end = source.indexOf(":]", at + 1);
        String members = source.charAt(at) == ':' && end > 0 ? CLASSES.get(source.substring(at + 1, end)) : null;
        if (members == null) {
            throw new Unreadable("a collating element of a regular expression");
        }
        ascii = true;
        out.append(members);
        at = end + 2;
    }

    private void inBracket() {
        if (at >= source.length()) {
            throw new Unreadable("a bracket of a regular expression that is not closed");
        }
        int c = source.codePointAt(at);
        at += Character.charCount(c);
        switch (c) {
            case 'd' -> inner("0-9");
            case 'w' -> inner("0-9A-Z_a-z");
            case 's' -> inner("\\t-\\r ");
            case 'n' -> out.append("\\n");
            case 't' -> out.append("\\t");
            case 'r' -> out.append("\\r");
            case 'u' -> escaped(4);
            case 'U' -> escaped(8);
            default -> {
                if (Character.isLetterOrDigit(c)) {
                    throw new Unreadable("\\" + Character.toString(c) + " in a bracket of a regular expression");
                }
                member(c);
            }
        }
    }

    private void inner(String members) {
        ascii = true;
        out.append(members);
    }
}
