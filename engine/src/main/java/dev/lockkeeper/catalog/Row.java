package dev.lockkeeper.catalog;

import java.util.Map;

/**
 * One fact of the catalogs, with every OID replaced by a name.
 *
 * @param catalog the system catalog, or the name of a derived list such as {@code column-order}
 * @param kind what the object is, as people call it
 * @param object its schema-qualified name
 * @param parent the name of the object that it is part of; empty when it stands alone
 * @param system whether initdb made it
 * @param fields column names and values as text; absent values are left out
 */
record Row(String catalog, String kind, String object, String parent, boolean system, Map<String, String> fields) {
    Row {
        fields = Map.copyOf(fields);
    }

    /** What makes two rows of two databases the same fact. */
    String key() {
        return catalog + "\n" + kind + "\n" + object;
    }
}
