package dev.lockkeeper.describe.types;

import java.util.regex.Pattern;

/** Spells names, texts and comments in JavaScript. */
final class Script {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_$][A-Za-z0-9_$]*");

    private Script() {}

    static String string(String text) {
        StringBuilder quoted = new StringBuilder("'");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\'' -> quoted.append("\\'");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (isHidden(c)) {
                        quoted.append(String.format("\\u%04x", (int) c));
                    } else {
                        quoted.append(c);
                    }
                }
            }
        }
        return quoted.append('\'').toString();
    }

    /** Also what turns the direction of the text around it, so that it reads as something else than it is. */
    static boolean isHidden(char c) {
        return c < 0x20
                || c == 0x7f
                || (c >= 0x80 && c < 0xa0)
                || (c >= 0x200b && c <= 0x200f)
                || (c >= 0x2028 && c <= 0x202e)
                || (c >= 0x2066 && c <= 0x2069)
                || c == 0xfeff;
    }

    /** The key of an object; what is called __proto__ would set its prototype. */
    static String key(String name) {
        return name.equals("__proto__") ? "['__proto__']" : member(name);
    }

    /** The key in a type. */
    static String member(String name) {
        return PLAIN.matcher(name).matches() ? name : string(name);
    }

    /** A property of an object. */
    static String property(String object, String name) {
        return PLAIN.matcher(name).matches() ? object + "." + name : object + "[" + string(name) + "]";
    }

    /** A comment for the tools that read one, which cannot end before its end; each line indented. */
    static String comment(String text, String indent) {
        StringBuilder safe = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (c != '\n' && c < 0x10000 && isHidden((char) c)) {
                safe.append(c == '\r' || c == '\t' ? " " : "");
            } else {
                safe.appendCodePoint(c);
            }
        });
        String[] lines = safe.toString().replace("*/", "*\\/").strip().split("\n", -1);
        if (lines.length == 1) {
            return indent + "/** " + lines[0] + " */\n";
        }
        StringBuilder all = new StringBuilder(indent).append("/**\n");
        for (String line : lines) {
            all.append(indent).append(" * ").append(line).append('\n');
        }
        return all.toString().replaceAll("[ ]+\n", "\n") + indent + " */\n";
    }
}
