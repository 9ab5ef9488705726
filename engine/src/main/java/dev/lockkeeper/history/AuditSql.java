package dev.lockkeeper.history;

import static dev.lockkeeper.database.Quote.identifier;
import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.database.Backend;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The statements that append to the audit chain of a record. The server numbers and chains the rows, under a lock that is held
 * until the end of the message: they come last in it.
 */
public final class AuditSql {
    /** Behind the name of a command in the action of the entry that ends its run. */
    public static final String ENDED = " ended";

    private final String schema;
    private final String component;
    private final @Nullable String actor;

    /** For what concerns the record as a whole. */
    AuditSql(String schema) {
        this(schema, "");
    }

    AuditSql(String schema, String component) {
        this.schema = schema;
        this.component = component;
        this.actor = Actor.here();
    }

    /**
     * An entry of its own.
     *
     * @param version the version or label; null when it concerns no single step
     * @param action one word, such as {@code repair}
     * @param reason why, in the words of a person; null when nobody was asked
     * @param detail what was changed, in words, so that it could be taken back; null when the payload says it
     * @param payload an SQL expression for a JSON object as text
     */
    public String entry(
            @Nullable String version, String action, @Nullable String reason, @Nullable String detail, String payload) {
        return entry("values (" + values(version, literal(action), reason, detail, payload) + ")");
    }

    private String entry(String source) {
        return "insert into " + table("audit")
                + " (done_at, done_by, component, actor, version, action, reason, detail, payload) " + source;
    }

    private String values(
            @Nullable String version, String action, @Nullable String reason, @Nullable String detail, String payload) {
        return String.join(
                ", ",
                // named, for a default of the table may have been altered
                "pg_catalog.clock_timestamp()",
                "session_user",
                literal(component),
                nullable(actor),
                nullable(version),
                action,
                nullable(reason),
                nullable(detail),
                payload);
    }

    /**
     * Behind an INSERT or UPDATE with RETURNING, whose rows it tells: one entry, if there are any.
     *
     * @param change the statement, which returns whole rows of the table
     */
    public String telling(
            String change, AuditedTable table, String action, @Nullable String reason, @Nullable String detail) {
        return "with t as (" + change + "), told as ("
                + entry("select "
                        + values(
                                null,
                                literal(action),
                                reason,
                                detail,
                                "'{" + quoted(table.key()) + ":[' || r.rows || ']}'")
                        + " from (select string_agg(row_to_json(r)::text, ',' order by r.id) as rows from (select "
                        + table.columns() + " from t) r) r where r.rows is not null")
                + ") select 1 from t";
    }

    /** A JSON object as text whose only field shows rows of a table, as an SQL expression. */
    public String showing(AuditedTable table, String condition) {
        return "'{" + quoted(table.key()) + ":' || (" + rows(table, condition) + ") || '}'";
    }

    /** The same for rows of the history after which no repeatable script is in force any more. */
    public String showingOutOfForce(String condition) {
        return "'{" + quoted(AuditedTable.HISTORY.key()) + ":' || (" + rows(AuditedTable.HISTORY, condition)
                + ") || ',\"out_of_force\":true}'";
    }

    /** Everything that the record holds of this component, as an SQL expression for JSON as text. */
    String showingAll() {
        return "'{\"history\":' || (" + rows(AuditedTable.HISTORY, mine()) + ") || ',\"repeatable\":' || ("
                + rows(AuditedTable.REPEATABLE, mine()) + ") || '}'";
    }

    private String mine() {
        return "t.component = " + literal(component);
    }

    /** The query for rows of a table as an array of JSON objects, one text. */
    String rows(AuditedTable table, String condition) {
        return "select '[' || coalesce(string_agg(row_to_json(r)::text, ',' order by r.id), '') || ']' from (select "
                + table.columns() + " from " + table(table.key()) + " t where " + condition + ") r";
    }

    /** The query for the rows of a table, each as a JSON object, with the script that it keeps. */
    public String each(AuditedTable table) {
        return "select row_to_json(r)::text" + (table.hasScripts() ? ", s.script" : "") + " from (select "
                + table.columns() + " from " + table(table.key()) + " t) r"
                + (table.hasScripts() ? " join " + table(table.key()) + " s on s.id = r.id" : "") + " order by r.id";
    }

    /** The query for entries; their columns in the order of {@code ChainEntry} in the package {@code audit}. */
    public String entries(String condition, String order) {
        return "select id, seq, prev_hash, hash, to_char(done_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'),"
                + " done_by, actor, target, component, version, action, reason, detail, payload from " + table("audit")
                + " where " + condition + " order by " + order;
    }

    /** The detail of an entry that tells of a plan. */
    public static String traced(String trace) {
        return "trace " + trace;
    }

    /**
     * A condition: entries of the runs of a trace, those of plans that were made in it, and what is kept of these plans. A payload is compared as the text it is, since one that
     * was altered may be no JSON; a quotation mark within a value is escaped in it.
     *
     * @param trace 32 hexadecimal digits
     */
    public String ofTrace(String trace) {
        String run = Stream.of("trace", "plan_trace")
                .map(name -> "position(" + literal("\"" + name + "\":\"" + trace + "\"") + " in %1$spayload) > 0")
                .collect(Collectors.joining(" or ", "(", ")"));
        return "(detail = " + literal(traced(trace)) + " or " + run.formatted("")
                + " or substring(payload from '\"plan_digest\":\"([^\"]+)\"') in (select"
                + " substring(r.payload from '\"plan\":\"([^\"]+)\"') from " + table("audit") + " r where "
                + run.formatted("r.") + "))";
    }

    /** The query for runs that have not ended: run, component, command, whether its process is alive, and since when. */
    public String runsOpen() {
        return Backend.AS_LOGIN
                + "select r.run, r.component, r.command, exists (select from pg_catalog.pg_stat_activity a"
                + " where a.pid = r.pid and a.datname = current_database() and case when a.backend_start is null then"
                + " a.usename is null or a.usename = r.started_by else r.backend_start is null or a.backend_start ="
                + " r.backend_start::timestamptz end), to_char(r.started_at at time zone 'UTC',"
                + " 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') from " + table("run")
                + " r where r.ended_at is null order by r.started_at";
    }

    /** Whether the record has a table. */
    public String exists(AuditedTable table) {
        return "select to_regclass(" + literal(table(table.key())) + ") is not null";
    }

    /** The query that has a row when the table has the columns of a chain, whatever the layout of the record says. */
    public String begunAlready() {
        return "select from pg_catalog.pg_attribute where attrelid = to_regclass(" + literal(table("audit"))
                + ") and attname = 'prev_hash' and not attisdropped";
    }

    /** The statement after which nobody else reads or writes the chain until the end of the transaction. */
    public String alone() {
        return "lock table " + table("audit") + " in access exclusive mode";
    }

    /**
     * The statements that take entries out of the chain, in a transaction that has it {@link #alone}. Only the owner of the table may:
     * the trigger that refuses it is put out of work meanwhile.
     *
     * @param to the number of the last
     * @param kept the numbers of those that stay, parted by commas
     */
    public String taken(long to, String kept) {
        String audit = table("audit");
        return "alter table " + audit + " disable trigger audit_append_only; delete from " + audit + " where seq <= "
                + to
                + " and not seq in (" + kept + "); alter table " + audit
                + " enable always trigger audit_append_only";
    }

    /**
     * What an apply has made of the history: of each row only what its first entry does not say, for a run may have a thousand.
     * Each is a list: id, version, when, milliseconds, and the user, null for the one who appends the entry.
     */
    private String made(String condition) {
        return "select coalesce(string_agg(concat('[', t.id, ',', to_json(t.version), ',', to_json(t.applied_at), ',',"
                + " t.duration_ms, ',', coalesce(to_json(nullif(t.applied_by, session_user)), 'null'), ']'), ','"
                + " order by t.id), '') from " + table(AuditedTable.HISTORY.key()) + " t where " + condition;
    }

    /** A payload with nothing in it, as an SQL expression. */
    public static String nothing() {
        return "'{}'";
    }

    /**
     * The entry for a run that begins.
     *
     * @param command what was asked for, such as {@code apply}
     * @param payload a JSON object
     */
    public String begun(String command, @Nullable String reason, String payload) {
        return entry(null, command, reason, null, literal(payload));
    }

    /**
     * Ends a run in the table of runs, with its entry; nothing when it has ended.
     *
     * @param command as it began
     * @param direction in which the run went
     * @param payload a JSON object; what the record holds of the run is put into it
     */
    public String ended(UUID run, String command, Direction direction, boolean repeats, String payload) {
        String id = literal(run.toString()) + "::uuid";
        boolean up = direction == Direction.UP;
        String shown = up
                ? "',\"made\":[' || (" + made(mine() + " and t.state = 'applied' and t.run = " + id) + ") || ']'"
                : "',\"history\":' || (" + rows(AuditedTable.HISTORY, mine() + " and t.rolled_back_run = " + id) + ")";
        String repeated = repeats
                ? "',\"repeatable\":' || (" + rows(AuditedTable.REPEATABLE, mine() + " and t.run = " + id) + ") || "
                : "";
        String told = literal(payload.substring(0, payload.length() - 1)) + " || " + shown + " || " + repeated
                + (up ? "'}'" : outOfForce());
        return "with e as (update " + table("run") + " set ended_at = clock_timestamp() where run = " + id
                + " and ended_at is null returning run) "
                + entry("select " + values(null, literal(command + ENDED), null, null, told) + " from e");
    }

    /** After a rollback no repeatable script is in force, if it came so far. */
    private String outOfForce() {
        return "case when exists (select from " + table("repeatable") + " t where " + mine()
                + " and t.in_force) then '}' else ',\"out_of_force\":true}' end";
    }

    /** The query for the other runs of this component that have not ended; the caller holds the runner lock, so they are gone. */
    public String othersOpen(UUID run) {
        return "select r.run from " + table("run") + " r where " + others(run);
    }

    private String others(@Nullable UUID run) {
        return "r.component = " + literal(component) + (run == null ? "" : " and r.run <> " + literal(run.toString()))
                + " and r.ended_at is null";
    }

    /**
     * Ends all earlier runs of this component, which are known to be gone, each with an entry of what the record shows of it.
     *
     * @param run the run that found them; null when it was a command without one
     * @param by the same in words
     */
    public String othersEnded(@Nullable UUID run, String by) {
        String ofRun = "t.component = e.component and e.run in (t.run, t.rolled_back_run)";
        String told = "'{\"run\":\"' || e.run || '\",\"outcome\":\"cut off\",\"closed_by\":\"" + by
                + "\",\"history\":' || (" + rows(AuditedTable.HISTORY, ofRun) + ") || ',\"repeatable\":' || ("
                + rows(AuditedTable.REPEATABLE, "t.component = e.component and t.run = e.run")
                + ") || ',\"begun\":' || (select coalesce(json_agg(distinct j.version || ' ' || j.direction), '[]'::json)"
                + " from " + table("journal") + " j where j.component = e.component and j.run = e.run) || "
                + "case when e.command = 'rollback' then " + outOfForce() + " else '}' end";
        return "with e as (update " + table("run") + " r set ended_at = clock_timestamp() where " + others(run)
                + " returning r.run, r.component, r.command) "
                + entry("select " + values(null, "e.command || " + literal(ENDED), null, null, told) + " from e");
    }

    private static String quoted(String key) {
        return '"' + key + '"';
    }

    static String nullable(@Nullable String value) {
        return value == null ? "null" : literal(value);
    }

    private String table(String name) {
        return identifier(schema) + "." + name;
    }
}
