package dev.lockkeeper.source;

import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.sql.CustomSettings;
import dev.lockkeeper.sql.Cut;
import dev.lockkeeper.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An up or a down script: its text with the tokens replaced, and the way back to the file. Immutable. The text of a file of more than 4 MiB is
 * not held in memory but read again whenever it is asked for; then each method that gives a text costs the memory of that text.
 */
public final class Script {
    /** What the record holds in place of a text that is too large, followed by its checksum. */
    public static final String NOT_KEPT = "-- The text of this script is too large to be kept here. Its checksum is ";

    private final String file;
    private final Body body;
    private final boolean declinesTransaction;

    Script(String file, Body body, boolean declinesTransaction) {
        this.file = file;
        this.body = body;
        this.declinesTransaction = declinesTransaction;
    }

    /** A script that comes from no file of a folder, such as a prelude; its tokens are not replaced. */
    public static Script of(String file, String content) {
        SourceText whole = SourceText.whole(file, ScriptReader.unmarked(content));
        return new Script(file, new HeldBody(whole, whole), false);
    }

    /**
     * A script that comes from no file of a folder, with its tokens replaced.
     *
     * @throws LockkeeperException with every token that has no value
     */
    public static Script of(String file, String content, Tokens tokens) {
        List<Problem> errors = new ArrayList<>();
        Script rendered = of(file, content).render(tokens, errors, new ArrayList<>());
        if (!errors.isEmpty()) {
            throw new LockkeeperException(errors);
        }
        return rendered;
    }

    /** The same script with other values of its tokens; the file is not read again. */
    Script render(Tokens tokens, List<Problem> errors, List<Problem> warnings) {
        return new Script(file, body.render(tokens, errors, warnings::add), declinesTransaction);
    }

    /** The path as the user knows it. */
    public String file() {
        return file;
    }

    /** The text before tokens were replaced, with normalized line endings, to compare it with another. */
    public String template() {
        return ScriptReader.normalize(body.template());
    }

    /** What the record keeps: the text before tokens were replaced, as the file has it, or {@link #NOT_KEPT} and its checksum. */
    public String kept() {
        return body.kept();
    }

    /** The text after tokens were replaced, with the line endings of the file. */
    public String text() {
        return body.text();
    }

    /** The text of its whole file, with normalized line endings; the other script of the migration may be part of it. */
    public String fileText() {
        return ScriptReader.normalize(body.content());
    }

    /** Whether a token stands in it. */
    boolean mentions(String token) {
        return body.mentions(token);
    }

    public Checksum checksum() {
        return body.checksum();
    }

    public Checksum renderedChecksum() {
        return body.renderedChecksum();
    }

    /** The digest of what is sent and how: an edit of the mark that declines a transaction counts too. */
    public Checksum sentChecksum() {
        if (!declinesTransaction) {
            return renderedChecksum();
        }
        return body instanceof StreamedBody
                ? Checksum.of("without a transaction\n" + renderedChecksum())
                : Checksum.of("without a transaction\n" + text());
    }

    /** The place in the file that an offset of {@link #text()}, in chars, comes from. */
    public Place place(int offset) {
        return body.place(offset);
    }

    /**
     * Where the characters between two offsets of {@link #text()} stand in the file: offsets of what {@link ScriptReader#read} gives, in chars. Where
     * they are the value of a token, the token itself. The down script in a comment has the marks of the comment between its lines there.
     *
     * @throws UnsupportedOperationException when the script {@linkplain Commands#isLarge is large}
     */
    public Cut.Span origin(int start, int end) {
        return body.origin(start, end);
    }

    /**
     * The commands of this script, ready to run: one BEGIN ... COMMIT pair around all of it is dissolved, other pairs are among them.
     *
     * @throws LockkeeperException for text that cannot be split and for transaction commands that are refused
     */
    public Commands commands() {
        return body.commands(declinesTransaction);
    }

    /**
     * Something that a statement says of itself.
     *
     * @param ordinal of the statement
     * @param offset where it starts, in chars of {@link Script#text()}
     */
    public record Remark(int ordinal, int offset, String text) {}

    /** What a script makes the server do. */
    public sealed interface Commands permits HeldCommands, StreamedCommands {
        /**
         * The whole text to send, offsets as in {@link Script#text()}.
         *
         * @throws IllegalStateException when it {@linkplain #isLarge is large}: send its statements
         */
        String sql();

        /** The commands without a dissolved transaction pair; reads all of them into memory when they {@linkplain #isLarge are large}. */
        List<Statement> statements();

        /** What its comments tell. */
        Directives directives();

        /** Whether the script wrote BEGIN ... COMMIT around itself. */
        boolean demandsTransaction();

        /**
         * Whether its convention's mark for no transaction stands on it, and no such pair in it, or a directive needs several transactions.
         */
        boolean declinesTransaction();

        /** Whether BEGIN ... COMMIT stand in it, but not around all of it. */
        boolean dividesTransactions();

        /**
         * Where the first backslash in a string without E stands, as an offset of {@link Script#text()}; -1 when there is none. A database that
         * sets standard_conforming_strings off would read another string.
         */
        int plainBackslash();

        /** The same for a throw-away database, where what directives say of rows cannot hold. */
        Commands unbound();

        /** How many statements there are. */
        int count();

        /** Whether the script is too large to be held in memory, and so is read once more by {@link #forEach}. */
        boolean isLarge();

        /**
         * Gives all statements in their order, one after the other.
         *
         * @throws LockkeeperException {@code migration-altered} when the file of a large script is not what it was when it was planned, at the
         *     latest after the last statement; and what the action throws
         */
        void forEach(Consumer<Statement> action);

        /** Whether inline COPY data forces the statements to be sent one by one. */
        boolean hasCopyData();

        /** Whether a statement makes the server send COPY data. */
        boolean sendsCopyData();

        /** Whether a statement may give or take rights: see {@link dev.lockkeeper.sql.Grants}. */
        boolean grants();

        /** The settings that it may make up. */
        CustomSettings customSettings();

        /** Why statements cannot run inside of a transaction, in their order: see {@link dev.lockkeeper.sql.Outside}. */
        List<Remark> outside();

        /** Why the script runs statement by statement, as far as its text tells; empty when it runs in one transaction. */
        default Optional<String> byStatement() {
            if (directives().noTransaction()) {
                return Optional.of("the script asks for it");
            }
            if (!directives().backfills().isEmpty()) {
                return Optional.of("a backfill commits each of its batches");
            }
            if (declinesTransaction()) {
                return Optional.of("its file asks for it");
            }
            if (dividesTransactions()) {
                return Optional.of("the script begins and ends transactions itself");
            }
            return demandsTransaction()
                    ? Optional.empty()
                    : outside().stream().findFirst().map(Remark::text);
        }

        /** What statements leave that no other session can be given, in their order: see {@link dev.lockkeeper.sql.Unrestorable}. */
        List<Remark> unrestorable();
    }
}
