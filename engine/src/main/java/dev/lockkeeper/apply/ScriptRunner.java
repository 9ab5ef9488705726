package dev.lockkeeper.apply;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.project.Patience;
import dev.lockkeeper.source.Script;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs one script in a session that is as new, in the safest way that the server allows.
 *
 * <p>Normally the whole script and what closes it are one message and one transaction. COPY from or to the client is sent
 * statement by statement, still in one transaction. A script with a statement that runs in no transaction runs statement by
 * statement, its progress in the journal; so does one that says so itself. Where only the catalog knows that a statement is
 * such a one, the server's refusal tells, and the script goes on so if nothing in it can have happened twice then.
 */
public final class ScriptRunner {
    private final WorkSession work;
    private final StatementJournal journal;
    private final Supplier<Settlement> settlement;
    private final Waiting waiting;
    private final boolean borrowed;
    private final Witness witness;
    private final RowTally tally = new RowTally();
    private Manner manner = Manner.TRANSACTION;
    private boolean kept;

    /** For a database that nobody else uses: waits for ever. */
    public ScriptRunner(Session session) {
        this(session, Witness.NONE);
    }

    /** The same before a witness. */
    public ScriptRunner(Session session, Witness witness) {
        this(
                new WorkSession(session.scripts(), Patience.endless(), false, backend -> {}),
                StatementJournal.NONE,
                () -> new Settlement(session),
                new Waiting(Patience.endless()),
                true,
                witness);
    }

    /**
     * @param settlement looks at what statements leave that run in no transaction
     * @param borrowed whether others use the connection after each script
     */
    ScriptRunner(
            WorkSession work,
            StatementJournal journal,
            Supplier<Settlement> settlement,
            Waiting waiting,
            boolean borrowed) {
        this(work, journal, settlement, waiting, borrowed, Witness.NONE);
    }

    private ScriptRunner(
            WorkSession work,
            StatementJournal journal,
            Supplier<Settlement> settlement,
            Waiting waiting,
            boolean borrowed,
            Witness witness) {
        this.work = work;
        this.journal = journal;
        this.settlement = settlement;
        this.waiting = waiting;
        this.borrowed = borrowed;
        this.witness = witness;
    }

    /** How a script was run. */
    public enum Manner {
        /** In one transaction. */
        TRANSACTION,
        /** Each statement by itself: the server refuses one of them inside a transaction, or the script declines it. */
        STATEMENTS
    }

    /** What is known of the script before it runs. */
    public enum Begin {
        /** Nothing of it was run. */
        FRESH,
        /** The journal knows how far an earlier run came. */
        RESUMED,
        /** It takes back what is there of a script that was never finished: what is not there is no failure. */
        PARTIAL
    }

    /**
     * Runs the script.
     *
     * @param begin what is known of it before
     * @throws LockkeeperException with the place in the file when the server refuses a statement
     */
    public Manner run(Script script, Script.Commands commands, Begin begin, Closing closing) {
        return run(new Draft(script, commands, begin, closing));
    }

    /** The same for a script that was made ready. */
    Manner run(Draft draft) {
        try {
            return carryOut(draft);
        } catch (RuntimeException e) {
            // what a failed message leaves behind is not all undone with its transaction
            work.spoil();
            throw e;
        } finally {
            if (borrowed) {
                work.leave();
            }
        }
    }

    private Manner carryOut(Draft draft) {
        Script script = draft.script();
        Script.Commands commands = draft.commands();
        manner = draft.isWhole(work) ? Manner.TRANSACTION : Manner.STATEMENTS;
        Readiness.require(script, commands, manner, work.facts());
        Sender sender = sender(draft);
        try {
            if (manner == Manner.TRANSACTION) {
                transaction(sender, draft);
            }
        } catch (Sender.RefusedInTransaction refused) {
            Readiness.requireRepeatable(commands, refused.failure());
            manner = Manner.STATEMENTS;
        }
        if (manner == Manner.STATEMENTS) {
            work.prepare();
            OneByOne statements = new OneByOne(work, sender, commands, journal, settlement, waiting);
            try {
                statements.run(draft.begin(), end(forgetting(draft.closing()), started()), this::look);
            } finally {
                kept = statements.kept();
            }
        }
        if (draft.hides()) {
            work.spoil();
        }
        return manner;
    }

    /** Whether something of the last script may have been kept although it failed. */
    boolean kept() {
        return kept;
    }

    /** How many rows the statements of the script have changed and kept, as far as the server counts them. */
    public long rows() {
        return tally.rows();
    }

    /** How the last script ran, also when it failed. */
    public Manner manner() {
        return manner;
    }

    private void transaction(Sender sender, Draft draft) {
        waiting.patiently(() -> tally.whole(() -> {
            work.prepare();
            try {
                switch (sender.isWatched() || sender.clock().isApart() ? Draft.Form.STEPPED : draft.form()) {
                    case MESSAGE -> send(sender, draft.message(work));
                    case HELD -> held(sender, draft.message(work));
                    case STEPPED -> stepped(sender, draft);
                }
            } catch (RuntimeException e) {
                // what a failed message leaves behind is not all undone with its transaction
                work.spoil();
                throw e;
            }
        }));
    }

    private void send(Sender sender, Message message) {
        long before = tally.rows();
        long begun = sender.clock().begin();
        try {
            look(work.session().send(message.sql(), sender.said().during(message), message.counting(tally)));
        } catch (SqlFailure e) {
            throw Sender.refusal(message.failure(sender.script(), e));
        }
        if (message.statements().size() == 1) {
            sender.clock().ended(sender.script(), message.statements().get(0), begun, tally.rows() - before);
        }
    }

    private void look(long changed) {
        if (changed > 0) {
            work.spoil();
        }
    }

    private void held(Sender sender, Message message) {
        try {
            send(sender, message);
            sender.said().requireGranted();
            sender.own("commit");
        } catch (LockkeeperException | Sender.RefusedInTransaction e) {
            throw sender.abort(e);
        }
    }

    private void stepped(Sender sender, Draft draft) {
        sender.own(work.preambleOfMany());
        sender.own("begin");
        try {
            statements(sender, draft);
            sender.own("commit");
        } catch (LockkeeperException | Sender.RefusedInTransaction e) {
            throw sender.abort(e);
        }
    }

    private void statements(Sender sender, Draft draft) {
        Script.Commands commands = draft.commands();
        Supplier<String> end = end(draft.closing(), started());
        sender.guard(Guard.before(commands.directives()));
        commands.forEach(statement -> {
            sender.send(statement, "");
            sender.prepareAgain(statement, work);
        });
        sender.deferred(draft.deferred());
        sender.guard(Guard.after(commands.directives()));
        sender.said().requireGranted();
        try {
            look(work.session().send(end.get(), notice -> {}));
        } catch (SqlFailure e) {
            throw Failure.ofClosing(sender.script(), e).asException();
        }
    }

    /**
     * Runs a script in the transaction that is open, which stays open, or is aborted where the script fails.
     *
     * @throws Sender.RefusedInTransaction when the server runs a statement of it in no transaction
     */
    void within(Draft draft) {
        Readiness.require(draft.script(), draft.commands(), Manner.TRANSACTION, work.facts());
        Sender sender = sender(draft);
        if (draft.form() == Draft.Form.STEPPED) {
            sender.own(work.preambleOfMany());
            statements(sender, draft);
        } else {
            send(sender, draft.message(work));
            sender.said().requireGranted();
        }
    }

    private Sender sender(Draft draft) {
        return new Sender(
                work.session(),
                draft.script(),
                new Said(draft.script(), draft.commands(), waiting::tell),
                witness,
                tally,
                waiting.clock());
    }

    /** Together with the end of the script its journal is emptied. */
    private Closing forgetting(Closing closing) {
        return duration -> Stream.of(closing.sql(duration), journal.forgetSql())
                .filter(sql -> !sql.isEmpty())
                .collect(Collectors.joining(";"));
    }

    private static Supplier<String> started() {
        long start = System.nanoTime();
        return () -> Long.toString(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    }

    /** What ends a script, asked for when it has ended. */
    private Supplier<String> end(Closing closing, Supplier<String> duration) {
        return () -> Ending.script(work.facts(), true, closing.sql(duration.get()));
    }
}
