package dev.lockkeeper.stewardship.seed;

import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.project.YamlMap;
import dev.lockkeeper.project.YamlValue;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the cells of a row; problems are collected by the file. */
record CellReader(YamlMap file) {
    private static final List<String> TAGS = List.of("!find", "!hmac", "!sha256", "!uuid", "!bytes");
    private static final String BINARY = "tag:yaml.org,2002:binary";
    private static final int MOST_BYTES = 1 << 20;

    Cell read(YamlValue value) {
        return switch (value.tag()) {
            case "!find" -> found(value);
            case "!hmac" -> {
                Map<String, String> fields = fields(value, Set.of("key", "of"), Set.of());
                yield new Cell.Keyed(value.place(), variable(value, fields), fields.getOrDefault("of", ""));
            }
            case "!sha256" -> {
                Map<String, String> fields = fields(value, Set.of("key"), Set.of("label"));
                yield new Cell.Hashed(value.place(), variable(value, fields), fields.get("label"));
            }
            case "!uuid" -> new Cell.Identifier(value.place(), text(value));
            case "!bytes" -> filling(value);
            default -> plain(value);
        };
    }

    private Cell plain(YamlValue value) {
        if (value.isTagged()) {
            report(
                    value,
                    value.tag() + " is not known here",
                    Nearest.to(value.tag(), TAGS)
                            .map(n -> "did you mean " + n + "?")
                            .orElse("known are " + String.join(", ", TAGS)));
        }
        if (!(value instanceof YamlValue.Text text)) {
            return new Cell.Nested(value.place(), value);
        }
        if (text.text().indexOf('\0') >= 0) {
            report(
                    value,
                    "the value holds a NUL character, which PostgreSQL cannot take",
                    "remove it, or use bytea and \\x00");
        }
        return new Cell.Value(
                value.place(), text.isNull() ? null : text.tag().equals(BINARY) ? binary(text) : text.text());
    }

    private String binary(YamlValue.Text text) {
        try {
            return "\\x" + HexFormat.of().formatHex(Base64.getMimeDecoder().decode(text.text()));
        } catch (IllegalArgumentException e) {
            report(text, "this is not base64", "write the bytes in base64, or as \"\\x0102\" without !!binary");
            return "";
        }
    }

    private Cell found(YamlValue value) {
        if (!(value instanceof YamlValue.Fields fields) || fields.fields().isEmpty()) {
            report(value, "!find needs the natural key of a row", "write !find {slug: acme}");
            return new Cell.Value(value.place(), null);
        }
        Map<String, YamlValue> all = fields.fields();
        YamlValue by = all.get("by");
        if (by == null) {
            return new Cell.Found(value.place(), null, null, cells(all));
        }
        if (!(by instanceof YamlValue.Fields key) || key.fields().isEmpty()) {
            report(by, "by: needs the natural key of a row", "write by: {slug: acme}");
            return new Cell.Value(value.place(), null);
        }
        all.forEach((name, field) -> {
            if (!List.of("in", "take", "by").contains(name)) {
                report(field, name + " is not known beside by:", "known are in, take and by");
            }
        });
        return new Cell.Found(value.place(), optional(all.get("in")), optional(all.get("take")), cells(key.fields()));
    }

    private @Nullable String optional(@Nullable YamlValue value) {
        return value == null ? null : text(value);
    }

    private Map<String, Cell> cells(Map<String, YamlValue> fields) {
        Map<String, Cell> cells = new LinkedHashMap<>();
        fields.forEach((name, field) -> cells.put(name, read(field)));
        return cells;
    }

    private Cell filling(YamlValue value) {
        Map<String, String> fields = fields(value, Set.of("of", "length"), Set.of());
        String length = fields.getOrDefault("length", "0");
        if (!length.matches("\\d{1,7}") || Integer.parseInt(length) > MOST_BYTES) {
            report(value, length + " is not a length of bytes", "write a number up to " + MOST_BYTES);
            length = "0";
        }
        return new Cell.Filling(value.place(), fields.getOrDefault("of", ""), Integer.parseInt(length));
    }

    private String variable(YamlValue value, Map<String, String> fields) {
        String variable = fields.getOrDefault("key", "");
        if (!variable.isEmpty() && !variable.matches("[A-Za-z_][A-Za-z0-9_]*")) {
            // what stands here may be the key itself
            report(
                    value,
                    "key: names no environment variable",
                    "write key: NAME; what it holds never stands in a file");
            return "";
        }
        return variable;
    }

    private Map<String, String> fields(YamlValue value, Set<String> needed, Set<String> possible) {
        Map<String, String> texts = new LinkedHashMap<>();
        Map<String, YamlValue> fields = value instanceof YamlValue.Fields f ? f.fields() : Map.of();
        fields.forEach((name, field) -> {
            if (needed.contains(name) || possible.contains(name)) {
                texts.put(name, text(field));
            } else {
                report(
                        field,
                        value.tag() + " has no " + name,
                        "known are " + String.join(", ", sorted(needed, possible)));
            }
        });
        for (String name : needed.stream().sorted().toList()) {
            if (!texts.containsKey(name)) {
                report(
                        value,
                        value.tag() + " needs " + name + ":",
                        "write " + value.tag() + " {" + String.join(": ..., ", sorted(needed, Set.of())) + ": ...}");
            }
        }
        return texts;
    }

    private static List<String> sorted(Set<String> one, Set<String> other) {
        return java.util.stream.Stream.concat(one.stream(), other.stream())
                .sorted()
                .toList();
    }

    private String text(YamlValue value) {
        if (value instanceof YamlValue.Text text && !text.isNull()) {
            return text.text();
        }
        report(value, "a single value is expected here", "write one text or number");
        return "";
    }

    private void report(YamlValue value, String message, String help) {
        file.report(value.place(), message, help);
    }
}
