package dev.lockkeeper.catalog.model;

import java.util.OptionalInt;

/**
 * The type that a column, field or domain has.
 *
 * @param name of the type itself; for an array that of its elements
 * @param spelled as SQL spells it, with length, precision and brackets
 * @param array whether it is an array; PostgreSQL enforces no number of dimensions (manual, section "Arrays")
 * @param modifier what pg_attribute keeps of length or precision; -1 for none
 */
public record TypeRef(ObjectName name, String spelled, boolean array, int modifier) {
    /** Whether PostgreSQL itself brings the type. */
    public boolean isBuiltIn() {
        return name.schema().equals("pg_catalog");
    }

    /** The limit of {@code varchar(n)} and {@code char(n)} in characters; empty without one. */
    public OptionalInt length() {
        boolean limited =
                isBuiltIn() && (name.name().equals("varchar") || name.name().equals("bpchar")) && modifier >= 4;
        return limited ? OptionalInt.of(modifier - 4) : OptionalInt.empty();
    }

    /** How many digits {@code numeric(p,s)} has in all; empty without a limit. */
    public OptionalInt precision() {
        return isLimitedNumber() ? OptionalInt.of((modifier - 4) >> 16 & 0xffff) : OptionalInt.empty();
    }

    /** How many of them stand after the point; negative for numbers that are rounded before it. Empty without a limit. */
    public OptionalInt scale() {
        // eleven bits, signed
        return isLimitedNumber() ? OptionalInt.of(((modifier - 4 & 0x7ff) ^ 1024) - 1024) : OptionalInt.empty();
    }

    private boolean isLimitedNumber() {
        return isBuiltIn() && name.name().equals("numeric") && modifier >= 4;
    }
}
