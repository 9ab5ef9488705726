package dev.lockkeeper.stewardship.erasure;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.history.DataRecord;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.report.Json;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Forgets a person in one database: changes, looks again, and keeps that it was done, in one transaction. */
public final class ErasureRun {
    private static final String LOCK = "5s";

    private final Session session;
    private final DataRecord record;
    private final ErasurePlanner planner;

    /** @param session in no transaction; is not closed by it */
    public ErasureRun(Session session, DataRecord record, ErasurePlanner planner) {
        // the search reads everything there is, however long that takes
        this.session = session.limited(LOCK, "0");
        this.record = record;
        this.planner = planner;
    }

    /**
     * What was asked for.
     *
     * @param event {@code erased} or {@code reapplied}
     * @param digest of the plan that was approved; null for one that is applied again
     */
    public record Order(
            String request,
            String event,
            String person,
            @Nullable String digest) {}

    /**
     * What was done.
     *
     * @param changed rows by tables
     * @param values how many values of the person were looked for afterwards
     * @param columns in how many columns
     */
    public record Done(ErasurePlan plan, Map<String, Long> changed, int values, long columns) {
        /** How many rows in all. */
        public long rows() {
            return changed.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /**
     * Does it.
     *
     * @param values of the person that other databases have
     * @throws dev.lockkeeper.problem.LockkeeperException {@code erasure-refused}; {@code erasure-incomplete} when something is found
     *     afterwards. Nothing was kept then
     */
    public Done run(Order order, ErasurePlan looked, Collection<String> values) {
        boolean done = false;
        try {
            session.execute("begin isolation level read committed");
            ErasurePlan plan = planner.plan(session, looked.subject(), looked.key());
            requireFree(plan);
            Set<String> wanted = new LinkedHashSet<>(values);
            wanted.addAll(Traces.values(session, plan));
            Eraser eraser = new Eraser(session.limited(LOCK, "10min"), plan, "request " + order.request());
            Map<String, Long> changed = eraser.run();
            wanted.removeAll(Traces.replaced(session, plan));
            Traces traces = new Traces(session, plan.model());
            requireGone(eraser.left(), traces.find(plan, wanted));
            Done made = new Done(plan, changed, wanted.size(), traces.columns());
            if (order.event().equals("erased") || made.rows() > 0) {
                new Requests(session, record)
                        .done(
                                order.request(),
                                order.event(),
                                plan.subject().name(),
                                order.person(),
                                order.digest(),
                                made.rows(),
                                detail(made));
            }
            session.execute("commit");
            done = true;
            return made;
        } catch (SqlFailure e) {
            throw e.problem("the server has broken off what was to be forgotten")
                    .asException(e);
        } finally {
            if (!done) {
                takeBack();
            }
        }
    }

    /**
     * Refuses a person whose rows must stay.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code erasure-refused}
     */
    public static void requireFree(ErasurePlan plan) {
        List<String> held = plan.parts().stream()
                .filter(part -> part.held() > 0)
                .map(Part::table)
                .toList();
        if (plan.held() || !held.isEmpty()) {
            throw Problem.of(Code.ERASURE_REFUSED, "the person is under a hold")
                    .at(plan.subject().place())
                    .because(
                            held.isEmpty() ? "its rows must stay" : "rows of " + String.join(", ", held) + " must stay")
                    .help("answer the person with the reason, and run the request when the hold has ended")
                    .note("kept: everything")
                    .asException();
        }
    }

    private static void requireGone(List<String> left, Map<String, Long> found) {
        if (left.isEmpty() && found.isEmpty()) {
            return;
        }
        StringBuilder where = new StringBuilder(String.join(", ", left));
        found.forEach((column, rows) -> where.append(where.isEmpty() ? "" : ", ")
                .append(column)
                .append(" (")
                .append(rows)
                .append(rows == 1 ? " row)" : " rows)"));
        throw Problem.of(Code.ERASURE_INCOMPLETE, "the person was still found afterwards, in " + where)
                .help("let the classification file say what becomes of these rows, and approve another plan")
                .note("kept: everything; all of it was rolled back")
                .asException();
    }

    private static String detail(Done made) {
        return Json.document(json -> json.put("values", made.values())
                .put("columns", made.columns())
                .array(
                        "tables",
                        made.plan().parts(),
                        (j, part) -> j.put("table", part.table())
                                .put("way", part.way().name().toLowerCase(Locale.ROOT))
                                .put("rows", made.changed().getOrDefault(part.table(), 0L))
                                .put("why", part.why())));
    }

    private void takeBack() {
        try {
            session.alone("rollback");
        } catch (SqlFailure e) {
            // the session is lost, and its transaction with it
        }
    }
}
