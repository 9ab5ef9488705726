package dev.lockkeeper.describe.types;

import dev.lockkeeper.catalog.model.ObjectName;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The domains and composite types of a schema, each after those that it is made of. */
final class Sequence {
    /** One of the two. */
    record Made(Described.@Nullable Domain domain, Described.@Nullable Composite composite) {
        Made ifDomain(Consumer<Described.Domain> action) {
            if (domain != null) {
                action.accept(domain);
            }
            return this;
        }

        void ifComposite(Consumer<Described.Composite> action) {
            if (composite != null) {
                action.accept(composite);
            }
        }

        Stream<Shape> parts() {
            return domain != null
                    ? Stream.of(domain.base())
                    : composite == null
                            ? Stream.empty()
                            : composite.members().stream().map(Described.Member::shape);
        }
    }

    private final Described described;
    private final Map<ObjectName, Made> ordered = new LinkedHashMap<>();

    Sequence(Described described) {
        this.described = described;
    }

    Iterable<Made> of(Described.Part part) {
        part.domains().forEach(one -> visit(part.schema(), one.name()));
        part.composites().forEach(one -> visit(part.schema(), one.name()));
        return ordered.values();
    }

    /** No type is made of itself: the server refuses that. */
    private void visit(String schema, ObjectName name) {
        Made made = new Made(
                described.domain(name).orElse(null), described.composite(name).orElse(null));
        if (ordered.containsKey(name) || !name.schema().equals(schema)) {
            return;
        }
        made.parts().forEach(shape -> {
            Shape inner = shape instanceof Shape.ListOf list ? list.element() : shape;
            if (inner instanceof Shape.Named named) {
                visit(schema, named.name());
            }
        });
        if (made.domain() != null || made.composite() != null) {
            ordered.put(name, made);
        }
    }
}
