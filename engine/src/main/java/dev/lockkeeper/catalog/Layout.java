package dev.lockkeeper.catalog;

import dev.lockkeeper.catalog.Columns.Reference;
import dev.lockkeeper.database.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How the catalogs of a server are built, as it says itself, so that a catalog or column of a future version is not
 * overlooked (manual 9.26, pg_get_catalog_foreign_keys).
 *
 * @param columns by catalog, in their order
 * @param references which column refers to which catalog
 */
record Layout(Map<String, List<Column>> columns, List<Reference> references) {
    /** One column of a catalog. */
    record Column(String name, String type) {}

    static Layout of(Session session) {
        List<List<@Nullable String[]>> answers = session.queryAll(Reading.SETTINGS + """
            select c.relname, a.attname, a.atttypid::pg_catalog.regtype::text
              from pg_catalog.pg_class c join pg_catalog.pg_attribute a on a.attrelid = c.oid
             where c.relnamespace = 'pg_catalog'::pg_catalog.regnamespace and c.relkind = 'r'
               and a.attnum > 0 and not a.attisdropped
             order by c.relname, a.attnum;
            select fktable::pg_catalog.regclass::text, array_to_string(fkcols, ' '),
                   pktable::pg_catalog.regclass::text, is_array
              from pg_catalog.pg_get_catalog_foreign_keys()
             order by array_length(fkcols, 1) desc""");
        Map<String, List<Column>> columns = new TreeMap<>();
        answers.get(0)
                .forEach(r -> columns.computeIfAbsent(String.valueOf(r[0]), c -> new ArrayList<>())
                        .add(new Column(String.valueOf(r[1]), String.valueOf(r[2]))));
        List<Reference> references = new ArrayList<>(Columns.UNDECLARED);
        answers.get(1)
                .forEach(r -> references.add(new Reference(
                        String.valueOf(r[0]),
                        List.of(String.valueOf(r[1]).split(" ")),
                        String.valueOf(r[2]),
                        "t".equals(r[3]))));
        return new Layout(columns, references);
    }
}
