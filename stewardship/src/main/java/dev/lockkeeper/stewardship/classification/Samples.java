package dev.lockkeeper.stewardship.classification;

import static dev.lockkeeper.database.Quote.identifier;

import dev.lockkeeper.catalog.model.Column;
import dev.lockkeeper.catalog.model.ColumnName;
import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.database.Session;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was tried on a database: how many sample rows have an e-mail address in plain text in a column, whose values are never kept;
 * and which protected columns would take a plain text.
 *
 * @param rows how many rows were looked at in all
 * @param addresses by columns; those without any are left out
 * @param open columns that are said to be protected, and whose type and constraints take plain texts
 */
public record Samples(long rows, Map<ColumnName, Long> addresses, Set<ColumnName> open) {
    private static final String ADDRESS = "'[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*\\.[A-Za-z]{2,}'";
    private static final int MOST = 1000;
    private static final Set<String> TEXTS =
            Set.of("text", "varchar", "bpchar", "json", "jsonb", "xml", "citext", "hstore", "name", "bytea");

    public Samples {
        addresses = Map.copyOf(addresses);
        open = Set.copyOf(open);
    }

    /** Of a database without rows. */
    public static Samples none() {
        return new Samples(0, Map.of(), Set.of());
    }

    /** Looks at up to a thousand rows of each table. */
    public static Samples read(Session session, Model model, Classification classification) {
        Map<ColumnName, Long> addresses = new HashMap<>();
        Scene typed = Scene.of(classification, model, Set.of(), Lineage.none(), none());
        long rows = 0;
        for (Relation relation : model.relations()) {
            List<Column> columns = relation.kind() != Relation.Kind.TABLE
                    ? List.of()
                    : relation.columns().stream()
                            .filter(column -> TEXTS.contains(typed.base(column.type())))
                            .toList();
            if (!columns.isEmpty()) {
                rows += look(session, typed, relation, columns, addresses);
            }
        }
        return new Samples(rows, addresses, PlainTexts.taken(session, typed));
    }

    private static long look(
            Session session, Scene typed, Relation relation, List<Column> columns, Map<ColumnName, Long> addresses) {
        StringBuilder sql = new StringBuilder("select count(*)::text");
        for (Column column : columns) {
            String value = "t." + identifier(column.name());
            boolean bytes =
                    typed.base(column.type()).equals("bytea") && !column.type().array();
            sql.append(", count(*) filter (where ")
                    .append(bytes ? "encode(" + value + "::bytea, 'escape')" : value + "::text")
                    .append(" ~ ")
                    .append(ADDRESS)
                    .append(")::text");
        }
        sql.append(" from (select * from ").append(relation.name().quoted()).append(" limit " + MOST + ") t");
        @Nullable String[] row = session.query(sql.toString()).get(0);
        for (int i = 0; i < columns.size(); i++) {
            long found = Long.parseLong(String.valueOf(row[i + 1]));
            if (found > 0) {
                addresses.put(new ColumnName(relation.name(), columns.get(i).name()), found);
            }
        }
        return Long.parseLong(String.valueOf(row[0]));
    }
}
