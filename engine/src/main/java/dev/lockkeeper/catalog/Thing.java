package dev.lockkeeper.catalog;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One object of one database, put together from all rows that tell of it: an index is a row of pg_class and one of
 * pg_index.
 */
final class Thing {
    /** A field by which a role that was made anew is told from the same role. */
    static final String INCARNATION = "~role";
    /** A field that says something only as long as the role is the same. */
    static final String VERIFIER = "~password";

    /** The statement that makes a function. */
    static final String MADE = "~made";

    /** Fields that another one tells, kept for what makes an object anew. */
    private static final Set<String> HELD = Set.of("~storage", "~collation", MADE);

    private final String identity;
    private final Set<String> parents = new LinkedHashSet<>();
    private final Map<String, String> fields = new TreeMap<>();
    private @Nullable Row main;
    private Row any;

    private Thing(Row first) {
        this.identity = first.identity();
        this.any = first;
    }

    /** The objects of a database by their identities. */
    static Map<String, Thing> all(Collection<Row> rows) {
        Map<String, Thing> things = new TreeMap<>();
        for (Row row : rows) {
            things.computeIfAbsent(row.identity(), identity -> new Thing(row)).add(row);
        }
        return things;
    }

    private void add(Row row) {
        if (row.list().equals(row.thing())) {
            main = row;
        }
        any = row;
        parents.addAll(row.parents());
        row.fields().forEach(fields::putIfAbsent);
    }

    String identity() {
        return identity;
    }

    /** The catalog that holds it. */
    String thing() {
        return any.thing();
    }

    String kind() {
        return Objects.requireNonNullElse(main, any).kind();
    }

    String object() {
        return any.object();
    }

    /** Whether the object is there, not only something about it: only lists that differ are read. */
    boolean isWhole() {
        return main != null;
    }

    /** Whether it came with the server. */
    boolean isOfServer() {
        return any.system();
    }

    Set<String> parents() {
        return parents;
    }

    Map<String, String> fields() {
        return fields;
    }

    @Nullable
    String field(String name) {
        return fields.get(name);
    }

    /** The names of the fields that have other values in another state of the same object. */
    Set<String> changed(Thing other) {
        Set<String> names = new LinkedHashSet<>(fields.keySet());
        names.addAll(other.fields.keySet());
        names.removeIf(name -> Objects.equals(fields.get(name), other.fields.get(name)));
        if (names.remove(INCARNATION)) {
            names.remove(VERIFIER);
        }
        names.removeAll(HELD);
        return names;
    }
}
