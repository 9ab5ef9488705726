package dev.lockkeeper.sql;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.sql.Statement.Kind;
import java.util.ArrayList;
import java.util.List;

/** A command while its tokens come in: says whether a semicolon ends it, and in the end what it is. */
final class Command {
    private static final int WORDS = 8;

    /** The first unquoted words, wherever they stand. */
    private final List<String> words = new ArrayList<>(WORDS);

    /** How many tokens came, and how many of them before the first that is not a word. */
    private int tokens;

    private int leadingWords;
    private int start;
    private int end;

    private int parentheses;
    private int parenthesis;
    private int bodies;
    private int body;
    private Copy copy = Copy.NO;

    /** How far the command has come towards {@code COPY name FROM STDIN} or {@code COPY name TO STDOUT}. */
    private enum Copy {
        NO,
        COPY,
        COPY_FROM,
        COPY_FROM_STDIN,
        COPY_TO,
        COPY_TO_STDOUT
    }

    boolean isEmpty() {
        return tokens == 0;
    }

    /** Whether a semicolon belongs to the command: in parentheses (CREATE RULE) or in a body (BEGIN ATOMIC). */
    boolean isNested() {
        return parentheses > 0 || bodies > 0;
    }

    boolean isCopyIn() {
        return copy == Copy.COPY_FROM_STDIN;
    }

    void word(String text, int from, int to) {
        String word = lowerCase(text);
        if (leadingWords == tokens) {
            leadingWords++;
        }
        token(from, to);
        if (words.size() < WORDS) {
            words.add(word);
        }
        if (parentheses == 0) {
            countBodies(word, from);
            followCopy(word);
        }
    }

    void open(int from, int to) {
        other(from, to);
        if (parentheses++ == 0) {
            parenthesis = from;
        }
    }

    void close(int from, int to) {
        other(from, to);
        parentheses = Math.max(0, parentheses - 1);
    }

    void other(int from, int to) {
        token(from, to);
        if (copy == Copy.COPY_FROM || copy == Copy.COPY_TO) {
            copy = Copy.NO;
        }
    }

    private void token(int from, int to) {
        if (tokens++ == 0) {
            start = from;
        }
        end = to;
    }

    /** As psql does: by words alone, so that a function named "begin" without its quotes would never end there either. */
    private void countBodies(String word, int from) {
        if (word.equals("begin") && createsRoutine()) {
            if (bodies++ == 0) {
                body = from;
            }
        } else if (bodies > 0 && word.equals("case")) {
            bodies++;
        } else if (bodies > 0 && word.equals("end")) {
            bodies--;
        }
    }

    private boolean createsRoutine() {
        int kind = startsWith("create", "or", "replace") ? 3 : 1;
        return startsWith("create")
                && words.size() > kind
                && (words.get(kind).equals("function") || words.get(kind).equals("procedure"));
    }

    /** The server takes STDIN and STDOUT for the same: the direction is what FROM or TO says. */
    private void followCopy(String word) {
        boolean standard = word.equals("stdin") || word.equals("stdout");
        copy = switch (copy) {
            case NO -> tokens == 1 && word.equals("copy") ? Copy.COPY : Copy.NO;
            case COPY -> word.equals("from") ? Copy.COPY_FROM : word.equals("to") ? Copy.COPY_TO : Copy.COPY;
            case COPY_FROM -> standard ? Copy.COPY_FROM_STDIN : Copy.NO;
            case COPY_TO -> standard ? Copy.COPY_TO_STDOUT : Copy.NO;
            case COPY_FROM_STDIN, COPY_TO_STDOUT -> copy;
        };
    }

    private boolean startsWith(String... expected) {
        return words.size() >= expected.length
                && words.subList(0, expected.length).equals(List.of(expected));
    }

    /** @throws SqlFlaw when the script ends inside parentheses or a body */
    void checkClosed() {
        if (parentheses > 0) {
            throw new SqlFlaw(
                    Code.UNTERMINATED,
                    parenthesis,
                    "a parenthesis is opened here and never closed",
                    "close it with ), before the semicolon of its command");
        }
        if (bodies > 0) {
            throw new SqlFlaw(
                    Code.UNTERMINATED,
                    body,
                    "the body of a function or procedure begins here and has no END",
                    "close every BEGIN and CASE with END; a name that is one of these words needs double quotes");
        }
    }

    Statement statement(int ordinal, Splitter.Source script, String copyData) {
        int leading = Math.min(leadingWords, words.size());
        Kind kind = kind();
        return new Statement(
                ordinal,
                kind,
                start,
                end,
                script.between(start, end),
                words.subList(0, leading),
                kind == Kind.COPY_IN ? copyData : null);
    }

    private Kind kind() {
        if (isCopyIn()) {
            return Kind.COPY_IN;
        }
        if (copy == Copy.COPY_TO_STDOUT) {
            return Kind.COPY_OUT;
        }
        if (leadingWords == 0) {
            return Kind.ORDINARY;
        }
        String rest = String.join(" ", words.subList(1, Math.min(leadingWords, words.size())));
        boolean plain = leadingWords == tokens && (rest.isEmpty() || rest.equals("work") || rest.equals("transaction"));
        return switch (words.get(0)) {
            case "begin" -> plain ? Kind.BEGIN : Kind.TRANSACTION;
            case "start" -> rest.equals("transaction") && plain ? Kind.BEGIN : Kind.TRANSACTION;
            case "commit", "end" -> plain ? Kind.COMMIT : Kind.TRANSACTION;
            // a prepared statement may be named "transaction": PREPARE transaction AS SELECT 1
            case "prepare" -> rest.equals("transaction") ? Kind.TRANSACTION : Kind.ORDINARY;
            case "rollback", "abort", "savepoint", "release" -> Kind.TRANSACTION;
            default -> Kind.ORDINARY;
        };
    }

    /** ASCII letters only, as psql compares; {@code String.toLowerCase} would also fold the Kelvin sign to k. */
    static String lowerCase(String word) {
        int first = 0;
        while (first < word.length() && (word.charAt(first) < 'A' || word.charAt(first) > 'Z')) {
            first++;
        }
        if (first == word.length()) {
            return word;
        }
        char[] chars = word.toCharArray();
        for (int i = first; i < chars.length; i++) {
            if (chars[i] >= 'A' && chars[i] <= 'Z') {
                chars[i] = (char) (chars[i] + 'a' - 'A');
            }
        }
        return new String(chars);
    }
}
