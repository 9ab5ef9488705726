package dev.lockkeeper.catalog.model;

import dev.lockkeeper.database.Quote;
import java.util.Arrays;
import java.util.Comparator;

/** The name of a table, type or routine with the schema that it is in. Ordered by schema, then name, by code points. */
public record ObjectName(String schema, String name) implements Comparable<ObjectName> {
    private static final Comparator<ObjectName> ORDER = Comparator.comparing(ObjectName::schema, ObjectName::compare)
            .thenComparing(ObjectName::name, ObjectName::compare);

    /** As SQL spells it. */
    public String quoted() {
        return Quote.identifier(schema) + "." + Quote.identifier(name);
    }

    @Override
    public int compareTo(ObjectName other) {
        return ORDER.compare(this, other);
    }

    /** As the collation C orders text of UTF-8, which surrogates do not follow. */
    static int compare(String one, String other) {
        int[] a = one.codePoints().toArray();
        int[] b = other.codePoints().toArray();
        return Arrays.compare(a, b);
    }

    /** For people; not quoted. */
    @Override
    public String toString() {
        return schema + "." + name;
    }
}
