package dev.lockkeeper.describe.types;

import dev.lockkeeper.catalog.model.ObjectName;

/** Which type of Java a value has, and how it is read from a row, from text, and written as text. */
final class JavaTypes {
    private final Described described;
    private final JavaNames names;
    private final String schema;

    /** @param schema in whose package the names are used */
    JavaTypes(Described described, JavaNames names, String schema) {
        this.described = described;
        this.names = names;
        this.schema = schema;
    }

    /** The type of a component; a number or truth that cannot be NULL is a primitive one. */
    String of(Shape shape, boolean nullable) {
        Shape bare = described.bare(shape);
        if (!nullable && bare instanceof Shape.Scalar scalar) {
            switch (scalar) {
                case BOOLEAN -> {
                    return "boolean";
                }
                case SMALLINT -> {
                    return "short";
                }
                case INTEGER -> {
                    return "int";
                }
                case BIGINT -> {
                    return "long";
                }
                case REAL -> {
                    return "float";
                }
                case DOUBLE -> {
                    return "double";
                }
                default -> {
                    // the others have no primitive type
                }
            }
        }
        return boxed(bare);
    }

    private String boxed(Shape shape) {
        Shape bare = described.bare(shape);
        if (bare instanceof Shape.Scalar scalar) {
            return switch (scalar) {
                case BOOLEAN -> "Boolean";
                case SMALLINT -> "Short";
                case INTEGER -> "Integer";
                case BIGINT -> "Long";
                case REAL -> "Float";
                case DOUBLE -> "Double";
                case UUID -> "UUID";
                case TIMESTAMPTZ -> "OffsetDateTime";
                case TIMESTAMP -> "LocalDateTime";
                case DATE -> "LocalDate";
                case TIME -> "LocalTime";
                case TIMETZ -> "OffsetTime";
                case BYTEA -> "byte[]";
                case TEXT, CITEXT, INTERVAL, JSON, JSONB -> "String";
            };
        } else if (bare instanceof Shape.Numeric) {
            return "BigDecimal";
        } else if (bare instanceof Shape.ListOf list) {
            return "List<" + boxed(list.element()) + ">";
        } else if (bare instanceof Shape.Named named) {
            return names.type(named.name(), schema);
        }
        return "String";
    }

    /** Reads the column at a place, from 1 on. */
    String read(Shape shape, boolean nullable, int at) {
        Shape bare = described.bare(shape);
        if (bare instanceof Shape.Scalar scalar) {
            String getter = getter(scalar);
            if (getter.isEmpty()) {
                return "Values.object(row, " + at + ", " + boxed(scalar) + ".class)";
            }
            String value = "row.get" + getter + "(" + at + ")";
            return nullable && !getter.matches("Bytes|String")
                    ? "Values.number(row, " + at + ", " + value + ")"
                    : value;
        } else if (bare instanceof Shape.Numeric) {
            return "row.getBigDecimal(" + at + ")";
        } else if (bare instanceof Shape.ListOf || bare instanceof Shape.Named) {
            return "Values.parsed(row, " + at + ", text -> " + parse(bare, "text") + ")";
        }
        return "row.getString(" + at + ")";
    }

    /** The end of the name of the method of JDBC; empty where there is none. */
    private static String getter(Shape.Scalar scalar) {
        return switch (scalar) {
            case BOOLEAN -> "Boolean";
            case SMALLINT -> "Short";
            case INTEGER -> "Int";
            case BIGINT -> "Long";
            case REAL -> "Float";
            case DOUBLE -> "Double";
            case BYTEA -> "Bytes";
            case TEXT, CITEXT, INTERVAL, JSON, JSONB -> "String";
            case UUID, TIMESTAMPTZ, TIMESTAMP, DATE, TIME, TIMETZ -> "";
        };
    }

    /** Makes a value of its text, which is not null. */
    String parse(Shape shape, String text) {
        Shape bare = described.bare(shape);
        if (bare instanceof Shape.Scalar scalar) {
            return switch (scalar) {
                case BOOLEAN -> "Values.truth(" + text + ")";
                case SMALLINT -> "Short.valueOf(" + text + ")";
                case INTEGER -> "Integer.valueOf(" + text + ")";
                case BIGINT -> "Long.valueOf(" + text + ")";
                case REAL -> "Float.valueOf(" + text + ")";
                case DOUBLE -> "Double.valueOf(" + text + ")";
                case UUID -> "UUID.fromString(" + text + ")";
                case TIMESTAMPTZ -> "Values.offsetDateTime(" + text + ")";
                case TIMESTAMP -> "Values.dateTime(" + text + ")";
                case DATE -> "Values.date(" + text + ")";
                case TIME -> "Values.time(" + text + ")";
                case TIMETZ -> "Values.offsetTime(" + text + ")";
                case BYTEA -> "Values.bytes(" + text + ")";
                case TEXT, CITEXT, INTERVAL, JSON, JSONB -> text;
            };
        } else if (bare instanceof Shape.Numeric) {
            return "new BigDecimal(" + text + ")";
        } else if (bare instanceof Shape.ListOf list) {
            return "Values.elements(" + text + ", " + inner(text) + " -> " + parse(list.element(), inner(text)) + ")";
        } else if (bare instanceof Shape.Named named) {
            return names.type(named.name(), schema) + ".of(" + text + ")";
        }
        return text;
    }

    /** What is handed to the driver for a component. */
    String written(Shape shape, String value) {
        Shape bare = described.bare(shape);
        boolean texts = bare instanceof Shape.ListOf || bare instanceof Shape.Named;
        return !texts
                ? value
                : bare instanceof Shape.ListOf
                        ? text(bare, value)
                        : "(" + value + " == null ? null : " + text(bare, value) + ")";
    }

    /** The text of a value that is not null; of a list also of null. */
    String text(Shape shape, String value) {
        Shape bare = described.bare(shape);
        if (bare instanceof Shape.ListOf list) {
            return "Values.array(" + value + ", " + inner(value) + " -> " + text(list.element(), inner(value)) + ")";
        } else if (bare instanceof Shape.Named named) {
            return isEnumeration(named.name())
                    ? value + ".label()"
                    : names.type(named.name(), schema) + ".text(" + value + ")";
        }
        return boxed(bare).equals("String") ? value : "Values.text(" + value + ")";
    }

    /** What an element is called within something that may be an element itself. */
    private static String inner(String outer) {
        return outer.matches("item[0-9]*")
                ? "item" + (outer.length() > 4 ? Integer.parseInt(outer.substring(4)) + 1 : 2)
                : "item";
    }

    private boolean isEnumeration(ObjectName name) {
        return described.enumeration(name).isPresent();
    }
}
