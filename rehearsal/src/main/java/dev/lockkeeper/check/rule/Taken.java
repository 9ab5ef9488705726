package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Done;
import dev.lockkeeper.observation.Effect;
import dev.lockkeeper.observation.Traits;
import dev.lockkeeper.sql.Reading;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What CASCADE takes along: objects that the statement does not name and that belong to nothing that it names. */
final class Taken {
    /** The columns of catalogs that hold names. */
    private static final List<String> NAMES = List.of(
            "relname",
            "attname",
            "conname",
            "proname",
            "typname",
            "nspname",
            "tgname",
            "polname",
            "rulename",
            "stxname",
            "oprname",
            "collname",
            "pubname",
            "extname");

    private Taken() {}

    /** In the order of their kinds and names; what lies in a schema that is dropped goes with it. */
    static List<Effect> by(Done done) {
        if (!done.says("cascade")) {
            return List.of();
        }
        Set<String> tables = done.lost().map(Effect::object).collect(Collectors.toSet());
        Set<String> schemas = done.lost("schema")
                .map(schema -> schema.was().get("oid"))
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        Reading text = Reading.of(done.seen().statement().sql());
        return done.lost()
                .filter(one -> !tables.contains(String.valueOf(one.table())))
                .filter(one -> !isIn(schemas, one.was()) && !isNamed(done, text, one) && !isPartOfNamed(done, one))
                .toList();
    }

    private static boolean isIn(Set<String> schemas, Traits traits) {
        return traits.values().entrySet().stream()
                .anyMatch(e -> e.getKey().endsWith("namespace") && schemas.contains(e.getValue()));
    }

    /** The bare name; empty for what has none, such as a default value. */
    static String name(Traits traits) {
        return NAMES.stream()
                .map(traits::get)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse("");
    }

    private static boolean isNamed(Done done, Reading text, Effect one) {
        String name = name(one.was());
        if (name.isEmpty()) {
            return false;
        }
        boolean drop = done.begins("drop");
        if (!drop && !done.begins("alter")) {
            // code that runs: what it names it means, as far as anybody can tell
            return Pattern.compile("(?<![\\w$])" + Pattern.quote(name) + "(?![\\w$])", Pattern.CASE_INSENSITIVE)
                    .matcher(done.seen().statement().sql())
                    .find();
        }
        for (int at = 2; at < text.size(); at++) {
            boolean whole = !text.text(at + 1).equals(".");
            if (whole && text.name(at).equals(name)) {
                String schema = text.text(at - 1).equals(".") ? text.name(at - 2) : "";
                boolean there = schema.isEmpty()
                        || one.object().startsWith(schema + ".")
                        || one.object().startsWith("\"" + schema.replace("\"", "\"\"") + "\".");
                if (drop ? there && isKind(done, one.type()) : isPart(one.type())) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isPart(String type) {
        return type.equals("table column") || type.equals("table constraint") || type.equals("domain constraint");
    }

    /** Whether a DROP says that it drops one of this kind. */
    private static boolean isKind(Done done, String type) {
        return done.begins(("drop " + type).split(" "))
                || (type.equals("type") && done.begins("drop", "domain"))
                || (done.begins("drop", "routine") && (type.equals("function") || type.equals("procedure")));
    }

    /** Indexes and constraints go with a column of their own table, with or without CASCADE. */
    private static boolean isPartOfNamed(Done done, Effect one) {
        return !one.type().equals("table column")
                && one.table() != null
                && done.begins("alter", "table")
                && done.lost("table column")
                        .anyMatch(column -> one.table().equals(column.table())
                                && isNamed(
                                        done, Reading.of(done.seen().statement().sql()), column));
    }
}
