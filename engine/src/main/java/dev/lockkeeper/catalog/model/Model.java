package dev.lockkeeper.catalog.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Everything that a database has made for itself, what belongs to extensions left out.
 *
 * @param extensions their names, without those that every database has
 */
public record Model(
        List<Namespace> schemas,
        List<Relation> relations,
        List<UserType> types,
        List<Sequence> sequences,
        List<Routine> routines,
        List<Publication> publications,
        List<String> extensions) {
    public Model {
        schemas = List.copyOf(schemas);
        relations = List.copyOf(relations);
        types = List.copyOf(types);
        sequences = List.copyOf(sequences);
        routines = List.copyOf(routines);
        publications = List.copyOf(publications);
        extensions = List.copyOf(extensions);
    }

    public Optional<Relation> relation(ObjectName name) {
        return relations.stream()
                .filter(relation -> relation.name().equals(name))
                .findFirst();
    }

    public Optional<UserType> type(ObjectName name) {
        return types.stream().filter(type -> type.name().equals(name)).findFirst();
    }

    /** The same without what is in these schemas; what refers to it still names it. */
    public Model without(Set<String> left) {
        return new Model(
                kept(schemas, schema -> !left.contains(schema.name())),
                kept(relations, relation -> !left.contains(relation.name().schema())),
                kept(types, type -> !left.contains(type.name().schema())),
                kept(sequences, sequence -> !left.contains(sequence.name().schema())),
                kept(routines, routine -> !left.contains(routine.name().schema())),
                publications,
                extensions);
    }

    private static <T> List<T> kept(List<T> all, Predicate<T> keep) {
        return all.stream().filter(keep).toList();
    }
}
