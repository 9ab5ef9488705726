package dev.lockkeeper.stewardship.seed;

import dev.lockkeeper.catalog.model.Column;
import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.TypeRef;
import dev.lockkeeper.catalog.model.UserType;
import dev.lockkeeper.project.YamlValue;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Spells cells as the types of their columns read them. */
record Spelling(Model model, SeedKeys keys) {
    private static final int DIGEST = 32;

    /** Whether a list or a mapping can be a value of the column. */
    boolean takes(Column column, YamlValue value) {
        return isJson(column)
                || (value instanceof YamlValue.Items && base(column.type()).array());
    }

    /** The text of a cell that is not {@link Cell.Found}; null for NULL. */
    @Nullable
    String text(Cell cell, Column column) {
        if (cell instanceof Cell.Value value) {
            return value.text();
        }
        if (cell instanceof Cell.Nested nested) {
            return isJson(column) ? json(nested.value()) : array(nested.value());
        }
        if (cell instanceof Cell.Identifier identifier) {
            return uuid(identifier.text()).toString();
        }
        if (cell instanceof Cell.Keyed keyed) {
            return bytes(keys.hmac(keyed.variable(), keyed.text()), column);
        }
        if (cell instanceof Cell.Hashed hashed) {
            return bytes(keys.sha256(hashed.variable(), hashed.label()), column);
        }
        if (cell instanceof Cell.Filling filling) {
            return bytes(filled(filling), column);
        }
        throw new IllegalStateException("it is found by the server: " + cell);
    }

    private static byte[] filled(Cell.Filling filling) {
        byte[] bytes = new byte[filling.length()];
        for (int at = 0; at < bytes.length; at += DIGEST) {
            byte[] part = SeedKeys.digest(filling.text() + " " + at);
            System.arraycopy(part, 0, bytes, at, Math.min(DIGEST, bytes.length - at));
        }
        return bytes;
    }

    /** A UUID of version 8 (RFC 9562, section 5.8): the first bits of a digest. */
    static UUID uuid(String text) {
        ByteBuffer digest = ByteBuffer.wrap(SeedKeys.digest(text));
        long high = (digest.getLong() & 0xffff_ffff_ffff_0fffL) | 0x8000L;
        long low = (digest.getLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }

    /** In hexadecimal digits, and marked as such where the column holds bytes. */
    private String bytes(byte[] bytes, Column column) {
        boolean binary = isBuiltIn(base(column.type()), "bytea");
        return (binary ? "\\x" : "") + HexFormat.of().formatHex(bytes);
    }

    private boolean isJson(Column column) {
        TypeRef base = base(column.type());
        return isBuiltIn(base, "json") || isBuiltIn(base, "jsonb");
    }

    private static boolean isBuiltIn(TypeRef type, String name) {
        return type.isBuiltIn() && !type.array() && type.name().name().equals(name);
    }

    /** What is below a domain. */
    private TypeRef base(TypeRef type) {
        if (type.array()) {
            return type;
        }
        return model.type(type.name())
                .filter(UserType.Domain.class::isInstance)
                .map(domain -> base(((UserType.Domain) domain).base()))
                .orElse(type);
    }

    /** As array_in reads it (manual, "Array Input and Output Syntax"). */
    private static String array(YamlValue value) {
        if (value instanceof YamlValue.Items items) {
            return items.items().stream().map(Spelling::array).collect(Collectors.joining(",", "{", "}"));
        }
        if (value instanceof YamlValue.Text text) {
            return text.isNull()
                    ? "NULL"
                    : '"' + text.text().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
        }
        throw new IllegalStateException("refused when the file was bound");
    }

    private static String json(YamlValue value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
            write(value, json);
        }
        return text.toString();
    }

    private static void write(YamlValue value, JsonGenerator json) {
        if (value instanceof YamlValue.Items items) {
            json.writeStartArray();
            items.items().forEach(item -> write(item, json));
            json.writeEndArray();
        } else if (value instanceof YamlValue.Fields fields) {
            json.writeStartObject();
            fields.fields().forEach((name, field) -> {
                json.writeName(name);
                write(field, json);
            });
            json.writeEndObject();
        } else if (value instanceof YamlValue.Text text) {
            scalar(text, json);
        }
    }

    private static void scalar(YamlValue.Text text, JsonGenerator json) {
        String tag = text.tag().substring(text.tag().indexOf(',') + 1);
        boolean number = text.text().matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?");
        if (text.isNull()) {
            json.writeNull();
        } else if (tag.equals("2002:bool")) {
            json.writeBoolean(Boolean.parseBoolean(text.text()));
        } else if (number && (tag.equals("2002:int") || tag.equals("2002:float"))) {
            json.writeRawValue(text.text());
        } else {
            json.writeString(text.text());
        }
    }
}
