package dev.lockkeeper.history;

import static dev.lockkeeper.database.Quote.identifier;
import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.database.Backend;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.problem.ServerError;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Repeatable;
import dev.lockkeeper.source.Script;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The statements that write the record of one component, for whoever sends them together with other work. */
public final class RecordSql {
    private final String schema;
    private final String component;

    RecordSql(String schema, String component) {
        this.schema = schema;
        this.component = component;
    }

    /**
     * The statement that records an applied migration.
     *
     * @param durationSql an SQL expression for the milliseconds that the script took
     */
    public String applied(Migration migration, int statements, String planDigest, UUID run, String durationSql) {
        return "insert into " + table("history")
                + " (component, version, description, checksum, rendered_checksum, script, applied_at, applied_by,"
                + " duration_ms, statements, plan_digest, run, state) values ("
                + String.join(
                        ", ",
                        literal(component),
                        literal(migration.version().toString()),
                        literal(migration.description()),
                        literal(migration.up().checksum().value()),
                        literal(migration.up().renderedChecksum().value()),
                        literal(migration.up().kept()),
                        // named, for a default of the table may have been altered
                        "pg_catalog.clock_timestamp()",
                        "session_user",
                        durationSql,
                        Integer.toString(statements),
                        literal(planDigest),
                        literal(run.toString()),
                        "'applied'")
                + ")";
    }

    /** The statement that records a run of a repeatable script. */
    public String repeated(Repeatable repeatable, int statements, String planDigest, UUID run, String durationSql) {
        String before = Made.before(table("repeatable"), component, repeatable.name());
        // asked before the row is written, which would give the transaction its number
        return "with t as materialized (select pg_current_xact_id_if_assigned() as x) insert into "
                + table("repeatable")
                + " (component, name, checksum, rendered_checksum, script, applied_at, applied_by, duration_ms, statements,"
                + " plan_digest, run, in_force, made)"
                + " select "
                + String.join(
                        ", ",
                        literal(component),
                        literal(repeatable.name()),
                        literal(repeatable.script().checksum().value()),
                        literal(repeatable.script().renderedChecksum().value()),
                        literal(repeatable.script().kept()),
                        "pg_catalog.clock_timestamp()",
                        "session_user",
                        durationSql,
                        Integer.toString(statements),
                        literal(planDigest),
                        literal(run.toString()) + "::uuid",
                        "true",
                        Made.sql("t.x", before))
                + " from t";
    }

    /**
     * The statement that records a migration that Lockkeeper did not run.
     *
     * @param appliedAt ISO 8601 in UTC; null when nobody knows, then the row says now
     * @param appliedBy null when nobody knows, then the row names this user
     * @param durationMs 0 when nobody knows
     * @param origin the tool that ran it, or {@code baseline}
     */
    public String adopted(
            Migration migration,
            @Nullable String appliedAt,
            @Nullable String appliedBy,
            long durationMs,
            String origin,
            String digest,
            UUID run) {
        return "insert into " + table("history")
                + " (component, version, description, checksum, rendered_checksum, script, applied_at, applied_by,"
                + " duration_ms, statements, plan_digest, run, state, origin) values ("
                + String.join(
                        ", ",
                        literal(component),
                        literal(migration.version().toString()),
                        literal(migration.description()),
                        literal(migration.up().checksum().value()),
                        literal(migration.up().renderedChecksum().value()),
                        literal(migration.up().kept()),
                        appliedAt == null ? "clock_timestamp()" : literal(appliedAt),
                        appliedBy == null ? "session_user" : literal(appliedBy),
                        Long.toString(durationMs),
                        "0",
                        literal(digest),
                        literal(run.toString()),
                        "'applied'",
                        literal(origin))
                + ")";
    }

    /** The statement that takes the file of an applied migration as it is now. */
    public String edited(Entry entry, Migration migration) {
        return "update " + table("history") + " set checksum = "
                + literal(migration.up().checksum().value()) + ", rendered_checksum = "
                + literal(migration.up().renderedChecksum().value()) + ", script = "
                + literal(migration.up().kept()) + " where id = " + entry.id();
    }

    /** The statement that records that a migration was rolled back. */
    public String rolledBack(Entry entry, UUID run) {
        return "update " + table("history") + " set state = 'rolled back', rolled_back_at = clock_timestamp(),"
                + " rolled_back_by = session_user, rolled_back_run = " + literal(run.toString()) + " where id = "
                + entry.id() + " and state = 'applied'";
    }

    /** The statement that makes every repeatable script run again: what it made may be gone. */
    public String outOfForce() {
        return "update " + table("repeatable") + " set in_force = false where component = " + literal(component)
                + " and in_force";
    }

    /**
     * The statement that records that the server refused a step.
     *
     * @param name the version, or the label of a repeatable script
     */
    public String failed(String name, Direction direction, Script script, Problem problem, UUID run) {
        ServerError server = problem.server();
        return "insert into " + table("failure")
                + " (component, version, direction, sent_checksum, place, sqlstate, message, failed_at, failed_by, run) values ("
                + String.join(
                        ", ",
                        literal(component),
                        literal(name),
                        literal(direction.name().toLowerCase(Locale.ROOT)),
                        literal(script.sentChecksum().value()),
                        literal(
                                problem.place() == null
                                        ? script.file()
                                        : problem.place().toString()),
                        literal(server == null ? "" : server.sqlState()),
                        literal(problem.message()),
                        "pg_catalog.clock_timestamp()",
                        "session_user",
                        literal(run.toString()))
                + ") on conflict on constraint failure_pkey do update set direction = excluded.direction,"
                + " sent_checksum = excluded.sent_checksum, place = excluded.place,"
                + " sqlstate = excluded.sqlstate, message = excluded.message, failed_at = clock_timestamp(),"
                + " failed_by = session_user, run = excluded.run";
    }

    /** The statement that forgets the failure of a step. */
    public String forgetFailure(String name) {
        return "delete from " + table("failure") + " where component = " + literal(component) + " and version = "
                + literal(name);
    }

    /**
     * The statement that records how far a statement came. What is null keeps what was recorded before. The server refuses
     * it with {@link HistoryTable#isRepeated} when another run has recorded the statement as done.
     */
    public String progress(Progress progress, UUID run) {
        return progress(progress, nullable(progress.sessionState()), run);
    }

    /**
     * The same, for a session that tells its own state.
     *
     * @param stateSql an expression for the state of the session
     */
    public String progress(Progress progress, String stateSql, UUID run) {
        return "insert into " + table("journal")
                + " (component, version, direction, ordinal, statement_digest, state, position, session_state, concerns,"
                + " run) values ("
                + String.join(
                        ", ",
                        literal(component),
                        literal(progress.name()),
                        literal(progress.direction().name().toLowerCase(Locale.ROOT)),
                        Integer.toString(progress.ordinal()),
                        literal(progress.digest()),
                        literal(progress.state().name().toLowerCase(Locale.ROOT)),
                        nullable(progress.position()),
                        stateSql,
                        nullable(progress.concerns()),
                        literal(run.toString()))
                + ") on conflict on constraint journal_pkey do update set state = excluded.state,"
                + " statement_digest = excluded.statement_digest, position = excluded.position,"
                + " session_state = coalesce(excluded.session_state, journal.session_state),"
                + " concerns = coalesce(excluded.concerns, journal.concerns), run = excluded.run,"
                + " changed_at = clock_timestamp()";
    }

    /** The statement that empties the journal of the step that the journal calls by this name. */
    public String forgetProgress(String name) {
        return "delete from " + table("journal") + " where component = " + literal(component) + " and version = "
                + literal(name);
    }

    /** The statement that forgets what is done of a step, so that it is done again. */
    public String forgetDone(String name) {
        return forgetProgress(name) + " and state = 'done'";
    }

    /** The statement that forgets one statement of a step. */
    public String forgetProgress(Progress progress) {
        return forgetProgress(progress.name()) + " and direction = "
                + literal(progress.direction().name().toLowerCase(Locale.ROOT)) + " and ordinal = "
                + progress.ordinal();
    }

    /**
     * The statement that records that a run works, in which session; again for a session that takes the place of the first.
     *
     * @param command what was asked for, such as {@code apply}
     * @param host the machine of this process; null when it is not known
     * @param backend the server process that runs the scripts; null when none does yet
     */
    public String runs(UUID run, String command, @Nullable String host, @Nullable Backend backend) {
        return "insert into " + table("run")
                + " (run, component, command, started_at, started_by, host, pid, backend_start) values ("
                + String.join(
                        ", ",
                        literal(run.toString()),
                        literal(component),
                        literal(command),
                        "pg_catalog.clock_timestamp()",
                        "session_user",
                        nullable(host),
                        backend == null ? "null" : Integer.toString(backend.pid()),
                        nullable(backend == null ? null : backend.start()))
                + ") on conflict on constraint run_pkey do update set pid = excluded.pid,"
                + " backend_start = excluded.backend_start";
    }

    /** The statement that enters a component. */
    String entered(Identity identity) {
        return "insert into " + table("component") + " (component, project, first_script) values ("
                + literal(component) + ", " + nullable(identity.project()) + ", "
                + nullable(identity.firstScript().orElse(null)) + ")";
    }

    /** The query for triggers of the record that no longer do what they were made for, in words: which, and what became of it; and the statement that puts right one that does not fire always. */
    public String unguarded() {
        String guards = RecordTables.guards(schema).stream()
                .map(guard -> "("
                        + String.join(
                                ", ",
                                literal(guard.table()),
                                literal(guard.trigger()),
                                Integer.toString(guard.type()),
                                literal(guard.function()),
                                literal(guard.body()))
                        + ")")
                .collect(Collectors.joining(", "));
        String bent =
                "(t.tgtype <> g.type or p.proname <> g.fn or p.pronamespace <> c.relnamespace or p.prosrc <> g.body"
                        + " or p.proconfig is distinct from array['search_path=pg_catalog, pg_temp']"
                        + " or (t.tgqual is not null and g.tab <> 'journal'))";
        return "select format('trigger %I on table %I', g.name, g.tab), case when t.oid is null then 'it is missing'"
                + " when " + bent + " then 'it does not run what it was made for'"
                + " else 'it is disabled, or does not fire always' end, case when t.oid is not null and not " + bent
                + " then format('alter table %s.%I enable always trigger %I', " + literal(identifier(schema))
                + ", g.tab, g.name) end"
                + " from (values " + guards + ") g (tab, name, type, fn, body)"
                + " join pg_catalog.pg_class c on c.relnamespace = to_regnamespace(" + literal(identifier(schema))
                + ") and c.relname = g.tab left join pg_catalog.pg_trigger t on t.tgrelid = c.oid and t.tgname = g.name"
                + " left join pg_catalog.pg_proc p on p.oid = t.tgfoid where t.oid is null or t.tgenabled <> 'A' or "
                + bent + " order by 1";
    }

    /** The query for what others have put on the tables of the record, in words: it could keep rows out of them unseen. */
    public String meddling() {
        String tables = " c.relnamespace = to_regnamespace(" + literal(identifier(schema)) + ") and c.relname in ("
                + Stream.concat(
                                RecordTables.names().stream(),
                                RecordTables.guards(schema).stream().map(RecordTables.Guard::table))
                        .distinct()
                        .map(n -> literal(n))
                        .collect(Collectors.joining(", "))
                + ")";
        return "select format('rule %I on table %I', r.rulename, c.relname) from pg_catalog.pg_rewrite r"
                + " join pg_catalog.pg_class c on c.oid = r.ev_class where" + tables
                + " union all select format('trigger %I on table %I', t.tgname, c.relname) from pg_catalog.pg_trigger t"
                + " join pg_catalog.pg_class c on c.oid = t.tgrelid where not t.tgisinternal"
                // before each row, so that it may keep the row out (pg_trigger.h, TRIGGER_TYPE_ROW and _BEFORE)
                + " and (t.tgtype::integer & 3) = 3 and t.tgname not in ("
                + RecordTables.triggers().stream().map(n -> literal(n)).collect(Collectors.joining(", ")) + ") and"
                + tables;
    }

    /** The query for the versions in force that were taken over, in order. */
    public String adoptedFrom(String origin) {
        return "select version from " + table("history") + " where component = " + literal(component)
                + " and state = 'applied' and origin = " + literal(origin) + " order by id";
    }

    /** The query for the sessions of runs of this component that have not ended, see {@link #working(List)}. */
    public String working() {
        return working(List.of(component));
    }

    /**
     * The query for the sessions of runs that have not ended: one row, a sentence, for each whose server process is alive.
     * Where the server hides from this user when a process started, one of the same number, database and user counts.
     */
    public String working(List<String> components) {
        return "select format('%s (pid %s, user %s, from %s, since %s)', r.command, r.pid, r.started_by,"
                + " coalesce(r.host, 'an unknown machine'), to_char(r.started_at, 'YYYY-MM-DD HH24:MI:SSOF')) from "
                + table("run") + " r join pg_catalog.pg_stat_activity a on a.pid = r.pid"
                + " where r.ended_at is null and r.component in ("
                + components.stream().map(c -> literal(c)).collect(Collectors.joining(", "))
                + ") and a.datname = current_database() and case when a.backend_start is null"
                + " then a.usename is null or a.usename = r.started_by"
                + " else r.backend_start is null or a.backend_start = r.backend_start::timestamptz end"
                + " order by r.started_at";
    }

    private static String nullable(@Nullable String value) {
        return value == null ? "null" : literal(value);
    }

    private String table(String name) {
        return identifier(schema) + "." + name;
    }
}
