package dev.lockkeeper.history;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The history table of another tool as it was when it was taken over, so that it is noticed when the tool goes on.
 *
 * @param table as people write it
 * @param tool the name of the tool
 * @param rows how many it had and the digest of all of them; null when that was not kept
 */
public record TakenOver(String table, String tool, @Nullable String rows) {
    private static final String ROWS = "rows ";

    /** The query for the number of rows and their digest, in two columns. Rows that a policy would hide are an error. */
    static String sql(String qualified) {
        return "set local row_security = off; select pg_catalog.count(*), pg_catalog.md5(coalesce(pg_catalog.string_agg("
                + "pg_catalog.md5(t::text), '' order by pg_catalog.md5(t::text)), '')) from " + qualified + " t";
    }

    /** What the table holds now, as a entry of the audit chain keeps it. */
    public static String line(Session session, String qualified) {
        @Nullable String[] row = session.query(sql(qualified)).get(0);
        return ROWS + row[0] + " " + row[1];
    }

    /** Reads the first lines of an audit row. */
    static TakenOver of(String detail) {
        List<String> lines = detail.lines().toList();
        String rows = lines.size() > 2 && lines.get(2).startsWith(ROWS) ? lines.get(2) : null;
        return new TakenOver(
                lines.get(0).substring(HistoryTable.takenOver("").length()),
                lines.get(1).substring("origin ".length()),
                rows);
    }

    /** Why the table is not what was taken over; empty when it is, or is not there any more. */
    Optional<Problem> doubt(Session session) {
        if (rows == null) {
            return Optional.empty();
        }
        String now;
        try {
            now = line(session, table);
        } catch (SqlFailure e) {
            if (HistoryTable.isAbsent(e)) {
                return Optional.empty();
            }
            if (e.connectionLost()) {
                throw e;
            }
            return Optional.of(Problem.of(
                            Code.HISTORY_OF_OTHER_TOOL,
                            "it is not known whether " + tool + " has gone on after its history was taken over")
                    .from(e.error())
                    .because(table + " cannot be read")
                    .help("grant select on " + table + " to this user; if " + tool
                            + " is not in use any more, say other-history: ignore in lockkeeper.yaml"));
        }
        if (now.equals(rows)) {
            return Optional.empty();
        }
        return Optional.of(
                Problem.of(Code.HISTORY_OF_OTHER_TOOL, tool + " has gone on after its history was taken over")
                        .because(table + " had " + count(rows) + " rows then and has " + count(now)
                                + " now, or other ones: what they stand for may be in the database already")
                        .help("stop " + tool
                                + " from migrating this database; lockkeeper adopt --reason TEXT takes over what it"
                                + " did since"));
    }

    private static String count(String line) {
        return line.substring(ROWS.length(), line.indexOf(' ', ROWS.length()));
    }
}
