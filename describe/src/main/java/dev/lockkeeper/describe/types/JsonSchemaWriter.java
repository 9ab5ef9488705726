package dev.lockkeeper.describe.types;

import dev.lockkeeper.catalog.model.ObjectName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON Schema 2020-12, one file a schema, each complete in itself. Values are those of the profile json, whatever the
 * other files have.
 */
final class JsonSchemaWriter {
    private static final String CLOCK = "[0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,6})?)?";
    private static final String DAY = "[0-9]{4,7}-[0-9]{2}-[0-9]{2}";
    private static final String ZONE = "(Z|[+-][0-9]{2}(:?[0-9]{2}){0,2})";
    private static final String NUMBER =
            "^\\s*[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]{1,6})?\\s*$|^\\s*[+-]?([nN][aA][nN]|[iI][nN][fF]([iI][nN][iI][tT][yY])?)\\s*$";

    private final Described described;
    private final ModuleNames names;
    /** What the file that is being written refers to. */
    private final Map<String, Object> definitions = new TreeMap<>();

    private String schema = "";

    JsonSchemaWriter(Described described) {
        this.described = described;
        this.names = new ModuleNames(described);
    }

    List<GeneratedFile> files() {
        return described.parts().stream()
                .map(part -> new GeneratedFile(names.file(part.schema()) + ".schema.json", JsonText.of(file(part))))
                .toList();
    }

    private Map<String, Object> file(Described.Part part) {
        schema = part.schema();
        definitions.clear();
        part.enumerations().forEach(one -> define(one.name(), false));
        for (boolean isNew : new boolean[] {false, true}) {
            part.domains().forEach(one -> define(one.name(), isNew));
            part.composites().forEach(one -> define(one.name(), isNew));
        }
        for (Described.Entity entity : part.entities()) {
            String name = names.entity(entity.name());
            definitions.put(name + "Row", object(entity, entity.read(), Purpose.ROW));
            if (entity.isWritten()) {
                definitions.put(name + "Insert", object(entity, entity.inserted(), Purpose.INSERT));
                definitions.put(name + "Update", object(entity, entity.updated(), Purpose.UPDATE));
            }
        }
        Map<String, Object> file = new LinkedHashMap<>();
        file.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        file.put(
                "$comment",
                Header.of(part, Profile.JSON, "JSON Schema 2020-12")
                        .replace("// ", "")
                        .strip());
        put(file, "title", part.schema());
        put(file, "description", part.comment());
        file.put("$defs", new TreeMap<>(definitions));
        return file;
    }

    /** What an object is for. */
    private enum Purpose {
        ROW,
        INSERT,
        UPDATE
    }

    private static void put(Map<String, Object> map, String key, @Nullable String value) {
        if (value != null) {
            map.put(key, value);
        }
    }

    private Map<String, Object> object(Described.Entity entity, List<Described.Field> fields, Purpose purpose) {
        boolean isNew = purpose != Purpose.ROW;
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        for (Described.Field field : fields) {
            List<Map<String, Object>> all = new ArrayList<>();
            entity.rules().stream()
                    .filter(rule -> rule.columns().equals(List.of(field.name())) && (isNew || rule.rows()))
                    .forEach(rule -> new JsonConditions(described.bare(field.shape()), isNew)
                            .of(rule.condition())
                            .ifPresent(all::add));
            Map<String, Object> value = new LinkedHashMap<>(of(field.shape(), isNew, false));
            if (!all.isEmpty()) {
                value.put("allOf", all);
            }
            properties.put(field.name(), described(nullable(value, field.nullable()), field.comment()));
            if (purpose == Purpose.ROW || (purpose == Purpose.INSERT && !field.optional())) {
                required.add(field.name());
            }
        }
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("title", entity.name().toString());
        put(object, "description", entity.comment());
        object.put("type", "object");
        object.put("properties", properties);
        if (!required.isEmpty()) {
            object.put("required", required);
        }
        if (isNew) {
            object.put("additionalProperties", false);
        }
        return object;
    }

    private static Map<String, Object> described(Map<String, Object> value, @Nullable String comment) {
        Map<String, Object> all = new LinkedHashMap<>();
        put(all, "description", comment);
        all.putAll(value);
        return all;
    }

    private static Map<String, Object> nullable(Map<String, Object> value, boolean nullable) {
        return nullable && !value.isEmpty() ? Map.of("anyOf", List.of(value, Map.of("type", "null"))) : value;
    }

    private Map<String, Object> of(Shape shape, boolean isNew, boolean inner) {
        if (shape instanceof Shape.Scalar scalar) {
            return scalar(scalar, isNew, inner);
        } else if (shape instanceof Shape.Numeric numeric) {
            return inner ? innerNumber(Contract.type(shape)) : numeric(numeric, isNew);
        } else if (shape instanceof Shape.Varchar varchar) {
            return limited(Contract.type(shape), 0, varchar.limit(), isNew);
        } else if (shape instanceof Shape.Char fixed) {
            return limited(Contract.type(shape), fixed.length(), fixed.length(), isNew);
        } else if (shape instanceof Shape.ListOf list) {
            Map<String, Object> array = new LinkedHashMap<>();
            array.put("type", "array");
            array.put("items", nullable(of(list.element(), isNew, inner), true));
            return array;
        } else if (shape instanceof Shape.Named named) {
            return named(named, isNew, inner);
        }
        Shape.Opaque opaque = (Shape.Opaque) shape;
        return opaque.textual() ? string(opaque.spelled()) : typed(opaque.spelled(), Map.of());
    }

    private Map<String, Object> named(Shape.Named named, boolean isNew, boolean inner) {
        Shape bare = described.bare(named);
        if (inner && (bare == Shape.Scalar.BIGINT || bare instanceof Shape.Numeric)) {
            return innerNumber(Contract.type(bare));
        }
        return Map.of(
                "$ref",
                "#/$defs/" + define(named.name(), isNew).replace("~", "~0").replace("/", "~1"));
    }

    /** Puts a type of the database among the definitions of the file, and gives its name there. */
    private String define(ObjectName name, boolean isNew) {
        boolean enumeration = described.enumeration(name).isPresent();
        String own = names.type(name) + (enumeration || !isNew ? "" : "Input");
        String key = name.schema().equals(schema) ? own : names.module(name.schema()) + "." + own;
        if (definitions.containsKey(key)) {
            return key;
        }
        definitions.put(key, Map.of());
        Map<String, Object> made = new LinkedHashMap<>();
        made.put("title", name.toString());
        described.enumeration(name).ifPresent(one -> {
            put(made, "description", one.comment());
            made.put("type", "string");
            made.put("enum", one.labels());
        });
        described.domain(name).ifPresent(one -> {
            put(made, "description", one.comment());
            made.putAll(of(one.base(), isNew, false));
            List<Map<String, Object>> all = new ArrayList<>();
            one.rules().stream()
                    .filter(rule -> isNew || rule.rows())
                    .forEach(rule -> new JsonConditions(described.bare(one.base()), isNew)
                            .of(rule.condition())
                            .ifPresent(all::add));
            if (!all.isEmpty()) {
                made.put("allOf", all);
            }
        });
        described.composite(name).ifPresent(one -> {
            put(made, "description", one.comment());
            made.put("type", "object");
            Map<String, Object> properties = new LinkedHashMap<>();
            one.members()
                    .forEach(member -> properties.put(
                            member.name(),
                            described(nullable(of(member.shape(), isNew, true), true), member.comment())));
            made.put("properties", properties);
        });
        definitions.put(key, made);
        return key;
    }

    private static Map<String, Object> typed(String type, Map<String, ?> more) {
        Map<String, Object> all = new LinkedHashMap<>(new TreeMap<>(more));
        all.put("x-pg-type", type);
        return all;
    }

    private static Map<String, Object> string(String type) {
        return typed(type, Map.of("type", "string"));
    }

    private static Map<String, Object> form(String type, String pattern) {
        return typed(type, Map.of("type", "string", "pattern", pattern));
    }

    private static Map<String, Object> innerNumber(String type) {
        return typed(type, Map.of("type", List.of("number", "string")));
    }

    /** The server cuts blanks off what is too long. */
    private static Map<String, Object> limited(String type, int least, int most, boolean isNew) {
        return isNew
                ? form(type, "^[\\s\\S]{0," + most + "} *$")
                : typed(type, Map.of("type", "string", "minLength", least, "maxLength", most));
    }

    private static Map<String, Object> numeric(Shape.Numeric numeric, boolean isNew) {
        Integer precision = numeric.precision();
        Integer scale = numeric.scale();
        if (isNew || precision == null || scale == null) {
            return form(Contract.type(numeric), NUMBER);
        }
        String whole = "[0-9]{1," + Math.max(precision - scale, 1) + "}";
        return form(Contract.type(numeric), "^-?" + whole + (scale > 0 ? "\\.[0-9]{" + scale + "}" : "") + "$|^NaN$");
    }

    private static Map<String, Object> scalar(Shape.Scalar scalar, boolean isNew, boolean inner) {
        String type = Contract.type(scalar);
        return switch (scalar) {
            case BOOLEAN -> typed(type, Map.of("type", "boolean"));
            case SMALLINT -> typed(type, Map.of("type", "integer", "minimum", -32768, "maximum", 32767));
            case INTEGER -> typed(type, Map.of("type", "integer", "minimum", -2147483648, "maximum", 2147483647));
            case BIGINT -> inner ? innerNumber(type) : form(type, isNew ? "^[+-]?[0-9]+$" : "^-?[0-9]{1,19}$");
            case REAL, DOUBLE ->
                typed(
                        type,
                        Map.of(
                                "anyOf",
                                List.of(
                                        Map.of("type", "number"),
                                        Map.of("enum", List.of("NaN", "Infinity", "-Infinity")))));
            case UUID -> form(type, "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$");
            case TEXT, CITEXT, INTERVAL -> string(type);
            case TIMESTAMPTZ -> form(type, "^(" + DAY + "[T ]" + CLOCK + ZONE + "( BC)?|-?infinity)$");
            case TIMESTAMP -> form(type, "^(" + DAY + "[T ]" + CLOCK + "( BC)?|-?infinity)$");
            case DATE -> form(type, "^(" + DAY + "( BC)?|-?infinity)$");
            case TIME -> form(type, "^" + CLOCK + "$");
            case TIMETZ -> form(type, "^" + CLOCK + ZONE + "$");
            case BYTEA -> form(type, "^\\\\x([0-9a-fA-F]{2})*$");
            case JSON, JSONB -> typed(type, Map.of());
        };
    }
}
