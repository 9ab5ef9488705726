package dev.lockkeeper.history;

import static dev.lockkeeper.database.Quote.identifier;
import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.database.Session;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The statements that move the history of a component to another name, to another record of the same database, or both.
 *
 * @param from the schema of the record that holds it
 * @param to the schema of the record that is to hold it; may be the same
 */
public record RecordMove(String from, String to) {
    private static final Map<String, String> COLUMNS = columns();

    private static Map<String, String> columns() {
        Map<String, String> columns = new LinkedHashMap<>();
        columns.put(
                "history",
                "version, description, checksum, rendered_checksum, script, applied_at, applied_by, duration_ms,"
                        + " statements, plan_digest, run, state, rolled_back_at, rolled_back_by, rolled_back_run, origin");
        columns.put(
                "journal",
                "version, direction, ordinal, statement_digest, state, run, position, session_state, concerns,"
                        + " changed_at");
        columns.put(
                "repeatable",
                "name, checksum, rendered_checksum, script, applied_at, applied_by, duration_ms, statements, plan_digest,"
                        + " run, in_force, made");
        columns.put(
                "failure", "version, direction, sent_checksum, place, sqlstate, message, failed_at, failed_by, run");
        columns.put("run", "run, command, started_at, started_by, host, pid, backend_start, ended_at");
        return columns;
    }

    /** The components of the first record that have a history and are, or are targets of, the one of that name. */
    public List<String> components(Session session, String name) {
        String mine = " where component = " + literal(name) + " or starts_with(component, " + literal(name + "/") + ")";
        return session
                .query("set local row_security = off; select component from " + table(from, "history") + mine
                        + " union select component from " + table(from, "journal") + mine
                        + " union select component from "
                        + table(from, "repeatable") + mine + " order by 1")
                .stream()
                .map(row -> RecordReader.text(row, 0))
                .toList();
    }

    /** How many of the applied scripts of a component are among these, by the digests of their templates. */
    public long alike(Session session, String component, List<String> checksums) {
        if (checksums.isEmpty()) {
            return 0;
        }
        return session.query("select 1 from " + table(from, "history") + " where component = " + literal(component)
                        + " and state = 'applied' and checksum in ("
                        + String.join(
                                ", ", checksums.stream().map(c -> literal(c)).toList()) + ")")
                .size();
    }

    /** Brings the first record to this layout, whose tables the rest needs. */
    public String upgrade() {
        return RecordTables.create(from, null);
    }

    /**
     * The statements that do it, with a line in the audit chain of each record.
     *
     * @param reason why, in the words of a person
     */
    public String sql(String component, String as, String reason) {
        List<String> all = new ArrayList<>();
        String mine = " where component = " + literal(component);
        all.add(new AuditSql(from, component).othersEnded(null, "move"));
        COLUMNS.forEach((name, columns) -> {
            if (from.equals(to)) {
                all.add("update " + table(to, name) + " set component = " + literal(as) + mine);
                return;
            }
            String order = columns.contains("plan_digest") ? " order by id" : "";
            all.add("insert into " + table(to, name) + " (component, " + columns + ") select " + literal(as) + ", "
                    + columns + " from " + table(from, name) + mine + order);
            all.add("delete from " + table(from, name) + mine);
        });
        all.add("insert into " + table(to, "component") + " (component, project, first_script) select " + literal(as)
                + ", project, first_script from " + table(from, "component") + mine
                + " on conflict on constraint component_pkey do nothing");
        all.add("delete from " + table(from, "component") + mine);
        // what was taken over from another tool is known by these rows
        all.add("insert into " + table(to, "audit")
                + " (component, version, action, reason, detail, done_at, done_by, actor, payload) select "
                + literal(as)
                + ", version, action, reason, detail, done_at, done_by, actor, '{\"copied\":true}' from "
                + table(from, "audit") + mine + " and action in ('adopt', 'baseline') order by id");
        String detail = "component " + component + " of record " + from + " became " + as + " of record " + to;
        AuditSql there = new AuditSql(to, as);
        if (from.equals(to)) {
            all.add(there.entry(null, "move", reason, detail, renamed(component, as, false)));
        } else {
            all.add(there.entry(null, "move", reason, detail, there.showingAll()));
            all.add(new AuditSql(from, component).entry(null, "move", reason, detail, renamed(component, as, true)));
        }
        return String.join(";", all);
    }

    /** @param away whether the rows are in another record from now on */
    private static String renamed(String component, String as, boolean away) {
        return "json_build_object('from', " + literal(component) + ", 'to', " + literal(as) + ", 'away', " + away
                + ")::text";
    }

    private static String table(String schema, String name) {
        return identifier(schema) + "." + name;
    }
}
