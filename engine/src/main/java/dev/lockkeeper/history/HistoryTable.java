package dev.lockkeeper.history;

import static dev.lockkeeper.database.Quote.identifier;
import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Checksum;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Version;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads and writes the history of one component. Holds no state of its own. */
public final class HistoryTable {
    /** History tables of other tools; a row in one of them means that the database was migrated before. */
    private static final List<String> OTHER_TOOLS = List.of(
            "flyway_schema_history",
            "databasechangelog",
            "schema_migrations",
            "goose_db_version",
            "atlas_schema_revisions",
            "_sqlx_migrations",
            "__diesel_schema_migrations",
            "pgmigrations",
            "changelog");

    private final String schema;
    private final String component;

    /**
     * @param schema the schema of the record, {@code lockkeeper} unless the project says otherwise
     */
    public HistoryTable(String schema, String component) {
        this.schema = schema;
        this.component = component;
    }

    public String schema() {
        return schema;
    }

    public String component() {
        return component;
    }

    /** Creates the record where it is missing. */
    public void create(Session session) {
        session.execute(RecordTables.create(schema));
    }

    /** Two statements: the applied migrations, and the journal. */
    public String readSql() {
        return "select id, version, description, checksum, to_char(applied_at at time zone 'UTC',"
                + " 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), applied_by from " + table("history") + " where component = "
                + literal(component) + " and state = 'applied' order by id; select version, direction, ordinal,"
                + " statement_digest, state from " + table("journal") + " where component = " + literal(component)
                + " order by ordinal";
    }

    /** Makes a history of the last two results of a message that ends with {@link #readSql()}. */
    public History parse(List<List<@Nullable String[]>> results) {
        List<Entry> entries = results.get(results.size() - 2).stream()
                .map(r -> new Entry(
                        Long.parseLong(text(r, 0)),
                        version(text(r, 1)),
                        text(r, 2),
                        new Checksum(text(r, 3)),
                        text(r, 4),
                        text(r, 5)))
                .toList();
        List<Progress> progress = results.get(results.size() - 1).stream()
                .map(r -> new Progress(
                        version(text(r, 0)),
                        Direction.valueOf(text(r, 1).toUpperCase(Locale.ROOT)),
                        Integer.parseInt(text(r, 2)),
                        text(r, 3),
                        Progress.State.valueOf(text(r, 4).toUpperCase(Locale.ROOT))))
                .toList();
        return new History(entries, progress, Optional.empty());
    }

    /**
     * The history of a database; empty when Lockkeeper never touched it.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code history-foreign} when the tables are not Lockkeeper's
     */
    public History read(Session session) {
        try {
            return parse(session.queryAll(readSql()));
        } catch (SqlFailure e) {
            if (!isAbsent(e)) {
                throw unreadable(e);
            }
            return new History(List.of(), List.of(), otherTool(session));
        }
    }

    /** Whether the failure says that the record does not exist yet (42P01 undefined table, 3F000 undefined schema). */
    public static boolean isAbsent(SqlFailure failure) {
        String state = failure.error().sqlState();
        return state.equals("42P01") || state.equals("3F000");
    }

    /** The problem behind a failed reading. */
    public RuntimeException unreadable(SqlFailure e) {
        if (e.connectionLost()) {
            return e.problem("the connection was lost before any work began")
                    .help("run the same command again")
                    .asException(e);
        }
        if (e.error().sqlState().equals("42703")) {
            return Problem.of(Code.HISTORY_FOREIGN, "the table " + schema + ".history is not Lockkeeper's")
                    .from(e.error())
                    .because("it lacks columns that Lockkeeper writes")
                    .help("name another schema for the record: history: NAME in lockkeeper.yaml")
                    .asException(e);
        }
        if (e.error().sqlState().equals("42501")) {
            return Problem.of(Code.STATEMENT_FAILED, "this user may not read Lockkeeper's record")
                    .from(e.error())
                    .at(Place.of(schema + ".history"))
                    .help("grant usage on schema " + identifier(schema) + " and select on its tables to this user")
                    .asException(e);
        }
        return e.problem("the history could not be read").asException(e);
    }

    private static Optional<String> otherTool(Session session) {
        String names = OTHER_TOOLS.stream().map(n -> literal(n)).collect(Collectors.joining(", "));
        List<@Nullable String[]> found = session.query("select format('%I.%I', n.nspname, c.relname)"
                + " from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
                + " where c.relkind in ('r', 'p') and lower(c.relname) in (" + names + ")"
                + " and has_table_privilege(c.oid, 'select') order by 1");
        for (@Nullable String[] row : found) {
            String table = text(row, 0);
            if (!session.query("select 1 from " + table + " limit 1").isEmpty()) {
                return Optional.of(table);
            }
        }
        return Optional.empty();
    }

    /**
     * The statement that records an applied migration.
     *
     * @param durationSql an SQL expression for the milliseconds that the script took
     */
    public String insertSql(Migration migration, int statements, String planDigest, UUID run, String durationSql) {
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

    /** The statement that records that a migration was rolled back. */
    public String rolledBackSql(Entry entry, UUID run) {
        return "update " + table("history") + " set state = 'rolled back', rolled_back_at = clock_timestamp(),"
                + " rolled_back_by = session_user, rolled_back_run = " + literal(run.toString()) + " where id = "
                + entry.id() + " and state = 'applied'";
    }

    /** Whether a run has recorded the end of a migration's step, in whichever direction it went. */
    public boolean isRecorded(Session session, Version version, UUID run) {
        String id = literal(run.toString());
        return !session.query("select 1 from " + table("history") + " where component = " + literal(component)
                        + " and version = " + literal(version.toString()) + " and " + id
                        + "::uuid in (run, rolled_back_run)")
                .isEmpty();
    }

    /** The script that was recorded for an applied migration. */
    public String script(Session session, Entry entry) {
        return text(
                session.query("select script from " + table("history") + " where id = " + entry.id())
                        .get(0),
                0);
    }

    /** The statement that records how far a statement came. */
    public String progressSql(Progress progress, UUID run) {
        return "insert into " + table("journal")
                + " (component, version, direction, ordinal, statement_digest, state, run) values ("
                + String.join(
                        ", ",
                        literal(component),
                        literal(progress.version().toString()),
                        literal(progress.direction().name().toLowerCase(Locale.ROOT)),
                        Integer.toString(progress.ordinal()),
                        literal(progress.digest()),
                        literal(progress.state().name().toLowerCase(Locale.ROOT)),
                        literal(run.toString()))
                + ") on conflict on constraint journal_pkey do update set state = excluded.state,"
                + " statement_digest = excluded.statement_digest, run = excluded.run, changed_at = clock_timestamp()";
    }

    /** The statement that empties the journal of a finished step. */
    public String forgetProgressSql(Version version) {
        return "delete from " + table("journal") + " where component = " + literal(component) + " and version = "
                + literal(version.toString());
    }

    /**
     * The statement that records what a person did to the record by hand.
     *
     * @param version null when it concerns no single migration
     * @param action one word, such as {@code repair}
     * @param detail what was changed, so that it could be taken back
     */
    public String auditSql(@Nullable Version version, String action, String reason, String detail) {
        return "insert into " + table("audit") + " (component, version, action, reason, detail) values ("
                + String.join(
                        ", ",
                        literal(component),
                        version == null ? "null" : literal(version.toString()),
                        literal(action),
                        literal(reason),
                        literal(detail))
                + ")";
    }

    private String table(String name) {
        return identifier(schema) + "." + name;
    }

    private static Version version(String text) {
        return Version.parse(text)
                .orElseThrow(
                        () -> Problem.of(Code.HISTORY_FOREIGN, "the history holds " + text + ", which is no version")
                                .help("somebody else wrote this row; look at the table")
                                .asException());
    }

    private static String text(@Nullable String[] row, int column) {
        String value = row[column];
        if (value == null) {
            throw new IllegalStateException("column " + column + " of the record is not null by definition");
        }
        return value;
    }
}
