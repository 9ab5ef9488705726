package dev.lockkeeper.catalog;

import dev.lockkeeper.database.Quote;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The statement that would make the second state like the first, where that follows from the catalogs alone. */
final class Fix {
    /** What DROP calls an object, where the server's name for its kind is another. */
    private static final Map<String, String> DROPPED = Map.of(
            "statistics object",
            "statistics",
            "foreign-data wrapper",
            "foreign data wrapper",
            "composite type",
            "type");

    /** Objects that DROP takes by kind and name alone. */
    private static final Set<String> BY_NAME = Set.of(
            "pg_class",
            "pg_type",
            "pg_proc",
            "pg_namespace",
            "pg_extension",
            "pg_collation",
            "pg_conversion",
            "pg_statistic_ext",
            "pg_publication",
            "pg_subscription",
            "pg_event_trigger",
            "pg_foreign_data_wrapper",
            "pg_foreign_server",
            "pg_authid",
            "pg_am",
            "pg_language",
            "pg_ts_config",
            "pg_ts_dict",
            "pg_ts_parser",
            "pg_ts_template",
            "pg_cast",
            "pg_operator",
            "pg_opclass",
            "pg_opfamily",
            "pg_trigger",
            "pg_policy",
            "pg_rewrite",
            "pg_tablespace");

    private Fix() {}

    static @Nullable String of(Change change) {
        if (change.leftOver()) {
            return drop(change.any());
        }
        if (change.lost()) {
            return create(change.any());
        }
        return alter(change);
    }

    private static @Nullable String drop(Thing thing) {
        String object = thing.object();
        if (BY_NAME.contains(thing.thing())) {
            boolean needsStar = thing.kind().equals("aggregate") && object.endsWith("()");
            String name = needsStar ? object.substring(0, object.length() - 1) + "*)" : object;
            return object.startsWith("internal trigger")
                    ? null
                    : "drop " + DROPPED.getOrDefault(thing.kind(), thing.kind()) + " " + name + ";";
        }
        return switch (thing.thing()) {
            case "pg_constraint" -> alterOwner(thing, "drop constraint " + constraint(thing));
            case "pg_attribute" -> {
                String column = column(thing);
                yield column == null
                        ? null
                        : thing.kind().equals("attribute")
                                ? "alter type " + table(thing) + " drop attribute " + column + ";"
                                : "alter table " + table(thing) + " drop column " + column + ";";
            }
            case "pg_description", "pg_shdescription" ->
                object.endsWith("(this one)") ? null : "comment on " + commented(thing) + " is null;";
            case "pg_auth_members" -> "revoke " + thing.field("roleid") + " from " + thing.field("member") + ";";
            default -> null;
        };
    }

    private static @Nullable String create(Thing thing) {
        String definition = thing.field(Change.DEFINITION);
        return switch (thing.thing()) {
            case "pg_class" -> thing.kind().equals("index") && definition != null ? definition + ";" : null;
            case "pg_statistic_ext" -> definition == null ? null : definition + ";";
            case "pg_trigger" -> definition == null ? null : definition + ";";
            case "pg_rewrite" -> definition;
            case "pg_constraint" ->
                definition == null ? null : alterOwner(thing, "add constraint " + constraint(thing) + " " + definition);
            case "pg_attribute" -> addColumn(thing);
            case "pg_namespace" -> "create schema " + thing.object() + ";";
            case "pg_extension" ->
                "create extension " + thing.object() + " schema " + thing.field("extnamespace") + ";";
            case "pg_description" ->
                "comment on " + commented(thing) + " is " + Quote.literal(String.valueOf(thing.field("description")))
                        + ";";
            case "pg_auth_members" -> "grant " + thing.field("roleid") + " to " + thing.field("member") + ";";
            default -> null;
        };
    }

    private static @Nullable String addColumn(Thing thing) {
        String column = column(thing);
        if (column == null
                || !thing.kind().equals("column")
                || (thing.field("attgenerated") != null && generated(thing))) {
            return null;
        }
        String identity = String.valueOf(thing.field("attidentity"));
        String value = thing.field("default");
        return "alter table " + table(thing) + " add column " + column + " " + thing.field(Change.TYPE)
                + (identity.equals("a") ? " generated always as identity" : "")
                + (identity.equals("d") ? " generated by default as identity" : "")
                + (value == null ? "" : " default " + value)
                + ("true".equals(thing.field("attnotnull")) && !identity.matches("[ad]") ? " not null" : "") + ";";
    }

    private static boolean generated(Thing column) {
        return String.valueOf(column.field("attgenerated")).matches("[sv]");
    }

    /** All of it or nothing: half a repair would only move the difference. */
    private static @Nullable String alter(Change change) {
        List<String> statements = new ArrayList<>();
        for (String name : change.names()) {
            String statement = alter(change, name);
            if (statement == null) {
                return null;
            }
            statements.add(statement);
        }
        return String.join(" ", statements);
    }

    private static @Nullable String alter(Change change, String name) {
        Thing thing = change.any();
        String was = change.was(name);
        return switch (name) {
            case "attnotnull" -> alterColumn(thing, ("true".equals(was) ? "set" : "drop") + " not null");
            case "default" ->
                generated(thing) ? null : alterColumn(thing, was == null ? "drop default" : "set default " + was);
            case Change.TYPE -> was == null ? null : alterColumn(thing, "type " + was);
            case "description" ->
                was == null ? null : "comment on " + commented(thing) + " is " + Quote.literal(was) + ";";
            case "relrowsecurity" ->
                alterTable(thing, ("true".equals(was) ? "enable" : "disable") + " row level security");
            case "relforcerowsecurity" ->
                alterTable(thing, ("true".equals(was) ? "force" : "no force") + " row level security");
            case "relowner", "proowner", "nspowner", "typowner" ->
                "alter " + thing.kind() + " " + thing.object() + " owner to " + was + ";";
            case "relacl", "nspacl" -> privileges(change, name);
            default -> null;
        };
    }

    private static @Nullable String alterTable(Thing thing, String action) {
        return "alter table " + thing.object() + " " + action + ";";
    }

    private static @Nullable String alterColumn(Thing thing, String action) {
        String column = column(thing);
        return column == null || !thing.kind().equals("column")
                ? null
                : "alter table " + table(thing) + " alter column " + column + " " + action + ";";
    }

    /** Grants and revokes between roles other than the owner; whoever has none is not in the list. */
    private static @Nullable String privileges(Change change, String name) {
        String of = "on " + (change.thing().equals("pg_namespace") ? "schema " : "table ")
                + change.any().object();
        if (change.any().kind().equals("sequence")) {
            of = "on sequence " + change.any().object();
        }
        String owner =
                String.valueOf(change.any().field(change.thing().equals("pg_namespace") ? "nspowner" : "relowner"));
        List<Privileges.Item> was = new ArrayList<>(Privileges.items(change.was(name)));
        List<Privileges.Item> is = new ArrayList<>(Privileges.items(change.is(name)));
        List<Privileges.Item> kept = List.copyOf(was);
        was.removeAll(is);
        is.removeAll(kept);
        List<String> statements = new ArrayList<>();
        for (Privileges.Item item : is) {
            if (!item.grantee().equals(owner)) {
                statements.add(
                        "revoke " + String.join(", ", item.privileges()) + " " + of + " from " + item.role() + ";");
            }
        }
        for (Privileges.Item item : was) {
            if (!item.grantee().equals(owner)) {
                statements.add("grant " + String.join(", ", item.privileges()) + " " + of + " to " + item.role()
                        + (item.grantable() ? " with grant option;" : ";"));
            }
        }
        return statements.isEmpty() ? null : String.join(" ", statements);
    }

    private static String commented(Thing thing) {
        String object = Telling.object(thing);
        int on = object.lastIndexOf(" on ");
        return object.startsWith("domain constraint ") && on > 0
                ? object.substring("domain ".length(), on) + " on domain" + object.substring(on + " on".length())
                : object;
    }

    private static @Nullable String alterOwner(Thing thing, String action) {
        String owner = owner(thing, "pg_class ");
        if (owner != null) {
            return "alter table " + owner + " " + action + ";";
        }
        String domain = owner(thing, "pg_type ");
        return domain == null ? null : "alter domain " + domain + " " + action + ";";
    }

    private static String constraint(Thing thing) {
        String owner = owner(thing, "pg_class ");
        String of = " on " + (owner == null ? owner(thing, "pg_type ") : owner);
        return thing.object().endsWith(of)
                ? thing.object().substring(0, thing.object().length() - of.length())
                : Quote.identifier(String.valueOf(thing.field("conname")));
    }

    private static @Nullable String table(Thing thing) {
        return owner(thing, "pg_class ");
    }

    private static @Nullable String column(Thing thing) {
        String table = table(thing);
        return table == null || !thing.object().startsWith(table + ".")
                ? null
                : thing.object().substring(table.length() + 1);
    }

    /** The first of the objects that it falls with that is of a kind. */
    private static @Nullable String owner(Thing thing, String catalog) {
        return thing.parents().stream()
                .filter(parent -> parent.startsWith(catalog))
                .map(parent -> parent.substring(catalog.length()))
                .findFirst()
                .orElse(null);
    }
}
