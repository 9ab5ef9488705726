package dev.lockkeeper.check;

import java.util.Set;

/**
 * What a migration has made itself, up to one of its statements.
 *
 * @param names of objects, with schema
 * @param schemas names of schemas, all that is in which it has made
 * @param moved names of what was there before and has come into such a schema
 */
public record Made(Set<String> names, Set<String> schemas, Set<String> moved) {
    public Made {
        names = Set.copyOf(names);
        schemas = Set.copyOf(schemas);
        moved = Set.copyOf(moved);
    }

    /** Whether it has made the relation of this name; temporary ones belong to its session anyway. */
    public boolean has(String relation) {
        return relation.startsWith("pg_temp.")
                || (!moved.contains(relation) && (names.contains(relation) || schemas.contains(schema(relation))));
    }

    /** The schema in front of a name, quoted where the name has it so. */
    private static String schema(String relation) {
        boolean quoted = false;
        for (int at = 0; at < relation.length(); at++) {
            if (relation.charAt(at) == '"') {
                quoted = !quoted;
            } else if (relation.charAt(at) == '.' && !quoted) {
                return relation.substring(0, at);
            }
        }
        return "";
    }
}
