package dev.lockkeeper.describe.model;

import dev.lockkeeper.catalog.model.Grant;
import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.Namespace;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.Partitioning;
import dev.lockkeeper.catalog.model.Policy;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.catalog.model.Routine;
import dev.lockkeeper.catalog.model.Sequence;
import dev.lockkeeper.catalog.model.UserType;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A model without what is different from one place to the next: who owns things, and how many partitions there are at present. Two databases of the
 * same migrations have the same one.
 */
public record Documented(Model model) {
    /** Stands for the owner of a table among the roles of its policies: it is another one in another place. */
    public static final String OWNER = "OWNER";

    /**
     * That of a database.
     *
     * @param left schemas that are not told of
     */
    public static Documented of(Model model, Set<String> left) {
        Model kept = model.without(left);
        return new Documented(new Model(
                kept.schemas().stream()
                        .filter(one -> !isUntouched(one, kept))
                        .map(one -> new Namespace(one.name(), "", one.comment(), one.grants()))
                        .toList(),
                kept.relations().stream().map(Documented::plain).toList(),
                kept.types(),
                kept.sequences(),
                kept.routines().stream().map(Documented::plain).toList(),
                kept.publications(),
                kept.extensions()));
    }

    /** Whether it is the schema that every database has, with nothing in it. */
    private static boolean isUntouched(Namespace schema, Model model) {
        String name = schema.name();
        return name.equals("public")
                && "standard public schema".equals(schema.comment())
                && schema.grants().equals(List.of(new Grant(Grant.EVERYBODY, "USAGE", false)))
                && model.relations().stream()
                        .noneMatch(one -> one.name().schema().equals(name))
                && model.types().stream().noneMatch(one -> one.name().schema().equals(name))
                && model.sequences().stream()
                        .noneMatch(one -> one.name().schema().equals(name))
                && model.routines().stream()
                        .noneMatch(one -> one.name().schema().equals(name));
    }

    /** This and another one, for what is kept in two databases; what both have is told once. */
    public Documented and(Documented other) {
        Model one = model;
        Model two = other.model;
        return new Documented(new Model(
                joined(one.schemas(), two.schemas(), Comparator.comparing(schema -> new ObjectName("", schema.name()))),
                joined(one.relations(), two.relations(), Comparator.comparing(Relation::name)),
                joined(one.types(), two.types(), Comparator.comparing(UserType::name)),
                joined(one.sequences(), two.sequences(), Comparator.comparing(Sequence::name)),
                joined(
                        one.routines(),
                        two.routines(),
                        Comparator.comparing(Routine::name)
                                .thenComparing(routine -> new ObjectName("", routine.arguments()))),
                joined(
                        one.publications(),
                        two.publications(),
                        Comparator.comparing(publication -> new ObjectName("", publication.name()))),
                joined(one.extensions(), two.extensions(), Comparator.comparing(name -> new ObjectName("", name)))));
    }

    private static <T> List<T> joined(List<T> one, List<T> other, Comparator<T> order) {
        // in the order of the collation C, as object names have it
        SortedSet<T> all = new TreeSet<>(order);
        all.addAll(one);
        all.addAll(other);
        return List.copyOf(all);
    }

    private static Relation plain(Relation one) {
        return new Relation(
                one.name(),
                one.kind(),
                "",
                one.comment(),
                one.logged(),
                one.parents(),
                plain(one.partitioning()),
                one.definition(),
                one.reads(),
                one.rowSecurity(),
                one.forcedRowSecurity(),
                one.server(),
                one.options(),
                one.replicaIdentity(),
                one.columns(),
                one.keys(),
                one.foreignKeys(),
                one.checks(),
                one.exclusions(),
                one.indexes(),
                one.policies().stream()
                        .map(policy -> plain(policy, one.owner()))
                        .toList(),
                one.triggers(),
                one.grants());
    }

    private static Policy plain(Policy one, String owner) {
        return new Policy(
                one.name(),
                one.permissive(),
                one.command(),
                one.roles().stream()
                        .map(role -> !owner.isEmpty() && role.equals(owner) ? OWNER : role)
                        .toList(),
                one.using(),
                one.check(),
                one.comment());
    }

    private static @Nullable Partitioning plain(@Nullable Partitioning one) {
        return one == null ? null : new Partitioning(one.strategy(), one.key(), one.columns(), 0);
    }

    private static Routine plain(Routine one) {
        return new Routine(
                one.name(),
                one.kind(),
                one.arguments(),
                one.result(),
                one.language(),
                one.volatility(),
                one.definer(),
                one.definition(),
                "",
                one.comment(),
                one.grants());
    }
}
