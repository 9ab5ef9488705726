package dev.lockkeeper.history;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.database.Quote;
import dev.lockkeeper.database.Session;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The history table of another tool. It is only ever read.
 *
 * @param name as people write it: quoted only where it must be
 * @param readable whether this user has the right to read it; where it is missing, the table counts as one with rows
 * @param columns the types of its columns by their names, as {@code format_type} spells them
 */
public record ForeignTable(
        OtherTool tool, String schema, String table, String name, Map<String, String> columns, boolean readable) {
    public ForeignTable {
        columns = Map.copyOf(columns);
    }

    /** Schema and table for a query. */
    public String qualified() {
        return Quote.identifier(schema) + "." + Quote.identifier(table);
    }

    /**
     * All tables that are not known to be empty: rows that a policy or a missing right hides are rows too. Those
     * that Supabase keeps for its own services are left out: they say nothing of the user's schema, and their owners' names
     * say whose they are.
     */
    public static List<ForeignTable> find(Session session) {
        String names = OtherTool.names().stream().map(n -> literal(n)).collect(Collectors.joining(", "));
        List<@Nullable String[]> rows =
                session.query("select n.nspname, c.relname, format('%I.%I', n.nspname, c.relname),"
                        + " a.attname, pg_catalog.format_type(a.atttypid, null),"
                        + " pg_catalog.has_schema_privilege(n.oid, 'usage')"
                        + " and pg_catalog.has_table_privilege(c.oid, 'select')"
                        + " from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
                        + " join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
                        + " where c.relkind in ('r', 'p') and c.relpersistence <> 't' and n.nspname not in ('pg_catalog', 'information_schema')"
                        + " and pg_catalog.pg_get_userbyid(c.relowner) not like 'supabase\\_%'"
                        + " and (pg_catalog.lower(c.relname) in (" + names
                        // one look at all columns: a fleet has many thousands of tables
                        + ") or c.oid in (select r.attrelid from pg_catalog.pg_attribute r"
                        + " where r.attname = 'installed_rank'))"
                        + " order by 3, a.attnum");
        Map<String, Map<String, String>> columns = new LinkedHashMap<>();
        Map<String, String[]> tables = new LinkedHashMap<>();
        for (@Nullable String[] row : rows) {
            String name = String.valueOf(row[2]);
            tables.put(name, new String[] {String.valueOf(row[0]), String.valueOf(row[1]), String.valueOf(row[5])});
            columns.computeIfAbsent(name, n -> new LinkedHashMap<>())
                    .put(String.valueOf(row[3]), String.valueOf(row[4]));
        }
        List<ForeignTable> found = new ArrayList<>();
        columns.forEach((name, types) -> {
            String[] parts = tables.getOrDefault(name, new String[] {"", "", ""});
            OtherTool.of(parts[1].toLowerCase(Locale.ROOT), types)
                    .map(tool -> new ForeignTable(tool, parts[0], parts[1], name, types, parts[2].equals("t")))
                    .filter(table -> !table.readable() || table.hasRows(session))
                    .ifPresent(found::add);
        });
        return found;
    }

    private boolean hasRows(Session session) {
        // with the setting off the server would refuse to look
        return !session.query("set local row_security = on; select 1 where pg_catalog.row_security_active("
                        + literal(name) + ") union all (select 1 from " + qualified() + " limit 1)")
                .isEmpty();
    }
}
