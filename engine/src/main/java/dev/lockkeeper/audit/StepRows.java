package dev.lockkeeper.audit;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.gate.PlannedStep;
import dev.lockkeeper.history.AuditSql;
import dev.lockkeeper.history.Direction;
import dev.lockkeeper.history.HistoryTable;
import dev.lockkeeper.problem.LockkeeperException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How many rows the steps of a component have changed, by the entries that runs left in the audit chain as they ended. What an
 * interrupted run has changed counts for the run that went on and finished the step; and the traces of these runs. Immutable.
 */
public final class StepRows {
    private final Map<Key, Long> rows;
    private final Map<String, String> traces;

    private StepRows(Map<Key, Long> rows, Map<String, String> traces) {
        this.rows = Map.copyOf(rows);
        this.traces = Map.copyOf(traces);
    }

    /**
     * A step, however its number is padded.
     *
     * @param of the run that has finished it, or the action that has left it unfinished
     */
    private record Key(String of, Object step) {
        static Key of(@Nullable String of, @Nullable String step) {
            return new Key(String.valueOf(of), PlannedStep.key(String.valueOf(step)));
        }
    }

    /**
     * Asks the record; knows of nothing where it has no chain yet.
     *
     * @throws LockkeeperException {@code history-hidden}
     */
    public static StepRows of(Session session, HistoryTable table) {
        AuditSql sql = table.audit();
        String ended = "seq is not null and component = " + literal(table.component()) + " and action in ("
                + literal(Direction.UP.command() + AuditSql.ENDED) + ", "
                + literal(Direction.DOWN.command() + AuditSql.ENDED) + ")";
        try {
            return session.query(sql.begunAlready()).isEmpty()
                    ? new StepRows(Map.of(), Map.of())
                    // rows that a policy would hide are an error (manual, "row_security")
                    : of(ChainRecord.entries(session, "set local row_security = off; " + sql.entries(ended, "seq")));
        } catch (SqlFailure e) {
            throw table.unreadable(e);
        }
    }

    private static StepRows of(List<ChainEntry> ended) {
        Map<Key, Long> finished = new HashMap<>();
        Map<Key, Long> unfinished = new HashMap<>();
        Map<String, String> traces = new HashMap<>();
        for (ChainEntry entry : ended) {
            Payload run = Payload.read(entry.payload());
            if (run == null || "cut off".equals(run.text("outcome"))) {
                // may have changed rows for any step, and says nothing of them
                unfinished.clear();
                continue;
            }
            String trace = run.text("trace");
            if (trace != null) {
                traces.put(String.valueOf(run.text("run")), trace);
            }
            for (Payload step : run.objects("steps")) {
                Key left = Key.of(entry.action(), step.text("step"));
                Long before = unfinished.remove(left);
                long now = step.number("rows");
                if (!"true".equals(step.text("resumed"))) {
                    before = 0L;
                }
                if (before != null && now >= 0) {
                    boolean done = "done".equals(step.text("state"));
                    (done ? finished : unfinished)
                            .put(done ? Key.of(run.text("run"), step.text("step")) : left, before + now);
                }
            }
        }
        return new StepRows(finished, traces);
    }

    /**
     * How many rows a step has changed; null when the chain does not tell.
     *
     * @param run that has finished it
     * @param step the version, or the label of a repeatable script
     */
    public @Nullable Long of(String run, String step) {
        return rows.get(Key.of(run, step));
    }

    /** The id of the trace that a run was part of; null when the chain does not tell, as for a run that was cut off. */
    public @Nullable String trace(String run) {
        return traces.get(run);
    }
}
