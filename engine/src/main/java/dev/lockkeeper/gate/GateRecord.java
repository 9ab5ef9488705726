package dev.lockkeeper.gate;

import static dev.lockkeeper.database.Quote.identifier;
import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.history.AuditSql;
import dev.lockkeeper.history.AuditedTable;
import dev.lockkeeper.history.HistoryTable;
import dev.lockkeeper.history.ToldRows;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.PlainText;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.trace.Traceparent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the record keeps of approvals, emergencies and comments. Its tables are made when one is first written to, so that a database
 * without approvals has none. Signatures are verified whenever they are read, so that a row that somebody forges counts for nothing.
 */
public final class GateRecord {
    /** How often a write is tried that another one has ended: only the first ones of a record can meet. */
    private static final int ATTEMPTS = 5;

    /** Who makes the tables waits for who writes into them, and the other way round; or both make the same one. */
    private static final Set<String> MET = Set.of("40P01", "23505", "42P07");

    private final HistoryTable record;

    public GateRecord(HistoryTable record) {
        this.record = record;
    }

    /**
     * An emergency of which fewer have approved afterwards than must.
     *
     * @param by who has made the plan
     * @param at ISO 8601 in UTC
     * @param missing how many
     */
    public record Open(String digest, String environment, String reason, String by, String at, int missing) {
        /** What is owed, without what somebody has written. */
        public String sentence() {
            return "an emergency of " + at + " still needs " + (missing == 1 ? "one approval" : missing + " approvals");
        }

        /** The same with the reason and what to do. */
        public Problem problem() {
            return Problem.of(Code.APPROVAL_MISSING, sentence())
                    .because("environment " + environment + ", plan " + digest + " of " + by + ": " + reason)
                    .help("lockkeeper approve FILE --record, by persons who have not made the plan");
        }
    }

    /** The approvals that are kept for a plan. */
    public List<Approval> approvals(Session session, String digest) {
        if (!isWhole(session, AuditedTable.APPROVAL)) {
            return List.of();
        }
        return read(
                        session,
                        "select principal, signature from " + table("approval") + " where plan_digest = "
                                + literal(digest) + " order by id")
                .stream()
                .map(row -> new Approval("the record, " + row[0], String.valueOf(row[1])))
                .toList();
    }

    /**
     * The emergency in which a plan went through.
     *
     * @param by the user who connected
     * @param at ISO 8601 in UTC
     */
    public record Emergency(String reason, String by, String at) {}

    /** Why a plan went through without what the environment demands; empty when it did not. */
    public Optional<Emergency> emergency(Session session, String digest) {
        if (!isWhole(session, AuditedTable.BREAK_GLASS)) {
            return Optional.empty();
        }
        return read(
                        session,
                        "select reason, done_by, to_char(done_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') from "
                                + table("break_glass") + " where plan_digest = " + literal(digest))
                .stream()
                .map(row -> new Emergency(String.valueOf(row[0]), String.valueOf(row[1]), String.valueOf(row[2])))
                .findFirst();
    }

    /**
     * Refuses a database that was changed under the rules of an environment before, where nobody has named one now. Nothing is asked
     * unless there are such rules.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code environment-unnamed}
     */
    public void requireNamed(Session session, EnvironmentRules rules) {
        if (rules.passedBy().isEmpty() || !isThere(session, "audit")) {
            return;
        }
        String sql = "select payload::json ->> 'environment' from " + table("audit")
                + " where action in ('apply', 'rollback') and payload::json ->> 'environment' is not null"
                + " order by id desc limit 1";
        for (@Nullable String[] row : read(session, sql)) {
            String before = String.valueOf(row[0]);
            if (rules.passedBy().contains(before)) {
                throw Problem.of(Code.ENVIRONMENT_UNNAMED, "this is the database of environment " + before)
                        .because("its record tells of runs under the rules of " + before
                                + ", and no environment is named")
                        .help("say --environment " + before + "; or, if this is a copy, --environment "
                                + rules.environment() + "; LOCKKEEPER_ENVIRONMENT names it for all commands")
                        .asException();
            }
        }
    }

    /** What went through in emergencies and was not looked at since. */
    public List<Problem> emergencies(Session session) {
        return open(session).stream().map(Open::problem).toList();
    }

    /**
     * The emergencies that not enough persons have looked at. Whether these were allowed to was judged when they signed: who leaves
     * later has looked all the same.
     */
    public List<Open> open(Session session) {
        if (!isWhole(session, AuditedTable.BREAK_GLASS)) {
            return List.of();
        }
        Map<String, @Nullable String[]> emergencies = new LinkedHashMap<>();
        Map<String, Set<SshPublicKey>> keys = new HashMap<>();
        String sql = "select b.plan_digest, b.environment, b.reason, b.maker, to_char(b.done_at at time zone 'UTC',"
                + " 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), a.signature from " + table("break_glass") + " b left join "
                + table("approval") + " a on a.plan_digest = b.plan_digest order by b.id";
        for (@Nullable String[] row : read(session, sql)) {
            String digest = String.valueOf(row[0]);
            emergencies.put(digest, row);
            Set<SshPublicKey> signed = keys.computeIfAbsent(digest, known -> new HashSet<>());
            Approvals.signer(new Approval("the record", String.valueOf(row[5])), digest)
                    .ifPresent(signed::add);
        }
        List<Open> open = new ArrayList<>();
        emergencies.forEach((digest, row) -> {
            int missing = EnvironmentRules.AFTERWARDS
                    - keys.getOrDefault(digest, Set.of()).size();
            if (missing > 0) {
                open.add(new Open(
                        digest,
                        String.valueOf(row[1]),
                        String.valueOf(row[2]),
                        String.valueOf(row[3]),
                        String.valueOf(row[4]),
                        missing));
            }
        });
        return open;
    }

    /** Whether a plan was carried out and something of it was taken back since. */
    boolean isTakenBack(Session session, String digest) {
        return isThere(session, "history")
                && !read(
                                session,
                                "select 1 from " + table("history") + " where plan_digest = " + literal(digest)
                                        + " and state = 'rolled back' limit 1")
                        .isEmpty();
    }

    /**
     * Keeps an approval.
     *
     * @return false when the person or the key has approved this plan before
     * @throws dev.lockkeeper.problem.LockkeeperException {@code history-hidden} when this user may not write it
     */
    public boolean keep(Session session, PlanFile plan, Approvals.Accepted approval) {
        String authors = plan.authors().stream().map(a -> literal(a)).collect(Collectors.joining(", "));
        return write(
                session,
                plan,
                "insert into " + table("approval")
                        + " (plan_digest, environment, principal, key, maker, authors, signature, recorded_at, recorded_by) values ("
                        + String.join(
                                ", ",
                                literal(plan.digest()),
                                literal(plan.environment()),
                                literal(approval.name()),
                                literal(approval.key().fingerprint()),
                                literal(plan.maker()),
                                "array[" + authors + "]::text[]",
                                literal(approval.approval().armored()),
                                // named, for a default of the table may have been altered
                                "pg_catalog.clock_timestamp()",
                                "session_user")
                        + ") on conflict do nothing returning *",
                AuditedTable.APPROVAL,
                "approve",
                null);
    }

    /**
     * Keeps an emergency, before anything of it is done.
     *
     * @return false when it is kept already
     */
    public boolean keep(Session session, PlanFile plan, String reason) {
        return write(
                session,
                plan,
                "insert into " + table("break_glass")
                        + " (plan_digest, environment, reason, maker, done_at, done_by) values ("
                        + String.join(
                                ", ",
                                literal(plan.digest()),
                                literal(plan.environment()),
                                literal(reason),
                                literal(plan.maker()),
                                "pg_catalog.clock_timestamp()",
                                "session_user")
                        + ") on conflict do nothing returning *",
                AuditedTable.BREAK_GLASS,
                "break-glass",
                reason);
    }

    /**
     * The comments that are kept for a plan, in the order in which they came. Those of other records of the database are among them: a plan
     * does not say in which record it was looked at, and a setting of the project must not hide a question.
     */
    public List<Comment> comments(Session session, String digest) {
        List<Comment> comments = new ArrayList<>();
        if (isWhole(session, AuditedTable.PLAN_COMMENT)) {
            comments.addAll(comments(session, table("plan_comment"), digest));
        }
        for (@Nullable String[] other : read(session, others())) {
            comments.addAll(comments(session, identifier(String.valueOf(other[0])) + ".plan_comment", digest));
        }
        return comments;
    }

    private List<Comment> comments(Session session, String table, String digest) {
        return read(
                        session,
                        "select comment, document from " + table + " where plan_digest OPERATOR(pg_catalog.=) "
                                + literal(digest) + " order by id")
                .stream()
                .map(row -> comment("the record, comment " + row[0], String.valueOf(row[1]), digest))
                .toList();
    }

    /** Nobody can remove a row, so one that somebody forged must not be more than a question. */
    private static Comment comment(String source, String document, String digest) {
        try {
            Comment comment = CommentFile.read(
                    PlainText.objection(source, Comment.LONGEST).isEmpty() ? source : "the record", document);
            if (comment.plan().equals(digest) || comment.key().isPresent()) {
                return comment;
            }
        } catch (LockkeeperException e) {
            // told by what stands in its place
        }
        String text = "a row of the record that is no comment; its document has the digest "
                + new PlanDigest().add(document).value();
        return new Comment(
                "the record",
                digest,
                "record",
                "plan_comment",
                "the record",
                0,
                null,
                text,
                "somebody",
                Instant.EPOCH,
                "");
    }

    /**
     * Keeps a comment.
     *
     * @return false when it is kept already
     * @throws dev.lockkeeper.problem.LockkeeperException {@code history-hidden} when this user may not write it
     */
    public boolean keep(Session session, PlanFile plan, Comment comment) {
        String thread = comment.asks() ? null : comment.thread();
        return write(
                session,
                plan,
                "insert into " + table("plan_comment")
                        + " (plan_digest, environment, comment, resolves, principal, document, recorded_at, recorded_by) values ("
                        + String.join(
                                ", ",
                                literal(plan.digest()),
                                literal(plan.environment()),
                                literal(comment.digest()),
                                thread == null ? "null" : literal(thread),
                                literal(comment.by()),
                                literal(CommentFile.text(comment)),
                                "pg_catalog.clock_timestamp()",
                                "session_user")
                        + ") on conflict do nothing returning *",
                AuditedTable.PLAN_COMMENT,
                thread == null ? "comment" : "resolve",
                null);
    }

    /** The schemas of other records. A policy of rows would run functions of its owner as the one who reads. */
    private String others() {
        return """
            select n.nspname from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            where c.relname = 'plan_comment' and c.relkind = 'r' and c.relpersistence <> 't'
            and not c.relrowsecurity and n.nspname <> %s
            and has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select')
            and (select count(*) from pg_catalog.pg_attribute a where a.attrelid = c.oid and not a.attisdropped
            and a.atttypid in (20, 25)
            and a.attname in ('id', 'plan_digest', 'comment', 'resolves', 'document')) = 5 order by 1""".formatted(literal(record.schema()));
    }

    /** The row and its entry in the audit chain are one statement. */
    private boolean write(
            Session session, PlanFile plan, String row, AuditedTable kept, String action, @Nullable String reason) {
        Traceparent made = plan.trace();
        String detail = made == null ? null : AuditSql.traced(made.trace());
        String insert = record.audit().telling(row, kept, action, reason, detail);
        for (int attempt = 1; ; attempt++) {
            try {
                record.requireGuards(session);
                return written(session, insert);
            } catch (SqlFailure e) {
                if (attempt == ATTEMPTS || !MET.contains(e.error().sqlState())) {
                    throw unwritable(e);
                }
            }
        }
    }

    private boolean written(Session session, String insert) {
        try {
            return !session.query(insert).isEmpty();
        } catch (SqlFailure e) {
            if (!HistoryTable.isAbsent(e)) {
                throw e;
            }
        }
        return !session.query(record.createSql() + ";" + GateTables.create(record.schema()) + insert)
                .isEmpty();
    }

    /** Whether a table is there, with all that the audit chain tells of it. */
    private boolean isWhole(Session session, AuditedTable table) {
        try {
            return new ToldRows(record.schema()).require(session, table);
        } catch (SqlFailure e) {
            throw record.unreadable(e);
        }
    }

    private RuntimeException unwritable(SqlFailure e) {
        String state = e.error().sqlState();
        if (state.equals("42501")) {
            return Problem.of(
                            Code.HISTORY_HIDDEN,
                            "this user may not write approvals and comments to Lockkeeper's record in schema "
                                    + record.schema())
                    .from(e.error())
                    .help("grant usage on schema " + identifier(record.schema()) + " and select, insert on its tables"
                            + " approval, break_glass and plan_comment to this user; the user who applies makes them")
                    .asException(e);
        }
        if (state.equals("23514")) {
            return Problem.of(Code.APPROVAL_REFUSED, "the record does not take this approval")
                    .from(e.error())
                    .because("who has made the plan or committed its scripts cannot approve it")
                    .asException(e);
        }
        return record.unwritable(e);
    }

    private boolean isThere(Session session, String name) {
        return "t"
                .equals(session.query("select to_regclass(" + literal(table(name)) + ") is not null")
                        .get(0)[0]);
    }

    private List<@Nullable String[]> read(Session session, String sql) {
        try {
            return session.query("set local row_security = off; " + sql);
        } catch (SqlFailure e) {
            throw record.unreadable(e);
        }
    }

    private String table(String name) {
        return identifier(record.schema()) + "." + name;
    }
}
