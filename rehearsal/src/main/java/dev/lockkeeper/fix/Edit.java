package dev.lockkeeper.fix;

/**
 * A change of a text: what stands between two offsets, in chars, becomes something else.
 *
 * @param start the first char that goes; where it is inserted when none goes
 * @param end after the last char that goes
 * @param text what stands there then; empty to take something out
 */
public record Edit(int start, int end, String text) {
    static Edit insert(int at, String text) {
        return new Edit(at, at, text);
    }
}
