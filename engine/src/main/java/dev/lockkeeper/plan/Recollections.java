package dev.lockkeeper.plan;

import dev.lockkeeper.database.RunnerLock;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.history.History;
import dev.lockkeeper.history.HistoryTable;
import dev.lockkeeper.history.Progress;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.Tokens;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes sure that nobody is at work before a history is recollected. */
public final class Recollections {
    private Recollections() {}

    /** See {@link dev.lockkeeper.Lockkeeper#recollect}. */
    public static Recollection of(Migrations migrations, HistoryTable table, Session session, Tokens tokens) {
        History history = table.read(session);
        Status status = Status.of(migrations, history);
        if (!status.doubts().isEmpty()) {
            throw new LockkeeperException(status.doubts());
        }
        if (history.about().layout() == 0) {
            status.otherTool().ifPresent(tool -> {
                throw Problem.of(Code.DRIFT_UNKNOWN, "the history of this database is another tool's: " + tool)
                        .help("take it over with lockkeeper adopt")
                        .asException();
            });
            return new Recollection(
                    migrations.component(), List.of(), List.of(), List.of(), pending(status), List.of());
        }
        requireIdle(table, session);
        requireFinished(table, history);
        try {
            return Recollection.of(migrations, table, session, tokens, pending(status));
        } catch (SqlFailure e) {
            throw table.unreadable(e);
        }
    }

    private static long pending(Status status) {
        return status.count(Status.State.PENDING)
                + status.count(Status.State.OUT_OF_ORDER)
                + status.count(Status.State.FAILED)
                + status.count(Status.State.CHANGED);
    }

    private static void requireIdle(HistoryTable table, Session session) {
        RunnerLock lock = new RunnerLock(table.schema(), table.component());
        List<List<@Nullable String[]>> busy;
        try {
            busy = session.queryAll(lock.holdersSql() + "; " + table.sql().working());
        } catch (SqlFailure e) {
            throw table.unreadable(e);
        }
        busy.stream().flatMap(List::stream).findFirst().ifPresent(who -> {
            throw Problem.of(Code.DRIFT_DURING_RUN, "a run is at work on component " + table.component())
                    .because("it is " + who[0])
                    .help("wait for it to end and run the same command again")
                    .asException();
        });
    }

    private static void requireFinished(HistoryTable table, History history) {
        history.progress().stream().findFirst().map(Progress::name).ifPresent(step -> {
            throw unfinished(table, step);
        });
    }

    private static LockkeeperException unfinished(HistoryTable table, String step) {
        return Problem.of(
                        Code.DRIFT_UNFINISHED,
                        "a step of component " + table.component() + " was begun and is not finished: " + step)
                .because("nobody is at work on it, and what it has done so far cannot be told from drift")
                .help("let it finish with lockkeeper apply, or settle it with lockkeeper repair")
                .asException();
    }
}
