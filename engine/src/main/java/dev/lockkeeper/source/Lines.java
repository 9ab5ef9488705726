package dev.lockkeeper.source;

/** Where the lines of a text end: at a line feed, a carriage return, or both in this order. */
final class Lines {
    private Lines() {}

    /** The offset of the line ending that comes first from an offset on, or the length of the text. */
    static int end(String text, int from) {
        int end = from;
        while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
            end++;
        }
        return end;
    }

    /** Where the line after a line ending starts; the length of the text when there is none. */
    static int next(String text, int end) {
        return Math.min(text.startsWith("\r\n", end) ? end + 2 : end + 1, text.length());
    }
}
