package dev.lockkeeper.catalog;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * What of two databases is compared.
 *
 * @param whole the schemas in which everything counts
 * @param partly the schemas that were there before: only what the history has put into them counts
 * @param given the identities of what was there before
 * @param made the identities of what the history has put where something was before; empty when nothing was
 * @param alone whether nobody else has anything in these schemas, so that what is too much is a deviation
 * @param record the schema of Lockkeeper's record, which is nobody's drift
 * @param deployers roles that run scripts: what they hold of other roles depends on what they may do
 */
public record Scope(
        Set<String> whole,
        Set<String> partly,
        Set<String> given,
        Set<String> made,
        boolean alone,
        String record,
        Set<String> deployers) {
    private static final String PUBLIC = "pg_namespace public";

    /** Where objects lie that came with the server; only those that somebody has changed are looked at. */
    private static final Set<String> OF_SERVER = Set.of("", "pg_catalog", "information_schema");

    /**
     * What a history owns: the schemas that it has made, public when it has made anything there, and what it has put into
     * others.
     *
     * @param record the schema of Lockkeeper's record
     */
    public static Scope of(Stock wanted, String record, boolean alone, Set<String> deployers) {
        Set<String> whole = new TreeSet<>();
        Set<String> partly = new TreeSet<>();
        Set<String> schemas = new TreeSet<>(wanted.inventory().schemas());
        schemas.remove(record);
        schemas.removeAll(OF_SERVER);
        boolean plain = wanted.given().stream().allMatch(PUBLIC::equals);
        for (String schema : schemas) {
            boolean given = wanted.given().stream().anyMatch(g -> isSchema(g, schema));
            if (!given || (schema.equals("public") && (!plain || holdsMore(wanted, schema)))) {
                if (!given || !wanted.made(Set.of(schema)).isEmpty()) {
                    whole.add(schema);
                }
            } else if (!wanted.made(Set.of(schema)).isEmpty()) {
                partly.add(schema);
            }
        }
        Set<String> made = plain ? Set.of() : wanted.made(new Places(whole, partly).all());
        return new Scope(whole, partly, wanted.given(), made, alone, record, deployers);
    }

    private static boolean holdsMore(Stock wanted, String schema) {
        return wanted.inventory().digests().keySet().stream()
                .anyMatch(key -> key.schema().equals(schema) && !key.list().equals("pg_namespace"));
    }

    private static boolean isSchema(String identity, String schema) {
        return identity.equals("pg_namespace " + schema) || identity.equals("pg_namespace " + quoted(schema));
    }

    /** Everything that either has, but for a record. */
    public static Scope both(Side one, Side other, String record) {
        Set<String> whole = new TreeSet<>(one.inventory().schemas());
        whole.addAll(other.inventory().schemas());
        whole.remove(record);
        whole.removeAll(OF_SERVER);
        return new Scope(whole, Set.of(), Set.of(), Set.of(), true, record, Set.of());
    }

    private record Places(Set<String> whole, Set<String> partly) {
        Collection<String> all() {
            Set<String> all = new HashSet<>(whole);
            all.addAll(partly);
            all.addAll(OF_SERVER);
            return all;
        }
    }

    /** The schemas to look into; the empty name stands for what lies in none. */
    Collection<String> places() {
        return new Places(whole, partly).all();
    }

    /** Whether a schema is looked into, or is Lockkeeper's own. */
    boolean isSeen(String schema) {
        return schema.equals(record) || places().contains(schema);
    }

    /** Whether a fact counts. */
    boolean counts(Placed fact) {
        String identity = fact.row().identity();
        if (partly.contains(fact.schema())) {
            return made.contains(identity) || fact.row().parents().stream().anyMatch(made::contains);
        }
        if (identity.equals(PUBLIC)) {
            return whole.contains("public");
        }
        return !given.contains(identity)
                && (made.contains(identity)
                        || fact.row().parents().stream()
                                .noneMatch(p -> !p.startsWith("pg_namespace ") && given.contains(p)));
    }

    /**
     * Whether a fact that lies in no schema is about objects of others alone, such as a cast between their types. An event
     * trigger concerns everybody, wherever its function lies.
     */
    boolean isBetweenOthers(Placed fact, Set<String> elsewhere) {
        return fact.schema().isEmpty()
                && !fact.row().thing().equals("pg_event_trigger")
                && names(fact, elsewhere)
                && !names(fact, whole)
                && !names(fact, partly);
    }

    private static boolean names(Placed fact, Set<String> schemas) {
        return schemas.stream()
                .anyMatch(schema -> fact.row().fields().values().stream()
                        .anyMatch(value -> value.startsWith(schema + ".") || value.startsWith(quoted(schema) + ".")));
    }

    private static String quoted(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }

    /** Whether a membership is what a role has that made another one. */
    boolean isOfDeployer(Placed fact) {
        String member = fact.row().fields().get("member");
        return fact.row().list().equals("pg_auth_members") && member != null && deployers.contains(unquoted(member));
    }

    private static String unquoted(String name) {
        return name.startsWith("\"") ? name.substring(1, name.length() - 1).replace("\"\"", "\"") : name;
    }
}
