package dev.lockkeeper.history;

import static dev.lockkeeper.database.Quote.identifier;
import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.problem.ServerError;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Repeatable;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.source.Version;
import java.util.Locale;
import java.util.UUID;
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
                + " (component, version, description, checksum, rendered_checksum, script, duration_ms, statements,"
                + " plan_digest, run) values ("
                + String.join(
                        ", ",
                        literal(component),
                        literal(migration.version().toString()),
                        literal(migration.description()),
                        literal(migration.up().checksum().value()),
                        literal(migration.up().renderedChecksum().value()),
                        literal(migration.up().template()),
                        durationSql,
                        Integer.toString(statements),
                        literal(planDigest),
                        literal(run.toString()))
                + ")";
    }

    /** The statement that records a run of a repeatable script. */
    public String repeated(Repeatable repeatable, int statements, String planDigest, UUID run, String durationSql) {
        return "insert into " + table("repeatable")
                + " (component, name, checksum, rendered_checksum, script, duration_ms, statements, plan_digest, run)"
                + " values ("
                + String.join(
                        ", ",
                        literal(component),
                        literal(repeatable.name()),
                        literal(repeatable.script().checksum().value()),
                        literal(repeatable.script().renderedChecksum().value()),
                        literal(repeatable.script().template()),
                        durationSql,
                        Integer.toString(statements),
                        literal(planDigest),
                        literal(run.toString()))
                + ")";
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
                + " duration_ms, statements, plan_digest, run, origin) values ("
                + String.join(
                        ", ",
                        literal(component),
                        literal(migration.version().toString()),
                        literal(migration.description()),
                        literal(migration.up().checksum().value()),
                        literal(migration.up().renderedChecksum().value()),
                        literal(migration.up().template()),
                        appliedAt == null ? "clock_timestamp()" : literal(appliedAt),
                        appliedBy == null ? "session_user" : literal(appliedBy),
                        Long.toString(durationMs),
                        "0",
                        literal(digest),
                        literal(run.toString()),
                        literal(origin))
                + ")";
    }

    /** The statement that takes the file of an applied migration as it is now. */
    public String edited(Entry entry, Migration migration) {
        return "update " + table("history") + " set checksum = "
                + literal(migration.up().checksum().value()) + ", rendered_checksum = "
                + literal(migration.up().renderedChecksum().value()) + ", script = "
                + literal(migration.up().template()) + " where id = " + entry.id();
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
                + " (component, version, direction, sent_checksum, place, sqlstate, message, run) values ("
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

    /** The statement that records how far a statement came. */
    public String progress(Progress progress, UUID run) {
        return "insert into " + table("journal")
                + " (component, version, direction, ordinal, statement_digest, state, position, run) values ("
                + String.join(
                        ", ",
                        literal(component),
                        literal(progress.version().toString()),
                        literal(progress.direction().name().toLowerCase(Locale.ROOT)),
                        Integer.toString(progress.ordinal()),
                        literal(progress.digest()),
                        literal(progress.state().name().toLowerCase(Locale.ROOT)),
                        progress.position() == null ? "null" : literal(progress.position()),
                        literal(run.toString()))
                + ") on conflict on constraint journal_pkey do update set state = excluded.state,"
                + " statement_digest = excluded.statement_digest, position = excluded.position, run = excluded.run, changed_at = clock_timestamp()";
    }

    /** The statement that empties the journal of a finished step. */
    public String forgetProgress(Version version) {
        return "delete from " + table("journal") + " where component = " + literal(component) + " and version = "
                + literal(version.toString());
    }

    /** The statement that forgets one statement of a step. */
    public String forgetProgress(Progress progress) {
        return forgetProgress(progress.version()) + " and direction = "
                + literal(progress.direction().name().toLowerCase(Locale.ROOT)) + " and ordinal = "
                + progress.ordinal();
    }

    /**
     * The statement that records what a person did to the record by hand.
     *
     * @param name the version or label; null when it concerns no single step
     * @param action one word, such as {@code repair}
     * @param detail what was changed, so that it could be taken back
     */
    public String audit(@Nullable String name, String action, String reason, String detail) {
        return "insert into " + table("audit") + " (component, version, action, reason, detail) values ("
                + String.join(
                        ", ",
                        literal(component),
                        name == null ? "null" : literal(name),
                        literal(action),
                        literal(reason),
                        literal(detail))
                + ")";
    }

    /** The statements that create the record where it is missing. */
    public String create() {
        return RecordTables.create(schema);
    }

    private String table(String name) {
        return identifier(schema) + "." + name;
    }
}
