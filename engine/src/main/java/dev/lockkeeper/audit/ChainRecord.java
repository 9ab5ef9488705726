package dev.lockkeeper.audit;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.history.AuditSql;
import dev.lockkeeper.history.AuditedTable;
import dev.lockkeeper.history.HistoryTable;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Checksum;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The chain of one record and the tables that it explains, as they were at one instant.
 *
 * @param before the rows from before the chain, in the order of their ids
 * @param entries of the chain, in the order of their numbers
 * @param runs the runs that have not ended by the table of runs
 * @param guards what of the triggers of the record is not as it was made, and what others have put beside them
 */
record ChainRecord(
        List<ChainEntry> before,
        List<ChainEntry> entries,
        Map<AuditedTable, List<AuditRow>> tables,
        List<OpenRun> runs,
        List<Violation> guards) {
    /**
     * Reads them in one snapshot, for others may be at work.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code audit-unknown} when there is no record or one of a layout without a
     *     chain, {@code history-newer}, {@code history-hidden}
     */
    static ChainRecord read(Session session, HistoryTable table) {
        requireChain(session, table);
        AuditSql sql = table.audit();
        boolean open = false;
        try {
            session.execute("begin isolation level repeatable read, read only");
            open = true;
            List<ChainEntry> before = entries(session, sql.entries("seq is null", "id"));
            List<ChainEntry> entries = entries(session, sql.entries("seq is not null", "seq, id"));
            Map<AuditedTable, List<AuditRow>> tables = new EnumMap<>(AuditedTable.class);
            for (AuditedTable one : AuditedTable.values()) {
                if ("t".equals(session.query(sql.exists(one)).get(0)[0])) {
                    tables.put(one, rows(session, sql, one));
                }
            }
            List<OpenRun> runs = session.query(sql.runsOpen()).stream()
                    .map(row -> new OpenRun(text(row[0]), text(row[1]), text(row[2]), "t".equals(row[3]), text(row[4])))
                    .toList();
            List<Violation> guards = new ArrayList<>();
            session.query(table.sql().unguarded())
                    .forEach(row -> guards.add(new Violation(
                            0, text(row[0]), text(row[1]) + ", so that rows can be changed without being refused")));
            session.query(table.sql().meddling())
                    .forEach(row -> guards.add(new Violation(
                            0, text(row[0]), "Lockkeeper has not put it there, and it may keep out what was done")));
            return new ChainRecord(before, entries, tables, runs, guards);
        } catch (SqlFailure e) {
            throw table.unreadable(e);
        } finally {
            if (open) {
                end(session);
            }
        }
    }

    private static void end(Session session) {
        try {
            session.execute("rollback");
        } catch (SqlFailure e) {
            // the session is lost, and with it the snapshot
        }
    }

    /** The newest entries that fit, without what is before the chain. */
    static List<ChainEntry> log(Session session, HistoryTable table, String condition, int limit) {
        requireChain(session, table);
        try {
            return entries(session, table.audit().entries("seq is not null" + condition, "seq desc limit " + limit));
        } catch (SqlFailure e) {
            throw table.unreadable(e);
        }
    }

    private static void requireChain(Session session, HistoryTable table) {
        int layout = table.read(session).about().layout();
        if (layout == 0) {
            throw Problem.of(Code.AUDIT_UNKNOWN, "there is no record in schema " + table.schema())
                    .because("a chain is in the record, which the first command that changes something makes")
                    .help("name the database that has one; where there was one, it was dropped")
                    .asException();
        }
        if (layout < HistoryTable.FIRST_CHAINED) {
            if (!session.query(table.audit().begunAlready()).isEmpty()) {
                throw Problem.of(
                                Code.AUDIT_UNKNOWN,
                                "the record in schema " + table.schema() + " says that it has layout " + layout
                                        + ", and has a chain, which that layout has not")
                        .because("somebody has set the layout back")
                        .help(
                                "find out who; the next command that changes something brings it to this layout, and audit"
                                        + " verify then tells")
                        .asException();
            }
            throw Problem.of(Code.AUDIT_UNKNOWN, "the record in schema " + table.schema() + " has no chain yet")
                    .because("it has layout " + layout + ", and chains begin with layout " + HistoryTable.FIRST_CHAINED)
                    .help("the next command that changes something brings it to this layout")
                    .asException();
        }
    }

    private static List<AuditRow> rows(Session session, AuditSql sql, AuditedTable table) {
        List<AuditRow> rows = new ArrayList<>();
        for (@Nullable String[] row : session.query(sql.each(table))) {
            Payload values = Payload.read(row[0]);
            if (values == null) {
                throw new IllegalStateException("the server writes JSON as it should");
            }
            AuditRow shown = new AuditRow(table, 0, values.values());
            rows.add(table.hasScripts() ? withScript(shown, text(row[1])) : shown);
        }
        return rows;
    }

    /** Entries do not show the script but its checksum; a script of another checksum is told as one more column. */
    private static AuditRow withScript(AuditRow row, String script) {
        String checksum = Checksum.of(script).value();
        // the row itself tells where the text of a large file is not held, and an entry whether that was so
        return row.text("held").equals("false") || checksum.equals(row.text("checksum"))
                ? row
                : row.with(0, "script", checksum);
    }

    static List<ChainEntry> entries(Session session, String sql) {
        return session.query(sql).stream()
                .map(row -> new ChainEntry(
                        Long.parseLong(text(row[0])),
                        row[1] == null ? 0 : Long.parseLong(row[1]),
                        row[2],
                        row[3],
                        text(row[4]),
                        text(row[5]),
                        row[6],
                        row[7],
                        text(row[8]),
                        row[9],
                        text(row[10]),
                        row[11],
                        row[12],
                        row[13]))
                .toList();
    }

    private static String text(@Nullable String value) {
        return String.valueOf(value);
    }
}
