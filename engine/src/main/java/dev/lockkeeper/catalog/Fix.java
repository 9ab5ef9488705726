package dev.lockkeeper.catalog;

import dev.lockkeeper.database.Quote;
import java.util.ArrayList;
import java.util.Comparator;
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

    static @Nullable String drop(Thing thing) {
        String object = thing.object();
        if (BY_NAME.contains(thing.thing())) {
            boolean needsStar = thing.kind().equals("aggregate") && object.endsWith("()");
            String name = needsStar ? object.substring(0, object.length() - 1) + "*)" : object;
            return object.startsWith("internal trigger") ? null : "drop " + word(thing) + " " + name + ";";
        }
        return switch (thing.thing()) {
            case "pg_constraint" -> alterOwner(thing, "drop constraint " + constraint(thing));
            case "pg_attribute" -> {
                String column = column(thing);
                yield column == null
                        ? null
                        : thing.kind().equals("attribute")
                                ? "alter type " + table(thing) + " drop attribute " + column + " cascade;"
                                : "alter table " + table(thing) + " drop column " + column + ";";
            }
            case "pg_description", "pg_shdescription" ->
                object.endsWith("(this one)") ? null : "comment on " + commented(thing) + " is null;";
            case "pg_db_role_setting" -> Alteration.setting(thing, null);
            case "pg_auth_members" -> "revoke " + thing.field("roleid") + " from " + thing.field("member") + ";";
            default -> null;
        };
    }

    private static boolean generated(Thing column) {
        return String.valueOf(column.field("attgenerated")).matches("[sv]");
    }

    /** All of it or nothing: half a repair would only move the difference. */
    static @Nullable String alter(Change change) {
        List<String> names = new ArrayList<>(change.names());
        // a new owner gets what the old one had; an identity column is NOT NULL
        names.sort(Comparator.comparingInt((String name) -> name.endsWith("owner") ? 0 : 1)
                .thenComparingInt(name -> name.equals("attidentity") && isIdentity(change.was(name)) ? 1 : 0)
                .thenComparing(Comparator.naturalOrder()));
        List<String> statements = new ArrayList<>();
        for (String name : names) {
            String statement = alter(change, name);
            if (statement == null) {
                return null;
            }
            if (!statement.isEmpty() && !statements.contains(statement)) {
                statements.add(statement);
            }
        }
        return statements.isEmpty() ? null : String.join(" ", statements);
    }

    private static boolean isIdentity(@Nullable String kind) {
        return kind != null && kind.matches("[ad]");
    }

    private static @Nullable String alter(Change change, String name) {
        Thing thing = change.any();
        String was = change.was(name);
        if (name.endsWith("owner")) {
            return was == null ? null : "alter " + word(thing) + " " + thing.object() + " owner to " + was + ";";
        }
        if (name.endsWith("acl")) {
            return Grants.of(change, name);
        }
        return switch (name) {
            case "attnotnull" -> alterColumn(thing, ("true".equals(was) ? "set" : "drop") + " not null");
            case "attidentity" -> identity(change);
            case "default" ->
                !thing.thing().equals("pg_attribute") || generated(thing)
                        ? null
                        : alterColumn(thing, was == null ? "drop default" : "set default " + was);
            case Change.TYPE -> was == null ? null : type(thing, was);
            case "description" ->
                was == null ? null : "comment on " + commented(thing) + " is " + Quote.literal(was) + ";";
            case "relrowsecurity" ->
                alterTable(thing, ("true".equals(was) ? "enable" : "disable") + " row level security");
            case "relforcerowsecurity" ->
                alterTable(thing, ("true".equals(was) ? "force" : "no force") + " row level security");
            case "extnamespace" ->
                was == null ? null : "alter extension " + thing.object() + " set schema " + was + ";";
            default -> Alteration.of(change, name);
        };
    }

    private static @Nullable String identity(Change change) {
        String was = change.was("attidentity");
        String kind = "a".equals(was) ? "always" : "by default";
        return alterColumn(
                change.any(),
                !isIdentity(was)
                        ? "drop identity"
                        : isIdentity(change.is("attidentity"))
                                ? "set generated " + kind
                                : "add generated " + kind + " as identity");
    }

    private static @Nullable String type(Thing thing, String was) {
        String column = column(thing);
        return column != null && thing.kind().equals("attribute")
                ? "alter type " + table(thing) + " alter attribute " + column + " type " + was + " cascade;"
                : alterColumn(thing, "type " + was);
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

    /** What ALTER and DROP call the kind of an object. */
    static String word(Thing thing) {
        return DROPPED.getOrDefault(thing.kind(), thing.kind());
    }

    static String commented(Thing thing) {
        String object = Telling.object(thing);
        int on = object.lastIndexOf(" on ");
        return object.startsWith("domain constraint ") && on > 0
                ? object.substring("domain ".length(), on) + " on domain" + object.substring(on + " on".length())
                : object;
    }

    static @Nullable String alterOwner(Thing thing, String action) {
        String owner = owner(thing, "pg_class ");
        if (owner != null) {
            return "alter table " + owner + " " + action + ";";
        }
        String domain = owner(thing, "pg_type ");
        return domain == null ? null : "alter domain " + domain + " " + action + ";";
    }

    static String constraint(Thing thing) {
        String owner = owner(thing, "pg_class ");
        String of = " on " + (owner == null ? owner(thing, "pg_type ") : owner);
        return thing.object().endsWith(of)
                ? thing.object().substring(0, thing.object().length() - of.length())
                : Quote.identifier(String.valueOf(thing.field("conname")));
    }

    private static @Nullable String table(Thing thing) {
        return owner(thing, "pg_class ");
    }

    static @Nullable String column(Thing thing) {
        String table = table(thing);
        return table == null || !thing.object().startsWith(table + ".")
                ? null
                : thing.object().substring(table.length() + 1);
    }

    /** The first of the objects that it falls with that is of a kind. */
    static @Nullable String owner(Thing thing, String catalog) {
        return thing.parents().stream()
                .filter(parent -> parent.startsWith(catalog))
                .map(parent -> parent.substring(catalog.length()))
                .findFirst()
                .orElse(null);
    }
}
