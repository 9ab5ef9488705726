package dev.lockkeeper.source;

import dev.lockkeeper.problem.Place;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A text made from a file, which remembers for every character where in the file it came from.
 *
 * <p>Runs map the text to the file: run {@code i} starts at {@code starts[i]} of the text and at {@code origins[i]} of
 * the file, and advances in step with it unless it is fixed (a replaced token, all of which comes from one place).
 */
final class SourceText {
    private final String file;
    private final String content;
    private final String text;
    /** Null when the content is the whole file. */
    private final @Nullable Excerpt excerpt;

    private final int[] starts;
    private final int[] origins;
    private final boolean[] fixed;

    private SourceText(
            String file,
            String content,
            String text,
            @Nullable Excerpt excerpt,
            int[] starts,
            int[] origins,
            boolean[] fixed) {
        this.file = file;
        this.content = content;
        this.text = text;
        this.excerpt = excerpt;
        this.starts = starts;
        this.origins = origins;
        this.fixed = fixed;
    }

    /** The whole of a file. */
    static SourceText whole(String file, String content) {
        return new SourceText(file, content, content, null, new int[] {0}, new int[] {0}, new boolean[] {false});
    }

    /** Where in a large file the content starts. */
    private record Excerpt(LargeFile whole, int start) {}

    /** A part of a file that is not held as a whole; places are those of the file. */
    static SourceText part(LargeFile whole, int start, int end) {
        String content = whole.text(start, end);
        Excerpt excerpt = new Excerpt(whole, start);
        return new SourceText(
                whole.display(), content, content, excerpt, new int[] {0}, new int[] {0}, new boolean[] {false});
    }

    String text() {
        return text;
    }

    /** The whole file, of which this text may be a part. */
    String content() {
        return excerpt == null ? content : excerpt.whole().text(0, Integer.MAX_VALUE);
    }

    int originOf(int offset) {
        int found = Arrays.binarySearch(starts, offset);
        int run = found >= 0 ? found : Math.max(0, -found - 2);
        return fixed[run] ? origins[run] : origins[run] + (offset - starts[run]);
    }

    /** Where in the content the part of this text that ends at an offset ends; a replaced token ends after its brace. */
    int endOf(int offset) {
        if (offset == 0) {
            return originOf(0);
        }
        int found = Arrays.binarySearch(starts, offset - 1);
        int run = found >= 0 ? found : Math.max(0, -found - 2);
        return fixed[run] ? content.indexOf('}', origins[run]) + 1 : originOf(offset - 1) + 1;
    }

    /** The place in the file of an offset of this text. */
    Place place(int offset) {
        int origin = Math.min(originOf(offset), content.length());
        if (excerpt != null) {
            return excerpt.whole().place(excerpt.start() + origin);
        }
        int line = 1;
        int lineStart = 0;
        for (int end = Lines.end(content, 0); end < origin; end = Lines.end(content, lineStart)) {
            int next = Lines.next(content, end);
            if (next > origin) {
                // within the two characters of one line ending
                break;
            }
            line++;
            lineStart = next;
        }
        return new Place(
                file,
                line,
                content.codePointCount(lineStart, origin) + 1,
                content.substring(lineStart, Lines.end(content, lineStart)));
    }

    /** Starts a text that is made of parts of this one. */
    Builder edit() {
        return new Builder();
    }

    /** Collects kept and replaced parts in their order. */
    final class Builder {
        private final StringBuilder out = new StringBuilder();
        private int[] starts = new int[4];
        private int[] origins = new int[4];
        private boolean[] fixed = new boolean[4];
        private int runs;

        /** Keeps the characters from start to end. */
        Builder keep(int start, int end) {
            for (int at = start; at < end; ) {
                // a kept part may span runs of this text: each keeps its own origin
                int found = Arrays.binarySearch(SourceText.this.starts, at);
                int run = found >= 0 ? found : -found - 2;
                int runEnd = run + 1 < SourceText.this.starts.length ? SourceText.this.starts[run + 1] : text.length();
                int stop = Math.min(end, Math.max(runEnd, at + 1));
                run(originOf(at), SourceText.this.fixed[run]);
                out.append(text, at, stop);
                at = stop;
            }
            return this;
        }

        /** Puts other characters where the part from start on was. */
        Builder replace(int start, String replacement) {
            run(originOf(start), true);
            out.append(replacement);
            return this;
        }

        private void run(int origin, boolean isFixed) {
            if (runs == starts.length) {
                starts = Arrays.copyOf(starts, runs * 2);
                origins = Arrays.copyOf(origins, runs * 2);
                fixed = Arrays.copyOf(fixed, runs * 2);
            }
            if (runs > 0 && starts[runs - 1] == out.length()) {
                runs--;
            }
            starts[runs] = out.length();
            origins[runs] = origin;
            fixed[runs] = isFixed;
            runs++;
        }

        SourceText build() {
            if (runs == 0) {
                run(0, false);
            }
            return new SourceText(
                    file,
                    content,
                    out.toString(),
                    excerpt,
                    Arrays.copyOf(starts, runs),
                    Arrays.copyOf(origins, runs),
                    Arrays.copyOf(fixed, runs));
        }
    }
}
