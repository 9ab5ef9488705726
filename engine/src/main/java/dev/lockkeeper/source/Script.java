package dev.lockkeeper.source;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.sql.Cut;
import dev.lockkeeper.sql.Grants;
import dev.lockkeeper.sql.Splitter;
import dev.lockkeeper.sql.SqlFlaw;
import dev.lockkeeper.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An up or a down script: its text with the tokens replaced, and the way back to the file. Immutable. */
public final class Script {
    private final String file;
    private final SourceText template;
    private final SourceText rendered;
    private final boolean declinesTransaction;
    // asked for several times a run, and hashing is what a short process has no time to compile well
    private @Nullable Checksum checksum;

    Script(String file, SourceText template, SourceText rendered, boolean declinesTransaction) {
        this.file = file;
        this.template = template;
        this.rendered = rendered;
        this.declinesTransaction = declinesTransaction;
    }

    /** A script that comes from no file of a folder, such as a prelude; its tokens are not replaced. */
    public static Script of(String file, String content) {
        SourceText whole = SourceText.whole(file, ScriptReader.unmarked(content));
        return new Script(file, whole, whole, false);
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
        Script other = new Script(file, template, tokens.render(template, errors, warnings::add), declinesTransaction);
        other.checksum = checksum();
        return other;
    }

    /** The path as the user knows it. */
    public String file() {
        return file;
    }

    /** The text before tokens were replaced, with normalized line endings, to compare it with another. */
    public String template() {
        return ScriptReader.normalize(template.text());
    }

    /** The text before tokens were replaced as the file has it, for the record. */
    public String kept() {
        return template.text();
    }

    /** The text after tokens were replaced, with the line endings of the file. */
    public String text() {
        return rendered.text();
    }

    /** The text of its whole file, with normalized line endings; the other script of the migration may be part of it. */
    public String fileText() {
        return ScriptReader.normalize(rendered.content());
    }

    public Checksum checksum() {
        Checksum known = checksum;
        if (known == null) {
            known = Checksum.of(template.text());
            checksum = known;
        }
        return known;
    }

    public Checksum renderedChecksum() {
        return template.text().equals(text()) ? checksum() : Checksum.of(text());
    }

    /** The digest of what is sent and how: an edit of the mark that declines a transaction counts too. */
    public Checksum sentChecksum() {
        return declinesTransaction ? Checksum.of("without a transaction\n" + text()) : renderedChecksum();
    }

    /** The place in the file that an offset of {@link #text()}, in chars, comes from. */
    public Place place(int offset) {
        return rendered.place(offset);
    }

    /**
     * The commands of this script, ready to run: an outermost BEGIN ... COMMIT pair is dissolved.
     *
     * @throws LockkeeperException for text that cannot be split and for transaction commands that are refused
     */
    public Commands commands() {
        Cut cut;
        try {
            cut = Splitter.cut(text());
        } catch (SqlFlaw flaw) {
            throw Problem.of(flaw.code(), String.valueOf(flaw.getMessage()))
                    .at(place(flaw.offset()))
                    .help(flaw.help())
                    .asException(flaw);
        }
        List<Statement> statements = cut.statements();
        boolean wrapped = statements.size() >= 2
                && statements.get(0).kind() == Statement.Kind.BEGIN
                && statements.get(statements.size() - 1).kind() == Statement.Kind.COMMIT;
        List<Statement> inner = wrapped ? statements.subList(1, statements.size() - 1) : statements;
        List<Problem> refused = new ArrayList<>();
        for (Statement statement : inner) {
            switch (statement.kind()) {
                case BEGIN, COMMIT, TRANSACTION -> refused.add(refused(statement));
                case ORDINARY, COPY_IN, COPY_OUT -> {}
            }
        }
        if (!refused.isEmpty()) {
            throw new LockkeeperException(refused);
        }
        List<Cut.Span> unsent = new ArrayList<>(cut.unsent());
        if (wrapped) {
            unsent.add(span(statements.get(0)));
            unsent.add(span(statements.get(statements.size() - 1)));
        }
        Directives directives = Directives.of(this, inner, cut.comments());
        if (wrapped && directives.declineTransaction()) {
            throw Problem.of(
                            Code.DIRECTIVE,
                            directives.noTransaction()
                                    ? "the script asks for no transaction, but BEGIN and COMMIT make it one"
                                    : "a backfill commits each of its batches, but the script is one transaction")
                    .at(place(statements.get(0).start()))
                    .help(
                            directives.noTransaction()
                                    ? "remove BEGIN and COMMIT, or the line -- lockkeeper:no-transaction"
                                    : "remove BEGIN and COMMIT")
                    .asException();
        }
        boolean declines = (declinesTransaction && !wrapped) || directives.declineTransaction();
        return new Commands(blank(unsent), List.copyOf(inner), directives, wrapped, declines, cut.plainBackslash());
    }

    private Problem refused(Statement statement) {
        String command = statement.sql().lines().findFirst().orElse("");
        return Problem.of(Code.TRANSACTION_COMMAND, "the transaction command " + command + " is not allowed here")
                .at(place(statement.start()))
                .because("each migration runs in one transaction of its own, together with its history row; a command"
                        + " that ends it half-way would make the history lie")
                .help("remove it, or split the script into several migrations");
    }

    private static Cut.Span span(Statement statement) {
        return new Cut.Span(statement.start(), statement.end());
    }

    /** Blanks out instead of cutting, so that the server's error positions stay true. */
    private String blank(List<Cut.Span> unsent) {
        if (unsent.isEmpty()) {
            return text();
        }
        StringBuilder blanked = new StringBuilder(text());
        for (Cut.Span span : unsent) {
            for (int i = span.start(); i < span.end(); i++) {
                blanked.setCharAt(i, ' ');
            }
        }
        return blanked.toString();
    }

    /**
     * What a script makes the server do.
     *
     * @param sql the whole text to send, offsets as in {@link Script#text()}
     * @param statements the commands without a dissolved transaction pair
     * @param directives what its comments tell
     * @param demandsTransaction whether the script wrote BEGIN ... COMMIT around itself
     * @param declinesTransaction whether its convention's mark for no transaction stands on it, and no such pair in it, or
     *     a directive needs several transactions
     * @param plainBackslash where the first backslash in a string without E stands, as an offset of {@link Script#text()}; -1 when there is
     *     none. A database that sets standard_conforming_strings off would read another string
     */
    public record Commands(
            String sql,
            List<Statement> statements,
            Directives directives,
            boolean demandsTransaction,
            boolean declinesTransaction,
            int plainBackslash) {
        /** The same for a throw-away database, where what directives say of rows cannot hold. */
        public Commands unbound() {
            return new Commands(
                    sql, statements, directives.unbound(), demandsTransaction, declinesTransaction, plainBackslash);
        }

        /** Whether inline COPY data forces the statements to be sent one by one. */
        public boolean hasCopyData() {
            return statements.stream().anyMatch(s -> s.kind() == Statement.Kind.COPY_IN);
        }

        /** Whether a statement may give or take rights: see {@link Grants}. Looks through the script each time. */
        public boolean grants() {
            return statements.stream().anyMatch(Grants::in);
        }
    }
}
