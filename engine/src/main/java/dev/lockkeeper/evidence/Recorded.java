package dev.lockkeeper.evidence;

import static dev.lockkeeper.database.Quote.identifier;
import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.audit.StepRows;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.gate.Approval;
import dev.lockkeeper.gate.Approvals;
import dev.lockkeeper.gate.Comment;
import dev.lockkeeper.gate.DatabaseIdentity;
import dev.lockkeeper.gate.GateRecord;
import dev.lockkeeper.gate.PlanFile;
import dev.lockkeeper.gate.PlanPart;
import dev.lockkeeper.gate.SshPublicKey;
import dev.lockkeeper.history.Direction;
import dev.lockkeeper.history.HistoryTable;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.report.Json;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the record of a database says of one component of a plan that was carried out there.
 *
 * @param steps those that the record knows
 * @param runs that have done them
 * @param approvals of the plan that the record keeps
 * @param comments on the plan that the record keeps
 * @param late of these comments what came when a run had begun, by their digests
 * @param emergency why it went through without what the environment demands; null when it did not
 */
public record Recorded(
        String component,
        DatabaseIdentity database,
        List<Done> steps,
        List<Run> runs,
        List<Approval> approvals,
        List<Comment> comments,
        List<String> late,
        GateRecord.@Nullable Emergency emergency) {
    static final String SCHEMA = "lockkeeper/outcome/v1";

    public Recorded {
        steps = List.copyOf(steps);
        runs = List.copyOf(runs);
        approvals = List.copyOf(approvals);
        comments = List.copyOf(comments);
        late = List.copyOf(late);
    }

    /**
     * A step that was done.
     *
     * @param state as the record has it: {@code applied} or {@code rolled back}
     * @param durationMs null for a rollback, of which the record does not keep it
     * @param rows how many it has changed, in all the runs that it took; null when the record does not know
     */
    record Done(
            String name,
            String state,
            String checksum,
            String renderedChecksum,
            String at,
            String by,
            @Nullable String durationMs,
            String run,
            @Nullable Long rows) {}

    /**
     * A command that had work to do.
     *
     * @param host by its own word; null when it is not known
     * @param endedAt null while it runs, and after it was killed
     * @param trace the id of its trace; null when the record does not know one
     */
    record Run(
            String id,
            String command,
            String by,
            @Nullable String host,
            String startedAt,
            @Nullable String endedAt,
            @Nullable String trace) {}

    /**
     * Asks a database.
     *
     * @throws LockkeeperException {@code plan-changed} when it is not the database of the plan
     */
    public static Recorded of(Session session, HistoryTable table, GateRecord gate, PlanFile plan, PlanPart part) {
        DatabaseIdentity database = DatabaseIdentity.of(session).database();
        part.otherDatabase(database).ifPresent(problem -> {
            throw problem.help("name the database that the plan was made for").asException();
        });
        String digest = plan.digest();
        if (!table.exists(session)) {
            return new Recorded(
                    part.component(), database, List.of(), List.of(), List.of(), List.of(), List.of(), null);
        }
        StepRows changed = StepRows.of(session, table);
        List<Done> steps = rows(session, table, stepsSql(table, part, digest)).stream()
                .map(row -> new Done(
                        text(row, 0),
                        text(row, 1),
                        text(row, 2),
                        text(row, 3),
                        text(row, 4),
                        text(row, 5),
                        row[6],
                        text(row, 7),
                        changed.of(text(row, 7), text(row, 0))))
                .toList();
        return new Recorded(
                part.component(),
                database,
                steps,
                runs(session, table, steps, changed),
                gate.approvals(session, digest),
                gate.comments(session, digest),
                late(session, table, steps, gate, digest),
                gate.emergency(session, digest).orElse(null));
    }

    private static String stepsSql(HistoryTable table, PlanPart part, String digest) {
        String mine = " where component = " + literal(table.component());
        String history = identifier(table.schema()) + ".history";
        if (part.direction() == Direction.DOWN) {
            String entries = part.steps().stream()
                    .map(step -> Long.toString(step.entry()))
                    .collect(Collectors.joining(", "));
            return "select version, state, checksum, rendered_checksum, " + utc("rolled_back_at")
                    + ", rolled_back_by, null,"
                    + " rolled_back_run::text from " + history + mine + " and state = 'rolled back' and id in ("
                    + entries
                    + ") order by rolled_back_at, id desc";
        }
        String ours = mine + " and plan_digest = " + literal(digest);
        return "select version, state, checksum, rendered_checksum, " + utc("applied_at")
                + ", applied_by, duration_ms::text, run::text from " + history + ours
                + " union all select 'R__' || name,"
                + " 'applied', checksum, rendered_checksum, " + utc("applied_at")
                + ", applied_by, duration_ms::text, run::text"
                + " from " + identifier(table.schema()) + ".repeatable" + ours + " order by 5, 1";
    }

    private static List<Run> runs(Session session, HistoryTable table, List<Done> steps, StepRows known) {
        String ids = ids(steps);
        if (ids.isEmpty()) {
            return List.of();
        }
        return rows(
                        session,
                        table,
                        "select run::text, command, started_by, host, " + utc("started_at") + ", " + utc("ended_at")
                                + " from " + identifier(table.schema()) + ".run where run in (" + ids
                                + ") order by started_at, run")
                .stream()
                .map(row -> new Run(
                        text(row, 0),
                        text(row, 1),
                        text(row, 2),
                        row[3],
                        text(row, 4),
                        row[5],
                        known.trace(text(row, 0))))
                .toList();
    }

    /** By the clock of the server alone: a comment says when it was written by that of a person. */
    private static List<String> late(
            Session session, HistoryTable table, List<Done> steps, GateRecord gate, String digest) {
        String ids = ids(steps);
        if (ids.isEmpty() || gate.comments(session, digest).isEmpty()) {
            return List.of();
        }
        String schema = identifier(table.schema());
        return rows(
                        session,
                        table,
                        "select comment from " + schema + ".plan_comment where plan_digest = " + literal(digest)
                                + " and recorded_at > (select min(started_at) from " + schema + ".run where run in ("
                                + ids + ")) order by id")
                .stream()
                .map(row -> text(row, 0))
                .toList();
    }

    private static String ids(List<Done> steps) {
        return steps.stream()
                .map(Done::run)
                .distinct()
                .map(run -> literal(run) + "::uuid")
                .collect(Collectors.joining(", "));
    }

    private static String utc(String column) {
        return "to_char(" + column + " at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')";
    }

    /** Rows that a policy would hide are an error (manual, "row_security"). */
    private static List<@Nullable String[]> rows(Session session, HistoryTable table, String sql) {
        try {
            return session.query("set local row_security = off; " + sql);
        } catch (SqlFailure e) {
            throw table.unreadable(e);
        }
    }

    private static String text(@Nullable String[] row, int column) {
        return String.valueOf(row[column]);
    }

    /** The part of a bundle that keeps it, of all components. */
    static String text(PlanFile plan, List<Recorded> all) {
        return Json.object(
                        SCHEMA,
                        json -> json.put("plan", plan.digest())
                                .array("components", all, Recorded::json)
                                .texts("keys", keys(plan, all))
                                .texts(
                                        "comments",
                                        all.stream()
                                                .flatMap(one -> one.comments.stream())
                                                .map(Comment::digest)
                                                .distinct()
                                                .toList())
                                .texts(
                                        "late",
                                        all.stream()
                                                .flatMap(one -> one.late.stream())
                                                .distinct()
                                                .toList())
                                .array(
                                        "emergencies",
                                        all.stream()
                                                .flatMap(one -> Stream.ofNullable(one.emergency))
                                                .toList(),
                                        (j, e) -> j.put("reason", e.reason())
                                                .put("by", e.by())
                                                .put("at", e.at())))
                + "\n";
    }

    /** The fingerprints of the keys of the approvals that the databases keep. */
    private static List<String> keys(PlanFile plan, List<Recorded> all) {
        return all.stream()
                .flatMap(one -> one.approvals.stream())
                .flatMap(approval -> Approvals.signer(approval, plan.digest()).stream())
                .map(SshPublicKey::fingerprint)
                .distinct()
                .toList();
    }

    private static void json(Json json, Recorded one) {
        json.put("component", one.component)
                .put("database", one.database.name())
                .array("steps", one.steps, Recorded::json)
                .array(
                        "runs",
                        one.runs,
                        (j, run) -> j.put("run", run.id())
                                .put("command", run.command())
                                .put("by", run.by())
                                .put("host", run.host())
                                .put("startedAt", run.startedAt())
                                .put("endedAt", run.endedAt())
                                .put("trace", run.trace()));
    }

    private static void json(Json json, Done step) {
        json.put("name", step.name)
                .put("state", step.state)
                .put("checksum", step.checksum)
                .put("renderedChecksum", step.renderedChecksum)
                .put("at", step.at)
                .put("by", step.by)
                .put("run", step.run)
                .put("durationMs", step.durationMs == null ? null : Long.valueOf(step.durationMs))
                .put("rows", step.rows);
    }
}
