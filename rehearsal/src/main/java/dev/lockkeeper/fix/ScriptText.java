package dev.lockkeeper.fix;

import dev.lockkeeper.source.Convention;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.sql.Cut;
import dev.lockkeeper.sql.Splitter;
import dev.lockkeeper.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A script and the file in which it stands: what belongs to a statement there, and how that is spelled, tokens as they are written and without the
 * marks of a comment in which a down script stands.
 */
final class ScriptText {
    private static final String DIRECTIVE = "lockkeeper:";

    private final Script script;
    private final String text;
    private final String file;
    private final Convention convention;
    private final List<Statement> statements;
    private final Set<Integer> comments;

    private ScriptText(Script script, String file, Convention convention, Cut cut) {
        this.script = script;
        this.text = script.text();
        this.file = file;
        this.convention = convention;
        this.statements = cut.statements();
        this.comments = new HashSet<>(cut.comments());
    }

    /** @param file the text of the whole file */
    static ScriptText of(Script script, String file, Convention convention) {
        return new ScriptText(script, file, convention, Splitter.cut(script.text()));
    }

    /** All statements, also a pair of BEGIN and COMMIT around the others. */
    List<Statement> statements() {
        return statements;
    }

    /** How lines end in the file. */
    String lineEnd() {
        return file.contains("\r\n") ? "\r\n" : "\n";
    }

    /**
     * What belongs to a statement.
     *
     * @param start of its lines or of itself
     * @param end after its semicolon, and after a comment on the same line when it has whole lines
     * @param whole whether nothing else stands on its lines, so that comments directly above it belong to it
     * @param marked whether a mark stands directly above it that says where it begins
     */
    record Passage(int start, int end, boolean whole, boolean marked) {}

    Passage passage(Statement statement) {
        int index = statements.indexOf(statement);
        Statement before = index == 0 ? null : statements.get(index - 1);
        int floor = before == null ? 0 : before.copyData() == null ? semicolon(before) : lineStart(statement.start());
        int head = lineStart(statement.start());
        int after = semicolon(statement);
        int rest = firstVisible(after);
        int tail = lineEndOf(after);
        boolean whole = head >= floor
                && text.substring(head, statement.start()).isBlank()
                && (rest >= tail || comments.contains(rest))
                && isAloneInFile(head, rest >= tail ? after : tail);
        if (!whole) {
            return new Passage(statement.start(), after, false, false);
        }
        int start = head;
        while (start > floor) {
            int up = lineStart(start - (text.startsWith("\r\n", start - 2) ? 2 : 1));
            int first = firstVisible(up);
            String line = text.substring(first, lineEndOf(first));
            if (up < floor || first >= start || !comments.contains(first) || isOfScript(line)) {
                break;
            }
            if (convention.isMark(line)) {
                return new Passage(start, rest >= tail ? after : tail, true, convention.isMarkOfStatement(line));
            }
            start = up;
        }
        return new Passage(start, rest >= tail ? after : tail, true, false);
    }

    /** Whether a comment tells Lockkeeper of the whole script, and not of the statement below it. */
    private static boolean isOfScript(String comment) {
        String said = comment.substring(2).strip();
        return said.startsWith(DIRECTIVE) && !said.startsWith(DIRECTIVE + "allow ");
    }

    /** In the file a line may hold more than in the script, such as the end of the comment in which a down script stands. */
    private boolean isAloneInFile(int head, int end) {
        Cut.Span span = script.origin(firstVisible(head), end);
        String front = file.substring(fileLineStart(span.start()), span.start());
        String back = file.substring(span.end(), fileLineEnd(span.end()));
        return back.isBlank() && (front.isBlank() || front.strip().equals("--"));
    }

    private int semicolon(Statement statement) {
        int at = statement.end();
        while (at < text.length()) {
            if (text.charAt(at) == ';') {
                return at + 1;
            }
            if (comments.contains(at)) {
                at = lineEndOf(at);
            } else if (text.startsWith("/*", at)) {
                at = afterComment(at);
            } else if (Character.isWhitespace(text.charAt(at))) {
                at++;
            } else {
                break;
            }
        }
        return statement.end();
    }

    /** Comments between these marks hold one another (manual 4.1.5). */
    private int afterComment(int start) {
        int depth = 0;
        for (int at = start; at < text.length(); at++) {
            if (text.startsWith("/*", at)) {
                depth++;
                at++;
            } else if (text.startsWith("*/", at)) {
                depth--;
                at++;
                if (depth == 0) {
                    return at + 1;
                }
            }
        }
        return text.length();
    }

    /** Whether a statement ends with its semicolon, which the last one of a script may lack. */
    boolean isClosed(Statement statement) {
        return semicolon(statement) > statement.end();
    }

    private int lineStart(int at) {
        return Math.max(text.lastIndexOf('\n', at - 1), text.lastIndexOf('\r', at - 1)) + 1;
    }

    private int lineEndOf(int at) {
        return end(text, at);
    }

    private int fileLineStart(int at) {
        return Math.max(file.lastIndexOf('\n', at - 1), file.lastIndexOf('\r', at - 1)) + 1;
    }

    private int fileLineEnd(int at) {
        return end(file, at);
    }

    private static int end(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
            at++;
        }
        return at;
    }

    private static int next(String text, int lineEnd) {
        return text.startsWith("\r\n", lineEnd) ? lineEnd + 2 : Math.min(lineEnd + 1, text.length());
    }

    private int firstVisible(int from) {
        int at = from;
        int end = lineEndOf(from);
        while (at < end && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at;
    }

    /** How a part of the script is spelled in the file. */
    String raw(int start, int end) {
        StringBuilder raw = new StringBuilder();
        for (int at = start; at < end; ) {
            int stop = Math.min(lineEndOf(at), end);
            if (stop > at) {
                Cut.Span span = script.origin(at, stop);
                raw.append(file, span.start(), span.end());
            }
            at = Math.min(next(text, stop), end);
            if (stop < end) {
                raw.append(lineEnd());
            }
        }
        return raw.toString();
    }

    /** The same with changes. */
    String raw(int start, int end, List<Edit> edits) {
        StringBuilder raw = new StringBuilder();
        int at = start;
        for (Edit edit : sorted(edits)) {
            raw.append(raw(at, edit.start())).append(edit.text());
            at = edit.end();
        }
        return raw.append(raw(at, end)).toString();
    }

    private static List<Edit> sorted(List<Edit> edits) {
        return edits.stream().sorted(Comparator.comparingInt(Edit::start)).toList();
    }

    /** Whether a token stands in a statement. */
    boolean hasTokens(Statement statement) {
        return !raw(statement.start(), statement.end())
                .replace("\r\n", "\n")
                .equals(statement.sql().replace("\r\n", "\n"));
    }

    /** A change of the script as one of the file. */
    Edit inFile(Edit edit) {
        Cut.Span span = script.origin(edit.start(), edit.end());
        // what is inserted goes behind the token that ends there
        int start = edit.start() == edit.end() && edit.start() > 0
                ? script.origin(edit.start() - 1, edit.start()).end()
                : span.start();
        return new Edit(start, edit.start() == edit.end() ? start : span.end(), edit.text());
    }

    /** The change of the file that takes a statement out, with its lines when it has them for itself. */
    Edit removal(Statement statement) {
        Passage passage = passage(statement);
        if (!passage.whole()) {
            Cut.Span span = script.origin(passage.start(), passage.end());
            int from = span.start();
            if (file.substring(span.end(), fileLineEnd(span.end())).isBlank()) {
                while (from > 0 && file.charAt(from - 1) == ' ') {
                    from--;
                }
                return new Edit(from, span.end(), "");
            }
            return new Edit(from, span.end() + (file.startsWith(" ", span.end()) ? 1 : 0), "");
        }
        Cut.Span span = script.origin(firstVisible(passage.start()), passage.end());
        int start = fileLineStart(span.start());
        int end = next(file, fileLineEnd(span.end()));
        return new Edit(start, end, "");
    }

    /** The same without the second of two blank lines that would then meet. */
    Edit closed(Edit removal) {
        int start = removal.start();
        int end = removal.end();
        if (start != fileLineStart(start) || end != fileLineStart(end)) {
            return removal;
        }
        int above = start == 0 ? 0 : fileLineStart(start - (file.startsWith("\r\n", start - 2) ? 2 : 1));
        boolean blankAbove = file.substring(above, start).isBlank();
        if (blankAbove && end == file.length()) {
            return new Edit(above, end, "");
        }
        int below = fileLineEnd(end);
        return blankAbove && below < file.length() && file.substring(end, below).isBlank()
                ? new Edit(start, next(file, below), "")
                : removal;
    }

    /** The changes of the file that put a statement's safer way in its place. */
    List<Edit> replacement(Statement statement, Way.Safer safer) {
        List<Edit> edits = new ArrayList<>();
        safer.edits().forEach(edit -> edits.add(inFile(edit)));
        Passage passage = passage(statement);
        String indent = passage.whole() ? raw(lineStart(statement.start()), statement.start()) : "";
        if (!safer.before().isEmpty()) {
            String above = String.join(";" + lineEnd() + indent, safer.before()) + ";" + lineEnd() + indent;
            edits.add(new Edit(
                    script.origin(statement.start(), statement.end()).start(),
                    script.origin(statement.start(), statement.end()).start(),
                    above));
        }
        if (!safer.after().isEmpty()) {
            int end = script.origin(passage.start(), passage.end()).end();
            String below = lineEnd() + indent + String.join(";" + lineEnd() + indent, safer.after()) + ";";
            edits.add(Edit.insert(end, (isClosed(statement) ? "" : ";") + below));
        }
        return edits;
    }

    /** A statement as it stands in another file, with its comments. */
    String moved(Statement statement, Way.Safer safer) {
        Passage passage = passage(statement);
        StringBuilder moved = new StringBuilder();
        moved.append(raw(passage.start(), statement.start()));
        safer.before().forEach(one -> moved.append(one).append(';').append(lineEnd()));
        moved.append(raw(statement.start(), passage.end(), safer.edits()));
        moved.append(isClosed(statement) ? "" : ";").append(lineEnd());
        safer.after().forEach(one -> moved.append(one).append(';').append(lineEnd()));
        return moved.toString();
    }

    /** Where in the file the lines of a statement begin. */
    int fileStart(Statement statement) {
        Passage passage = passage(statement);
        int start = script.origin(firstVisible(passage.start()), passage.end()).start();
        return passage.whole() ? fileLineStart(start) : start;
    }
}
