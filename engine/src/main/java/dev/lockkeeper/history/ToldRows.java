package dev.lockkeeper.history;

import static dev.lockkeeper.database.Quote.identifier;
import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.database.Quote;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Rows that the audit chain tells of and the record has no more. Who takes a question, an approval or a history away would otherwise be
 * taken for one who has found none.
 */
public final class ToldRows {
    private final String schema;

    public ToldRows(String schema) {
        this.schema = schema;
    }

    /**
     * Looks whether a table to which rows are only ever added has all that were told. Nothing is missing where the record or its chain is
     * not there. The caller sees all rows or gets an error: {@code row_security} is off for its message.
     *
     * @param table one that has {@link AuditedTable#actions} of its own
     * @return whether the table is there
     * @throws dev.lockkeeper.problem.LockkeeperException {@code history-unfit} when it, or a row, is gone
     */
    public boolean require(Session session, AuditedTable table) {
        missing(session, table).ifPresent(problem -> {
            throw problem.asException();
        });
        return isThere(session, table.key());
    }

    /** What of such a table is gone; empty when nothing is. */
    Optional<Problem> missing(Session session, AuditedTable table) {
        if (!isThere(session, "audit")) {
            return Optional.empty();
        }
        boolean is = isThere(session, table.key());
        String missing = is ? " where not exists (select from " + table(table.key()) + " k where k.id = told.id)" : "";
        return session.query("set local row_security = off; " + told(table) + missing + " order by 1 limit 1").stream()
                .map(row -> gone((is ? "row " + row[0] + " of the table " : "the table ") + schema + "." + table.key()))
                .findFirst();
    }

    private boolean isThere(Session session, String name) {
        return "t"
                .equals(session.query("select to_regclass(" + literal(table(name)) + ") is not null")
                        .get(0)[0]);
    }

    /** What an entry shows of a row begins with its id; a quotation mark within a value is escaped. */
    private String told(AuditedTable table) {
        return "select told.id from (select x[1]::bigint from " + table("audit")
                + " a, pg_catalog.regexp_matches(a.payload, '\"id\":([0-9]{1,18}),', 'g') x where a.action in ("
                + table.actions().stream().map(Quote::literal).collect(Collectors.joining(", "))
                + ") and pg_catalog.starts_with(a.payload, " + literal("{\"" + table.key() + "\":[")
                + ") union all select (r ->> 'id')::bigint from " + table("audit") + " a, " + held(table)
                + " r where a.action in ('record', 'archive')) told (id)";
    }

    /** The rows of a table from before the chain, and those that an archive has taken out of it. */
    private static String held(AuditedTable table) {
        String key = literal(table.key());
        return "pg_catalog.json_array_elements(case a.action when 'record' then a.payload::json -> " + key
                + " when 'archive' then a.payload::json #> array['state', " + key + "] end)";
    }

    /**
     * Why a component cannot have an empty history: the chain tells what was applied. Rows stay when they are rolled back, and go only with
     * a history that moves.
     */
    Optional<Problem> emptied(Session session, String component) {
        String shown = Stream.of("\"made\":[[", "\"history\":[{", "\"repeatable\":[{")
                .map(part -> "pg_catalog.strpos(a.payload, " + literal(part) + ") > 0")
                .collect(Collectors.joining(" or "));
        String earlier = Stream.of(AuditedTable.HISTORY, AuditedTable.REPEATABLE)
                .map(table -> "exists (select from " + held(table) + " r where r ->> 'component' = "
                        + literal(component) + ")")
                .collect(Collectors.joining(" or "));
        boolean told = !session.query("set local row_security = off; select from " + table("audit")
                        + " a where ((a.component = " + literal(component) + " and a.action <> 'archive' and (" + shown
                        + ")) or " + earlier + ") and not exists (select from " + table("audit")
                        + " m where m.id > a.id and case when m.action = 'move' then m.payload::json ->> 'from' = "
                        + literal(component) + " else false end) limit 1")
                .isEmpty();
        return told
                ? Optional.of(gone("the history of component " + component + " in schema " + schema))
                : Optional.empty();
    }

    private static Problem gone(String what) {
        return Problem.of(Code.HISTORY_UNFIT, what + " is gone")
                .because("the audit chain tells of it")
                .help(
                        "find out who has done it, and restore it from a backup; lockkeeper audit verify tells all that is missing");
    }

    private String table(String name) {
        return identifier(schema) + "." + name;
    }
}
