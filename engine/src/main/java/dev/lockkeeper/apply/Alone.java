package dev.lockkeeper.apply;

import dev.lockkeeper.database.ScriptSession;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.history.Progress;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.sql.Outside;
import dev.lockkeeper.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Runs a statement that the server runs in no transaction of others: between a journal entry that says what it concerns and
 * one that says that it is done, after a look at its effect.
 */
final class Alone {
    private static final Pattern ENDS = Pattern.compile("(?i)\\b(commit|rollback)\\b");
    /** Procedures of the database that end transactions, as far as their text tells. */
    private static final String COMMITTING = "select exists (select from pg_proc where prokind = 'p' and oid >= 16384"
            + " and prosrc ~* '\\m(commit|rollback)\\M')";

    private final Sender sender;
    private final ScriptSession session;
    private final Script script;
    private final StatementJournal journal;
    private final Settlement settlement;
    private final Waiting waiting;
    private final String state;

    /** @param state an expression for the state of the session */
    Alone(Sender sender, StatementJournal journal, Settlement settlement, Waiting waiting, String state) {
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

    static boolean mayCommit(ScriptSession session, Statement statement) {
        String first = statement.words().isEmpty() ? "" : statement.words().get(0);
        return (first.equals("do") && ENDS.matcher(statement.sql()).find())
                || (first.equals("call")
                        && "t".equals(session.ask(COMMITTING).get(0).get(0)[0]));
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

    void run(Statement statement, @Nullable Progress progress) {
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
            if (!Aftermath.isNeeded(e.problems().get(0).code())) {
                journal.failed(statement);
                clear(statement, concern, e);
            }
            throw e;
        }
        if (patient) {
            sender.own("set lock_timeout = " + waiting.patience().lock().toMillis());
        }
        verify(statement, concern);
        journal.done(statement, state());
    }

    private Concern resolve(Statement statement) {
        try {
            return Concern.resolve(session, statement);
        } catch (SqlFailure e) {
            throw Failure.at(script, statement.start(), e).asException();
        }
    }

    private void verify(Statement statement, Concern concern) {
        Optional<Problem> wrong;
        try {
            wrong = settlement.verify(concern);
        } catch (SqlFailure e) {
            throw Failure.at(script, statement.start(), e).asException();
        }
        wrong.ifPresent(problem -> {
            journal.failed(statement);
            throw problem.at(script.place(statement.start())).asException();
        });
    }

    /** An invalid index slows every writer, and a unique one refuses rows: it does not stay until the next run. */
    private void clear(Statement statement, Concern concern, LockkeeperException failure) {
        try {
            settlement.settle(concern, true);
        } catch (SqlFailure e) {
            failure.addSuppressed(e);
        }
    }

    /**
     * Finds out from the catalog whether a statement took effect that was interrupted or refused, and clears away what it has
     * left otherwise.
     *
     * @throws LockkeeperException {@code statement-interrupted} when the catalog does not tell
     */
    boolean settle(Statement statement, Progress progress) {
        Settled settled;
        try {
            settled = settlement.settle(
                    Concern.parse(progress.concerns()), progress.state() == Progress.State.FAILED);
        } catch (SqlFailure e) {
            throw Failure.ofClosing(script, e).asException();
        }
        if (settled instanceof Settled.Unknown unknown) {
            throw Problem.of(
                            Code.STATEMENT_INTERRUPTED,
                            "statement " + statement.ordinal() + " was interrupted; " + unknown.reason())
                    .at(script.place(statement.start()))
                    .because("it cannot run in a transaction, and the run that started it did not come back")
                    .help("look whether it took effect, record that with lockkeeper repair VERSION --as statement-done or"
                            + " --as statement-undone, and run the same command again")
                    .asException();
        }
        boolean done = settled instanceof Settled.Done;
        if (done) {
            journal.done(statement, progress.sessionState());
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
                && Outside.reason(statement).filter(reason -> reason.contains("CONCURRENTLY")).isPresent()
                && !session.resolve("select pg_catalog.set_config('lock_timeout', '0', false) from pg_catalog.pg_settings"
                                + " where name operator(pg_catalog.=) 'lock_timeout'"
                                + " and setting operator(pg_catalog.=) '" + own + "'")
                        .get(0)
                        .isEmpty();
    }
}
