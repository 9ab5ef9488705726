package dev.lockkeeper.catalog.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A type that a database has made for itself. */
public sealed interface UserType {
    ObjectName name();

    @Nullable
    String comment();

    /** One of a few words. */
    record Enumeration(
            ObjectName name, List<String> labels, @Nullable String comment) implements UserType {
        public Enumeration {
            labels = List.copyOf(labels);
        }
    }

    /**
     * Another type with rules of its own.
     *
     * @param required whether NULL is refused
     */
    record Domain(
            ObjectName name,
            TypeRef base,
            boolean required,
            @Nullable String defaulted,
            @Nullable String collation,
            List<Check> checks,
            @Nullable String comment)
            implements UserType {
        public Domain {
            checks = List.copyOf(checks);
        }
    }

    /** Several fields in one value; each may be null. */
    record Composite(
            ObjectName name, List<Column> fields, @Nullable String comment) implements UserType {
        public Composite {
            fields = List.copyOf(fields);
        }
    }

    /** What lies between two values; {@code multirange} is the type of several of them. */
    record Range(
            ObjectName name,
            TypeRef subtype,
            ObjectName multirange,
            @Nullable String comment) implements UserType {}
}
