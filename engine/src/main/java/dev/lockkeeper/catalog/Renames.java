package dev.lockkeeper.catalog;

import dev.lockkeeper.database.Quote;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Objects that were left over under another name or in another schema than they were lost from, and are the same in all else:
 * to drop one and make the other anew would lose what they hold.
 */
final class Renames {
    private static final String OWN = "\u0001";

    /** Catalogs whose objects ALTER ... RENAME TO and SET SCHEMA take, and the column that holds the name. */
    private static final Map<String, String> NAMED = Map.ofEntries(
            Map.entry("pg_class", "relname"),
            Map.entry("pg_type", "typname"),
            Map.entry("pg_proc", "proname"),
            Map.entry("pg_namespace", "nspname"),
            Map.entry("pg_collation", "collname"),
            Map.entry("pg_conversion", "conname"),
            Map.entry("pg_statistic_ext", "stxname"),
            Map.entry("pg_publication", "pubname"),
            Map.entry("pg_subscription", "subname"),
            Map.entry("pg_event_trigger", "evtname"),
            Map.entry("pg_foreign_data_wrapper", "fdwname"),
            Map.entry("pg_foreign_server", "srvname"),
            Map.entry("pg_authid", "rolname"),
            Map.entry("pg_language", "lanname"),
            Map.entry("pg_ts_config", "cfgname"),
            Map.entry("pg_ts_dict", "dictname"),
            Map.entry("pg_ts_parser", "prsname"),
            Map.entry("pg_ts_template", "tmplname"),
            Map.entry("pg_opclass", "opcname"),
            Map.entry("pg_opfamily", "opfname"),
            Map.entry("pg_operator", "oprname"),
            Map.entry("pg_attribute", "attname"),
            Map.entry("pg_constraint", "conname"),
            Map.entry("pg_trigger", "tgname"),
            Map.entry("pg_policy", "polname"),
            Map.entry("pg_rewrite", "rulename"));

    private static final Set<String> ON_TABLE = Set.of("pg_trigger", "pg_policy", "pg_rewrite");

    private final Changes changes;
    /** By what is left over: what it was. */
    private final Map<String, Change> pairs = new HashMap<>();

    private final Set<String> consequences = new HashSet<>();

    Renames(Changes changes, List<Change> told) {
        this.changes = changes;
        Map<String, List<Change>> left = new TreeMap<>();
        Map<String, List<Change>> gone = new TreeMap<>();
        for (Change change : told) {
            if (change.missing() && NAMED.containsKey(change.thing())) {
                (change.leftOver() ? left : gone)
                        .computeIfAbsent(likeness(change), key -> new ArrayList<>())
                        .add(change);
            }
        }
        left.forEach((likeness, those) -> {
            List<Change> others = gone.getOrDefault(likeness, List.of());
            if (those.size() == 1 && others.size() == 1) {
                pairs.put(those.get(0).identity(), others.get(0));
                consequences.add(others.get(0).identity());
            }
        });
        consequences(told);
    }

    /** What is left over under another name, or null. */
    @Nullable
    Change before(Change leftOver) {
        return pairs.get(leftOver.identity());
    }

    /** Whether a change is gone once all former names are back. */
    boolean goesAlong(Change change) {
        return consequences.contains(change.identity());
    }

    /** Everything that is known of an object but its name. */
    private String likeness(Change change) {
        Thing thing = change.any();
        StringBuilder text = new StringBuilder(thing.thing() + " " + thing.kind() + " " + fields(thing, thing));
        if (thing.thing().equals("pg_attribute")) {
            return text.append(Fix.owner(thing, "pg_class ")).toString();
        }
        changes.parts(change).stream()
                .filter(part -> !part.thing().equals("pg_type"))
                .map(part -> part.thing() + " " + fields(part.any(), thing))
                .sorted()
                .forEach(part -> text.append('\n').append(part));
        return text.toString();
    }

    private static String fields(Thing thing, Thing of) {
        Map<String, String> fields = new TreeMap<>(thing.fields());
        fields.keySet().removeIf(name -> name.endsWith("namespace"));
        // the index of a constraint is called as the constraint is
        boolean index = of.thing().equals("pg_constraint") && thing.thing().equals("pg_class");
        if (thing == of || index) {
            fields.remove(NAMED.get(thing.thing()));
            fields.keySet().removeAll(Set.of(Thing.INCARNATION, "adnum", "indexrelid"));
            if (of.thing().equals("pg_constraint") && !"f".equals(of.field("contype"))) {
                fields.remove("conindid");
            }
            fields.computeIfPresent(
                    Change.DEFINITION,
                    (name, text) -> text.replaceFirst(Pattern.quote(simple(of)), Matcher.quoteReplacement(OWN)));
        }
        Pattern object = Pattern.compile(Pattern.quote(of.object()) + "(?![\\w$\"])");
        fields.replaceAll((name, value) -> object.matcher(value).replaceAll(OWN));
        return fields.toString();
    }

    /** The name of an object without what it stands in. */
    private static String simple(Thing thing) {
        int on = thing.object().lastIndexOf(" on ");
        return on > 0
                ? thing.object().substring(0, on)
                : thing.object().substring(thing.object().lastIndexOf('.') + 1);
    }

    /** Marks what has another name only because something in its name has. */
    private void consequences(List<Change> told) {
        Set<String> identities =
                told.stream().filter(Change::lost).map(Change::identity).collect(Collectors.toSet());
        for (Change change : told) {
            if (change.leftOver() && !pairs.containsKey(change.identity())) {
                String former = former(change);
                if (!former.equals(change.identity()) && identities.contains(former)) {
                    consequences.add(change.identity());
                    consequences.add(former);
                }
            }
        }
    }

    private String former(Change change) {
        String former = change.identity();
        for (Change left : told(pairs.keySet())) {
            String then =
                    Objects.requireNonNull(pairs.get(left.identity())).any().object();
            boolean schema = left.thing().equals("pg_namespace");
            former = former.replaceAll(
                    "(?<![\\w\"$.])" + Pattern.quote(left.any().object()) + (schema ? "[.]" : "(?![\\w\"$])"),
                    Matcher.quoteReplacement(then + (schema ? "." : "")));
        }
        return former;
    }

    private List<Change> told(Set<String> identities) {
        return identities.stream().map(changes::of).toList();
    }

    /** The statement that gives a thing that is left over its former name; null when there is none. */
    static @Nullable String statement(Change leftOver, Change before) {
        Thing now = leftOver.any();
        Thing then = before.any();
        String field = Objects.requireNonNull(NAMED.get(now.thing()));
        String raw = String.valueOf(then.field(field));
        boolean plain = raw.matches("[a-z_][a-z0-9_]*") && !then.object().contains("\"" + raw + "\"");
        String name = plain ? raw : Quote.identifier(raw);
        boolean renamed = !raw.equals(now.field(field));
        String to = " rename to " + name + ";";
        return switch (now.thing()) {
            case "pg_attribute" -> {
                String table = Fix.owner(now, "pg_class ");
                String column = Fix.column(now);
                yield table == null || column == null
                        ? null
                        : now.kind().equals("attribute")
                                ? "alter type " + table + " rename attribute " + column + " to " + name + " cascade;"
                                : "alter table " + table + " rename column " + column + " to " + name + ";";
            }
            case "pg_constraint" ->
                renamed ? Fix.alterOwner(now, "rename constraint " + Fix.constraint(now) + " to " + name) : null;
            default -> {
                if (ON_TABLE.contains(now.thing()) && now.object().startsWith("internal trigger")) {
                    yield null;
                }
                String what = "alter " + Fix.word(now) + " " + now.object();
                String schema = schema(then);
                boolean moved = !Objects.equals(schema, schema(now));
                yield renamed && moved
                        ? null
                        : renamed
                                ? now.thing().equals("pg_operator") ? null : what + to
                                : moved ? what + " set schema " + schema + ";" : null;
            }
        };
    }

    private static @Nullable String schema(Thing thing) {
        return thing.fields().entrySet().stream()
                .filter(e -> e.getKey().endsWith("namespace"))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }
}
