package dev.lockkeeper.sql;

import dev.lockkeeper.problem.Code;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Cuts a script into its statements, as psql cuts a file (PostgreSQL 15 to 18, {@code psqlscan.l} and
 * {@code mainloop.c}), with standard_conforming_strings on and no psql variable set, so that {@code :name} is plain text.
 *
 * <p>It differs from psql where that helps: psql commands are refused, but for the two lines that pg_dump writes; a script that ends inside
 * parentheses or a body is refused, where psql leaves the complaint to the server; an E'' string that goes on after a newline is read as the
 * server reads it, where psql, which reads line by line, loses track of its backslashes; and settings that change how the rest of the script
 * is read are refused where that makes a difference.
 *
 * <p>Takes time in proportion to the script, and memory in proportion to it or, when it is visited, to its largest statement. Safe for use by
 * several threads.
 */
public final class Splitter {
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    /** Gives back parts of what was read. */
    @FunctionalInterface
    interface Source {
        String between(int start, int end);

        /** Nobody will ask for what stands before an offset. */
        default void forget(int before) {}
    }

    private final Source source;
    private final Lexer lexer;
    private final Consumer<Statement> statements;
    private final CommentListener comments;
    private final List<Cut.Span> unsent = new ArrayList<>();
    private final TextSettings settings = new TextSettings();
    private Command command = new Command();
    private int count;
    private int backslash = -1;
    private int ending;

    /** Where the last token ended. */
    private int last;

    @FunctionalInterface
    private interface CommentListener {
        /** @param last where the token before it ended */
        void comment(int last, int start, int end);
    }

    /**
     * What is known of a script in the end.
     *
     * @param plainBackslash as {@link Cut#plainBackslash} has it
     * @param end after the last statement or its data, in chars
     */
    public record Ending(int plainBackslash, int end) {}

    private Splitter(Reader in, Source source, Consumer<Statement> statements, CommentListener comments) {
        this.lexer = new Lexer(in);
        this.source = source;
        this.statements = statements;
        this.comments = comments;
    }

    /**
     * The statements of the script in their order; empty commands are left out, as psql leaves them out.
     *
     * @throws SqlFlaw for an unterminated quote, comment, parenthesis or body, a psql command, a NUL character, a command on the line on which
     *     {@code COPY ... FROM STDIN} ends, or a setting that makes other text of what follows
     */
    public static List<Statement> split(String script) {
        return cut(script).statements();
    }

    /**
     * All parts of the script.
     *
     * @throws SqlFlaw as {@link #split} does
     */
    public static Cut cut(String script) {
        int nul = script.indexOf('\0');
        if (nul >= 0) {
            throw new SqlFlaw(
                    Code.FILE_UNREADABLE,
                    nul,
                    "the script holds a NUL character, which PostgreSQL cannot store or read",
                    "remove it; a file full of them was saved as UTF-16: save it as UTF-8");
        }
        // a blank in place of the mark keeps the offsets those of the script
        boolean marked = !script.isEmpty() && script.charAt(0) == BYTE_ORDER_MARK;
        List<Statement> statements = new ArrayList<>();
        List<Integer> comments = new ArrayList<>();
        Splitter splitter = new Splitter(
                new StringReader(marked ? ' ' + script.substring(1) : script),
                script::substring,
                statements::add,
                (last, start, end) -> comments.add(start));
        splitter.run();
        return new Cut(statements, comments, splitter.unsent, splitter.backslash);
    }

    /**
     * Tells somebody of the parts of a script while it is read; only the statement that is being read is in memory. The text must not begin
     * with a byte-order mark.
     *
     * @throws SqlFlaw as {@link #split} does, but for a NUL character, after the parts before it were told
     * @throws UncheckedIOException when the text cannot be read
     */
    public static Ending visit(Reader script, ScriptVisitor visitor) {
        Tape tape = new Tape(script);
        Splitter splitter = new Splitter(
                tape,
                tape,
                visitor::statement,
                (last, start, end) -> visitor.comment(
                        start, tape.between(start, end), isBlankLine(tape.between(last, start), last == 0)));
        splitter.run();
        return new Ending(splitter.backslash, splitter.ending);
    }

    /** Whether a text that begins after a token, or with the script, ends with a line that has blanks only. */
    private static boolean isBlankLine(String text, boolean first) {
        int at = text.length();
        while (at > 0 && (text.charAt(at - 1) == ' ' || text.charAt(at - 1) == '\t')) {
            at--;
        }
        return at == 0 ? first : text.charAt(at - 1) == '\n' || text.charAt(at - 1) == '\r';
    }

    private void run() {
        try {
            for (Token token = next(); token != Token.END; token = next()) {
                take(token);
                last = lexer.end();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        command.checkClosed();
        if (!command.isEmpty()) {
            add(command.statement(++count, source, ""));
        }
    }

    /** With a backslash in the wrong place nothing that follows is what it seems, so that comes before any other flaw. */
    private Token next() throws IOException {
        try {
            Token token = lexer.next();
            noteBackslash();
            return token;
        } catch (SqlFlaw other) {
            noteBackslash();
            throw other;
        }
    }

    private void noteBackslash() {
        if (lexer.plainBackslash() >= 0) {
            backslash = backslash < 0 ? lexer.plainBackslash() : backslash;
            settings.requireNoBackslash(lexer.plainBackslash());
            lexer.forgetBackslash();
        }
    }

    private void take(Token token) throws IOException {
        if (command.isEmpty()) {
            source.forget(last);
        }
        switch (token) {
            case WORD -> command.word(lexer.yytext(), lexer.start(), lexer.end());
            case OPEN -> command.open(lexer.start(), lexer.end());
            case CLOSE -> command.close(lexer.start(), lexer.end());
            case OTHER -> command.other(lexer.start(), lexer.end());
            case SEMICOLON -> {
                if (command.isNested()) {
                    command.other(lexer.start(), lexer.end());
                } else {
                    finish();
                }
            }
            case BACKSLASH -> {
                if (!command.isEmpty() || !PsqlCommand.isHarmless(lexer.yytext())) {
                    throw PsqlCommand.flaw(lexer.yytext(), lexer.start());
                }
                unsent.add(new Cut.Span(lexer.start(), lexer.end()));
            }
            case COMMENT -> comments.comment(last, lexer.start(), lexer.end());
            case DATA, END -> throw new IllegalStateException("not a token of a command: " + token);
        }
    }

    private void finish() throws IOException {
        if (command.isEmpty()) {
            return;
        }
        String data = "";
        if (command.isCopyIn()) {
            lexer.expectCopyData();
            lexer.next();
            data = source.between(lexer.start(), lexer.end());
        }
        add(command.statement(++count, source, data));
        command = new Command();
    }

    private void add(Statement statement) {
        settings.take(statement);
        ending = Math.max(statement.end(), lexer.end());
        statements.accept(statement);
    }
}
