package dev.lockkeeper.history;

import static dev.lockkeeper.database.Quote.identifier;
import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Checksum;
import dev.lockkeeper.source.Version;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the record of one component, in this layout and in older ones. */
final class RecordReader {
    private static final int RESULTS = 5;

    private final String schema;
    private final String component;

    RecordReader(String schema, String component) {
        this.schema = schema;
        this.component = component;
    }

    /**
     * Five queries: what the record says of itself, the applied migrations, the journal, the repeatable scripts, and the
     * failed steps. Rows that a policy would hide are an error (manual, "row_security").
     */
    String sql() {
        return "set local row_security = off; select layout, (select coalesce(project, '') from " + table("component")
                + mine() + "), (select detail from " + table("audit") + mine()
                + " and action = 'adopt' order by id desc limit 1), "
                // of runs nothing is told here, and a record that has lost them is not whole
                + "(select true from " + table("run") + " limit 0) from " + table("about") + ";" + rows(name -> true);
    }

    /** @param has whether the record has a table, or a column as {@code table.column} */
    private String rows(Predicate<String> has) {
        return "select id, version, description, checksum, " + utc("applied_at") + ", applied_by from "
                + table("history") + mine() + " and state = 'applied' order by id; select version, direction, ordinal,"
                + " statement_digest, state, " + column("journal.position", has) + ", "
                + column("journal.session_state", has) + ", " + column("journal.concerns", has) + " from "
                + table("journal") + mine() + " order by ordinal;"
                + (has.test("repeatable") ? repeatables(has) : " select where false;")
                + (has.test("failure.sent_checksum")
                        ? " select version, direction, sent_checksum, place, sqlstate, message, " + utc("failed_at")
                                + ", failed_by from " + table("failure") + mine()
                        : " select where false");
    }

    /** What a run has made was kept when no migration came after it; null when the catalog has to tell. */
    private String repeatables(Predicate<String> has) {
        String later = "exists (select from " + table("history") + " h" + mine() + " and h.state = 'applied' and"
                + " h.applied_at > r.applied_at)";
        String kept = has.test("repeatable.made")
                ? "case when not " + later + " then true when r.made is null then false end"
                : "not " + later;
        return " select r.name, r.rendered_checksum, " + utc("r.applied_at") + ", r.applied_by, "
                + (has.test("repeatable.in_force") ? "r.in_force" : "true") + ", " + kept + newest()
                + " order by r.name;";
    }

    private String newest() {
        return " from (select distinct on (name) * from " + table("repeatable") + mine() + " order by name, id desc) r";
    }

    /** The repeatable scripts of which all is there, unchanged, that they have made. To plan this takes the server long. */
    private Set<String> kept(Session session) {
        return session
                .query("set local row_security = off; select r.name" + newest() + " where r.made is not null and "
                        + Made.keptSql("r.made"))
                .stream()
                .map(row -> text(row, 0))
                .collect(Collectors.toSet());
    }

    private static String column(String name, Predicate<String> has) {
        return has.test(name) ? name.substring(name.indexOf('.') + 1) : "null";
    }

    private static String utc(String column) {
        // to_char has no text for infinity, which nobody but a person has written there
        return "coalesce(to_char(" + column + " at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), " + column
                + "::text)";
    }

    /**
     * Makes a history of the last results of a message that ends with {@link #sql()}, and asks the session for what they do
     * not tell.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code history-newer} for a layout that this build does not know
     */
    History parse(Session session, List<List<@Nullable String[]>> results) {
        int first = results.size() - RESULTS;
        List<@Nullable String[]> said = results.get(first);
        if (said.size() != 1) {
            throw Problem.of(Code.HISTORY_FOREIGN, "Lockkeeper's record in schema " + schema + " is not whole")
                    .because("its table about has " + said.size() + " rows instead of one")
                    .help("restore the row from a backup")
                    .asException();
        }
        @Nullable String[] row = said.get(0);
        int layout = Integer.parseInt(text(row, 0));
        requireKnown(layout);
        String project = row[1];
        About about = new About(layout, project != null, project == null || project.isEmpty() ? null : project);
        String adopted = row[2];
        return history(
                session,
                about,
                Optional.ofNullable(adopted).map(TakenOver::of),
                results.subList(first + 1, results.size()));
    }

    private History history(
            Session session, About about, Optional<TakenOver> takenOver, List<List<@Nullable String[]>> results) {
        List<Entry> entries = results.get(0).stream()
                .map(r -> new Entry(
                        Long.parseLong(text(r, 0)),
                        version(text(r, 1)),
                        text(r, 2),
                        new Checksum(text(r, 3)),
                        text(r, 4),
                        text(r, 5)))
                .toList();
        List<Progress> progress = results.get(1).stream()
                .map(r -> new Progress(
                        text(r, 0),
                        direction(text(r, 1)),
                        Integer.parseInt(text(r, 2)),
                        text(r, 3),
                        Progress.State.valueOf(text(r, 4).toUpperCase(Locale.ROOT)),
                        r[5],
                        r[6],
                        r[7]))
                .toList();
        boolean asked = results.get(2).stream().anyMatch(r -> r[5] == null);
        Set<String> kept = asked ? kept(session) : Set.of();
        List<RepeatableEntry> repeatables = results.get(2).stream()
                .map(r -> new RepeatableEntry(
                        text(r, 0),
                        new Checksum(text(r, 1)),
                        text(r, 2),
                        text(r, 3),
                        text(r, 4).equals("t"),
                        r[5] == null ? kept.contains(text(r, 0)) : "t".equals(r[5])))
                .toList();
        List<FailedStep> failed = results.get(3).stream()
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
        return new History(about, entries, progress, repeatables, failed, Optional.empty(), takenOver, List.of());
    }

    /**
     * Reads a record that {@link #sql()} does not fit: one of an older layout; empty when there is none.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code history-newer}; {@code history-foreign} when the tables are
     *     not Lockkeeper's, or not all of them are there
     */
    History readOther(Session session) {
        Set<String> columns = columns(session);
        if (!columns.contains("history") && !columns.contains("about")) {
            return History.empty();
        }
        if (columns.contains("about")) {
            if (!columns.contains("about.layout")) {
                throw foreign("about");
            }
            session.query("select layout from " + table("about")).stream()
                    .findFirst()
                    .ifPresent(row -> requireKnown(Integer.parseInt(text(row, 0))));
            for (String table : RecordTables.names()) {
                requireWhole(columns, table);
            }
            throw notWhole("a column that Lockkeeper writes is missing");
        }
        if (columns.contains("audit.prev_hash")) {
            throw notWhole("there is a table of it, but about is missing");
        }
        for (String table : List.of("history", "journal")) {
            requireWhole(columns, table);
        }
        return history(
                session,
                // who wrote it kept no name
                new About(1, true, null),
                Optional.empty(),
                session.queryAll("set local row_security = off; " + rows(name -> columns.contains(name))));
    }

    private void requireWhole(Set<String> columns, String table) {
        if (!columns.contains(table)) {
            throw notWhole("there is a table of it, but " + table + " is missing");
        }
        if (!columns.containsAll(RecordTables.first(table))) {
            throw foreign(table);
        }
    }

    private Set<String> columns(Session session) {
        return session
                .query("select c.relname, a.attname from pg_catalog.pg_class c join pg_catalog.pg_attribute a"
                        + " on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped where c.relnamespace ="
                        + " pg_catalog.to_regnamespace(" + literal(identifier(schema)) + ") and c.relname in ("
                        + RecordTables.names().stream().map(n -> literal(n)).collect(Collectors.joining(", ")) + ")")
                .stream()
                .flatMap(row -> Stream.of(text(row, 0), text(row, 0) + "." + text(row, 1)))
                .collect(Collectors.toSet());
    }

    private void requireKnown(int layout) {
        if (layout > RecordTables.LAYOUT) {
            throw Problem.of(
                            Code.HISTORY_NEWER,
                            "the record in schema " + schema + " has layout " + layout + ", and this Lockkeeper knows "
                                    + RecordTables.LAYOUT)
                    .because("a newer Lockkeeper has written to it")
                    .help("use that Lockkeeper or a later one for this database")
                    .asException();
        }
    }

    private RuntimeException foreign(String table) {
        return Problem.of(Code.HISTORY_FOREIGN, "the table " + schema + "." + table + " is not Lockkeeper's")
                .because("it lacks columns that Lockkeeper writes")
                .help("name another schema for the record: history: NAME in lockkeeper.yaml")
                .asException();
    }

    private RuntimeException notWhole(String why) {
        return Problem.of(Code.HISTORY_FOREIGN, "Lockkeeper's record in schema " + schema + " is not whole")
                .because(why)
                .help("restore the table from a backup; if the record is not Lockkeeper's, name another"
                        + " schema for it: history: NAME in lockkeeper.yaml")
                .asException();
    }

    private String mine() {
        return " where component = " + literal(component);
    }

    private String table(String name) {
        return identifier(schema) + "." + name;
    }

    private static Direction direction(String text) {
        return Direction.valueOf(text.toUpperCase(Locale.ROOT));
    }

    static Version version(String text) {
        return Version.parse(text)
                .orElseThrow(
                        () -> Problem.of(Code.HISTORY_FOREIGN, "the history holds " + text + ", which is not a version")
                                .help("somebody else wrote this row; look at the table")
                                .asException());
    }

    static String text(@Nullable String[] row, int column) {
        String value = row[column];
        if (value == null) {
            throw new IllegalStateException("column " + column + " of the record is not null by definition");
        }
        return value;
    }
}
