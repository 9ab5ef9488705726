package dev.lockkeeper.problem;

import java.util.Optional;

/** One line that a person has written and that others read later: nothing in it is hidden, and it has an end. */
public final class PlainText {
    private PlainText() {}

    /**
     * Why a text is none, in words that follow the name of what holds it; empty when it is one.
     *
     * @param longest how many code points it may have
     */
    public static Optional<String> objection(String text, int longest) {
        int length = text.codePointCount(0, text.length());
        if (length > longest) {
            return Optional.of("has " + length + " characters, and may have " + longest);
        }
        return text.codePoints().anyMatch(PlainText::isInvisible)
                ? Optional.of("holds a control character")
                : Optional.empty();
    }

    private static boolean isInvisible(int c) {
        int type = Character.getType(c);
        // those that join the signs of emoji and of some scripts are part of what is read
        return type == Character.CONTROL
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.SURROGATE
                || (type == Character.FORMAT && c != 0x200C && c != 0x200D);
    }
}
