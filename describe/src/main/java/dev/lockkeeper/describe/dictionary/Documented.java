package dev.lockkeeper.describe.dictionary;

import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.Namespace;
import dev.lockkeeper.catalog.model.Partitioning;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.catalog.model.Routine;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model without what is different from one place to the next: who owns things, and how many partitions there are at present. Two databases of the
 * same migrations have the same one.
 */
public record Documented(Model model) {
    /**
     * That of a database.
     *
     * @param left schemas that are not told of
     */
    public static Documented of(Model model, Set<String> left) {
        Model kept = model.without(left);
        return new Documented(new Model(
                kept.schemas().stream()
                        .map(one -> new Namespace(one.name(), "", one.comment(), one.grants()))
                        .toList(),
                kept.relations().stream().map(Documented::plain).toList(),
                kept.types(),
                kept.sequences(),
                kept.routines().stream().map(Documented::plain).toList(),
                kept.publications(),
                kept.extensions()));
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
                one.policies(),
                one.triggers(),
                one.grants());
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
