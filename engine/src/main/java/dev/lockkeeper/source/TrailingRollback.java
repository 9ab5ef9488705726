package dev.lockkeeper.source;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds the down script that a file carries as a commented block at its end.
 *
 * <p>The block starts at the last comment whose first word is rollback, down, undo or revert (decoration such as
 * {@code ====} and words like "to" before it do not count) and after which only comments follow. Comment marks are
 * taken off; rulers and prose before the first SQL command are left out.
 */
final class TrailingRollback {
    private static final Pattern MARKER = Pattern.compile(
            "^[\\s\\-=#*_+~]*(?:(?:to|how to|migration|manual|begin|start)[\\s:_-]+)?(?:rollback|roll back|down|undo|revert)\\b.*",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern RULER = Pattern.compile("[\\s\\-=#*_+~/]*");
    private static final Set<String> COMMANDS = Set.of(
            "abort",
            "alter",
            "analyze",
            "begin",
            "call",
            "cluster",
            "comment",
            "commit",
            "copy",
            "create",
            "delete",
            "do",
            "drop",
            "end",
            "grant",
            "import",
            "insert",
            "lock",
            "merge",
            "notify",
            "reassign",
            "refresh",
            "reindex",
            "release",
            "reset",
            "revoke",
            "rollback",
            "savepoint",
            "security",
            "select",
            "set",
            "start",
            "table",
            "truncate",
            "update",
            "vacuum",
            "values",
            "with");

    private TrailingRollback() {}

    /** Up and down script of a file. */
    record Parts(SourceText up, SourceText down) {}

    /** The two parts; empty when the file ends without such a block. */
    static Optional<Parts> split(SourceText whole) {
        String text = whole.text();
        int start = blockStart(text);
        if (start < 0) {
            return Optional.empty();
        }
        return Optional.of(new Parts(whole.edit().keep(0, start).build(), uncomment(whole, start)));
    }

    /** Walks back over lines that are comments or blank; the marker highest in that run starts the block. */
    private static int blockStart(String text) {
        int found = -1;
        boolean insideBlockComment = false;
        for (int end = text.length(); end >= 0; ) {
            int start = end == 0 ? 0 : text.lastIndexOf('\n', end - 1) + 1;
            String line = text.substring(start, end).strip();
            if (line.endsWith("*/")) {
                insideBlockComment = true;
            }
            boolean comment = insideBlockComment || line.isEmpty() || line.startsWith("--");
            if (!comment) {
                break;
            }
            if (!line.isEmpty() && isMarker(line)) {
                found = start;
            }
            if (insideBlockComment && line.startsWith("/*")) {
                insideBlockComment = false;
            }
            if (start == 0) {
                break;
            }
            end = start - 1;
        }
        return found;
    }

    private static boolean isMarker(String line) {
        String bare = line.replaceFirst("^(?:--|/\\*)\\s*", "");
        // a commented-out ROLLBACK; is a command inside a block, not its title
        return MARKER.matcher(bare).matches()
                && !bare.toLowerCase(Locale.ROOT).matches("rollback\\s*;.*")
                && !bare.toLowerCase(Locale.ROOT).matches("rollback\\s+to\\s+savepoint.*");
    }

    private static SourceText uncomment(SourceText whole, int start) {
        String text = whole.text();
        SourceText.Builder out = whole.edit();
        boolean started = false;
        boolean first = true;
        for (int at = start; at < text.length(); ) {
            int newline = text.indexOf('\n', at);
            int end = newline < 0 ? text.length() : newline;
            int from = contentStart(text, at, end);
            int to = contentEnd(text, from, end);
            String content = text.substring(from, to);
            if (!first && !RULER.matcher(content).matches()) {
                started = started || startsCommand(content);
                if (started) {
                    out.keep(from, to);
                }
            }
            if (newline >= 0) {
                out.keep(newline, newline + 1);
            }
            first = false;
            at = end + 1;
        }
        return out.build();
    }

    private static int contentStart(String text, int at, int end) {
        int from = at;
        while (from < end && Character.isWhitespace(text.charAt(from))) {
            from++;
        }
        if (text.startsWith("--", from) || text.startsWith("/*", from)) {
            from += 2;
            if (from < end && text.charAt(from) == ' ') {
                from++;
            }
        }
        return Math.min(from, end);
    }

    private static int contentEnd(String text, int from, int end) {
        int to = end;
        while (to > from && Character.isWhitespace(text.charAt(to - 1))) {
            to--;
        }
        boolean closesBlock = to - from >= 2
                && text.startsWith("*/", to - 2)
                && !text.substring(from, to).contains("/*");
        return closesBlock ? to - 2 : to;
    }

    private static boolean startsCommand(String content) {
        String word = content.strip().split("[^A-Za-z]", 2)[0].toLowerCase(Locale.ROOT);
        return COMMANDS.contains(word);
    }
}
