package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Done;
import dev.lockkeeper.observation.Effect;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a statement makes of the constraints, indexes and column types of tables that were there before the migration. */
record Shape(Done done) {
    /**
     * The constraints that it adds to tables that were there before; not those that partitions get with their parent, nor those
     * that a change of type makes anew.
     *
     * @param kind the letter of pg_constraint.contype
     */
    Stream<Effect> constraints(String kind) {
        return done.seen().effects().stream()
                .filter(one -> one.type().equals("table constraint")
                        && one.now().is("contype", kind)
                        && one.now().is("conislocal")
                        && one.now().is("conparentid", "0")
                        && done.concernsOld(one)
                        && (one.change() == Effect.Change.CREATED
                                || (isRemade(one)
                                        && !retypes(one.table())
                                        && !retypes(one.now().get("references")))));
    }

    /** Whether something has the name of one that was dropped in the same statement. */
    static boolean isRemade(Effect effect) {
        String was = effect.was().get("oid");
        return effect.change() == Effect.Change.CHANGED
                && was != null
                && !was.equals(effect.now().get("oid"));
    }

    /** Whether it alters the type of a column of a table, be it to the same type. */
    boolean retypes(@Nullable String table) {
        return done.effects(Effect.Change.CHANGED, "table column")
                .filter(column -> column.traits().is("table", String.valueOf(table)))
                .anyMatch(column -> isRetyped(column)
                        || column.was().values().equals(column.now().values()));
    }

    /** Whether a column has another type or collation than before. */
    static boolean isRetyped(Effect column) {
        return !column.was().values().isEmpty()
                && Stream.of("atttypid", "atttypmod", "attcollation")
                        .anyMatch(trait -> !Objects.equals(
                                column.was().get(trait), column.now().get(trait)));
    }

    /** Whether it builds the index on which a constraint of it stands. */
    boolean builds(Effect constraint) {
        String index = constraint.now().get("conindid");
        return done.seen().effects().stream()
                .anyMatch(one -> one.type().equals("index")
                        && one.now().is("oid", String.valueOf(index))
                        && (one.change() == Effect.Change.CREATED || isRemade(one)));
    }

    /** The indexes that it builds while others wait: those of its own, not of a constraint nor of a partition. */
    Stream<Effect> indexes() {
        return done.effects(Effect.Change.CREATED, "index")
                .filter(index -> done.concernsOld(index)
                        && !index.now().is("relispartition")
                        && done.effects(Effect.Change.CREATED, "table constraint")
                                .noneMatch(one -> one.now()
                                        .is(
                                                "conindid",
                                                String.valueOf(index.now().get("oid")))));
    }
}
