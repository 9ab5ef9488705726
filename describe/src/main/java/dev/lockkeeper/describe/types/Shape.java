package dev.lockkeeper.describe.types;

import dev.lockkeeper.catalog.model.ObjectName;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** What a value is, whatever language writes it. */
public sealed interface Shape {
    /** A type that needs no further word. */
    enum Scalar implements Shape {
        BOOLEAN,
        SMALLINT,
        INTEGER,
        BIGINT,
        REAL,
        DOUBLE,
        UUID,
        TEXT,
        CITEXT,
        TIMESTAMPTZ,
        TIMESTAMP,
        DATE,
        TIME,
        TIMETZ,
        INTERVAL,
        BYTEA,
        JSON,
        JSONB
    }

    /** Text of at most so many characters. */
    record Varchar(int limit) implements Shape {}

    /** Text of exactly so many characters, filled up with blanks. */
    record Char(int length) implements Shape {}

    /**
     * An exact number.
     *
     * @param precision its digits in all; null for a number without a limit
     * @param scale how many of them stand after the point; null for a number without a limit
     */
    record Numeric(@Nullable Integer precision, @Nullable Integer scale) implements Shape {
        static Numeric of(OptionalInt precision, OptionalInt scale) {
            return precision.isEmpty() ? new Numeric(null, null) : new Numeric(precision.getAsInt(), scale.orElse(0));
        }
    }

    /** An array; each element may be null, and PostgreSQL enforces no number of dimensions. */
    record ListOf(Shape element) implements Shape {}

    /** An enumeration, domain or composite type of the database. */
    record Named(ObjectName name) implements Shape {}

    /**
     * A type of which only its text is known, such as {@code inet}.
     *
     * @param textual whether it travels as text in JSON; what an extension turns its values into is not known
     */
    record Opaque(String spelled, boolean textual) implements Shape {}
}
