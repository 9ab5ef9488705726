package dev.lockkeeper.catalog;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * A digest of everything that a database is made of, without its rows: one value for each system catalog.
 *
 * <p>Equal digests mean equal schemas. Unequal ones may still mean equal schemas, when an object that came with the
 * server was changed and changed back: {@link Catalog#compare} decides.
 *
 * @param moment what was around it
 */
public record Fingerprint(Map<String, String> digests, Moment moment) {
    public Fingerprint {
        digests = Map.copyOf(digests);
    }

    /** The catalogs in which two databases may differ. */
    Set<String> unequal(Fingerprint other) {
        Set<String> names = new TreeSet<>(digests.keySet());
        names.addAll(other.digests.keySet());
        names.removeIf(name -> Objects.equals(digests.get(name), other.digests.get(name)));
        return names;
    }
}
