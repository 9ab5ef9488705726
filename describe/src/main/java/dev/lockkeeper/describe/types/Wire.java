package dev.lockkeeper.describe.types;

import dev.lockkeeper.catalog.model.ObjectName;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiFunction;

/** As which value of JavaScript a value of the database travels, in the words of Zod and of TypeScript. */
final class Wire {
    /** The two ways to say the same. */
    record Carrier(String zod, String typescript) {}

    private static final Set<Shape.Scalar> MOMENTS =
            Set.of(Shape.Scalar.TIMESTAMPTZ, Shape.Scalar.TIMESTAMP, Shape.Scalar.DATE);
    private static final String FLOAT = "number | 'NaN' | 'Infinity' | '-Infinity'";

    private final Described described;
    private final Profile profile;
    private final BiFunction<ObjectName, Boolean, Carrier> named;

    /** @param named how a type of the database is called, for new values or for those of rows */
    Wire(Described described, Profile profile, BiFunction<ObjectName, Boolean, Carrier> named) {
        this.described = described;
        this.profile = profile;
        this.named = named;
    }

    /** @param isNew whether a program gives the value; otherwise the database does */
    Carrier of(Shape shape, boolean isNew) {
        return of(shape, isNew, false);
    }

    /** Of a field of a composite value, within which nothing is cast. */
    Carrier inner(Shape shape, boolean isNew) {
        return of(shape, isNew, true);
    }

    private Carrier of(Shape shape, boolean isNew, boolean inner) {
        if (shape instanceof Shape.Scalar scalar) {
            return scalar(scalar, isNew, inner);
        } else if (shape instanceof Shape.Numeric numeric) {
            return numeric(numeric, isNew, inner);
        } else if (shape instanceof Shape.Varchar varchar) {
            return text("k.varchar(" + varchar.limit() + ", " + isNew + ")");
        } else if (shape instanceof Shape.Char fixed) {
            return text("k.char(" + fixed.length() + ", " + isNew + ")");
        } else if (shape instanceof Shape.ListOf list) {
            return list(list, isNew, inner);
        } else if (shape instanceof Shape.Named name) {
            return named(name, isNew, inner);
        }
        return opaque((Shape.Opaque) shape, isNew);
    }

    private static Carrier text(String zod) {
        return new Carrier(zod, "string");
    }

    private Carrier scalar(Shape.Scalar scalar, boolean isNew, boolean inner) {
        if (profile != Profile.JSON && MOMENTS.contains(scalar)) {
            return isNew
                    ? new Carrier(
                            "z.union([z.date(), k." + scalar.name().toLowerCase(Locale.ROOT) + "()])", "Date | string")
                    : new Carrier("k.moment()", "Date | number");
        }
        return switch (scalar) {
            case BOOLEAN -> new Carrier("z.boolean()", "boolean");
            case SMALLINT -> new Carrier("z.int().min(-32768).max(32767)", "number");
            case INTEGER -> new Carrier("z.int32()", "number");
            case BIGINT ->
                profile == Profile.JSON && inner
                        ? new Carrier("k.innerNumber()", "number | string")
                        : profile != Profile.JSON && isNew
                                ? new Carrier("k.anyInt64()", "string | number | bigint")
                                : text("k.int64()");
            case REAL, DOUBLE -> {
                boolean single = scalar == Shape.Scalar.REAL;
                yield profile == Profile.JSON
                        ? new Carrier("k.float(" + single + ")", FLOAT)
                        : new Carrier("k.driverFloat(" + single + ")", "number");
            }
            case UUID -> text("z.guid()");
            case TEXT, CITEXT -> text(isNew ? "k.storable()" : "z.string()");
            case TIMESTAMPTZ -> text("k.timestamptz()");
            case TIMESTAMP -> text("k.timestamp()");
            case DATE -> text("k.date()");
            case TIME -> text("k.time()");
            case TIMETZ -> text("k.timetz()");
            case INTERVAL ->
                profile == Profile.NODE_POSTGRES && !isNew
                        ? new Carrier("k.unknown()", "unknown")
                        : text("k.opaqueText(" + isNew + ")");
            case BYTEA -> profile == Profile.JSON ? text("k.hex()") : new Carrier("k.buffer()", "Uint8Array");
            case JSON, JSONB -> new Carrier("k.document(" + isNew + ")", "Json");
        };
    }

    private Carrier numeric(Shape.Numeric numeric, boolean isNew, boolean inner) {
        if (profile == Profile.JSON && inner) {
            return new Carrier("k.innerNumber()", "number | string");
        }
        String limits = numeric.precision() == null ? "" : numeric.precision() + ", " + numeric.scale();
        if (profile != Profile.JSON && isNew) {
            return new Carrier("k.anyNumeric(" + limits + ")", "string | number | bigint");
        }
        return text("k.numeric(" + isNew + (limits.isEmpty() ? "" : ", " + limits) + ")");
    }

    private Carrier list(Shape.ListOf list, boolean isNew, boolean inner) {
        Shape element = list.element();
        if (!isNew && profile == Profile.NODE_POSTGRES) {
            // of arrays the driver knows those of PostgreSQL's own types, by their numbers
            if (element instanceof Shape.Named || element == Shape.Scalar.CITEXT) {
                return text("z.string()");
            } else if (element instanceof Shape.Numeric) {
                return array(new Carrier("k.driverFloat(false)", "number"));
            } else if (element instanceof Shape.Opaque) {
                return new Carrier("k.unknown()", "unknown");
            }
        }
        if (!isNew && profile == Profile.POSTGRES_JS) {
            return array(ofPostgresJs(element));
        }
        return array(of(element, isNew, inner));
    }

    /** An element that is NULL goes through the driver's parser as the text NULL, which makes NaN, false or an invalid Date of it. */
    private Carrier ofPostgresJs(Shape element) {
        if (element instanceof Shape.Scalar scalar) {
            return switch (scalar) {
                case SMALLINT, INTEGER, REAL, DOUBLE -> new Carrier("k.driverFloat(false)", "number");
                case BOOLEAN, TIMESTAMPTZ, TIMESTAMP, DATE, BYTEA, JSON, JSONB -> scalar(scalar, false, false);
                default -> text("z.string()");
            };
        }
        // elements of a domain have its number, for which the driver has no parser
        return text("z.string()");
    }

    private static Carrier array(Carrier element) {
        return new Carrier(
                "z.array(" + element.zod() + ".nullable())",
                element.typescript().equals("unknown") ? "unknown[]" : "(" + element.typescript() + " | null)[]");
    }

    private Carrier named(Shape.Named name, boolean isNew, boolean inner) {
        if (profile != Profile.JSON && described.composite(name.name()).isPresent()) {
            return text("k.opaqueText(" + isNew + ")");
        }
        Shape bare = described.bare(name);
        boolean number = bare == Shape.Scalar.BIGINT || bare instanceof Shape.Numeric;
        if (profile == Profile.JSON && inner && number) {
            return of(bare, isNew, true);
        }
        return named.apply(name.name(), isNew);
    }

    private Carrier opaque(Shape.Opaque opaque, boolean isNew) {
        if (!isNew && profile != Profile.JSON) {
            return new Carrier("k.unknown()", "unknown");
        }
        return opaque.textual() || profile != Profile.JSON
                ? text("k.opaqueText(" + isNew + ")")
                : new Carrier("k.document(" + isNew + ")", "Json");
    }
}
