package dev.lockkeeper.apply;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.database.ScriptSession;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.history.Progress;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.sql.Effect;
import dev.lockkeeper.sql.Statement;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Runs a statement that the server runs in no transaction of others: between a journal entry that says what it concerns and
 * one that says that it is done, after a look at its effect.
 */
final class Alone {
    private static final Pattern ENDS = Pattern.compile("(?i)\\b(commit|rollback)\\b");
    private static final String NAME = "(?:\"((?:[^\"]|\"\")+)\"|([\\p{L}_][\\p{L}\\p{N}_$]*))";
    /** The name of the procedure, without its schema. */
    private static final Pattern CALLED =
            Pattern.compile("(?is)call\\s+(?:" + NAME + "\\s*\\.\\s*)*" + NAME + "\\s*\\(.*");
    /** Procedures that end transactions, or call others, as far as their text tells. */
    private static final String COMMITTING = "select exists (select from pg_proc where prokind = 'p' and oid >= 16384"
            + " and prosrc ~* " + literal("\\m(commit|rollback|call)\\M");

    private final Sender sender;
    private final ScriptSession session;
    private final Script script;
    private final StatementJournal journal;
    private final Supplier<Settlement> settlement;
    private final Waiting waiting;
    private final String state;
    private @Nullable Left left;

    /** @param state an expression for the state of the session */
    Alone(Sender sender, StatementJournal journal, Supplier<Settlement> settlement, Waiting waiting, String state) {
        this.sender = sender;
        this.session = sender.session();
        this.script = sender.script();
        this.journal = journal;
        this.settlement = settlement;
        this.waiting = waiting;
        this.state = state;
    }

    /** Whether a procedure or block may end the transaction that it is called in. */
    boolean mayCommit(Statement statement) {
        return mayCommit(session, statement);
    }

    /** Whether a script makes a procedure itself that ends transactions, of which the catalog knows nothing yet. */
    static boolean makesCommitting(Statement statement) {
        return begins(statement, "create")
                && statement.words().contains("procedure")
                && ENDS.matcher(statement.sql()).find();
    }

    /** Whether it is a block that ends transactions, as far as its text tells. */
    static boolean commits(Statement statement) {
        return begins(statement, "do") && ENDS.matcher(statement.sql()).find();
    }

    /** Whether it calls a procedure. */
    static boolean calls(Statement statement) {
        return begins(statement, "call");
    }

    private static boolean begins(Statement statement, String word) {
        return !statement.words().isEmpty() && statement.words().get(0).equals(word);
    }

    static boolean mayCommit(ScriptSession session, Statement statement) {
        return commits(statement)
                || (calls(statement)
                        && "t"
                                .equals(session.ask(COMMITTING + called(statement) + ")")
                                        .get(0)
                                        .get(0)[0]));
    }

    /** Chooses the procedures of that name, all when the name cannot be read. */
    private static String called(Statement statement) {
        Matcher name = CALLED.matcher(statement.sql());
        if (!name.matches()) {
            return "";
        }
        String quoted = name.group(3);
        return " and proname = "
                + literal(quoted == null ? name.group(4).toLowerCase(Locale.ROOT) : quoted.replace("\"\"", "\""));
    }

    /** What the session is now; null when it does not matter. */
    @Nullable
    String state() {
        if (!journal.isKept()) {
            return null;
        }
        try {
            return session.resolve(SessionState.REMEMBER + ScriptSession.TRUSTED + "select " + state)
                    .get(1)
                    .get(0)[0];
        } catch (SqlFailure e) {
            throw Failure.ofClosing(script, e).asException();
        }
    }

    void run(Statement statement) {
        if (left != null && left.statement().ordinal() == statement.ordinal() && isSettled(left)) {
            return;
        }
        requireSettlement(statement);
        Concern concern = resolve(statement);
        journal.started(statement, concern.text(), state());
        boolean patient = waitWithoutEnd(statement);
        try {
            sender.send(statement, "");
        } catch (Sender.RefusedInTransaction e) {
            // such as VACUUM in a DO block: refused in every manner
            journal.failed(statement);
            throw e.failure().asException();
        } catch (LockkeeperException e) {
            // without a connection nobody knows, and the next run must find out
            if (Aftermath.isNeeded(e.problems().get(0).code())) {
                throw e;
            }
            journal.failed(statement);
            throw clear(new Left(statement, concern), e);
        } finally {
            if (patient) {
                restorePatience();
            }
        }
        verify(statement, concern);
        journal.done(statement, state());
    }

    /** A session that is gone needs no setting, and must not hide why it went. */
    private void restorePatience() {
        try {
            session.send("set lock_timeout = " + waiting.patience().lock().toMillis(), notice -> {});
        } catch (SqlFailure e) {
            if (!e.connectionLost() && !e.ofDriver()) {
                throw Failure.ofClosing(script, e).asException();
            }
        }
    }

    private Concern resolve(Statement statement) {
        try {
            return Settlement.resolve(session, statement);
        } catch (SqlFailure e) {
            throw Failure.ofStatement(script, statement, e).asException();
        }
    }

    /** Its session is there before the statement begins: a pool may be too small for it. */
    private void requireSettlement(Statement statement) {
        try {
            Objects.requireNonNull(settlement.get(), "a session that settles");
        } catch (SqlFailure e) {
            throw Failure.at(script, statement.start(), e).asException();
        }
    }

    private void verify(Statement statement, Concern concern) {
        Optional<Flaw> flaw;
        try {
            flaw = settlement.get().verify(statement, concern);
        } catch (SqlFailure e) {
            throw Failure.at(script, statement.start(), e).asException();
        }
        flaw.ifPresent(wrong -> {
            journal.failed(statement);
            throw wrong.problem(Code.STATEMENT_FAILED)
                    .at(script.place(statement.start()))
                    .asException();
        });
    }

    /** What an attempt of this run has left: the next one would take it for what was there before. */
    private record Left(Statement statement, Concern concern) {}

    private boolean isSettled(Left attempt) {
        return settle(attempt.statement(), attempt.concern(), true, null);
    }

    /** An invalid index slows every writer, and a unique one refuses rows: it does not stay until the next run. */
    private LockkeeperException clear(Left attempt, LockkeeperException failure) {
        left = attempt;
        try {
            if (settlement.get().settle(attempt.statement(), attempt.concern(), true)
                    instanceof Settled.Unknown unknown) {
                return failure.problems().get(0).note(unknown.why()).asException(failure);
            }
        } catch (SqlFailure e) {
            failure.addSuppressed(e);
        }
        return failure;
    }

    /**
     * Finds out from the catalog whether a statement took effect that was interrupted or refused, and clears away what it has
     * left otherwise.
     *
     * @throws LockkeeperException {@code statement-interrupted} when the catalog does not tell
     */
    boolean settle(Statement statement, Progress progress) {
        return settle(
                statement,
                Concern.parse(progress.concerns()).orElse(null),
                progress.state() == Progress.State.FAILED,
                progress.sessionState());
    }

    private boolean settle(
            Statement statement, @Nullable Concern concern, boolean failed, @Nullable String sessionState) {
        Settled settled;
        try {
            settled = settlement.get().settle(statement, concern, failed);
        } catch (SqlFailure e) {
            throw Failure.ofClosing(script, e).asException();
        }
        if (settled instanceof Settled.Unknown unknown) {
            throw Problem.of(
                            Code.STATEMENT_INTERRUPTED,
                            "statement " + statement.ordinal()
                                    + " was interrupted, and it is not known whether it took effect")
                    .at(script.place(statement.start()))
                    .because(unknown.why())
                    .help(unknown.help())
                    .asException();
        }
        boolean done = settled instanceof Settled.Done;
        if (done) {
            journal.done(statement, sessionState);
        }
        return done;
    }

    /**
     * A concurrent command waits for transactions that are older than itself; it holds up nobody meanwhile, and giving up
     * would only leave an invalid index. A limit that the script has set for itself stays.
     *
     * @return whether the limit was lifted, and must come back
     */
    private boolean waitWithoutEnd(Statement statement) {
        long own = waiting.patience().lock().toMillis();
        return own > 0
                && Effect.of(statement).isConcurrent()
                && !session.resolve(
                                "select pg_catalog.set_config('lock_timeout', '0', false) from pg_catalog.pg_settings"
                                        + " where name operator(pg_catalog.=) 'lock_timeout'"
                                        + " and setting operator(pg_catalog.=) '" + own + "'")
                        .get(0)
                        .isEmpty();
    }
}
