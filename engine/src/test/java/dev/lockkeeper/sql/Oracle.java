package dev.lockkeeper.sql;

import dev.lockkeeper.sql.PostgresScanner.Lexeme;
import dev.lockkeeper.sql.PostgresScanner.Scan;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Says how a script is cut: psql's rule, written down a second time, over the tokens of PostgreSQL's own scanner. */
final class Oracle {
    private static final Set<String> QUOTED = Set.of("SCONST", "USCONST", "BCONST", "XCONST", "UIDENT");
    private static final Pattern ROUTINE = Pattern.compile("create (or replace )?(function|procedure) .*");
    private static final Pattern HARMLESS = Pattern.compile("\\\\(un)?restrict[ \\t]+[A-Za-z0-9]+[ \\t\\r]*");
    private static final Pattern BLANK = Pattern.compile("([ \\t\\f\\x0B\\r]|--[^\\r\\n]*)*+");

    private static final Pattern COMMENT_IN_STRING =
            Pattern.compile("'[ \\t\\f\\x0B\\r\\n]*--[^\\r\\n]*[\\r\\n]([ \\t\\f\\x0B\\r\\n]|--[^\\r\\n]*[\\r\\n])*+'");

    private static final Pattern LETTER_AFTER_NUMBER =
            Pattern.compile("[0-9][A-Za-z_][A-Za-z0-9_$]*['$&]|\\$[0-9]+[A-Za-z_]|[eE]--");

    private final PostgresScanner scanner;

    Oracle(PostgresScanner scanner) {
        this.scanner = scanner;
    }

    /** A statement: offsets in chars, and the data of COPY. */
    record Span(int start, int end, @Nullable String copyData) {}

    enum Outcome {
        SPLIT,
        UNTERMINATED,
        BACKSLASH_COMMAND,
        COPY_DATA,
        /** PostgreSQL's scanner refuses something that does not concern psql, so nothing is known from there on. */
        UNKNOWN
    }

    /**
     * The answer.
     *
     * @param statements those found until the end or the flaw
     * @param offset where the flaw is, in chars; 0 when there is none
     */
    record Verdict(List<Span> statements, Outcome outcome, int offset) {}

    /**
     * Whether the oracle may be wrong, because libpg_query is not PostgreSQL here. It makes comments visible as tokens, and for
     * that gave up that one may stand between the parts of a string that goes on after a newline. It also lets letters follow
     * a parameter or a number, and PostgreSQL since 15 does not.
     */
    static boolean isBlind(String script) {
        return COMMENT_IN_STRING.matcher(script).find()
                || LETTER_AFTER_NUMBER.matcher(script).find();
    }

    Verdict split(String script) {
        if (isBlind(script)) {
            return new Verdict(List.of(), Outcome.UNKNOWN, 0);
        }
        List<Span> found = new ArrayList<>();
        int from = script.startsWith("\uFEFF") ? 1 : 0;
        while (true) {
            Part part = part(script, from, found);
            if (part.outcome != null) {
                return new Verdict(found, part.outcome, part.offset);
            }
            from = part.offset;
        }
    }

    /** How a part ended: with an outcome, or at an offset from which PostgreSQL's scanner has to start anew. */
    private record Part(@Nullable Outcome outcome, int offset) {}

    private Part part(String script, int from, List<Span> found) {
        String text = script.substring(from);
        Scan whole = scanner.scan(text);
        Scan scan = whole;
        while (scan.failed()) {
            scan = scanner.scan(text.substring(0, scan.errorOffset()));
        }
        List<Lexeme> command = new ArrayList<>();
        Deque<Integer> open = new ArrayDeque<>();
        Deque<Integer> bodies = new ArrayDeque<>();
        for (Lexeme token : scan.tokens()) {
            String word = word(text, token);
            String symbol = text.substring(token.start(), token.end());
            if (symbol.equals("\\")) {
                String line = text.substring(token.start()).split("\n", 2)[0];
                return command.isEmpty() && HARMLESS.matcher(line).matches()
                        ? new Part(null, from + token.start() + line.length())
                        : new Part(Outcome.BACKSLASH_COMMAND, from + token.start());
            }
            if (symbol.equals(";") && open.isEmpty() && bodies.isEmpty()) {
                if (!command.isEmpty() && isCopyIn(text, command)) {
                    return copy(script, from, found, command, token.end());
                }
                add(found, from, command, null);
                command.clear();
                continue;
            }
            command.add(token);
            if (symbol.equals("(")) {
                open.add(token.start());
            } else if (symbol.equals(")") && !open.isEmpty()) {
                open.removeLast();
            } else if (open.isEmpty() && ROUTINE.matcher(words(text, command)).matches()) {
                if (word.equals("begin") || (word.equals("case") && !bodies.isEmpty())) {
                    bodies.add(token.start());
                } else if (word.equals("end") && !bodies.isEmpty()) {
                    bodies.removeLast();
                }
            }
        }
        if (whole.failed()) {
            return new Part(
                    whole.error().startsWith("unterminated") ? Outcome.UNTERMINATED : Outcome.UNKNOWN,
                    from + whole.errorOffset());
        }
        open.addAll(bodies);
        if (!open.isEmpty()) {
            return new Part(Outcome.UNTERMINATED, from + open.getFirst());
        }
        add(found, from, command, !command.isEmpty() && isCopyIn(text, command) ? "" : null);
        return new Part(Outcome.SPLIT, 0);
    }

    private static Part copy(String script, int from, List<Span> found, List<Lexeme> command, int semicolonEnd) {
        int lineEnd = script.indexOf('\n', from + semicolonEnd);
        int dataStart = lineEnd < 0 ? script.length() : lineEnd + 1;
        String rest = script.substring(from + semicolonEnd, lineEnd < 0 ? script.length() : lineEnd);
        Matcher blank = BLANK.matcher(rest);
        if (blank.lookingAt() && blank.end() < rest.length()) {
            return new Part(Outcome.COPY_DATA, from + semicolonEnd + blank.end());
        }
        int at = dataStart;
        while (at < script.length()) {
            int newline = script.indexOf('\n', at);
            int next = newline < 0 ? script.length() : newline + 1;
            if (Set.of("\\.", "\\.\n", "\\.\r\n", "\\.\r").contains(script.substring(at, next))) {
                add(found, from, command, script.substring(dataStart, at));
                return new Part(null, next);
            }
            at = next;
        }
        add(found, from, command, script.substring(dataStart));
        return new Part(Outcome.SPLIT, 0);
    }

    private static void add(List<Span> found, int from, List<Lexeme> command, @Nullable String data) {
        if (!command.isEmpty()) {
            found.add(new Span(
                    from + command.get(0).start(),
                    from + command.get(command.size() - 1).end(),
                    data));
        }
    }

    private static boolean isCopyIn(String text, List<Lexeme> command) {
        if (!word(text, command.get(0)).equals("copy")) {
            return false;
        }
        int depth = 0;
        for (int i = 1; i < command.size(); i++) {
            String symbol =
                    text.substring(command.get(i).start(), command.get(i).end());
            depth = Math.max(0, depth + (symbol.equals("(") ? 1 : symbol.equals(")") ? -1 : 0));
            String word = word(text, command.get(i));
            if (depth == 0 && (word.equals("from") || word.equals("to"))) {
                return word.equals("from")
                        && i + 1 < command.size()
                        && Set.of("stdin", "stdout").contains(word(text, command.get(i + 1)));
            }
        }
        return false;
    }

    private static String words(String text, List<Lexeme> command) {
        StringBuilder words = new StringBuilder();
        for (int i = 0, count = 0; i < command.size() && count < 5; i++) {
            String word = word(text, command.get(i));
            if (!word.isEmpty()) {
                words.append(word).append(' ');
                count++;
            }
        }
        return words.toString();
    }

    /** The token in lower case if it is a keyword or an unquoted identifier; psql counts neither quotes nor N'' as one. */
    private static String word(String text, Lexeme token) {
        char first = text.charAt(token.start());
        boolean letter =
                first == '_' || first >= 0x80 || (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
        boolean national = token.name().equals("NCHAR") && text.startsWith("'", token.end());
        return letter && !national && !QUOTED.contains(token.name())
                ? text.substring(token.start(), token.end()).toLowerCase(Locale.ROOT)
                : "";
    }
}
