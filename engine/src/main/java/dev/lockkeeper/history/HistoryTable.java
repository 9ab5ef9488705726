package dev.lockkeeper.history;

import static dev.lockkeeper.database.Quote.identifier;
import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Checksum;
import dev.lockkeeper.source.Migrations;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads and writes the history of one component. Holds no state of its own. */
public final class HistoryTable {
    /** The first layout whose audit table is a chain. */
    public static final int FIRST_CHAINED = 3;

    private final String schema;
    private final Identity identity;

    /**
     * @param schema the schema of the record, {@code lockkeeper} unless the project says otherwise
     */
    public HistoryTable(String schema, Identity identity) {
        this.schema = schema;
        this.identity = identity;
    }

    /** The record of a component that is known by its name alone. */
    public HistoryTable(String schema, String component) {
        this(schema, Identity.of(component));
    }

    public String schema() {
        return schema;
    }

    public String component() {
        return identity.component();
    }

    /** The statements that write to it. */
    public RecordSql sql() {
        return new RecordSql(schema, component());
    }

    /** The statements that append to its audit chain. */
    public AuditSql audit() {
        return new AuditSql(schema, component());
    }

    /** Creates the record where it is missing, and brings one of an older layout to this one. */
    public void create(Session session) {
        session.execute(createSql());
    }

    /** The statements that do so. */
    public String createSql() {
        return RecordTables.create(schema, identity.project());
    }

    /** Five queries, for a message that also does other things; see {@link #parse}. */
    public String readSql() {
        return reader().sql();
    }

    private RecordReader reader() {
        return new RecordReader(schema, component());
    }

    /**
     * Makes a history of the last results of a message that ends with {@link #readSql()}.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code history-newer} for a layout that this build does not know
     */
    public History parse(Session session, List<List<@Nullable String[]>> results) {
        return reader().parse(session, results);
    }

    /**
     * The history of a database, in whichever layout it is kept; empty when Lockkeeper never touched it.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code history-foreign} when the tables are not Lockkeeper's, {@code
     *     history-newer} when a later build has written them
     */
    public History read(Session session) {
        try {
            return withOtherTool(session, parse(session, session.queryAll(readSql())));
        } catch (SqlFailure e) {
            if (!isAbsent(e)) {
                throw unreadable(e, session);
            }
        }
        try {
            return withOtherTool(session, readOther(session));
        } catch (SqlFailure e) {
            throw unreadable(e, session);
        }
    }

    private History readOther(Session session) {
        try {
            return reader().readOther(session);
        } catch (LockkeeperException e) {
            try {
                // somebody may have created it this instant
                return parse(session, session.queryAll(readSql()));
            } catch (SqlFailure absent) {
                throw e;
            }
        }
    }

    /**
     * Looks at what else is in the database: another tool's history where this component has none, the same scripts in
     * another history, a tool that goes on after its history was taken over, and whose history this is.
     */
    public History withOtherTool(Session session, History history) {
        boolean begun = hasBegun(session, history);
        History known = withForeignTable(session, history, begun);
        if (history.about().ready() || begun) {
            return known;
        }
        return known.with(known.otherTool(), new Kindred(session, schema, identity).doubts());
    }

    /** The same, but for the same scripts in another history, for which {@link #enter} looks too. */
    public History withForeignTable(Session session, History history) {
        return withForeignTable(session, history, hasBegun(session, history));
    }

    private History withForeignTable(Session session, History history, boolean begun) {
        List<Problem> doubts = new ArrayList<>(otherProject(history));
        history.takenOver().flatMap(taken -> taken.doubt(session)).ifPresent(doubts::add);
        if (begun) {
            return history.with(Optional.empty(), doubts);
        }
        if (history.about().layout() >= FIRST_CHAINED) {
            new ToldRows(schema).emptied(session, component()).ifPresent(doubts::add);
        }
        boolean there = history.about().layout() > 0;
        Optional<ForeignTable> other = ForeignTable.find(session).stream()
                .filter(found -> !there || !wasTakenOver(session, found.name()))
                .findFirst();
        other.filter(found -> !found.readable()).ifPresent(found -> doubts.add(unreadable(found)));
        return history.with(other.filter(ForeignTable::readable).map(ForeignTable::name), doubts);
    }

    private boolean hasBegun(Session session, History history) {
        return !history.applied().isEmpty() || (history.about().layout() > 0 && hadRows(session));
    }

    private static Problem unreadable(ForeignTable found) {
        return Problem.of(
                        Code.HISTORY_OF_OTHER_TOOL,
                        "it is not known whether another tool has migrated this database: " + found.name()
                                + " cannot be read")
                .because("this user has no right to read it")
                .help("grant select on " + found.name() + " to this user; if the table means nothing, say"
                        + " other-history: ignore in lockkeeper.yaml");
    }

    private List<Problem> otherProject(History history) {
        String theirs = history.about().project();
        String mine = identity.project();
        if (theirs == null
                || mine == null
                || theirs.equals(mine)
                || history.applied().isEmpty()) {
            return List.of();
        }
        Migrations files = identity.migrations();
        long same = history.applied().stream()
                .filter(e -> files != null
                        && files.find(e.version())
                                .filter(m -> m.up().checksum().is(e.checksum()))
                                .isPresent())
                .count();
        if (same * 2 > history.applied().size()) {
            // the project was renamed
            return List.of();
        }
        return List.of(Problem.of(
                        Code.HISTORY_OF_OTHER_PROJECT,
                        "the history of component " + component() + " in this database is of project " + theirs
                                + ", not of " + mine)
                .because(same + " of its " + history.applied().size() + " applied scripts are in this project")
                .help("name the right database; if both projects belong here, give the component another name under"
                        + " components: in lockkeeper.yaml"));
    }

    /**
     * Enters the component in the record, which is created or brought to this layout before, and does more in the same
     * transaction; nobody else enters one meanwhile. The caller holds the runner lock.
     *
     * @param known whether a person has said that the component is not one of another name
     * @throws LockkeeperException {@code history-elsewhere} when it is; {@code history-foreign}, {@code history-unfit} or
     *     {@code history-hidden} when the record cannot be created
     */
    public void enter(Session session, boolean known, Runnable more) {
        boolean done = false;
        try {
            // what is looked at must be as it is under the lock, whatever the user's default
            boolean there = "t"
                    .equals(session.query("begin isolation level read committed; " + RecordTables.LOCK
                                    + "; select to_regclass(" + literal(table("about")) + ") is not null")
                            .get(0)[0]);
            if (!there || layout(session) < RecordTables.LAYOUT) {
                create(session);
            }
            requireGuards(session);
            List<List<@Nullable String[]>> own = session.queryAll("select 1 from " + table("component")
                    + " where component = " + literal(component()) + "; " + rowsSql());
            if (own.get(0).isEmpty()) {
                List<Problem> doubts =
                        known || !own.get(1).isEmpty() ? List.of() : new Kindred(session, schema, identity).doubts();
                if (!doubts.isEmpty()) {
                    throw new LockkeeperException(doubts);
                }
                session.execute(sql().entered(identity));
            }
            more.run();
            session.execute("commit");
            done = true;
        } catch (SqlFailure e) {
            throw unwritable(e);
        } finally {
            if (!done) {
                takeBack(session);
            }
        }
    }

    /** See {@link RecordGuards#require}. */
    public void requireGuards(Session session) {
        new RecordGuards(this).require(session);
    }

    private static void takeBack(Session session) {
        try {
            session.execute("rollback");
        } catch (SqlFailure e) {
            // the session is lost, and its transaction with it
        }
    }

    /** The layout of the record, which must be there; 0 when it does not say. */
    int layout(Session session) {
        return session.query("select layout from " + table("about")).stream()
                .mapToInt(row -> Integer.parseInt(RecordReader.text(row, 0)))
                .findFirst()
                .orElse(0);
    }

    /** The problem behind a record that could not be created or written. */
    public RuntimeException unwritable(SqlFailure e) {
        String state = e.error().sqlState();
        if (state.equals(RecordTables.FOREIGN)) {
            return Problem.of(Code.HISTORY_FOREIGN, e.error().message())
                    .because("it has the name of one, and lacks columns that Lockkeeper writes")
                    .help("name another schema for the record: history: NAME in lockkeeper.yaml")
                    .asException(e);
        }
        if (state.equals(RecordTables.BENT)) {
            return Problem.of(Code.HISTORY_UNFIT, e.error().message())
                    .because(e.error().detail())
                    .help("have the event trigger leave schema " + schema
                            + " alone, or have the database's owner create" + " the record while it is disabled")
                    .note("kept: nothing")
                    .asException(e);
        }
        if (state.equals("42501")) {
            return Problem.of(Code.HISTORY_HIDDEN, "this user may not write Lockkeeper's record in schema " + schema)
                    .from(e.error())
                    .help(
                            "let this user create schemas, or have somebody create the schema and grant usage and create on"
                                    + " it to this user; a record that exists is changed by the role that owns its tables")
                    .note("kept: nothing")
                    .asException(e);
        }
        return e.problem("Lockkeeper's record could not be written in schema " + schema)
                .note("kept: nothing")
                .asException(e);
    }

    private boolean hadRows(Session session) {
        try {
            return hasRows(session);
        } catch (SqlFailure e) {
            return !ifAbsent(e);
        }
    }

    private boolean wasTakenOver(Session session, String name) {
        try {
            return takenOverBy(session, name).isPresent();
        } catch (SqlFailure e) {
            return !ifAbsent(e);
        }
    }

    /** Early builds had neither repeatable scripts nor an audit table; true, or the failure is another. */
    private static boolean ifAbsent(SqlFailure e) {
        if (isAbsent(e)) {
            return true;
        }
        throw e;
    }

    /** Whether this component has ever had an applied or unfinished migration, or run a repeatable script. The record must exist. */
    public boolean hasRows(Session session) {
        return !session.query(rowsSql()).isEmpty();
    }

    private String rowsSql() {
        String mine = " where component = " + literal(component());
        return "select 1 from " + table("history") + mine + " union all select 1 from " + table("journal") + mine
                + " union all select 1 from " + table("repeatable") + mine + " limit 1";
    }

    /** The component that has taken over another tool's table; empty when none has. The record must exist. */
    public Optional<String> takenOverBy(Session session, String name) {
        return session
                .query("select component from " + table("audit") + " where action = 'adopt' and split_part(detail,"
                        + " E'\\n', 1) = " + literal(takenOver(name)) + " limit 1")
                .stream()
                .map(row -> RecordReader.text(row, 0))
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

    /**
     * Whether the failure says that the record does not exist, or not in this layout (42P01 undefined table, 3F000 undefined
     * schema, 42703 undefined column).
     */
    public static boolean isAbsent(SqlFailure failure) {
        String state = failure.error().sqlState();
        return state.equals("42P01") || state.equals("3F000") || state.equals("42703");
    }

    /** Whether the failure says that another run has recorded a statement as done, which this one wanted to record. */
    public static boolean isRepeated(SqlFailure failure) {
        return failure.error().sqlState().equals(RecordTables.REPEATED);
    }

    /** The problem behind a failed reading, which names the statements that give a user what is missing. */
    RuntimeException unreadable(SqlFailure e, Session session) {
        if (!e.error().sqlState().equals("42501")) {
            return unreadable(e);
        }
        try {
            return unreadable(
                    e,
                    identifier(RecordReader.text(
                            session.query("select current_user").get(0), 0)));
        } catch (SqlFailure unasked) {
            // within a transaction that has failed by this
            return unreadable(e);
        }
    }

    /** The problem behind a failed reading. */
    public RuntimeException unreadable(SqlFailure e) {
        return unreadable(e, "this user");
    }

    private RuntimeException unreadable(SqlFailure e, String user) {
        if (e.connectionLost()) {
            return e.problem("the connection was lost before any work began")
                    .help("run the same command again")
                    .asException(e);
        }
        if (e.error().sqlState().equals("42501")) {
            boolean hidden = e.error().message().contains("row-level security")
                    || "check_enable_rls".equals(e.error().routine());
            return Problem.of(
                            Code.HISTORY_HIDDEN,
                            hidden
                                    ? "row security hides rows of Lockkeeper's record from this user"
                                    : "this user may not read Lockkeeper's record")
                    .from(e.error())
                    .at(Place.of(schema + ".history"))
                    .help(
                            hidden
                                    ? "disable row level security on the tables of schema " + identifier(schema)
                                            + ", or use a role that bypasses it"
                                    : "grant usage on schema " + identifier(schema) + " to " + user
                                            + "; grant select on all tables in schema " + identifier(schema) + " to "
                                            + user)
                    .asException(e);
        }
        return e.problem("the history could not be read").asException(e);
    }

    /** The newest audit row of one of these actions for this component: action, version, detail, when, by whom. */
    public Optional<@Nullable String[]> lastAudit(Session session, String... actions) {
        return session
                .query("select action, version, detail, to_char(done_at at time zone 'UTC',"
                        + " 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), done_by from " + table("audit") + " where component = "
                        + literal(component()) + " and action in ("
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
        return !session.query("select 1 from " + table("history") + " where component = " + literal(component())
                        + " and version = " + literal(name) + " and " + id + "::uuid in (run, rolled_back_run)"
                        + " union all select 1 from " + table("repeatable") + " where component = "
                        + literal(component()) + " and 'R__' || name = " + literal(name) + " and run = " + id
                        + "::uuid")
                .isEmpty();
    }

    /**
     * Whether a step was begun statement by statement and is not finished.
     *
     * @param version as the journal spells it
     */
    public boolean isBegun(Session session, String version) {
        return !session.query("select 1 from " + table("journal") + " where component = " + literal(component())
                        + " and version = " + literal(version) + " limit 1")
                .isEmpty();
    }

    /**
     * The scripts that are in force, in the order in which they ran. The clock of the server may have been set back: rows of
     * migrations come in the order in which they were written, repeatable scripts in between by their time.
     */
    public List<Deed> deeds(Session session) {
        String at = "to_char(applied_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')";
        List<List<@Nullable String[]>> answers =
                session.queryAll("select id, version, checksum, rendered_checksum, " + at
                        + ", applied_by, true from " + table("history") + " where component = " + literal(component())
                        + " and state = 'applied' order by id; select id, name, checksum, rendered_checksum, " + at
                        + ", applied_by, in_force from (select distinct on (name) * from " + table("repeatable")
                        + " where component = " + literal(component()) + " order by name, id desc) r order by id");
        List<Deed> migrations = answers.get(0).stream().map(r -> deed(r, true)).toList();
        List<Deed> deeds = new ArrayList<>();
        List<Deed> repeatables =
                new ArrayList<>(answers.get(1).stream().map(r -> deed(r, false)).toList());
        for (Deed migration : migrations) {
            while (!repeatables.isEmpty() && repeatables.get(0).at().compareTo(migration.at()) < 0) {
                deeds.add(repeatables.remove(0));
            }
            deeds.add(migration);
        }
        deeds.addAll(repeatables);
        return deeds;
    }

    private static Deed deed(@Nullable String[] r, boolean migration) {
        String name = RecordReader.text(r, 1);
        return new Deed(
                Long.parseLong(RecordReader.text(r, 0)),
                migration ? RecordReader.version(name) : null,
                name,
                new Checksum(RecordReader.text(r, 2)),
                new Checksum(RecordReader.text(r, 3)),
                RecordReader.text(r, 4),
                RecordReader.text(r, 5),
                "t".equals(r[6]));
    }

    /** The script that was recorded for a deed. */
    public String script(Session session, Deed deed) {
        return RecordReader.text(
                session.query("select script from " + table(deed.version() == null ? "repeatable" : "history")
                                + " where id = " + deed.id())
                        .get(0),
                0);
    }

    /** The other components that have anything applied in this record. */
    public List<String> others(Session session) {
        return session
                .query("select component from (select component from " + table("history")
                        + " where state = 'applied' union"
                        + " select component from " + table("repeatable") + ") c where component <> "
                        + literal(component()) + " order by 1")
                .stream()
                .map(row -> RecordReader.text(row, 0))
                .toList();
    }

    /** The script that was recorded for an applied migration. */
    public String script(Session session, Entry entry) {
        return RecordReader.text(
                session.query("select script from " + table("history") + " where id = " + entry.id())
                        .get(0),
                0);
    }

    private String table(String name) {
        return identifier(schema) + "." + name;
    }
}
