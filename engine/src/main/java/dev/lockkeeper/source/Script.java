package dev.lockkeeper.source;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.sql.CustomSettings;
import dev.lockkeeper.sql.Grants;
import dev.lockkeeper.sql.Outside;
import dev.lockkeeper.sql.Splitter;
import dev.lockkeeper.sql.SqlFlaw;
import dev.lockkeeper.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
        SourceText whole = SourceText.whole(file, ScriptReader.normalize(content));
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

    /** The text before tokens were replaced, with normalized line endings. */
    public String template() {
        return template.text();
    }

    /** The text after tokens were replaced. */
    public String text() {
        return rendered.text();
    }

    /** The text of its whole file, with normalized line endings; the other script of the migration may be part of it. */
    public String fileText() {
        return rendered.content();
    }

    public Checksum checksum() {
        Checksum known = checksum;
        if (known == null) {
            known = Checksum.of(template());
            checksum = known;
        }
        return known;
    }

    public Checksum renderedChecksum() {
        return template().equals(text()) ? checksum() : Checksum.of(text());
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
        List<Statement> statements;
        try {
            statements = Splitter.split(text());
        } catch (SqlFlaw flaw) {
            throw Problem.of(flaw.code(), String.valueOf(flaw.getMessage()))
                    .at(place(flaw.offset()))
                    .help(flaw.help())
                    .asException(flaw);
        }
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
        String sql = wrapped ? blank(statements.get(0), statements.get(statements.size() - 1)) : text();
        Directives directives = Directives.of(this, inner);
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
        return new Commands(sql, List.copyOf(inner), directives, wrapped, declines);
    }

    private Problem refused(Statement statement) {
        String command = statement.sql().lines().findFirst().orElse("");
        return Problem.of(Code.TRANSACTION_COMMAND, "the transaction command " + command + " is not allowed here")
                .at(place(statement.start()))
                .because("each migration runs in one transaction of its own, together with its history row; a command"
                        + " that ends it half-way would make the history lie")
                .help("remove it, or split the script into several migrations");
    }

    /** Blanks the pair out instead of cutting it, so that the server's error positions stay true. */
    private String blank(Statement begin, Statement commit) {
        StringBuilder blanked = new StringBuilder(text());
        for (Statement statement : List.of(begin, commit)) {
            for (int i = statement.start(); i < statement.end(); i++) {
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
     */
    public record Commands(
            String sql,
            List<Statement> statements,
            Directives directives,
            boolean demandsTransaction,
            boolean declinesTransaction) {
        /** The same for a throw-away database, where what directives say of rows cannot hold. */
        public Commands unbound() {
            return new Commands(sql, statements, directives.unbound(), demandsTransaction, declinesTransaction);
        }

        /** Whether inline COPY data forces the statements to be sent one by one. */
        public boolean hasCopyData() {
            return statements.stream().anyMatch(s -> s.kind() == Statement.Kind.COPY_IN);
        }

        /**
         * Why the script does not run in one transaction, as far as its text tells; empty when it does. Looks through the script
         * each time.
         */
        public Optional<String> outside() {
            if (directives.noTransaction()) {
                return Optional.of("the script asks for it");
            }
            if (!directives.backfills().isEmpty()) {
                return Optional.of("a backfill commits each of its batches");
            }
            if (declinesTransaction) {
                return Optional.of("its file asks for it");
            }
            return demandsTransaction
                    ? Optional.empty()
                    : statements.stream().flatMap(s -> Outside.reason(s).stream()).findFirst();
        }

        /** Whether a plain string may hold a backslash. */
        public boolean plainBackslash() {
            return sql.indexOf('\\') >= 0;
        }

        /** What it may set that the server does not list. Looks through the script each time. */
        public CustomSettings customSettings() {
            return CustomSettings.in(statements);
        }

        /** Whether a statement may give or take rights: see {@link Grants}. Looks through the script each time. */
        public boolean grants() {
            return statements.stream().anyMatch(Grants::in);
        }
    }
}
