package dev.lockkeeper.apply;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.history.Progress;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.problem.ServerError;
import dev.lockkeeper.source.Directive;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.sql.Effect;
import dev.lockkeeper.sql.Scope;
import dev.lockkeeper.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs a script statement by statement, its progress in the journal, so that another run can go on with it. */
final class OneByOne {
    private final Session session;
    private final Script script;
    private final Sender sender;
    private final StatementJournal journal;
    private final Settlement settlement;
    private final Waiting waiting;
    private @Nullable Left left;

    OneByOne(Sender sender, StatementJournal journal, Waiting waiting) {
        this.session = sender.session();
        this.script = sender.script();
        this.sender = sender;
        this.journal = journal;
        this.settlement = new Settlement(session);
        this.waiting = waiting;
    }

    void run(Script.Commands commands, ScriptRunner.Begin begin, String clean, Supplier<String> end) {
        session.execute(clean);
        List<Directive.Rows> contracts = begin == ScriptRunner.Begin.PARTIAL
                ? List.of()
                : commands.directives().rows();
        if (begin == ScriptRunner.Begin.FRESH) {
            waiting.patiently(() -> sender.guard(Guard.before(commands.directives())));
            keepCounts(contracts);
        } else {
            journal.requireAll(commands.statements());
            bringCounts(contracts);
        }
        for (Statement statement : commands.statements()) {
            // a setting is part of the session, not of the database: a new session needs it again
            boolean setting =
                    !statement.words().isEmpty() && statement.words().get(0).equals("set");
            if (!isDone(commands, statement) || setting) {
                try {
                    Directive.Backfill backfill =
                            commands.directives().backfills().get(statement.ordinal());
                    if (backfill == null) {
                        waiting.patiently(() -> alone(statement));
                    } else {
                        new Batches(session, script, backfill, statement, journal, waiting).run();
                    }
                } catch (LockkeeperException e) {
                    Problem problem = e.problems().get(0);
                    ServerError server = problem.server();
                    if (begin != ScriptRunner.Begin.PARTIAL || server == null || !server.refusedAsAbsent()) {
                        throw e;
                    }
                    if (server.context() != null || !Scope.isSingle(statement)) {
                        throw problem.because(
                                        "the statement may concern more than what is missing, so it is not passed over")
                                .help("say IF EXISTS in it, so that what is there is taken back")
                                .asException(e);
                    }
                    journal.done(statement);
                    waiting.tell(new Event.NothingToTakeBack(script.place(statement.start()), problem.message()));
                }
            }
        }
        if (begin != ScriptRunner.Begin.PARTIAL) {
            waiting.patiently(() -> sender.guard(Guard.after(commands.directives())));
        }
        waiting.patiently(() -> {
            try {
                session.execute(end.get() + ";" + journal.forgetSql());
            } catch (SqlFailure e) {
                throw Failure.ofClosing(script, e).asException();
            }
        });
    }

    /** What an interrupted or failed statement has left is cleared away here. */
    private boolean isDone(Script.Commands commands, Statement statement) {
        Progress.State state = journal.state(statement);
        boolean batches = commands.directives().backfills().containsKey(statement.ordinal());
        if (state == null || state == Progress.State.DONE || batches) {
            return state == Progress.State.DONE;
        }
        Concern concern = Concern.parse(journal.position(statement)).orElse(null);
        Settled settled;
        try {
            settled = settlement.settle(statement, concern, state == Progress.State.FAILED);
        } catch (SqlFailure e) {
            throw Failure.ofClosing(script, e).asException();
        }
        if (settled instanceof Settled.Unknown unknown) {
            throw unsettled(statement, unknown).asException();
        }
        if (settled instanceof Settled.Done) {
            journal.done(statement);
        }
        return settled instanceof Settled.Done;
    }

    private Problem unsettled(Statement statement, Settled.Unknown unknown) {
        return Problem.of(
                        Code.STATEMENT_INTERRUPTED,
                        "statement " + statement.ordinal()
                                + " was interrupted, and it is not known whether it took effect")
                .at(script.place(statement.start()))
                .because(unknown.why())
                .help(unknown.help());
    }

    /** The counts from before the script, in case that another run has to end it. */
    private void keepCounts(List<Directive.Rows> contracts) {
        for (int i = 0; i < contracts.size(); i++) {
            String count = session.query("select current_setting(" + literal(Guard.setting(i)) + ")")
                    .get(0)[0];
            journal.position(-i, count + " " + contracts.get(i).table());
        }
    }

    private void bringCounts(List<Directive.Rows> contracts) {
        Map<String, String> counts = new HashMap<>();
        int kept = 0;
        for (String text = journal.position(0); text != null; text = journal.position(--kept)) {
            int blank = text.indexOf(' ');
            counts.put(text.substring(blank + 1), text.substring(0, blank));
        }
        for (int i = 0; i < contracts.size(); i++) {
            // a contract that was written into a begun step has no count
            String count = counts.getOrDefault(contracts.get(i).table(), "");
            session.query("select set_config(" + literal(Guard.setting(i)) + ", " + literal(count) + ", false)");
        }
    }

    /** Together with its journal entry if the server allows it, else between two of them. */
    private void alone(Statement statement) {
        if (statement.kind() == Statement.Kind.COPY_IN) {
            session.execute("begin");
            try {
                sender.send(statement, "");
                session.execute("set local role none;" + journal.doneSql(statement) + ";commit");
            } catch (SqlFailure e) {
                throw sender.abort(Failure.at(script, statement.start(), e).asException());
            } catch (LockkeeperException e) {
                throw sender.abort(e);
            }
            return;
        }
        if (Effect.of(statement).isConcurrent()) {
            // without a journal the server would take it here, as a message of one statement
            waitWithoutEnd(statement);
            outside(statement);
            return;
        }
        try {
            // the journal belongs to the session's own user, whatever role the script has taken for its objects
            String done = journal.doneSql(statement);
            sender.send(statement, done.isEmpty() ? "" : "\n;set local role none;" + done);
        } catch (Sender.RefusedInTransaction expected) {
            waitWithoutEnd(statement);
            outside(statement);
        }
    }

    /**
     * A concurrent command waits for transactions that are older than itself; it holds up nobody meanwhile, and giving up
     * would only leave an invalid index. A limit that the script has set for itself stays.
     */
    private void waitWithoutEnd(Statement statement) {
        if (Effect.of(statement).isConcurrent()) {
            session.query(
                    "select set_config('lock_timeout', '0', false) where (select setting from pg_catalog.pg_settings"
                            + " where name = 'lock_timeout') = '"
                            + waiting.patience().lock().toMillis() + "'");
        }
    }

    private void outside(Statement statement) {
        if (left != null && left.ordinal() == statement.ordinal() && isSettled(left)) {
            return;
        }
        Concern concern;
        try {
            concern = Settlement.resolve(session, statement);
        } catch (SqlFailure e) {
            throw Failure.ofStatement(script, statement, e).asException();
        }
        journal.started(statement, concern.text());
        try {
            sender.send(statement, "");
        } catch (Sender.RefusedInTransaction e) {
            // such as VACUUM in a DO block: refused in every manner
            journal.failed(statement);
            throw e.failure().asException();
        } catch (LockkeeperException e) {
            // without a connection nobody knows, and the next run must find out
            if (e.problems().get(0).code() == Code.CONNECTION_LOST) {
                throw e;
            }
            journal.failed(statement);
            throw clear(new Left(statement, concern), e);
        }
        settlement.verify(statement, concern).ifPresent(flaw -> {
            journal.failed(statement);
            throw flaw.problem(Code.STATEMENT_FAILED)
                    .at(script.place(statement.start()))
                    .asException();
        });
        journal.done(statement);
    }

    /** What an attempt of this run has left: the next one would take it for what was there before. */
    private record Left(Statement statement, Concern concern) {
        int ordinal() {
            return statement.ordinal();
        }
    }

    private boolean isSettled(Left attempt) {
        Settled settled = settlement.settle(attempt.statement(), attempt.concern(), true);
        if (settled instanceof Settled.Unknown unknown) {
            throw unsettled(attempt.statement(), unknown).asException();
        }
        if (settled instanceof Settled.Done) {
            journal.done(attempt.statement());
        }
        return settled instanceof Settled.Done;
    }

    /** An invalid index slows every writer, and a unique one refuses rows: it does not stay until the next run. */
    private LockkeeperException clear(Left attempt, LockkeeperException failure) {
        left = attempt;
        try {
            if (settlement.settle(attempt.statement(), attempt.concern(), true) instanceof Settled.Unknown unknown) {
                return failure.problems().get(0).note(unknown.why()).asException(failure);
            }
        } catch (SqlFailure e) {
            failure.addSuppressed(e);
        }
        return failure;
    }
}
