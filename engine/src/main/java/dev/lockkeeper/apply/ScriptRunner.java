package dev.lockkeeper.apply;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.history.Progress;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.problem.ServerError;
import dev.lockkeeper.project.Patience;
import dev.lockkeeper.source.Directive;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.sql.Scope;
import dev.lockkeeper.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Runs one script in a session, in the safest way that the server allows.
 *
 * <p>Normally the whole script and what closes it are one message and one transaction. Inline COPY data is sent
 * statement by statement, still in one transaction. When the server refuses a statement inside a transaction, nothing
 * has been kept, and the script runs again statement by statement, its progress in the journal. A script whose convention
 * marks it so runs statement by statement from the start.
 */
public final class ScriptRunner {
    /**
     * What goes before every script, so that no setting and no temporary table of an earlier one leaks into it. The time zone is fixed because
     * the driver would send that of the machine it runs on.
     */
    private static final String CLEAN =
            "set session authorization default; reset role; reset all; set time zone 'UTC'; discard temp;";

    private static final int CLEAN_STATEMENTS = 5;
    /**
     * What goes before the closing SQL: the script may have changed who it runs as. Settings go back here too, because
     * default_transaction_read_only would already bind the transaction in which the next script resets it.
     */
    private static final String AS_ONESELF = "\n;set session authorization default; reset role; reset all;\n";

    private final Session session;
    private final StatementJournal journal;
    private final Settlement settlement;
    private final Waiting waiting;
    private final String clean;
    private final String asOneself;
    private final int cleanStatements;
    private Manner manner = Manner.TRANSACTION;

    /** For a database that nobody else uses: waits for ever. */
    public ScriptRunner(Session session) {
        this(session, StatementJournal.NONE, new Waiting(Patience.endless()), false, List.of());
    }

    /**
     * @param publicPath whether unqualified names must be kept out of the schema that is called like the user, which is the
     *     first of the search path (manual, "search_path"), because it holds the record. Not a start-up option of the
     *     connection, which a pooler may refuse
     * @param settings statements that hold for every script, by which the server looks after the session
     */
    ScriptRunner(
            Session session, StatementJournal journal, Waiting waiting, boolean publicPath, List<String> settings) {
        this.session = session;
        this.journal = journal;
        this.settlement = new Settlement(session);
        this.waiting = waiting;
        String limits = limits(waiting.patience());
        String path = publicPath ? " set search_path = public;" : "";
        String liveness = settings.stream().map(setting -> " " + setting + ";").collect(Collectors.joining());
        this.clean = CLEAN + path + limits + liveness + "\n";
        this.asOneself = AS_ONESELF + liveness;
        this.cleanStatements = CLEAN_STATEMENTS
                + settings.size()
                + (int) (path + limits).chars().filter(c -> c == ';').count();
    }

    /** The statements that limit how long one may wait and work; without a limit the database's own holds. */
    static String limits(Patience patience) {
        return limit("lock_timeout", patience.lock()) + limit("statement_timeout", patience.statement());
    }

    private static String limit(String setting, Duration limit) {
        return limit.isZero() ? "" : " set " + setting + " = " + limit.toMillis() + ";";
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

    /** SQL that goes into the same transaction as the end of a script. */
    @FunctionalInterface
    public interface Closing {
        /** Nothing to add. */
        Closing NONE = duration -> "";

        /**
         * The SQL to add; may be empty.
         *
         * @param durationSql an SQL expression for the milliseconds that the script took
         */
        String sql(String durationSql);
    }

    /**
     * Runs the script.
     *
     * @param begin what is known of it before
     * @throws LockkeeperException with the place in the file when the server refuses a statement
     */
    public Manner run(Script script, Script.Commands commands, Begin begin, Closing closing) {
        manner = begin != Begin.FRESH || commands.declinesTransaction() ? Manner.STATEMENTS : Manner.TRANSACTION;
        if (manner == Manner.STATEMENTS) {
            oneByOne(script, commands, begin, closing);
            return manner;
        }
        try {
            waiting.patiently(() -> {
                if (commands.hasCopyData()) {
                    stepped(script, commands, closing);
                } else {
                    oneMessage(script, commands, closing);
                }
            });
            return manner;
        } catch (RefusedInTransaction refused) {
            if (commands.demandsTransaction()) {
                throw refused.failure.inTransaction();
            }
            manner = Manner.STATEMENTS;
            oneByOne(script, commands, begin, closing);
            return manner;
        }
    }

    /** How the last script ran, also when it failed. */
    public Manner manner() {
        return manner;
    }

    private void oneMessage(Script script, Script.Commands commands, Closing closing) {
        String end = closing.sql("(extract(epoch from clock_timestamp() - statement_timestamp()) * 1000)::bigint");
        Message message = Message.of(clean, cleanStatements, commands, asOneself, end);
        try {
            session.execute(message.sql());
        } catch (SqlFailure e) {
            throw refusal(message.failure(script, e));
        }
    }

    private void stepped(Script script, Script.Commands commands, Closing closing) {
        long start = System.nanoTime();
        session.execute(clean);
        session.execute("begin");
        try {
            guard(script, Guard.before(commands.directives()));
            for (Statement statement : commands.statements()) {
                send(script, statement, "");
            }
            guard(script, Guard.after(commands.directives()));
            session.execute(asOneself + closing.sql(elapsed(start)));
            session.execute("commit");
        } catch (SqlFailure e) {
            throw abort(Failure.ofClosing(script, e).asException());
        } catch (LockkeeperException | RefusedInTransaction e) {
            throw abort(e);
        }
    }

    /** Ends the transaction; a failing cleanup must not hide why it was needed. */
    private RuntimeException abort(RuntimeException reason) {
        try {
            session.execute("rollback");
        } catch (SqlFailure e) {
            reason.addSuppressed(e);
        }
        return reason;
    }

    private void oneByOne(Script script, Script.Commands commands, Begin begin, Closing closing) {
        long start = System.nanoTime();
        session.execute(clean);
        List<Directive.Rows> contracts =
                begin == Begin.PARTIAL ? List.of() : commands.directives().rows();
        if (begin == Begin.FRESH) {
            waiting.patiently(() -> guard(script, Guard.before(commands.directives())));
            keepCounts(contracts);
        } else {
            journal.requireAll(commands.statements());
            bringCounts(contracts);
        }
        for (Statement statement : commands.statements()) {
            // a setting is part of the session, not of the database: a new session needs it again
            boolean setting =
                    !statement.words().isEmpty() && statement.words().get(0).equals("set");
            if (!isDone(script, commands, statement) || setting) {
                try {
                    Directive.Backfill backfill =
                            commands.directives().backfills().get(statement.ordinal());
                    if (backfill == null) {
                        waiting.patiently(() -> alone(script, statement));
                    } else {
                        new Batches(session, script, backfill, statement, journal, waiting).run();
                    }
                } catch (LockkeeperException e) {
                    Problem problem = e.problems().get(0);
                    ServerError server = problem.server();
                    if (begin != Begin.PARTIAL || server == null || !server.refusedAsAbsent()) {
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
        if (begin != Begin.PARTIAL) {
            waiting.patiently(() -> guard(script, Guard.after(commands.directives())));
        }
        waiting.patiently(() -> {
            try {
                String end = closing.sql(elapsed(start));
                session.execute(asOneself + end + (end.isEmpty() ? "" : ";") + journal.forgetSql());
            } catch (SqlFailure e) {
                throw Failure.ofClosing(script, e).asException();
            }
        });
    }

    /** What an interrupted or failed statement has left is cleared away here. */
    private boolean isDone(Script script, Script.Commands commands, Statement statement) {
        Progress.State state = journal.state(statement);
        boolean batches = commands.directives().backfills().containsKey(statement.ordinal());
        if (state == null || state == Progress.State.DONE || batches) {
            return state == Progress.State.DONE;
        }
        Settlement.Way way;
        try {
            way = settlement.settle(statement, state == Progress.State.FAILED);
        } catch (SqlFailure e) {
            throw Failure.ofClosing(script, e).asException();
        }
        if (way == Settlement.Way.UNKNOWN) {
            throw Problem.of(
                            Code.STATEMENT_INTERRUPTED,
                            "statement " + statement.ordinal()
                                    + " was interrupted; the catalog does not tell whether it took effect")
                    .at(script.place(statement.start()))
                    .because("it cannot run in a transaction, and the run that started it did not come back")
                    .help("look whether it took effect, say so with lockkeeper repair VERSION --as statement-done or"
                            + " --as statement-undone, and run the same command again")
                    .asException();
        }
        if (way == Settlement.Way.DONE) {
            journal.done(statement);
        }
        return way == Settlement.Way.DONE;
    }

    private void guard(Script script, List<Guard> guards) {
        for (Guard guard : guards) {
            try {
                session.execute(guard.sql());
            } catch (SqlFailure e) {
                throw Failure.ofGuard(script, guard, e).asException();
            }
        }
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
    private void alone(Script script, Statement statement) {
        if (statement.kind() == Statement.Kind.COPY_IN) {
            session.execute("begin");
            try {
                send(script, statement, "");
                session.execute("set local role none;" + journal.doneSql(statement) + ";commit");
            } catch (SqlFailure e) {
                throw abort(Failure.at(script, statement.start(), e).asException());
            } catch (LockkeeperException e) {
                throw abort(e);
            }
            return;
        }
        try {
            // the journal belongs to the session's own user, whatever role the script has taken for its objects
            String done = journal.doneSql(statement);
            send(script, statement, done.isEmpty() ? "" : "\n;set local role none;" + done);
        } catch (RefusedInTransaction expected) {
            waitWithoutEnd(statement);
            outside(script, statement);
        }
    }

    /**
     * A concurrent command waits for transactions that are older than itself; it holds up nobody meanwhile, and giving up
     * would only leave an invalid index. A limit that the script has set for itself stays.
     */
    private void waitWithoutEnd(Statement statement) {
        if (statement.words().contains("concurrently")) {
            session.query(
                    "select set_config('lock_timeout', '0', false) where (select setting from pg_catalog.pg_settings"
                            + " where name = 'lock_timeout') = '"
                            + waiting.patience().lock().toMillis() + "'");
        }
    }

    private void outside(Script script, Statement statement) {
        // what is there before is not its doing, and must not be taken for it after an interruption
        boolean there = settlement.isThereBefore(statement);
        if (!there) {
            journal.started(statement);
        }
        try {
            send(script, statement, "");
        } catch (RefusedInTransaction e) {
            // such as VACUUM in a DO block: refused in every manner
            journal.failed(statement);
            throw e.failure.asException();
        } catch (LockkeeperException e) {
            // without a connection nobody knows, and the next run must find out
            if (e.problems().get(0).code() != Code.CONNECTION_LOST && !there) {
                journal.failed(statement);
                clear(statement, e);
            }
            throw e;
        }
        journal.done(statement);
    }

    /** An invalid index slows every writer, and a unique one refuses rows: it does not stay until the next run. */
    private void clear(Statement statement, LockkeeperException failure) {
        try {
            settlement.settle(statement, true);
        } catch (SqlFailure e) {
            failure.addSuppressed(e);
        }
    }

    private void send(Script script, Statement statement, String after) {
        try {
            String data = statement.copyData();
            if (data != null) {
                session.copyIn(statement.sql(), data);
            } else {
                session.execute(statement.sql() + after);
            }
        } catch (SqlFailure e) {
            throw refusal(Failure.ofStatement(script, statement, e));
        }
    }

    private static RuntimeException refusal(Failure failure) {
        return failure.cause().error().refusedInTransaction()
                ? new RefusedInTransaction(failure)
                : failure.asException();
    }

    private static String elapsed(long start) {
        return Long.toString(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    }

    /** The server runs this script only outside of a transaction; nothing was kept. */
    private static final class RefusedInTransaction extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final transient Failure failure;

        RefusedInTransaction(Failure failure) {
            super(failure.cause());
            this.failure = failure;
        }
    }
}
