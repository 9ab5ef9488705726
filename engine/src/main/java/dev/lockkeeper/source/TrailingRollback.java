package dev.lockkeeper.source;

import dev.lockkeeper.sql.ScriptVisitor;
import dev.lockkeeper.sql.Splitter;
import dev.lockkeeper.sql.SqlFlaw;
import dev.lockkeeper.sql.Statement;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the down script that a file carries as a commented block at its end.
 *
 * <p>The block starts at the first comment after the last statement whose first word is rollback, down, undo or revert
 * (decoration such as {@code ====} and words like "to" before it do not count). Comment marks are taken off; rulers and
 * prose before the first SQL command are left out. A command on the line of the title, after its colon, belongs to it.
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

    /** The two parts; empty when the file ends without such a block. */
    static Optional<Sections> split(Sections.Part whole) {
        return whole instanceof Sections.Streamed streamed ? split(streamed) : split(((Sections.Held) whole).text());
    }

    private static Optional<Sections> split(SourceText whole) {
        Block block = find(whole.text(), lineAfterStatements(whole.text()));
        return block == null
                ? Optional.empty()
                : Optional.of(Sections.of(
                        new Sections.Held(whole.edit().keep(0, block.start()).build()),
                        new Sections.Held(uncomment(whole, block))));
    }

    /** Only what follows the last statement is held. */
    private static Optional<Sections> split(Sections.Streamed whole) {
        int end;
        try (Reader in = whole.open()) {
            end = Splitter.visit(in, new Unmoved()).end();
        } catch (SqlFlaw reportedWhenTheScriptIsRead) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        SourceText rest = SourceText.part(whole.file(), end, Integer.MAX_VALUE);
        int line = end == 0 ? 0 : Lines.next(rest.text(), Lines.end(rest.text(), 0));
        Block block = find(rest.text(), line);
        return block == null
                ? Optional.empty()
                : Optional.of(
                        Sections.of(whole.part(0, end + block.start()), new Sections.Held(uncomment(rest, block))));
    }

    /** Wants to know nothing of the parts. */
    private static final class Unmoved implements ScriptVisitor {
        @Override
        public void statement(Statement statement) {}

        @Override
        public void comment(int start, String text, boolean ownLine) {}
    }

    /** Where the block is. */
    private record Block(int start, int markerEnd, int sqlOnMarker) {}

    /** The first title after the last statement; a block comment starts where it is opened. Null when there is none. */
    private static @Nullable Block find(String text, int from) {
        int comment = -1;
        for (int at = from; at < text.length(); ) {
            int end = Lines.end(text, at);
            String line = text.substring(at, end).strip();
            if (comment < 0 && line.startsWith("/*")) {
                comment = at;
            }
            if (isMarker(line)) {
                return new Block(comment < 0 ? at : comment, end, sqlOnMarker(text, at, end));
            }
            if (line.endsWith("*/")) {
                comment = -1;
            }
            at = Lines.next(text, end);
        }
        return null;
    }

    /** The start of the first line of which no part belongs to a statement; a script that cannot be split has none. */
    private static int lineAfterStatements(String text) {
        List<Statement> statements;
        try {
            statements = Splitter.split(text);
        } catch (SqlFlaw reportedWhenTheScriptIsRead) {
            return text.length();
        }
        if (statements.isEmpty()) {
            return 0;
        }
        Statement last = statements.get(statements.size() - 1);
        int from = last.copyData() == null ? last.end() : text.indexOf("\n\\.", last.end()) + 1;
        return Lines.next(text, Lines.end(text, from));
    }

    private static boolean isMarker(String line) {
        String bare = line.replaceFirst("^(?:--|/\\*)\\s*", "");
        // a commented-out ROLLBACK; is a command inside a block, not its title
        return MARKER.matcher(bare).matches()
                && !bare.toLowerCase(Locale.ROOT).matches("rollback\\s*;.*")
                && !bare.toLowerCase(Locale.ROOT).matches("rollback\\s+to\\s+savepoint.*")
                && !isOfLiquibase(bare);
    }

    /** Liquibase's {@code --rollback drop table t;} is a command, of which there may be one below each changeset. */
    private static boolean isOfLiquibase(String bare) {
        return bare.regionMatches(true, 0, "rollback ", 0, 9) && startsCommand(bare.substring(9));
    }

    /** Where a command starts that stands on the line of the title, such as in {@code -- Rollback: DROP TABLE t;}. */
    private static int sqlOnMarker(String text, int at, int end) {
        int colon = text.indexOf(':', at);
        if (colon < 0 || colon >= end) {
            return -1;
        }
        String rest = text.substring(colon + 1, end);
        return startsCommand(rest) && rest.contains(";") ? colon + 1 : -1;
    }

    private static SourceText uncomment(SourceText whole, Block block) {
        String text = whole.text();
        SourceText.Builder out = whole.edit();
        boolean started = block.sqlOnMarker() >= 0;
        boolean insideBlock = false;
        boolean starred = false;
        for (int at = block.start(); at < text.length(); ) {
            int end = Lines.end(text, at);
            boolean opens = text.substring(at, end).strip().startsWith("/*");
            int from = end <= block.markerEnd()
                    ? end == block.markerEnd() && started ? block.sqlOnMarker() : end
                    : contentStart(text, at, end, insideBlock, starred);
            if (opens && !insideBlock) {
                insideBlock = true;
                starred = isStarred(text, Lines.next(text, end));
            }
            int to = contentEnd(text, from, end);
            String content = text.substring(from, to);
            int directive = Directives.find(text, Math.min(Math.max(at, block.markerEnd()), end), end);
            if (directive >= 0 && RULER.matcher(text.substring(at, directive)).matches()) {
                // a comment of the SQL, also when the block itself has no second mark for it
                out.keep(directive, to);
            } else if (!RULER.matcher(content).matches()) {
                started = started || startsCommand(content);
                if (started) {
                    out.keep(from, to);
                }
            }
            out.keep(end, Lines.next(text, end));
            if (text.substring(at, end).strip().endsWith("*/")) {
                insideBlock = false;
            }
            at = Lines.next(text, end);
        }
        return out.build();
    }

    /** Whether every line of a block comment starts with a star, from its second line on. */
    private static boolean isStarred(String text, int from) {
        for (String line : text.substring(Math.min(from, text.length())).lines().toList()) {
            String content = line.strip();
            if (!content.isEmpty() && !content.startsWith("*")) {
                return false;
            }
            if (content.endsWith("*/")) {
                return true;
            }
        }
        return false;
    }

    /** In a block comment two hyphens are a comment of the SQL itself. */
    private static int contentStart(String text, int at, int end, boolean insideBlock, boolean starred) {
        int from = at;
        while (from < end && Character.isWhitespace(text.charAt(from))) {
            from++;
        }
        if (!insideBlock && (text.startsWith("--", from) || text.startsWith("/*", from))) {
            from += 2;
            if (from < end && text.charAt(from) == ' ') {
                from++;
            }
        }
        if (starred && insideBlock && text.startsWith("*", from) && !text.startsWith("*/", from)) {
            from++;
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
