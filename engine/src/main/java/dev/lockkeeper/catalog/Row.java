package dev.lockkeeper.catalog;

import java.util.List;
import java.util.Map;

/**
 * One fact of the catalogs, with every OID replaced by a name.
 *
 * @param list the system catalog, or the name of a derived list such as {@code column-order}
 * @param thing the catalog that holds the object that it tells of
 * @param kind what the object is, as people call it
 * @param object its schema-qualified name
 * @param parents the identities of what it falls with
 * @param system whether initdb made it
 * @param fields column names and values as text; absent values are left out
 */
record Row(
        String list,
        String thing,
        String kind,
        String object,
        List<String> parents,
        boolean system,
        Map<String, String> fields) {
    Row {
        parents = List.copyOf(parents);
        fields = Map.copyOf(fields);
    }

    /** What tells the object from every other. */
    String identity() {
        return thing + " " + object;
    }

    /** What makes two rows of two databases the same fact. */
    String key() {
        return list + "\n" + identity();
    }
}
