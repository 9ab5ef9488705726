package dev.lockkeeper.apply;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.history.Progress;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.sql.SessionChange;
import dev.lockkeeper.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Runs a BEGIN ... COMMIT that stands within a script as one transaction, together with its entries in the journal. */
final class OwnTransaction {
    private static final String ABORTED = "aborted: the transaction that the script begins in line ";

    private final WorkSession work;
    private final Sender sender;
    private final Script script;
    private final StatementJournal journal;
    private final Alone alone;
    private final String state;

    /** @param state an expression for the state of the session */
    OwnTransaction(WorkSession work, Sender sender, StatementJournal journal, Alone alone, String state) {
        this.work = work;
        this.sender = sender;
        this.script = sender.script();
        this.journal = journal;
        this.alone = alone;
        this.state = state;
    }

    /**
     * Whether an earlier run has committed it.
     *
     * @throws LockkeeperException {@code migration-altered} when only a part of it was begun, which was no part of it then
     */
    boolean isDone(List<Statement> all) {
        List<Statement> begun =
                all.stream().filter(s -> journal.progress(s) != null).toList();
        if (begun.size() == all.size() || begun.isEmpty()) {
            return !begun.isEmpty();
        }
        Progress first = journal.progress(begun.get(0));
        throw Problem.of(
                        Code.MIGRATION_ALTERED,
                        "the script was edited: this statement was begun by itself, and now it is part of a transaction")
                .at(script.place(begun.get(0).start()))
                .because("an earlier run has recorded it as "
                        + (first == null ? "begun" : first.state().name().toLowerCase(Locale.ROOT)))
                .help("revert the edit, or roll the unfinished step back with lockkeeper rollback")
                .asException();
    }

    /** Sends all of it, BEGIN and COMMIT included; a refusal leaves nothing of it. */
    void run(List<Statement> all) {
        String told = toldState(all);
        sender.own("begin");
        try {
            for (Statement statement : all.subList(1, all.size() - 1)) {
                sender.send(statement, "");
                sender.prepareAgain(statement, work);
            }
            sender.deferred();
            sender.said().requireGranted();
            commit(all, told);
        } catch (Sender.RefusedInTransaction e) {
            throw sender.abort(told(all, e.failure().inTransaction()));
        } catch (LockkeeperException e) {
            throw sender.abort(told(all, e));
        }
    }

    /** Whether a note says that a transaction of the script was aborted. */
    static boolean isAborted(String note) {
        return note.startsWith(ABORTED);
    }

    private LockkeeperException told(List<Statement> all, LockkeeperException failure) {
        Problem problem = failure.problems().get(0);
        return Aftermath.isNeeded(problem.code())
                ? failure
                : problem.note(ABORTED + script.place(all.get(0).start()).line())
                        .asException(failure);
    }

    private void commit(List<Statement> all, String told) {
        String done = all.stream()
                .map(statement -> journal.doneSql(statement, told))
                .filter(sql -> !sql.isEmpty())
                .collect(Collectors.joining(";"));
        String record = done.isEmpty() ? "" : SessionState.REMEMBER + Ending.pause(work.facts()) + done + ";";
        try {
            sender.session().send(record + "commit", notice -> {});
        } catch (SqlFailure e) {
            throw Failure.at(script, all.get(all.size() - 1).start(), e).asException();
        }
    }

    /**
     * What the session is after the transaction, as SQL. What SET LOCAL sets ends with it, so then what was before is what will be: a
     * transaction that also changes something for good is refused when it is read.
     */
    private String toldState(List<Statement> all) {
        if (all.stream().noneMatch(SessionChange::endsWithTransaction)) {
            return state;
        }
        String before = alone.state();
        return before == null ? "null" : literal(before);
    }
}
