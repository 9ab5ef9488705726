package dev.lockkeeper.catalog;

import java.util.ArrayList;
import java.util.List;

/**
 * Where the rows of one list come from: a catalog, or what is put together from several.
 *
 * @param from SQL that starts with "from" and ends with the condition
 * @param counted SQL that says whether a row may differ at all from what initdb made
 * @param system SQL that says whether initdb made a row
 * @param fields name and SQL, in turn
 */
record Source(String name, String from, String counted, String system, Shape shape, List<String> fields) {
    /**
     * A catalog of the database: what initdb made and nobody touched only counts.
     *
     * @param fields what was made of its columns
     */
    static Source local(String catalog, List<String> fields) {
        Shape shape = Shape.of(catalog);
        String owner = "t." + shape.owner() + "::oid";
        return new Source(
                catalog,
                from(catalog, shape),
                "(" + owner + " >= 16384 or age(t.xmin) < age('$base'::xid))",
                owner + " < 16384",
                shape,
                with(fields, shape.extras()));
    }

    /** Something small, whose rows all count. */
    static Source small(String name, String catalog, Shape shape, List<String> fields) {
        return new Source(name, from(catalog, shape), "true", "false", shape, with(fields, shape.extras()));
    }

    private static String from(String catalog, Shape shape) {
        return "from pg_catalog." + catalog + " t" + shape.join() + " where " + shape.filter();
    }

    private static List<String> with(List<String> fields, List<String> extras) {
        List<String> all = new ArrayList<>(fields);
        all.addAll(extras);
        return List.copyOf(all);
    }

    /** One row: the name of the list and a digest of its rows. */
    String digest(long base) {
        StringBuilder values = new StringBuilder();
        for (int i = 1; i < fields.size(); i += 2) {
            values.append(i == 1 ? "" : ", ").append(fields.get(i));
        }
        return "select '" + name + "', count(*) || ':' || coalesce(sum(case when " + since(base)
                + " then hashtextextended(row(" + values + ")::text, 0)::numeric end), 0) " + from;
    }

    /**
     * Rows: list, thing, kind, object, parents, whether initdb made it, content.
     *
     * @param base 0 for the rows that initdb made as well
     */
    String rows(long base) {
        StringBuilder content = new StringBuilder();
        for (int i = 0; i < fields.size(); i += 2) {
            content.append(i == 0 ? "'" : ", '")
                    .append(fields.get(i))
                    .append("', ")
                    .append(fields.get(i + 1));
        }
        return "select '" + name + "', " + shape.thing() + ", " + shape.kind() + ", " + shape.object()
                + ", concat_ws(chr(31), null::text"
                + (shape.parents().isEmpty() ? "" : ", " + String.join(", ", shape.parents()))
                + "), " + system + ", jsonb_strip_nulls(jsonb_build_object(" + content + "))::text " + from
                + (base == 0 ? "" : " and " + since(base));
    }

    private String since(long base) {
        return counted.replace("$base", Long.toString(base));
    }
}
