package dev.lockkeeper.analytics.state;

import static dev.lockkeeper.database.Quote.identifier;
import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.PostgresDialect;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The migration that brings what rollups need into a database, and the one that takes it away: it is printed, reviewed and applied like any
 * other, and nothing is ever made besides.
 *
 * @param role which computes the rollups; null when it is the owner of the schema
 */
public record StateScript(StateSchema schema, @Nullable String role) {
    /** The tables, and the marks of some rollups. */
    public String up(List<Rollup> rollups) {
        return text("up.sql", Map.of())
                + (role == null ? "" : text("grants.sql", Map.of("role", identifier(role))))
                + marks(rollups);
    }

    /** The marks of rollups that come later, where the tables are there. */
    public String upOf(List<Rollup> rollups) {
        return marks(rollups).strip() + "\n";
    }

    /** Takes back what {@link #up} does. */
    public String down(List<Rollup> rollups) {
        return text("down.sql", Map.of("rollups", functions(rollups)));
    }

    /** Takes back what {@link #upOf} does. */
    public String downOf(List<Rollup> rollups) {
        return rollups.stream()
                        .map(one -> "select " + identifier(schema.name()) + ".unwatch("
                                + literal(schema.marker(one.name()).name()) + ");\n")
                        .collect(Collectors.joining())
                + functions(rollups);
    }

    /** The tables of the catalog that adapter spark-iceberg needs, where the schema is there. */
    public String catalogUp() {
        return text("catalog-up.sql", Map.of())
                + (role == null ? "" : text("catalog-grants.sql", Map.of("role", identifier(role))));
    }

    /** Takes back what {@link #catalogUp} does. */
    public String catalogDown() {
        return text("catalog-down.sql", Map.of());
    }

    private String marks(List<Rollup> rollups) {
        return rollups.stream().map(one -> text("rollup-up.sql", values(one))).collect(Collectors.joining());
    }

    private String functions(List<Rollup> rollups) {
        return rollups.stream().map(one -> text("rollup-down.sql", names(one))).collect(Collectors.joining());
    }

    private Map<String, String> names(Rollup rollup) {
        return Map.of(
                "marker", schema.marker(rollup.name()).quoted(),
                "whole_marker", schema.wholeMarker(rollup.name()).quoted());
    }

    private Map<String, String> values(Rollup rollup) {
        PostgresDialect dialect = new PostgresDialect();
        Map<String, String> values = new HashMap<>(names(rollup));
        String time = identifier(rollup.time().name());
        String key = rollup.partition().map(one -> identifier(one.column())).orElse("");
        String fresh = dialect.bucket(rollup.base(), "f." + time);
        values.put("rollup", literal(rollup.name()));
        values.put("rollup_comment", rollup.name());
        values.put("grain", literal(rollup.base().word()));
        values.put(
                "grains_of_events",
                rollup.grains().stream()
                        .filter(one -> rollup.below(one).isEmpty())
                        .map(one -> literal(one.word()))
                        .collect(Collectors.joining(", ", "array[", "]")));
        values.put("source", rollup.source().name().quoted());
        values.put("time", time);
        values.put("time_literal", literal(rollup.time().name()));
        values.put("bucket_fresh", fresh);
        values.put("bucket_bound", dialect.bucket(rollup.base(), "p_from"));
        values.put("seconds", Long.toString(rollup.base().length().toSeconds()));
        values.put("bucket_gone", dialect.bucket(rollup.base(), "g." + time));
        values.put("key_fresh", key.isEmpty() ? "null::text" : "f." + key);
        values.put("key_gone", key.isEmpty() ? "null::text" : "g." + key);
        values.put("whole", key.isEmpty() ? "true" : isEnumeration(rollup));
        String notSealed = "not exists (select from " + schema.table("rollup_interval") + " as i where i.rollup = "
                + literal(rollup.name()) + " and i.grain = "
                + literal(rollup.base().word())
                + " and i.bucket_start = b.bucket_start and i.state = 'sealed')";
        values.put("not_sealed", notSealed);
        values.put(
                "whole_statement",
                literal("insert into " + schema.table("rollup_dirty")
                        + " (rollup, grain, bucket_start, whole, source) select " + literal(rollup.name()) + ", "
                        + literal(rollup.base().word())
                        + ", b.bucket_start, true, 'backfill' from (select distinct " + fresh
                        + " as bucket_start from "));
        values.put("whole_rest", literal(" as f) as b where $1 = 'new' or " + notSealed));
        values.put("bounds", bounds(rollup));
        values.put(
                "marker_comment",
                literal("Marks what has changed of the events of rollup " + rollup.name() + ". " + rollup.markHash()));
        values.put(
                "whole_marker_comment",
                literal("Marks all buckets that a table has events of, for rollup " + rollup.name() + "."));
        for (String event : List.of("insert", "update", "delete", "truncate")) {
            values.put(event + "_trigger", identifier(schema.trigger(rollup.name(), event)));
        }
        return values;
    }

    /** Labels may be renamed while marks wait, and two may change places: no text is kept of them, and the bucket is computed as a whole. */
    private static String isEnumeration(Rollup rollup) {
        return "(select t.typtype = 'e' from pg_attribute as a join pg_type as t on t.oid = a.atttypid"
                + " where a.attrelid = tg_relid and a.attname = "
                + literal(rollup.partition().orElseThrow().column()) + ")";
    }

    private static String bounds(Rollup rollup) {
        StringBuilder checks = new StringBuilder();
        Duration future = rollup.bounds().future();
        if (future != null) {
            checks.append(bound(
                    rollup,
                    "v_last > clock_timestamp() + interval '" + future.toMillis() + " ms'",
                    "an event of % has not happened yet', v_last",
                    "rollup_time_not_ahead",
                    "Set the clock of who sends it."));
        }
        Duration past = rollup.bounds().past();
        if (past != null) {
            checks.append(
                    bound(
                            rollup,
                            "v_first < clock_timestamp() - interval '" + past.toMillis() + " ms'",
                            "an event of % comes too late', v_first",
                            "rollup_time_not_too_late",
                            "It is older than bounds: past allows, and its sums may be final: let an event of today make up for it, or widen the bounds by a migration."));
        }
        return checks.toString();
    }

    private static String bound(Rollup rollup, String condition, String message, String constraint, String hint) {
        return """

                    if tg_op = 'INSERT' and %s then
                        raise exception '%s
                            using errcode = 'check_violation', schema = tg_table_schema, table = tg_table_name, column = %s,
                                constraint = '%s', hint = '%s';
                    end if;""".formatted(condition, message, literal(rollup.time().name()), constraint, hint)
                .replace("\n            ", "\n");
    }

    private String text(String resource, Map<String, String> values) {
        String text = read(resource);
        Map<String, String> all = new HashMap<>(values);
        all.put("schema", identifier(schema.name()));
        all.put("schema_literal", literal(identifier(schema.name())));
        all.put("schema_name", literal(schema.name()));
        StringBuilder filled = new StringBuilder();
        for (int at = 0; at < text.length(); ) {
            int open = text.indexOf("${", at);
            if (open < 0) {
                filled.append(text, at, text.length());
                break;
            }
            int close = text.indexOf('}', open);
            filled.append(text, at, open).append(all.get(text.substring(open + 2, close)));
            at = close + 1;
        }
        String script = filled.toString();
        for (String tag : List.of("$mark$", "$watch$", "$unwatch$")) {
            script = quoted(script, tag, all);
        }
        return script;
    }

    /** A name that holds the end of a body would end it: then another one is taken. */
    private static String quoted(String script, String tag, Map<String, String> values) {
        String other = tag;
        for (int i = 1; contains(values, other); i++) {
            other = tag.substring(0, tag.length() - 1) + i + "$";
        }
        return script.replace("as " + tag + "\n", "as " + other + "\n").replace("\n" + tag + ";", "\n" + other + ";");
    }

    private static boolean contains(Map<String, String> values, String mark) {
        return values.values().stream().anyMatch(value -> value.contains(mark));
    }

    private static String read(String resource) {
        try (InputStream in = StateScript.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is not in this build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
