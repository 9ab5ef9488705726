package dev.lockkeeper.stewardship.classification;

import static dev.lockkeeper.database.Quote.identifier;
import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.catalog.model.Column;
import dev.lockkeeper.report.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A classification in the forms of other tools. What it says of tables that are not there is left out. */
public final class Export {
    private final Scene scene;

    public Export(Scene scene) {
        this.scene = scene;
    }

    /** Whose form it is. */
    public enum Format {
        /** The {@code meta} of sources, a YAML file of dbt 1.10 and later, which wants it under {@code config}. */
        DBT,
        /** Tags and retention by fully qualified names, JSON for the API of OpenMetadata. */
        OPENMETADATA,
        /** Security labels of PostgreSQL Anonymizer, SQL. */
        ANONYMIZER;

        /** As the command line has it. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static List<String> keys() {
            return Arrays.stream(values()).map(Format::key).toList();
        }
    }

    /** The text in a form. */
    public String text(Format format) {
        return switch (format) {
            case DBT -> dbt();
            case OPENMETADATA -> openMetadata();
            case ANONYMIZER -> anonymizer();
        };
    }

    private Stream<Scene.Classified> tables() {
        return scene.classified().filter(one -> Scene.holds(one.relation()));
    }

    private String dbt() {
        Map<String, List<Scene.Classified>> schemas = new LinkedHashMap<>();
        tables().forEach(one -> schemas.computeIfAbsent(one.relation().name().schema(), k -> new ArrayList<>())
                .add(one));
        StringBuilder text = new StringBuilder("version: 2\nsources:\n");
        schemas.forEach((schema, tables) -> {
            text.append("  - name: ").append(json(schema)).append("\n    tables:\n");
            for (Scene.Classified one : tables) {
                text.append("      - name: ")
                        .append(json(one.relation().name().name()))
                        .append("\n        config: {meta: {");
                List<String> meta = new ArrayList<>();
                Stream.ofNullable(one.entry().owner()).forEach(owner -> meta.add("owner: " + json(owner)));
                Stream.ofNullable(one.entry().basis()).forEach(basis -> meta.add("basis: " + json(basis)));
                retention(one).ifPresent(days -> meta.add("retention_days: " + days));
                text.append(String.join(", ", meta)).append("}}\n        columns:\n");
                one.columns()
                        .forEach(column -> text.append("          - {name: ")
                                .append(json(column.column().name()))
                                .append(", config: {meta: {")
                                .append(String.join(", ", meta(column.entry())))
                                .append("}}}\n"));
            }
        });
        return text.toString();
    }

    private static List<String> meta(ColumnEntry entry) {
        List<String> meta = new ArrayList<>();
        Stream.ofNullable(entry.level()).forEach(level -> meta.add("classification: " + level.key()));
        Stream.ofNullable(entry.pii()).forEach(pii -> meta.add("pii: " + json(pii)));
        Stream.ofNullable(entry.protection()).forEach(protection -> meta.add("protection: " + protection.key()));
        return meta;
    }

    private static Optional<Integer> retention(Scene.Classified one) {
        return Optional.ofNullable(one.entry().retention())
                .filter(Retention::ends)
                .map(Retention::days);
    }

    private String openMetadata() {
        return Json.object(
                        "lockkeeper/openmetadata/v1",
                        json -> json.array(
                                "tables",
                                tables().toList(),
                                (j, one) -> j.put(
                                                "fullyQualifiedName",
                                                one.relation().name().toString())
                                        .put(
                                                "retentionPeriod",
                                                retention(one)
                                                        .map(days -> "P" + days + "D")
                                                        .orElse(null))
                                        .put("owner", one.entry().owner())
                                        .array(
                                                "columns",
                                                one.columns().toList(),
                                                (c, column) -> c.put(
                                                                "name",
                                                                column.column().name())
                                                        .texts("tags", tags(column)))))
                + "\n";
    }

    private static List<String> tags(ClassifiedColumn column) {
        List<String> tags = new ArrayList<>();
        Stream.ofNullable(column.entry().level())
                .forEach(level ->
                        tags.add("Classification." + level.key().substring(0, 1).toUpperCase(Locale.ROOT)
                                + level.key().substring(1)));
        if (column.isSensitive()) {
            tags.add("PII.Sensitive");
        } else if (column.entry().pii() != null) {
            tags.add("PII.NonSensitive");
        }
        return tags;
    }

    private String anonymizer() {
        StringBuilder text = new StringBuilder();
        tables().forEach(one -> one.columns()
                .filter(column -> column.isSensitive() && !column.column().isComputed())
                .forEach(column -> text.append("security label for anon on column ")
                        .append(one.relation().name().quoted())
                        .append('.')
                        .append(identifier(column.column().name()))
                        .append(" is ")
                        .append(literal("MASKED WITH " + mask(column)))
                        .append(";\n")));
        return text.toString();
    }

    /** A value that the type takes; whether a constraint does, nobody asks there. */
    private String mask(ClassifiedColumn column) {
        Column real = column.column();
        if (column.entry().erase() instanceof Replacement.Text fixed
                && fixed.columns().isEmpty()) {
            return "VALUE " + literal(fixed.template());
        }
        if (!real.required()) {
            return "VALUE NULL";
        }
        return switch (scene.base(real.type())) {
            case "uuid" -> "FUNCTION pg_catalog.gen_random_uuid()";
            case "bytea" -> "FUNCTION pg_catalog.sha256(pg_catalog.uuid_send(pg_catalog.gen_random_uuid()))";
            case "date" -> "FUNCTION anon.random_date()::date";
            case "timestamp", "timestamptz" -> "FUNCTION anon.random_date()";
            case "int2", "int4", "int8", "numeric", "float4", "float8" -> "FUNCTION anon.random_int_between(0, 32767)";
            case "bool" -> "VALUE false";
            default -> "FUNCTION anon.random_string(" + real.type().length().orElse(12) + ")";
        };
    }

    /** JSON is YAML. */
    private static String json(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').appendCodePoint(c);
            } else if (c < 0x20 || c == 0x7f || c == 0x85 || c == 0x2028 || c == 0x2029) {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", c));
            } else {
                quoted.appendCodePoint(c);
            }
        });
        return quoted.append('"').toString();
    }
}
