package dev.lockkeeper.describe.types;

import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.TypeRef;
import dev.lockkeeper.catalog.model.UserType;
import java.util.Map;

/** Which shape a type of the catalogs has, and as what its values are compared. */
final class Shapes {
    private static final Map<String, Shape> BUILT_IN = Map.ofEntries(
            Map.entry("bool", Shape.Scalar.BOOLEAN),
            Map.entry("int2", Shape.Scalar.SMALLINT),
            Map.entry("int4", Shape.Scalar.INTEGER),
            Map.entry("int8", Shape.Scalar.BIGINT),
            Map.entry("float4", Shape.Scalar.REAL),
            Map.entry("float8", Shape.Scalar.DOUBLE),
            Map.entry("uuid", Shape.Scalar.UUID),
            Map.entry("text", Shape.Scalar.TEXT),
            Map.entry("timestamptz", Shape.Scalar.TIMESTAMPTZ),
            Map.entry("timestamp", Shape.Scalar.TIMESTAMP),
            Map.entry("date", Shape.Scalar.DATE),
            Map.entry("time", Shape.Scalar.TIME),
            Map.entry("timetz", Shape.Scalar.TIMETZ),
            Map.entry("interval", Shape.Scalar.INTERVAL),
            Map.entry("bytea", Shape.Scalar.BYTEA),
            Map.entry("json", Shape.Scalar.JSON),
            Map.entry("jsonb", Shape.Scalar.JSONB));

    private final Model model;

    Shapes(Model model) {
        this.model = model;
    }

    Shape of(TypeRef type) {
        Shape one = element(type);
        return type.array() ? new Shape.ListOf(one) : one;
    }

    private Shape element(TypeRef type) {
        String name = type.name().name();
        if (!type.isBuiltIn()) {
            UserType made = model.type(type.name()).orElse(null);
            if (made instanceof UserType.Range) {
                return new Shape.Opaque(type.name().quoted(), true);
            } else if (made != null) {
                return new Shape.Named(type.name());
            } else if (isMultirange(type.name())) {
                return new Shape.Opaque(type.name().quoted(), true);
            }
            return name.equals("citext")
                    ? Shape.Scalar.CITEXT
                    : new Shape.Opaque(type.name().quoted(), false);
        }
        return switch (name) {
            case "varchar" ->
                type.length().isPresent() ? new Shape.Varchar(type.length().getAsInt()) : Shape.Scalar.TEXT;
            case "bpchar" ->
                type.length().isPresent() ? new Shape.Char(type.length().getAsInt()) : Shape.Scalar.TEXT;
            case "numeric" -> Shape.Numeric.of(type.precision(), type.scale());
            default -> BUILT_IN.getOrDefault(name, new Shape.Opaque(name, true));
        };
    }

    private boolean isMultirange(ObjectName name) {
        return model.types().stream()
                .anyMatch(type -> type instanceof UserType.Range range
                        && range.multirange().equals(name));
    }

    /** @throws Unreadable for values of which nothing can be told, not even whether they are NULL */
    Sort sort(Shape shape) {
        if (shape instanceof Shape.Scalar scalar) {
            return Sort.of(
                    switch (scalar) {
                        case BOOLEAN -> Sort.Kind.BOOLEAN;
                        case SMALLINT, INTEGER, BIGINT -> Sort.Kind.NUMBER;
                        case REAL -> Sort.Kind.REAL;
                        case DOUBLE -> Sort.Kind.DOUBLE;
                        case UUID -> Sort.Kind.UUID;
                        case TEXT -> Sort.Kind.TEXT;
                        case CITEXT -> Sort.Kind.CITEXT;
                        case TIMESTAMPTZ -> Sort.Kind.TIMESTAMPTZ;
                        case TIMESTAMP -> Sort.Kind.TIMESTAMP;
                        case DATE -> Sort.Kind.DATE;
                        case TIME -> Sort.Kind.TIME;
                        case BYTEA -> Sort.Kind.BYTES;
                        case JSON, JSONB -> Sort.Kind.JSON;
                        case TIMETZ, INTERVAL -> Sort.Kind.OPAQUE;
                    });
        } else if (shape instanceof Shape.Varchar) {
            return Sort.of(Sort.Kind.TEXT);
        } else if (shape instanceof Shape.Char) {
            return Sort.of(Sort.Kind.CHARS);
        } else if (shape instanceof Shape.Numeric) {
            return Sort.of(Sort.Kind.NUMBER);
        } else if (shape instanceof Shape.ListOf list) {
            return new Sort(Sort.Kind.LIST, sort(list.element()), null);
        } else if (shape instanceof Shape.Named named) {
            return sort(named.name());
        }
        return Sort.of(Sort.Kind.OPAQUE);
    }

    private Sort sort(ObjectName name) {
        UserType type = model.type(name).orElse(null);
        if (type instanceof UserType.Enumeration) {
            return new Sort(Sort.Kind.LABEL, null, name);
        } else if (type instanceof UserType.Domain domain) {
            return sort(of(domain.base()));
        }
        // NULL means that all of its fields are
        throw new Unreadable("a composite value");
    }
}
