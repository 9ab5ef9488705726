package dev.lockkeeper.catalog;

import dev.lockkeeper.database.Quote;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What ALTER sets of an object anew, by the column of the catalog that holds it: null where that is not enough. */
final class Alteration {
    private static final Map<String, String> ROLE = Map.of(
            "rolsuper", "superuser",
            "rolinherit", "inherit",
            "rolcreaterole", "createrole",
            "rolcreatedb", "createdb",
            "rolcanlogin", "login",
            "rolreplication", "replication",
            "rolbypassrls", "bypassrls");

    private static final Map<String, String> SEQUENCE = Map.of(
            "seqincrement", "increment by ",
            "seqmin", "minvalue ",
            "seqmax", "maxvalue ",
            "seqstart", "start with ",
            "seqcache", "cache ");

    /** What a function may have anew without being dropped (manual, "CREATE FUNCTION"). */
    private static final Set<String> OF_FUNCTION = Set.of(
            "prosrc",
            "SQL body",
            "probin",
            "prolang",
            "prosecdef",
            "proleakproof",
            "proisstrict",
            "provolatile",
            "proparallel",
            "procost",
            "prorows",
            "prosupport",
            "proconfig");

    /** Settings that hold a list of names, which is stored as it is written (guc_tables.c, GUC_LIST_QUOTE). */
    private static final Set<String> NAMES = Set.of(
            "search_path",
            "temp_tablespaces",
            "local_preload_libraries",
            "session_preload_libraries",
            "shared_preload_libraries",
            "unix_socket_directories");

    /** A list of options as an array prints it, none of which is quoted. */
    private static final Pattern COMMA = Pattern.compile(",");

    private static final Pattern OPTIONS = Pattern.compile("\\{[a-z0-9_.]+=[\\w.-]*(,[a-z0-9_.]+=[\\w.-]*)*}");

    private Alteration() {}

    static @Nullable String of(Change change, String name) {
        String was = change.was(name);
        return switch (change.thing()) {
            case "pg_class" -> relation(change, name, was);
            case "pg_attribute" -> column(change, name, was);
            case "pg_proc" -> function(change, name);
            case "pg_trigger" ->
                name.equals("tgenabled") ? fires(change.any(), was, "trigger") : again(change, name, "tgparentid");
            case "pg_rewrite" ->
                name.equals("ev_enabled") ? fires(change.any(), was, "rule") : again(change, name, "~");
            case "pg_constraint" ->
                String.valueOf(change.any().field("contype")).matches("[cf]")
                                && "0".equals(change.any().field("coninhcount"))
                        ? again(change, name, "conparentid")
                        : null;
            case "pg_event_trigger" ->
                name.equals("evtenabled") && was != null
                        ? "alter event trigger " + change.any().object() + " " + state(was) + ";"
                        : null;
            case "pg_statistic_ext" ->
                name.equals("stxstattarget")
                        ? "alter statistics " + change.any().object() + " set statistics "
                                + Objects.requireNonNullElse(was, "-1") + ";"
                        : null;
            case "pg_policy" -> policy(change, name, was);
            case "pg_type" -> domain(change, name, was);
            case "pg_authid" -> role(change, name, was);
            case "pg_auth_members" -> membership(change.any(), name, was);
            case "pg_db_role_setting" -> name.equals("value") ? setting(change.any(), was) : null;
            default -> null;
        };
    }

    private static @Nullable String relation(Change change, String name, @Nullable String was) {
        Thing thing = change.any();
        String what = "alter " + Fix.word(thing) + " " + thing.object() + " ";
        return switch (name) {
            case "relreplident" ->
                was == null || was.equals("i")
                        ? null
                        : what + "replica identity "
                                + (was.equals("d") ? "default" : was.equals("n") ? "nothing" : "full") + ";";
            case "relpersistence" ->
                thing.kind().equals("table") ? what + "set " + ("u".equals(was) ? "unlogged;" : "logged;") : null;
            case "reloptions" -> options(what, "", was, change.is(name));
            case "toast options" -> options(what, "toast.", was, change.is(name));
            case "reltablespace" -> was == null ? null : what + "set tablespace " + Quote.identifier(was) + ";";
            case "indisclustered" ->
                "true".equals(was) && thing.field("indrelid") != null
                        ? "alter table " + thing.field("indrelid") + " cluster on " + bare(thing.object()) + ";"
                        : null;
            case "seqcycle" -> sequence(change);
            case Change.DEFINITION -> definition(change);
            default -> SEQUENCE.containsKey(name) ? sequence(change) : null;
        };
    }

    private static String bare(String object) {
        return object.substring(object.lastIndexOf('.') + 1);
    }

    /** At once, because each limit is checked against the others. */
    private static String sequence(Change change) {
        List<String> all = new ArrayList<>();
        for (String name : new TreeMap<>(SEQUENCE).keySet()) {
            if (change.differsIn(name)) {
                all.add(SEQUENCE.get(name) + change.was(name));
            }
        }
        if (change.differsIn("seqcycle")) {
            all.add("true".equals(change.was("seqcycle")) ? "cycle" : "no cycle");
        }
        return "alter sequence " + change.any().object() + " " + String.join(" ", all) + ";";
    }

    /** An index that no constraint and no other index holds is dropped and made; for all else its rows or users stand in the way. */
    private static @Nullable String definition(Change change) {
        Thing was = change.before();
        Thing is = change.after();
        if (was == null || is == null) {
            return null;
        }
        boolean held = !was.isWhole()
                || "true".equals(was.field("relispartition"))
                || "I".equals(was.field(Change.RELKIND))
                || !was.kind().equals("index")
                || is.parents().stream().anyMatch(parent -> parent.startsWith("pg_constraint "))
                || is.field("indrelid") == null;
        if (held) {
            return null;
        }
        String made = Creation.of(was);
        return made == null ? null : Fix.drop(is) + " " + made;
    }

    /** What nothing is built on is dropped and made, unless it comes from a partitioned table. */
    private static @Nullable String again(Change change, String name, String parent) {
        Thing was = change.before();
        Thing is = change.after();
        if (!name.equals(Change.DEFINITION)
                || was == null
                || is == null
                || !was.isWhole()
                || was.field(parent) != null
                || is.field(parent) != null) {
            return null;
        }
        String dropped = Fix.drop(is);
        String made = Creation.of(was);
        return dropped == null || made == null ? null : dropped + " " + made;
    }

    private static @Nullable String options(String what, String prefix, @Nullable String was, @Nullable String is) {
        if ((was != null && !OPTIONS.matcher(was).matches())
                || (is != null && !OPTIONS.matcher(is).matches())) {
            return null;
        }
        Map<String, String> then = read(was);
        Map<String, String> now = read(is);
        String set = then.entrySet().stream()
                .filter(e -> !e.getValue().equals(now.get(e.getKey())))
                .map(e -> prefix + e.getKey() + " = '" + e.getValue() + "'")
                .collect(Collectors.joining(", "));
        String reset = now.keySet().stream()
                .filter(key -> !then.containsKey(key))
                .map(key -> prefix + key)
                .collect(Collectors.joining(", "));
        return (set.isEmpty() ? "" : what + "set (" + set + ");")
                + (set.isEmpty() || reset.isEmpty() ? "" : " ")
                + (reset.isEmpty() ? "" : what + "reset (" + reset + ");");
    }

    private static Map<String, String> read(@Nullable String options) {
        Map<String, String> all = new TreeMap<>();
        if (options != null) {
            COMMA.splitAsStream(options.substring(1, options.length() - 1)).forEach(one -> {
                int at = one.indexOf('=');
                all.put(one.substring(0, at), one.substring(at + 1));
            });
        }
        return all;
    }

    private static @Nullable String column(Change change, String name, @Nullable String was) {
        Thing thing = change.any();
        String column = Fix.column(thing);
        if (column == null || !thing.kind().equals("column")) {
            return null;
        }
        String what = "alter table " + Fix.owner(thing, "pg_class ") + " alter column " + column + " ";
        return switch (name) {
            case "attstattarget" -> what + "set statistics " + Objects.requireNonNullElse(was, "-1") + ";";
            case "attstorage" -> was == null ? null : what + "set storage " + Words.value(name, was) + ";";
            case "attcompression" ->
                what + "set compression " + ("p".equals(was) ? "pglz" : "l".equals(was) ? "lz4" : "default") + ";";
            case "attoptions" -> options(what, "", was, change.is(name));
            default -> null;
        };
    }

    /** The whole function, which keeps its owner and its privileges; its arguments and what it returns cannot be changed so. */
    private static @Nullable String function(Change change, String name) {
        boolean replaceable = OF_FUNCTION.contains(name)
                && change.names().stream()
                        .allMatch(other ->
                                OF_FUNCTION.contains(other) || Words.isPrivileges(other) || other.endsWith("owner"));
        String made = change.was(Thing.MADE);
        return replaceable && made != null ? made.stripTrailing() + ";" : null;
    }

    /** Whether a trigger or a rule fires. */
    static @Nullable String fires(Thing thing, @Nullable String was, String word) {
        int on = thing.object().lastIndexOf(" on ");
        return on < 0 || was == null || thing.object().startsWith("internal trigger")
                ? null
                : "alter table " + thing.object().substring(on + " on ".length()) + " " + state(was) + " " + word + " "
                        + thing.object().substring(0, on) + ";";
    }

    private static String state(String letter) {
        return switch (letter) {
            case "D" -> "disable";
            case "R" -> "enable replica";
            case "A" -> "enable always";
            default -> "enable";
        };
    }

    private static @Nullable String policy(Change change, String name, @Nullable String was) {
        Thing thing = change.any();
        String what = "alter policy " + thing.object() + " ";
        return was == null
                ? null
                : switch (name) {
                    case "polroles" -> what + "to " + was + ";";
                    case "using" -> what + "using (" + was + ");";
                    case "with check" -> what + "with check (" + was + ");";
                    default -> null;
                };
    }

    private static @Nullable String domain(Change change, String name, @Nullable String was) {
        String what = "alter domain " + change.any().object() + " ";
        return !change.any().kind().equals("domain")
                ? null
                : switch (name) {
                    case "typnotnull" -> what + ("true".equals(was) ? "set" : "drop") + " not null;";
                    case "typdefault" -> what + (was == null ? "drop default;" : "set default " + was + ";");
                    default -> null;
                };
    }

    private static @Nullable String role(Change change, String name, @Nullable String was) {
        String what = "alter role " + change.any().object() + " ";
        String word = ROLE.get(name);
        return word != null
                ? what + ("true".equals(was) ? "" : "no") + word + ";"
                : name.equals("rolconnlimit")
                        ? what + "connection limit " + was + ";"
                        : name.equals("rolvaliduntil")
                                ? what + "valid until " + Quote.literal(Objects.requireNonNullElse(was, "infinity"))
                                        + ";"
                                : null;
    }

    private static @Nullable String membership(Thing thing, String name, @Nullable String was) {
        String role = thing.field("roleid");
        String member = thing.field("member");
        boolean set = "true".equals(was);
        return switch (name) {
            case "admin_option" ->
                set
                        ? "grant " + role + " to " + member + " with admin option;"
                        : "revoke admin option for " + role + " from " + member + ";";
            case "inherit_option" -> "grant " + role + " to " + member + " with inherit " + set + ";";
            case "set_option" -> "grant " + role + " to " + member + " with set " + set + ";";
            default -> null;
        };
    }

    /**
     * What a role has set for all databases. What a program keeps in a setting of its own may be a key, and is not printed.
     *
     * @param value null when it is not set
     */
    static @Nullable String setting(Thing thing, @Nullable String value) {
        String name = thing.field("name");
        String role = Fix.owner(thing, "pg_authid ");
        if (name == null
                || name.indexOf('.') >= 0
                || role == null
                || !thing.kind().equals("role setting")) {
            return null;
        }
        String what = "alter role " + role + " ";
        return value == null
                ? what + "reset " + name + ";"
                : what + "set " + name + " = "
                        + (NAMES.contains(name) && !value.isEmpty() ? value : Quote.literal(value)) + ";";
    }
}
