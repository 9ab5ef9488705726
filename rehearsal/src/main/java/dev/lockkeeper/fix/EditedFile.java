package dev.lockkeeper.fix;

import dev.lockkeeper.source.ScriptReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file as it is and as it is to be.
 *
 * @param before its text without a byte-order mark; null for one that is made
 * @param edits what changes, in the order of their places, none in another one's
 */
public record EditedFile(Path path, @Nullable String before, List<Edit> edits) {
    private static final int CONTEXT = 3;

    public EditedFile {
        List<Edit> sorted = new ArrayList<>(edits);
        sorted.sort(Comparator.comparingInt(Edit::start).thenComparingInt(Edit::end));
        edits = List.copyOf(sorted);
    }

    static EditedFile made(Path path, String content) {
        return new EditedFile(path, null, List.of(Edit.insert(0, content)));
    }

    /** The path as people see it. */
    public String name() {
        return ScriptReader.display(path);
    }

    /** Whether it is not there yet. */
    public boolean isMade() {
        return before == null;
    }

    /** Both changes of the same file. */
    EditedFile and(EditedFile other) {
        List<Edit> all = new ArrayList<>(edits);
        all.addAll(other.edits);
        return new EditedFile(path, before, all);
    }

    private String old() {
        return before == null ? "" : before;
    }

    /** Its text when it has been changed. */
    public String after() {
        StringBuilder text = new StringBuilder();
        int at = 0;
        for (Edit edit : edits) {
            text.append(old(), at, Math.max(at, edit.start())).append(edit.text());
            at = Math.max(at, edit.end());
        }
        return text.append(old(), at, old().length()).toString();
    }

    /** A run of lines that differ: from one line to another of the old text, and the lines in their place. */
    private record Hunk(int from, int to, List<String> lines) {}

    /**
     * The change as a unified diff, without the lines that name the file; lines without their ends.
     */
    public List<String> diff() {
        List<String> was = lines(old());
        List<Hunk> hunks = hunks(was);
        List<String> diff = new ArrayList<>();
        int shift = 0;
        for (int i = 0; i < hunks.size(); ) {
            int end = i + 1;
            while (end < hunks.size()
                    && hunks.get(end).from() - hunks.get(end - 1).to() <= 2 * CONTEXT) {
                end++;
            }
            List<Hunk> group = hunks.subList(i, end);
            int from = Math.max(0, group.get(0).from() - CONTEXT);
            int to = Math.min(was.size(), group.get(group.size() - 1).to() + CONTEXT);
            List<String> body = new ArrayList<>();
            int at = from;
            int added = 0;
            for (Hunk hunk : group) {
                was.subList(at, hunk.from()).forEach(line -> body.add(" " + line));
                was.subList(hunk.from(), hunk.to()).forEach(line -> body.add("-" + line));
                hunk.lines().forEach(line -> body.add("+" + line));
                added += hunk.lines().size() - (hunk.to() - hunk.from());
                at = hunk.to();
            }
            was.subList(at, to).forEach(line -> body.add(" " + line));
            diff.add("@@ -" + range(from, to - from) + " +" + range(from + shift, to - from + added) + " @@");
            diff.addAll(body);
            if (to == was.size() && !after().endsWith("\n")) {
                diff.add("\\ No newline at end of file");
            }
            shift += added;
            i = end;
        }
        return diff;
    }

    private static String range(int from, int length) {
        return (length == 0 ? from : from + 1) + "," + length;
    }

    /** Edits that share a line belong together. */
    private List<Hunk> hunks(List<String> was) {
        List<Hunk> hunks = new ArrayList<>();
        for (int i = 0; i < edits.size(); ) {
            int start = lineStart(edits.get(i).start());
            int stop = lineStop(edits.get(i));
            int end = i + 1;
            while (end < edits.size() && edits.get(end).start() < stop) {
                stop = Math.max(stop, lineStop(edits.get(end)));
                end++;
            }
            StringBuilder text = new StringBuilder();
            int at = start;
            for (Edit edit : edits.subList(i, end)) {
                text.append(old(), at, edit.start()).append(edit.text());
                at = edit.end();
            }
            text.append(old(), at, stop);
            int from = lines(old().substring(0, start)).size();
            int to = from + lines(old().substring(start, stop)).size();
            List<String> now = lines(text.toString());
            int same = 0;
            while (same < Math.min(now.size(), to - from) && now.get(same).equals(was.get(from + same))) {
                same++;
            }
            int tail = 0;
            while (tail < Math.min(now.size(), to - from) - same
                    && now.get(now.size() - 1 - tail).equals(was.get(to - 1 - tail))) {
                tail++;
            }
            hunks.add(new Hunk(from + same, to - tail, now.subList(same, now.size() - tail)));
            i = end;
        }
        return hunks;
    }

    private int lineStart(int at) {
        return old().lastIndexOf('\n', at - 1) + 1;
    }

    /** After the lines in which an edit stands; one that takes whole lines out, or puts some between two, touches no more. */
    private int lineStop(Edit edit) {
        boolean between = edit.end() == lineStart(edit.end())
                && (edit.text().isEmpty()
                        ? edit.start() == lineStart(edit.start())
                        : edit.text().endsWith("\n"));
        int end = between ? edit.end() : old().indexOf('\n', edit.end()) + 1;
        return end == 0 && !between ? old().length() : end;
    }

    private static List<String> lines(String text) {
        List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
        // what follows the last line end is no line when it is empty
        if (lines.get(lines.size() - 1).isEmpty()) {
            lines.remove(lines.size() - 1);
        }
        return lines;
    }
}
