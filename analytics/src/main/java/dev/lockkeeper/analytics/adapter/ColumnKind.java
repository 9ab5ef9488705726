package dev.lockkeeper.analytics.adapter;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.catalog.model.ObjectName;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A column of PostgreSQL, and what keeps its values in DuckDB so that they are equal there when they are here.
 *
 * @param type as PostgreSQL spells it
 * @param base the type of pg_catalog that it is made of, or {@code enum}; empty for one of an extension or of somebody's own
 * @param modifier of the base; below zero for none
 * @param kept the type in DuckDB; null where none keeps all values as they are
 */
record ColumnKind(
        String name,
        String type,
        String base,
        int modifier,
        @Nullable String kept) {
    private static final int WIDEST = 38;
    private static final int HEADER = 4;
    private static final int BITS = 16;
    private static final int SCALE = 0x7ff;

    /** The columns of a table by their names. A domain is what it is made of. */
    static Map<String, ColumnKind> of(Site site, ObjectName table) {
        Map<String, ColumnKind> columns = new LinkedHashMap<>();
        for (@Nullable
        String[] row :
                site.query("with recursive c as (select a.attnum, a.attname, a.atttypid as declared, a.atttypid as"
                        + " type, a.atttypmod as modifier, a.attcollation as collation from pg_attribute a where a.attrelid = "
                        + literal(table.quoted())
                        + "::regclass and a.attnum > 0 and not a.attisdropped union all select c.attnum, c.attname,"
                        + " c.declared, y.typbasetype, y.typtypmod, c.collation from c join pg_type y on y.oid = c.type where"
                        + " y.typtype = 'd') select c.attname, format_type(c.declared, null), case y.typtype when 'e' then"
                        + " 'enum' else y.typname end, c.modifier::text, coalesce((select l.collisdeterministic from"
                        + " pg_collation l where l.oid = c.collation), true)::text, (y.typnamespace ="
                        + " 'pg_catalog'::regnamespace)::text from c join pg_type y on y.oid = c.type where y.typtype <> 'd'"
                        + " order by c.attnum")) {
            String base = "enum".equals(row[2]) || "true".equals(row[5]) ? String.valueOf(row[2]) : "";
            int modifier = Integer.parseInt(String.valueOf(row[3]));
            String kept = "true".equals(row[4]) ? kept(base, modifier) : null;
            String name = String.valueOf(row[0]);
            columns.put(name, new ColumnKind(name, String.valueOf(row[1]), base, modifier, kept));
        }
        return columns;
    }

    private static @Nullable String kept(String base, int modifier) {
        return switch (base) {
            case "timestamptz" -> "TIMESTAMPTZ";
            case "uuid" -> "UUID";
            case "text", "varchar", "name", "enum" -> "VARCHAR";
            case "int2", "int4", "int8" -> "BIGINT";
            case "bool" -> "BOOLEAN";
            case "numeric" -> decimal(modifier);
            default -> null;
        };
    }

    /** Precision and scale are in the modifier as numerictypmodin of numeric.c packs them; the scale is signed since PostgreSQL 15. */
    static @Nullable String decimal(int modifier) {
        int precision = (modifier - HEADER) >> BITS & 0xffff;
        int scale = ((modifier - HEADER & SCALE) ^ 1024) - 1024;
        return modifier >= HEADER && precision <= WIDEST && scale >= 0 && scale <= precision
                ? "DECIMAL(" + precision + "," + scale + ")"
                : null;
    }

    boolean isTime() {
        return "TIMESTAMPTZ".equals(kept);
    }
}
