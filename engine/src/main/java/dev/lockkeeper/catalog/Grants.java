package dev.lockkeeper.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/** The statements that make the privileges of an object what they were, once its owner is who it was. */
final class Grants {
    /** What everybody has of a new object, and what its owner has (manual 5.8, "Privileges"). */
    private static final Map<String, String> EVERYBODY = Map.of("pg_proc", "X", "pg_type", "U", "pg_language", "U");

    private static final Map<String, String> OWNER = Map.of(
            "pg_class", "arwdDxt",
            "sequence", "rwU",
            "pg_proc", "X",
            "pg_namespace", "UC",
            "pg_type", "U",
            "pg_language", "U",
            "pg_foreign_server", "U",
            "pg_foreign_data_wrapper", "U");

    private static final Map<String, String> PREFIX = Map.of(
            "pg_class", "rel",
            "pg_proc", "pro",
            "pg_namespace", "nsp",
            "pg_type", "typ",
            "pg_language", "lan",
            "pg_foreign_server", "srv",
            "pg_foreign_data_wrapper", "fdw");

    private Grants() {}

    /** Null when somebody other than the owner granted something, or the kind of object is not known here. */
    static @Nullable String of(Change change, String field) {
        String on = on(change.any(), field);
        if (on == null) {
            return null;
        }
        String prefix = PREFIX.get(change.thing());
        String ownerWas = prefix == null ? "" : String.valueOf(change.was(prefix + "owner"));
        String ownerIs = prefix == null ? "" : String.valueOf(change.is(prefix + "owner"));
        String kind = change.any().kind().equals("sequence") ? "sequence" : change.thing();
        Map<String, Map<Character, Boolean>> was = read(kind, change.was(field), ownerWas, ownerWas);
        Map<String, Map<Character, Boolean>> is = read(kind, change.is(field), ownerIs, ownerWas);
        if (was == null || is == null) {
            return null;
        }
        List<String> statements = new ArrayList<>();
        // whoever owns a new object may do all with it; a grant only makes the server write that down
        List<String> written = new ArrayList<>();
        TreeSet<String> roles = new TreeSet<>(was.keySet());
        roles.addAll(is.keySet());
        String part = change.thing().equals("pg_attribute") ? " (" + Fix.column(change.any()) + ")" : "";
        for (String role : roles) {
            Map<Character, Boolean> then = was.getOrDefault(role, Map.of());
            Map<Character, Boolean> now = is.getOrDefault(role, Map.of());
            // a column has no owner of its own
            boolean all =
                    prefix != null && role.equals(ownerWas) && (change.was(field) == null || change.is(field) == null);
            String to = role.isEmpty() ? "public" : role;
            for (Map.Entry<Character, Boolean> e : now.entrySet()) {
                String word = Privileges.word(e.getKey()) + part;
                if (!then.containsKey(e.getKey()) && !all) {
                    statements.add("revoke " + word + on + " from " + to + ";");
                } else if (e.getValue() && Boolean.FALSE.equals(then.get(e.getKey()))) {
                    statements.add("revoke grant option for " + word + on + " from " + to + ";");
                }
            }
            for (Map.Entry<Character, Boolean> e : then.entrySet()) {
                Boolean held = now.get(e.getKey());
                if (held == null || (e.getValue() && !held)) {
                    boolean own = prefix != null && role.equals(ownerWas) && change.is(field) == null;
                    (own ? written : statements)
                            .add("grant " + Privileges.word(e.getKey()) + part + on + " to " + to
                                    + (e.getValue() ? " with grant option;" : ";"));
                }
            }
        }
        return String.join(" ", statements.isEmpty() ? written : statements);
    }

    private static @Nullable String on(Thing thing, String field) {
        String table = Fix.owner(thing, "pg_class ");
        return switch (field) {
            case "relacl" -> " on " + (thing.kind().equals("sequence") ? "sequence " : "table ") + thing.object();
            case "nspacl" -> " on schema " + thing.object();
            case "proacl" -> " on " + (thing.kind().equals("procedure") ? "procedure " : "function ") + thing.object();
            case "typacl" -> " on type " + thing.object();
            case "lanacl" -> " on language " + thing.object();
            case "srvacl" -> " on foreign server " + thing.object();
            case "fdwacl" -> " on foreign data wrapper " + thing.object();
            case "attacl" -> table == null || !thing.kind().equals("column") ? null : " on table " + table;
            default -> null;
        };
    }

    /** By role and letter whether it may be granted on, as it will be when one owner has given all to another. */
    private static @Nullable Map<String, Map<Character, Boolean>> read(
            String kind, @Nullable String privileges, String owner, String later) {
        Map<String, Map<Character, Boolean>> roles = new TreeMap<>();
        if (privileges == null) {
            letters(roles, "", EVERYBODY.getOrDefault(kind, ""));
            letters(roles, later, OWNER.getOrDefault(kind, ""));
            return roles;
        }
        for (String line : privileges.equals("none") ? List.<String>of() : List.of(privileges.split("\n", -1))) {
            Matcher item = Privileges.ITEM.matcher(line);
            if (!item.matches() || (!owner.isEmpty() && !item.group(3).equals(owner))) {
                return null;
            }
            letters(roles, item.group(1).equals(owner) ? later : item.group(1), item.group(2));
        }
        return roles;
    }

    private static void letters(Map<String, Map<Character, Boolean>> roles, String role, String letters) {
        for (int i = 0; i < letters.length(); i++) {
            if (letters.charAt(i) != '*') {
                boolean option = i + 1 < letters.length() && letters.charAt(i + 1) == '*';
                roles.computeIfAbsent(role, r -> new TreeMap<>()).merge(letters.charAt(i), option, (a, b) -> a || b);
            }
        }
    }
}
