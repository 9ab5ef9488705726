package dev.lockkeeper.apply;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.project.Patience;
import dev.lockkeeper.source.Script;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
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
        if (begin != Begin.FRESH || commands.declinesTransaction()) {
            return oneByOne(script, commands, begin, closing);
        }
        manner = Manner.TRANSACTION;
        try {
            waiting.patiently(() -> {
                if (commands.hasCopyData() || commands.isLarge()) {
                    stepped(script, commands, closing);
                } else {
                    oneMessage(script, commands, closing);
                }
            });
            return manner;
        } catch (Sender.RefusedInTransaction refused) {
            if (commands.demandsTransaction()) {
                throw refused.failure().inTransaction();
            }
            return oneByOne(script, commands, begin, closing);
        }
    }

    private Manner oneByOne(Script script, Script.Commands commands, Begin begin, Closing closing) {
        manner = Manner.STATEMENTS;
        new OneByOne(new Sender(session, script), journal, waiting).run(commands, begin, clean, ended(closing));
        return manner;
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
            throw Sender.refusal(message.failure(script, e));
        }
    }

    private void stepped(Script script, Script.Commands commands, Closing closing) {
        Sender sender = new Sender(session, script);
        Supplier<String> end = ended(closing);
        session.execute(clean);
        session.execute("begin");
        try {
            sender.guard(Guard.before(commands.directives()));
            commands.forEach(statement -> sender.send(statement, ""));
            sender.guard(Guard.after(commands.directives()));
            session.execute(end.get());
            session.execute("commit");
        } catch (SqlFailure e) {
            throw sender.abort(Failure.ofClosing(script, e).asException());
        } catch (LockkeeperException | Sender.RefusedInTransaction e) {
            throw sender.abort(e);
        }
    }

    /** What closes a script that starts now, asked for when it has ended. */
    private Supplier<String> ended(Closing closing) {
        long start = System.nanoTime();
        return () -> asOneself + closing.sql(Long.toString(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)));
    }
}
