package dev.lockkeeper.catalog.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A column of a table, view or composite type.
 *
 * @param number its place, from 1; numbers of dropped columns are missing
 * @param required whether each row that is written has a value
 * @param unproven whether it is required and rows that were there before may have none nevertheless: NOT NULL that is NOT VALID, since PostgreSQL 18
 * @param defaulted the default as SQL, or what a generated column is made of; null for none
 * @param reads columns of its own table that a generated column is made of; empty for others
 * @param collation null when it is that of the type
 * @param grants those that are given for this column alone
 */
public record Column(
        int number,
        String name,
        TypeRef type,
        boolean required,
        boolean unproven,
        @Nullable String defaulted,
        Making making,
        @Nullable String collation,
        @Nullable String comment,
        List<String> reads,
        List<Grant> grants) {
    public Column {
        reads = List.copyOf(reads);
        grants = List.copyOf(grants);
    }

    /** One that no row contradicts. */
    public Column(
            int number,
            String name,
            TypeRef type,
            boolean required,
            @Nullable String defaulted,
            Making making,
            @Nullable String collation,
            @Nullable String comment,
            List<String> reads,
            List<Grant> grants) {
        this(number, name, type, required, false, defaulted, making, collation, comment, reads, grants);
    }

    /** Whether a row may have no value, also one that could not be written any more. */
    public boolean mayBeNull() {
        return !required || unproven;
    }

    /** Who gives a column its values. */
    public enum Making {
        /** Whoever writes the row. */
        GIVEN,
        /** The server, unless the row brings one. */
        IDENTITY_BY_DEFAULT,
        /** The server alone, by a sequence. */
        IDENTITY_ALWAYS,
        /** The server alone, from other columns, when the row is written. */
        GENERATED_STORED,
        /** The server alone, from other columns, when the row is read. */
        GENERATED_VIRTUAL
    }

    /** Whether no statement may give it a value. */
    public boolean isComputed() {
        return isGenerated() || making == Making.IDENTITY_ALWAYS;
    }

    public boolean isGenerated() {
        return making == Making.GENERATED_STORED || making == Making.GENERATED_VIRTUAL;
    }

    /** Whether a new row may leave it out: it has a default, is made by the server, or is null then. */
    public boolean isOptional() {
        return !required || defaulted != null || making != Making.GIVEN;
    }
}
