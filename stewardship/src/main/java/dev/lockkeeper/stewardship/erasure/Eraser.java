package dev.lockkeeper.stewardship.erasure;

import static dev.lockkeeper.database.Quote.identifier;
import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.stewardship.classification.Forgetting;
import dev.lockkeeper.stewardship.classification.Rows;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Carries a plan out, in a transaction that is open. */
public final class Eraser {
    private final Session session;
    private final ErasurePlan plan;
    private final String reason;

    /** @param reason what functions of the schema are told */
    public Eraser(Session session, ErasurePlan plan, String reason) {
        this.session = session;
        this.plan = plan;
        this.reason = reason;
    }

    /**
     * Does it.
     *
     * @return how many rows were changed, by tables
     * @throws dev.lockkeeper.problem.LockkeeperException {@code erasure-refused} with what the server has against it
     */
    public Map<String, Long> run() {
        Map<String, Long> changed = new LinkedHashMap<>();
        // a cycle of foreign keys that wait is no matter then
        session.execute("set constraints all deferred");
        for (Part part : plan.parts()) {
            changed.put(part.table(), guarded(part.table(), part.forgetting().place(), () -> change(part)));
        }
        for (ObjectName view : plan.refreshed()) {
            guarded("materialized view " + view, plan.subject().place(), () -> {
                session.execute("refresh materialized view " + view.quoted());
                return 0L;
            });
        }
        guarded("the rows that were left", plan.subject().place(), () -> {
            session.execute("set constraints all immediate");
            return 0L;
        });
        return changed;
    }

    private interface Work {
        long done();
    }

    private static long guarded(String what, Place place, Work work) {
        try {
            return work.done();
        } catch (SqlFailure e) {
            throw Problem.of(
                            e.connectionLost() ? Code.CONNECTION_LOST : Code.ERASURE_REFUSED,
                            "the server does not let " + what + " be forgotten")
                    .at(place)
                    .from(e.error().withoutValues())
                    .because("42501".equals(e.error().sqlState()) ? "this user has not the right to do it" : null)
                    .help("lockkeeper classify check tries it beforehand, on a throw-away server")
                    .note("kept: everything; all of it was rolled back")
                    .asException(e);
        }
    }

    private long change(Part part) {
        String table = part.relation().name().quoted();
        String rows = " t where " + part.condition();
        return switch (part.way()) {
            case KEEP, FOLLOW -> 0;
            case DELETE -> counted("delete from " + table + rows + " returning 1");
            case ANONYMIZE ->
                Rows.assignments(part.relation(), part.entry(), "t")
                        .map(set -> counted("update " + table + " t set " + set + " where " + part.condition() + " and "
                                + Rows.unchanged(part.relation(), part.entry(), "t") + " returning 1"))
                        .orElse(0L);
            case CALL -> called(part, table, rows);
        };
    }

    private long called(Part part, String table, String rows) {
        ObjectName function = part.forgetting().call();
        if (function == null) {
            throw new IllegalStateException("there is a function to call");
        }
        String arguments = Rows.key(part.relation()).stream()
                .map(column -> "t." + identifier(column))
                .collect(Collectors.joining(", "));
        String unless = part.forgetting().unless();
        String open = unless == null ? "" : " and (" + ErasurePlanner.isSet(part.relation(), unless) + ") is not true";
        // the rows first: what the function changes must not decide which rows it gets
        List<@Nullable String[]> found = session.query("with t as materialized (select * from " + table + rows + open
                + ") select " + function.quoted() + "(" + arguments + ", " + literal(reason) + ") from t");
        return found.size();
    }

    private long counted(String statement) {
        return Long.parseLong(
                String.valueOf(session.query("with changed as (" + statement + ") select count(*)::text from changed")
                        .get(0)[0]));
    }

    /** Rows that are still there as they were, in words. */
    List<String> left() {
        List<String> left = new ArrayList<>();
        for (Part part : plan.parts()) {
            if (part.way() == Forgetting.Way.DELETE || part.way() == Forgetting.Way.ANONYMIZE) {
                long rows = number(part, unchanged(part));
                if (rows > 0) {
                    left.add(part.table() + " (" + rows + (rows == 1 ? " row)" : " rows)"));
                }
            }
        }
        return left;
    }

    /** Whether there is something to do: rows that are as they were, or that a function of the schema knows to be. */
    public boolean isDue() {
        return plan.parts().stream().anyMatch(part -> number(part, unchanged(part)) > 0);
    }

    private String unchanged(Part part) {
        String unless = part.forgetting().unless();
        return switch (part.way()) {
            case DELETE -> "true";
            case ANONYMIZE -> Rows.unchanged(part.relation(), part.entry(), "t");
            case CALL ->
                unless != null
                        ? "(" + ErasurePlanner.isSet(part.relation(), unless) + ") is not true"
                        // of other tables nobody knows whether it was called before
                        : Boolean.toString(
                                part.relation().name().equals(plan.subject().table()));
            case FOLLOW, KEEP -> "false";
        };
    }

    private long number(Part part, String condition) {
        return Long.parseLong(String.valueOf(session.query("select count(*)::text from "
                        + part.relation().name().quoted() + " t where " + part.condition() + " and " + condition)
                .get(0)[0]));
    }
}
