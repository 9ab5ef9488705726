package dev.lockkeeper.catalog;

import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a database is made of, without its rows, as a digest for each list of facts and schema. Inventories of servers of the
 * same major version that were taken with the same seed can be compared.
 *
 * @param digests by list and schema
 */
public record Inventory(Map<Key, String> digests) {
    public Inventory {
        digests = Map.copyOf(digests);
    }

    /**
     * One list in one schema.
     *
     * @param schema empty for what lies in none
     */
    public record Key(String list, String schema) {}

    /** The schemas that hold anything. */
    public Set<String> schemas() {
        return digests.keySet().stream()
                .map(Key::schema)
                .filter(schema -> !schema.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The schemas that hold anything, and the empty name where something lies in none. */
    Set<String> places() {
        return digests.keySet().stream().map(Key::schema).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Where another one may differ, in some schemas: the schemas of each list. */
    Map<String, Set<String>> unequal(Inventory other, Collection<String> schemas) {
        Set<Key> keys = new HashSet<>(digests.keySet());
        keys.addAll(other.digests.keySet());
        Map<String, Set<String>> unequal = new TreeMap<>();
        for (Key key : keys) {
            if (schemas.contains(key.schema()) && !Objects.equals(digests.get(key), other.digests.get(key))) {
                unequal.computeIfAbsent(key.list(), list -> new TreeSet<>()).add(key.schema());
            }
        }
        Set<String> columns = unequal.get("pg_attribute");
        if (columns != null) {
            // the digest of the columns has their order
            unequal.put(Lists.COLUMN_ORDER, columns);
        }
        return unequal;
    }
}
