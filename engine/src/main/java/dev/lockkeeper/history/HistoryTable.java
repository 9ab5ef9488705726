package dev.lockkeeper.history;

import static dev.lockkeeper.database.Quote.identifier;
import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Checksum;
import dev.lockkeeper.source.Version;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads and writes the history of one component. Holds no state of its own. */
public final class HistoryTable {
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

    /** The statements that write to it. */
    public RecordSql sql() {
        return new RecordSql(schema, component);
    }

    /** Creates the record where it is missing. */
    public void create(Session session) {
        session.execute(RecordTables.create(schema));
    }

    /** Four statements: the applied migrations, the journal, the repeatable scripts, and the failed steps. */
    public String readSql() {
        String mine = " where component = " + literal(component);
        return "select id, version, description, checksum, " + utc("applied_at") + ", applied_by from "
                + table("history") + mine + " and state = 'applied' order by id; select version, direction, ordinal,"
                + " statement_digest, state, position from " + table("journal") + mine + " order by ordinal;"
                + " select distinct on (name) name, rendered_checksum, " + utc("applied_at")
                + ", applied_by, in_force from "
                + table("repeatable") + mine + " order by name, id desc; select version, direction, sent_checksum,"
                + " place, sqlstate, message, " + utc("failed_at") + ", failed_by from " + table("failure") + mine;
    }

    private static String utc(String column) {
        return "to_char(" + column + " at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')";
    }

    /** Makes a history of the last four results of a message that ends with {@link #readSql()}. */
    public History parse(List<List<@Nullable String[]>> results) {
        int first = results.size() - 4;
        List<Entry> entries = results.get(first).stream()
                .map(r -> new Entry(
                        Long.parseLong(text(r, 0)),
                        version(text(r, 1)),
                        text(r, 2),
                        new Checksum(text(r, 3)),
                        text(r, 4),
                        text(r, 5)))
                .toList();
        List<Progress> progress = results.get(first + 1).stream()
                .map(r -> new Progress(
                        version(text(r, 0)),
                        direction(text(r, 1)),
                        Integer.parseInt(text(r, 2)),
                        text(r, 3),
                        Progress.State.valueOf(text(r, 4).toUpperCase(Locale.ROOT)),
                        r[5]))
                .toList();
        List<RepeatableEntry> repeatables = results.get(first + 2).stream()
                .map(r -> new RepeatableEntry(
                        text(r, 0),
                        new Checksum(text(r, 1)),
                        text(r, 2),
                        text(r, 3),
                        text(r, 4).equals("t")))
                .toList();
        List<FailedStep> failed = results.get(first + 3).stream()
                .map(r -> new FailedStep(
                        text(r, 0),
                        direction(text(r, 1)),
                        new Checksum(text(r, 2)),
                        text(r, 3),
                        text(r, 4),
                        text(r, 5),
                        text(r, 6),
                        text(r, 7)))
                .toList();
        return new History(entries, progress, repeatables, failed, Optional.empty());
    }

    /**
     * The history of a database; empty when Lockkeeper never touched it.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code history-foreign} when the tables are not Lockkeeper's
     */
    public History read(Session session) {
        try {
            return withOtherTool(session, parse(session.queryAll(readSql())));
        } catch (SqlFailure e) {
            if (!isAbsent(e)) {
                throw unreadable(e);
            }
            if (exists(session)) {
                // either somebody created it this instant, all at once, or it is not whole
                return whole(session);
            }
            return new History(
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    ForeignTable.find(session).stream().map(ForeignTable::name).findFirst());
        }
    }

    private History whole(Session session) {
        try {
            return withOtherTool(session, parse(session.queryAll(readSql())));
        } catch (SqlFailure e) {
            throw !isAbsent(e)
                    ? unreadable(e)
                    : Problem.of(Code.HISTORY_FOREIGN, "Lockkeeper's record in schema " + schema + " is not whole")
                            .from(e.error())
                            .because("there is a table of its history, but another one is missing")
                            .help("bring the table back from a backup; if the record is not Lockkeeper's, name another"
                                    + " schema for it: history: NAME in lockkeeper.yaml")
                            .asException(e);
        }
    }

    /** Looks for another tool's history where this component has none, in a database that has Lockkeeper's record. */
    public History withOtherTool(Session session, History history) {
        if (!history.applied().isEmpty() || hasRows(session)) {
            return history;
        }
        Optional<String> other = ForeignTable.find(session).stream()
                .map(ForeignTable::name)
                .filter(name -> takenOverBy(session, name).isEmpty())
                .findFirst();
        return new History(history.applied(), history.progress(), history.repeatables(), history.failed(), other);
    }

    /** Whether this component has ever had an applied or unfinished migration, or run a repeatable script. The record must exist. */
    public boolean hasRows(Session session) {
        return !session.query("select 1 from " + table("history") + " where component = " + literal(component)
                        + " union all select 1 from " + table("journal") + " where component = " + literal(component)
                        + " union all select 1 from " + table("repeatable") + " where component = " + literal(component)
                        + " limit 1")
                .isEmpty();
    }

    /** The component that has taken over another tool's table; empty when none has. The record must exist. */
    public Optional<String> takenOverBy(Session session, String name) {
        return session
                .query("select component from " + table("audit") + " where action = 'adopt' and split_part(detail,"
                        + " E'\\n', 1) = " + literal(takenOver(name)) + " limit 1")
                .stream()
                .map(row -> text(row, 0))
                .findFirst();
    }

    /** The first line of the audit row that says that another tool's table was taken over. */
    public static String takenOver(String name) {
        return "table " + name;
    }

    /** Whether the record exists. */
    public boolean exists(Session session) {
        return "t"
                .equals(session.query("select to_regclass(" + literal(table("history")) + ") is not null")
                        .get(0)[0]);
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

    /** The newest audit row of one of these actions for this component: action, version, detail, when, by whom. */
    public Optional<@Nullable String[]> lastAudit(Session session, String... actions) {
        return session
                .query("select action, version, detail, to_char(done_at at time zone 'UTC',"
                        + " 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), done_by from " + table("audit") + " where component = "
                        + literal(component) + " and action in ("
                        + Arrays.stream(actions).map(a -> literal(a)).collect(Collectors.joining(", "))
                        + ") order by id desc limit 1")
                .stream()
                .findFirst();
    }

    /**
     * Whether a run has recorded the end of a step, in whichever direction it went.
     *
     * @param name the version, or the label of a repeatable script
     */
    public boolean isRecorded(Session session, String name, UUID run) {
        String id = literal(run.toString());
        return !session.query("select 1 from " + table("history") + " where component = " + literal(component)
                        + " and version = " + literal(name) + " and " + id + "::uuid in (run, rolled_back_run)"
                        + " union all select 1 from " + table("repeatable") + " where component = "
                        + literal(component) + " and 'R__' || name = " + literal(name) + " and run = " + id + "::uuid")
                .isEmpty();
    }

    /**
     * Whether a step was begun statement by statement and is not finished.
     *
     * @param version as the journal spells it
     */
    public boolean isBegun(Session session, String version) {
        return !session.query("select 1 from " + table("journal") + " where component = " + literal(component)
                        + " and version = " + literal(version) + " limit 1")
                .isEmpty();
    }

    /** The script that was recorded for an applied migration. */
    public String script(Session session, Entry entry) {
        return text(
                session.query("select script from " + table("history") + " where id = " + entry.id())
                        .get(0),
                0);
    }

    private String table(String name) {
        return identifier(schema) + "." + name;
    }

    private static Direction direction(String text) {
        return Direction.valueOf(text.toUpperCase(Locale.ROOT));
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
