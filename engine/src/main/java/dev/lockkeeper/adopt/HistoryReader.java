package dev.lockkeeper.adopt;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.history.ForeignTable;
import dev.lockkeeper.source.Migrations;
import java.util.List;

/** Understands the history of one tool. */
interface HistoryReader {
    /** A query for the columns of {@link Row} in their order. */
    String query(ForeignTable table);

    /** Matches the rows with the files. */
    Reading read(List<Row> rows, Migrations migrations);

    /** What the tool did for each script that will not be done any more, one sentence each. */
    default List<String> undone(Session session, ForeignTable table) {
        return List.of();
    }

    /** An SQL expression for a time as ISO 8601 in UTC. A time without a zone is read as UTC, for nobody knows better. */
    static String utc(ForeignTable table, String column) {
        boolean zoned = table.columns().getOrDefault(column, "").endsWith("with time zone");
        return "to_char(" + column + (zoned ? " at time zone 'UTC'" : "") + ", 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')";
    }
}
