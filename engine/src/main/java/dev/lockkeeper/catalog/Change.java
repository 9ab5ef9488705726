package dev.lockkeeper.catalog;

import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One object that two states do not agree on.
 *
 * @param before what is known of it; null when nothing is
 * @param after in the same way; not both are null
 * @param missing whether the object itself is missing in one of the states
 * @param names the fields that differ; none when it is missing
 */
record Change(@Nullable Thing before, @Nullable Thing after, boolean missing, Set<String> names) {
    static final String DEFINITION = "definition";
    static final String TYPE = "type";
    static final String RELKIND = "relkind";

    /** What follows from another type. */
    private static final Set<String> OF_TYPE = Set.of("attstorage", "attcollation", "attndims");

    /** What only tells the object from others, and is told only when nothing else of it has changed. */
    private static final Set<String> MINOR = Set.of(
            "sequence",
            "number",
            "member",
            "of",
            "deptype",
            "conkey",
            "adrelid",
            "adnum",
            "indexrelid",
            "indrelid",
            "seqrelid",
            "partrelid",
            "ftrelid",
            "rngtypid",
            "aggfnoid",
            "ev_class",
            "rulename");

    private static final Set<String> BESIDE_DEFINITION = Set.of(
            "tgenabled",
            "ev_enabled",
            "reltablespace",
            "relpersistence",
            "indisvalid",
            "indisclustered",
            "indisreplident",
            "stxstattarget");

    /** Both states, or null when nothing differs. */
    static @Nullable Change of(@Nullable Thing before, @Nullable Thing after) {
        if (before == null || after == null) {
            Thing only = before == null ? Objects.requireNonNull(after) : before;
            return new Change(
                    before,
                    after,
                    only.isWhole(),
                    only.isWhole() ? Set.of() : telling(only.fields().keySet(), isView(only)));
        }
        Set<String> names = before.changed(after);
        return names.isEmpty() ? null : new Change(before, after, false, telling(names, isView(after)));
    }

    /** Leaves out what another field of the same object says better. */
    private static Set<String> telling(Set<String> names, boolean view) {
        Set<String> left = new LinkedHashSet<>(names);
        if (names.contains(RELKIND)) {
            // another kind of object under the same name: all else follows
            left.removeIf(name -> !name.equals(RELKIND) && !Words.isPrivileges(name) && !name.endsWith("owner"));
            return left;
        }
        if (names.contains(DEFINITION)) {
            left.removeIf(name -> !name.equals(DEFINITION) && !isBesideDefinition(name, view));
            return left;
        }
        if (names.contains(TYPE)) {
            left.removeAll(OF_TYPE);
        }
        if (!MINOR.containsAll(left)) {
            left.removeAll(MINOR);
        }
        return left;
    }

    private static boolean isView(Thing thing) {
        return thing.kind().endsWith("view");
    }

    /** What a definition does not have: the options of a view may take rights from it, those of an index stand in it. */
    private static boolean isBesideDefinition(String name, boolean view) {
        return Words.isPrivileges(name)
                || name.endsWith("owner")
                || (view
                        ? name.equals("reloptions") || name.equals("reltablespace")
                        : BESIDE_DEFINITION.contains(name));
    }

    Thing any() {
        return before == null ? Objects.requireNonNull(after) : before;
    }

    String identity() {
        return any().identity();
    }

    String thing() {
        return any().thing();
    }

    /** Whether this object has been left over, which was not there before. */
    boolean leftOver() {
        return missing && before == null;
    }

    /** Whether this object was there before and is not there now. */
    boolean lost() {
        return missing && after == null;
    }

    @Nullable
    String was(String field) {
        return before == null ? null : before.field(field);
    }

    @Nullable
    String is(String field) {
        return after == null ? null : after.field(field);
    }

    boolean differsIn(String field) {
        return names.contains(field);
    }
}
