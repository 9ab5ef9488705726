package dev.lockkeeper.catalog;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A digest of everything that a database is made of, without its rows: one value for each system catalog.
 *
 * <p>Equal fingerprints mean equal schemas. Unequal ones may still mean equal schemas, when an object that came with
 * the server was changed and changed back: {@link Catalog#compare} decides.
 */
public record Fingerprint(Map<String, String> digests) {
    public Fingerprint {
        digests = Map.copyOf(digests);
    }

    /** The catalogs in which two databases may differ. */
    Set<String> unequal(Fingerprint other) {
        Set<String> names = new TreeSet<>(digests.keySet());
        names.addAll(other.digests.keySet());
        names.removeIf(name -> String.valueOf(digests.get(name)).equals(String.valueOf(other.digests.get(name))));
        return names;
    }
}
