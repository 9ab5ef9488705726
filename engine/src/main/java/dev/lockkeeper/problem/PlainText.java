package dev.lockkeeper.problem;

import java.util.Optional;
import java.util.regex.Pattern;

/** One line that a person has written and that others read later: nothing in it is hidden, and it has an end. */
public final class PlainText {
    /**
     * Characters that are letters or marks to Unicode and draw nothing (Default_Ignorable_Code_Point of its DerivedCoreProperties.txt, and
     * the blank of Braille).
     */
    private static final Pattern BLANK = Pattern.compile(
            "[\\u034F\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F\\u2800\\u3164\\uFFA0\\uFE00-\\uFE0D\\x{E0000}-\\x{E0FFF}]");

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
        if (text.codePoints().anyMatch(PlainText::isInvisible)) {
            return Optional.of("holds a control character");
        }
        return BLANK.matcher(text).find() || selectsNothing(text)
                ? Optional.of("holds a character that is not seen")
                : Optional.empty();
    }

    /** The selectors of emoji are seen behind a sign or a digit, and behind nothing else. */
    private static boolean selectsNothing(String text) {
        int before = 0;
        for (int c : text.codePoints().toArray()) {
            boolean sign = !Character.isLetter(before) && !Character.isWhitespace(before) && before > 0x20;
            if ((c == 0xFE0E || c == 0xFE0F) && (!sign || before == c)) {
                return true;
            }
            before = c;
        }
        return false;
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
