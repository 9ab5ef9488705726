package dev.lockkeeper.describe.types;

import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.Relation;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What programs read and write of a database, schema by schema. */
public record Described(List<Part> parts) {
    public Described {
        parts = List.copyOf(parts);
    }

    /** One schema. */
    public record Part(
            String schema,
            @Nullable String comment,
            List<Enumeration> enumerations,
            List<Domain> domains,
            List<Composite> composites,
            List<Entity> entities) {
        public Part {
            enumerations = List.copyOf(enumerations);
            domains = List.copyOf(domains);
            composites = List.copyOf(composites);
            entities = List.copyOf(entities);
        }
    }

    /** A type of a few words, in the order in which the server compares them. */
    public record Enumeration(
            ObjectName name, List<String> labels, @Nullable String comment) {
        public Enumeration {
            labels = List.copyOf(labels);
        }
    }

    /** A type with rules of its own; they speak of the column {@code value}. */
    public record Domain(
            ObjectName name,
            Shape base,
            boolean required,
            List<Rule> rules,
            List<Untranslated> untranslated,
            @Nullable String comment) {
        public Domain {
            rules = List.copyOf(rules);
            untranslated = List.copyOf(untranslated);
        }
    }

    /** Several fields in one value; each may be null. */
    public record Composite(
            ObjectName name, List<Member> members, @Nullable String comment) {
        public Composite {
            members = List.copyOf(members);
        }
    }

    /** A field of a composite type. */
    public record Member(String name, Shape shape, @Nullable String comment) {}

    /** A table, or what is read like one. */
    public record Entity(
            ObjectName name,
            Relation.Kind kind,
            @Nullable String comment,
            List<Field> fields,
            List<Rule> rules,
            List<Untranslated> untranslated) {
        public Entity {
            fields = List.copyOf(fields);
            rules = List.copyOf(rules);
            untranslated = List.copyOf(untranslated);
        }

        List<Field> read() {
            return fields.stream().filter(Field::reads).toList();
        }

        List<Field> inserted() {
            return fields.stream().filter(Field::inserts).toList();
        }

        List<Field> updated() {
            return fields.stream().filter(Field::updates).toList();
        }

        boolean isWritten() {
            return kind == Relation.Kind.TABLE;
        }
    }

    /**
     * A column.
     *
     * @param optional whether a new row may leave it out
     * @param fallback what the server writes then, as far as that is a constant; null when it is not known
     * @param identity the column whose values it holds, as {@code schema.table.column}, when it is a key or refers to one;
     *     null for others
     * @param made whether the server alone gives it values
     * @param identityAlways whether it does so by a sequence
     */
    public record Field(
            String name,
            Shape shape,
            boolean nullable,
            boolean optional,
            Term.@Nullable Constant fallback,
            @Nullable String identity,
            boolean made,
            boolean identityAlways,
            boolean reads,
            boolean inserts,
            boolean updates,
            @Nullable String comment) {}

    /**
     * A check that is translated.
     *
     * @param rows whether rows that are there already meet it; otherwise only new and changed ones do
     */
    public record Rule(
            String name,
            Term condition,
            List<String> columns,
            boolean rows,
            @Nullable String comment) {
        public Rule {
            columns = List.copyOf(columns);
        }
    }

    /**
     * A check that is not translated.
     *
     * @param reason what in it is not
     */
    public record Untranslated(String name, String expression, String reason) {}

    Optional<Enumeration> enumeration(ObjectName name) {
        return parts.stream()
                .flatMap(part -> part.enumerations().stream())
                .filter(one -> one.name().equals(name))
                .findFirst();
    }

    Optional<Domain> domain(ObjectName name) {
        return parts.stream()
                .flatMap(part -> part.domains().stream())
                .filter(one -> one.name().equals(name))
                .findFirst();
    }

    Optional<Composite> composite(ObjectName name) {
        return parts.stream()
                .flatMap(part -> part.composites().stream())
                .filter(one -> one.name().equals(name))
                .findFirst();
    }

    /** The shape below all domains. */
    Shape bare(Shape shape) {
        return shape instanceof Shape.Named named
                ? domain(named.name()).map(domain -> bare(domain.base())).orElse(shape)
                : shape;
    }
}
