package dev.lockkeeper.sql;

import dev.lockkeeper.problem.Code;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a script into its statements, as psql cuts a file (PostgreSQL 15 to 18, {@code psqlscan.l} and
 * {@code mainloop.c}), with standard_conforming_strings on and no psql variable set, so that {@code :name} is plain text.
 *
 * <p>It differs from psql where that helps: psql commands are refused; a script that ends inside parentheses or a body is
 * refused, where psql leaves the complaint to the server; and an E'' string that goes on after a newline is read as the
 * server reads it, where psql, which reads line by line, loses track of its backslashes.
 *
 * <p>Takes time and memory in proportion to the script. Safe for use by several threads.
 */
public final class Splitter {
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final String script;
    private final Lexer lexer;
    private final List<Statement> statements = new ArrayList<>();
    private final List<Integer> comments = new ArrayList<>();
    private Command command = new Command();

    private Splitter(String script) {
        this.script = script;
        // a blank in place of the mark keeps the offsets those of the script
        boolean marked = !script.isEmpty() && script.charAt(0) == BYTE_ORDER_MARK;
        this.lexer = new Lexer(new StringReader(marked ? ' ' + script.substring(1) : script));
    }

    /**
     * The statements of the script in their order; empty commands are left out, as psql leaves them out.
     *
     * @throws SqlFlaw for an unterminated quote, comment, parenthesis or body, a psql command, a NUL character, or a
     *     command on the line on which {@code COPY ... FROM STDIN} ends
     */
    public static List<Statement> split(String script) {
        int nul = script.indexOf('\0');
        if (nul >= 0) {
            throw new SqlFlaw(
                    Code.FILE_UNREADABLE,
                    nul,
                    "the script holds a NUL character, which PostgreSQL cannot store or read",
                    "remove it; a file full of them was saved as UTF-16: save it as UTF-8");
        }
        return new Splitter(script).statements();
    }

    /**
     * Where the script's line comments start, as offsets in chars: only what the server takes for a comment, so nothing in
     * a string, a quoted name, a body between dollar quotes, a block comment or the data of COPY.
     *
     * @throws SqlFlaw as {@link #split} does
     */
    public static List<Integer> comments(String script) {
        Splitter splitter = new Splitter(script);
        splitter.statements();
        return List.copyOf(splitter.comments);
    }

    private List<Statement> statements() {
        try {
            for (Token token = lexer.next(); token != Token.END; token = lexer.next()) {
                take(token);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a string cannot fail to be read", e);
        }
        command.checkClosed();
        if (!command.isEmpty()) {
            statements.add(command.statement(statements.size() + 1, script, ""));
        }
        return List.copyOf(statements);
    }

    private void take(Token token) throws IOException {
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
            }
            case COMMENT -> comments.add(lexer.start());
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
            data = script.substring(lexer.start(), lexer.end());
        }
        statements.add(command.statement(statements.size() + 1, script, data));
        command = new Command();
    }
}
