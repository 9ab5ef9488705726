package dev.lockkeeper.apply;

import dev.lockkeeper.database.Quote;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Patience;
import dev.lockkeeper.source.Script;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where an {@link Undertaking} works: a session in which a transaction is open. Not thread-safe. */
public final class Desk {
    private final Session session;
    private @Nullable WorkSession work;

    Desk(Session session) {
        this.session = session;
    }

    /** For own SQL. */
    public Session session() {
        return session;
    }

    /**
     * Runs a script in the transaction, where everything is set as in a new session.
     *
     * @param role as which it begins; null for whoever has connected
     * @return how many rows its statements have changed, as far as the server counts them
     * @throws LockkeeperException with the place in the file when the server refuses a statement, or {@code transaction-command} when
     *     the script does not run in one transaction
     */
    public long run(Script script, @Nullable String role) {
        WorkSession scripts = work();
        Draft draft = Draft.within(script, script.commands().unbound(), ScriptRunner.Begin.FRESH, Closing.NONE);
        draft.commands().byStatement().ifPresent(reason -> {
            throw alone(script, reason).asException();
        });
        if (!draft.isWhole(scripts)) {
            throw alone(script, "it runs code that may end transactions").asException();
        }
        scripts.session()
                .send(Ending.BETWEEN + (role == null ? "" : ";set local role " + Quote.identifier(role)), notice -> {});
        ScriptRunner runner = new ScriptRunner(
                scripts,
                StatementJournal.NONE,
                () -> {
                    throw new IllegalStateException("nothing in a transaction is settled");
                },
                new Waiting(Patience.endless()),
                false);
        try {
            runner.within(draft);
        } catch (Sender.RefusedInTransaction e) {
            throw new LockkeeperException(e.failure().asException().problems(), e);
        }
        if (!scripts.session().inTransaction()) {
            throw new IllegalStateException("a script has ended the transaction: " + script.file());
        }
        return runner.rows();
    }

    private WorkSession work() {
        WorkSession known = work;
        if (known == null) {
            known = new WorkSession(session.scripts(), Patience.endless(), false, backend -> {});
            work = known;
        }
        return known;
    }

    private static Problem alone(Script script, String reason) {
        List<Script.Remark> outside = script.commands().outside();
        return Problem.of(Code.TRANSACTION_COMMAND, "this script does not run in one transaction: " + reason)
                .at(script.place(outside.isEmpty() ? 0 : outside.get(0).offset()))
                .because("all files of a package are one transaction, so that all of it is there or nothing")
                .help("move it into a migration, or remove what needs a transaction of its own");
    }
}
