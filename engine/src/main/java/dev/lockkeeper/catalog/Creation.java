package dev.lockkeeper.catalog;

import dev.lockkeeper.database.Quote;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The statement that makes an object anew, where that follows from the catalogs alone. */
final class Creation {
    /** What is made together with what it is part of. */
    private static final Set<String> ALONG = Set.of(
            "pg_type", "pg_attribute", "pg_sequence", "ownership", "extension-member", "column-order", "pg_init_privs");

    private Creation() {}

    static @Nullable String of(Thing thing) {
        String definition = thing.field(Change.DEFINITION);
        return switch (thing.thing()) {
            case "pg_class" -> index(thing);
            case "pg_statistic_ext" -> definition == null ? null : definition + ";" + target(thing);
            case "pg_trigger" -> definition == null ? null : definition + ";" + state(thing);
            case "pg_rewrite" -> definition == null ? null : definition + state(thing);
            case "pg_constraint" ->
                definition == null
                        ? null
                        : Fix.alterOwner(thing, "add constraint " + Fix.constraint(thing) + " " + definition);
            case "pg_attribute" -> column(thing);
            case "pg_namespace" ->
                thing.field("nspacl") == null
                        ? "create schema " + thing.object() + " authorization " + thing.field("nspowner") + ";"
                        : null;
            case "pg_extension" ->
                "create extension " + thing.object() + " schema " + thing.field("extnamespace") + ";";
            case "pg_description" ->
                "comment on " + Fix.commented(thing) + " is "
                        + Quote.literal(String.valueOf(thing.field("description"))) + ";";
            case "pg_inherits" -> attach(thing);
            case "pg_auth_members" -> membership(thing);
            case "pg_db_role_setting" -> Alteration.setting(thing, thing.field("value"));
            default -> null;
        };
    }

    /** Whether a part needs no statement of its own. */
    static boolean comesAlong(Thing part, Thing of) {
        if (part.thing().equals("pg_class")) {
            // the index of a constraint, the sequence of an identity column
            return of.thing().equals("pg_constraint")
                    || (part.kind().equals("sequence")
                            && String.valueOf(of.field("attidentity")).matches("[ad]"));
        }
        return ALONG.contains(part.thing())
                || (part.thing().equals("pg_constraint")
                        && String.valueOf(part.field("contype")).matches("[nt]"))
                || (part.thing().equals("pg_trigger") && part.object().startsWith("internal trigger"))
                || of.thing().equals("pg_extension");
    }

    /** What is set of a part that comes along. */
    static @Nullable String option(Thing part) {
        String target = part.field("attstattarget");
        int at = part.object().lastIndexOf(" column ");
        return part.kind().equals("index column") && isSet(target) && at > 0
                ? "alter index " + part.object().substring(0, at) + " alter column "
                        + part.object().substring(at + " column ".length()) + " set statistics " + target + ";"
                : null;
    }

    private static boolean isSet(@Nullable String target) {
        return target != null && !target.equals("-1");
    }

    private static @Nullable String index(Thing thing) {
        String definition = thing.field(Change.DEFINITION);
        if (!thing.kind().equals("index") || definition == null) {
            return null;
        }
        String table = Fix.owner(thing, "pg_class ");
        String tablespace = thing.field("reltablespace");
        boolean marked = "true".equals(thing.field("indisclustered")) || "true".equals(thing.field("indisreplident"));
        if (marked && thing.field("indrelid") == null) {
            return null;
        }
        String of = String.valueOf(thing.field("indrelid"));
        String name = thing.object().substring(thing.object().lastIndexOf('.') + 1);
        return definition + ";"
                + (tablespace == null || table == null
                        ? ""
                        : " alter index " + thing.object() + " set tablespace " + tablespace + ";")
                + ("true".equals(thing.field("indisclustered"))
                        ? " alter table " + of + " cluster on " + name + ";"
                        : "")
                + ("true".equals(thing.field("indisreplident"))
                        ? " alter table " + of + " replica identity using index " + name + ";"
                        : "");
    }

    private static @Nullable String attach(Thing thing) {
        String[] both = thing.object().split(" from ", 2);
        return "i".equals(thing.field(Change.RELKIND)) || "I".equals(thing.field(Change.RELKIND))
                ? "alter index " + both[1] + " attach partition " + both[0] + ";"
                : null;
    }

    /** The last two options came with 16. */
    private static String membership(Thing thing) {
        String options = "true".equals(thing.field("admin_option")) ? ", admin option" : "";
        String inherit = thing.field("inherit_option");
        String set = thing.field("set_option");
        options += inherit == null ? "" : ", inherit " + inherit;
        options += "false".equals(set) ? ", set false" : "";
        return "grant " + thing.field("roleid") + " to " + thing.field("member")
                + (options.isEmpty() ? "" : " with" + options.substring(1)) + ";";
    }

    private static String target(Thing statistics) {
        String target = statistics.field("stxstattarget");
        return isSet(target) ? " alter statistics " + statistics.object() + " set statistics " + target + ";" : "";
    }

    /** Where a trigger or a rule does not fire as a new one does. */
    private static String state(Thing thing) {
        boolean trigger = thing.thing().equals("pg_trigger");
        String state = thing.field(trigger ? "tgenabled" : "ev_enabled");
        String statement = "O".equals(state) ? null : Alteration.fires(thing, state, trigger ? "trigger" : "rule");
        return statement == null ? "" : " " + statement;
    }

    private static @Nullable String column(Thing thing) {
        String column = Fix.column(thing);
        if (column == null
                || !thing.kind().equals("column")
                || thing.field("attacl") != null
                || thing.field("attoptions") != null
                || thing.field("attfdwoptions") != null) {
            return null;
        }
        String table = "alter table " + Fix.owner(thing, "pg_class ");
        String identity = String.valueOf(thing.field("attidentity"));
        String value = thing.field("default");
        String generated = String.valueOf(thing.field("attgenerated"));
        String collation = thing.field("~collation");
        String storage = thing.field("~storage");
        String compression = String.valueOf(thing.field("attcompression"));
        String target = thing.field("attstattarget");
        return table + " add column " + column + " " + thing.field(Change.TYPE)
                + (collation == null ? "" : " collate " + collation)
                + (identity.equals("a") ? " generated always as identity" : "")
                + (identity.equals("d") ? " generated by default as identity" : "")
                + (value == null
                        ? ""
                        : generated.matches("[sv]")
                                ? " generated always as (" + value + ") "
                                        + (generated.equals("s") ? "stored" : "virtual")
                                : " default " + value)
                + ("true".equals(thing.field("attnotnull")) && !identity.matches("[ad]") ? " not null" : "") + ";"
                + (storage == null ? "" : set(table, column, "storage " + Words.value("attstorage", storage)))
                + (compression.equals("p") ? set(table, column, "compression pglz") : "")
                + (compression.equals("l") ? set(table, column, "compression lz4") : "")
                + (isSet(target) ? set(table, column, "statistics " + target) : "");
    }

    private static String set(String table, String column, String what) {
        return " " + table + " alter column " + column + " set " + what + ";";
    }
}
