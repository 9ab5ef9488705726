package dev.lockkeeper.catalog.model;

import dev.lockkeeper.problem.Nearest;
import java.util.List;
import java.util.Optional;

/** The tables of a model by the names that files give them. */
public record Tables(Model model) {
    /**
     * The table of a name: {@code schema.table} as it is or as SQL quotes it, or its name alone where no other schema has one of
     * that name. Empty when there is none, or when it is no table that keeps rows.
     */
    public Optional<Relation> find(String name) {
        List<Relation> exact = model.relations().stream()
                .filter(r -> r.isTable() && r.name().isMeantBy(name))
                .toList();
        List<Relation> found = exact.isEmpty()
                ? model.relations().stream()
                        .filter(r -> r.isTable() && r.name().name().equals(name))
                        .toList()
                : exact;
        return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
    }

    /** What to do about a name that is of no table. */
    public String advice(String name) {
        List<String> known = model.relations().stream()
                .filter(Relation::isTable)
                .map(r -> r.name().toString())
                .toList();
        return advice(name, known, "the database has no tables; lockkeeper apply runs the migrations that make them");
    }

    /** What to do about a name that no column of a table has. */
    public static String advice(String name, Relation relation) {
        return advice(name, relation.columns().stream().map(c -> c.name()).toList(), "the table has no columns");
    }

    private static String advice(String name, List<String> known, String none) {
        return Nearest.to(name, known)
                .map(n -> "did you mean " + n + "?")
                .orElse(
                        known.isEmpty()
                                ? none
                                : "known are " + String.join(", ", known.subList(0, Math.min(30, known.size()))));
    }
}
