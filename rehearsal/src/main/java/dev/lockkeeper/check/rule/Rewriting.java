package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.observation.Effect;
import dev.lockkeeper.observation.Rewrite;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A table that a statement copies as a whole, and for what.
 *
 * @param table the table, or the parent under which all its partitions are altered
 * @param copied what is copied: the table itself or partitions of it
 * @param causes each with the columns that are part of it
 */
record Rewriting(String table, Set<String> copied, Map<Cause, Set<String>> causes) {
    /** For what. */
    enum Cause {
        /** The default of a new column has to be computed for each row. */
        DEFAULT,
        /** The rows get numbers. */
        SEQUENCE,
        /** A new column is computed and stored. */
        GENERATED,
        /** A column that is stored is computed in another way. */
        EXPRESSION,
        TYPE,
        /** Logged or unlogged. */
        PERSISTENCE,
        /** Tablespace or access method. */
        PLACE,
        /** A materialized view. */
        REFRESH,
        /** Nothing but its file is another one: CLUSTER, VACUUM FULL. */
        COMPACT,
        OTHER
    }

    /** Calls and operators that give the same for all rows of a statement are no reason to copy a table. */
    private static final Pattern COMPUTED = Pattern.compile("[\\w\"]\\(");

    private static final Pattern CONSTANT = Pattern.compile(
            "'(?:[^']|'')*'|::[\\w\" .]+(?:\\([\\d,]+\\))?|\\b(?:now|statement_timestamp|transaction_timestamp)\\(\\)");

    /** Those of a statement; materialized views also when they become empty. */
    static List<Rewriting> of(Rehearsed migration, Done done) {
        Map<String, Rewriting> all = new LinkedHashMap<>();
        done.seen().rewrites().stream()
                .filter(one -> !one.isIndex() && (!one.emptied() || one.kind() == 'm') && done.existed(one.relation()))
                .forEach(one -> all.computeIfAbsent(
                                migration.top(done, one.relation()),
                                table -> new Rewriting(table, new TreeSet<>(), causes(done, table, one)))
                        .copied()
                        .add(one.relation()));
        return List.copyOf(all.values());
    }

    /** Tells of every statement that copies a table for a cause, and of the table. */
    static void each(Rehearsed migration, Cause cause, BiConsumer<Done, Rewriting> told) {
        for (Done done : migration.statements()) {
            of(migration, done).stream()
                    .filter(one -> one.causes().containsKey(cause))
                    .forEach(one -> told.accept(done, one));
        }
    }

    /** Who waits and why, before the cause. */
    String waiting() {
        return "reads and writes of " + String.join(", ", copied) + " wait while all of it is copied";
    }

    String columns(Cause cause) {
        return String.join(", ", causes.getOrDefault(cause, Set.of()));
    }

    private static Map<Cause, Set<String>> causes(Done done, String table, Rewrite rewrite) {
        Map<Cause, Set<String>> causes = new LinkedHashMap<>();
        List<Effect> effects = done.seen().effects().stream()
                .filter(one -> table.equals(one.table()) || table.equals(one.object()))
                .toList();
        boolean columns = false;
        for (Effect one : effects) {
            if (one.type().equals("table column")) {
                boolean created = one.change() == Effect.Change.CREATED;
                columns |= created || new Shape(done).retypes(table);
                Cause cause = created ? ofNew(one, effects) : ofOld(one, effects);
                if (cause != null) {
                    causes.computeIfAbsent(cause, key -> new TreeSet<>())
                            .add(String.valueOf(one.traits().get("attname")));
                }
            } else if (one.object().equals(table)) {
                if (differs(one, "relpersistence")) {
                    causes.put(Cause.PERSISTENCE, Set.of());
                }
                if (differs(one, "reltablespace") || differs(one, "relam")) {
                    causes.put(Cause.PLACE, Set.of());
                }
            }
        }
        if (causes.isEmpty()) {
            unexplained(done, rewrite, columns).ifPresent(cause -> causes.put(cause, Set.of()));
        }
        return causes;
    }

    /** Where nothing but the file has changed. Code that empties an empty table looks the same: without a word of CLUSTER nothing is told. */
    private static Optional<Cause> unexplained(Done done, Rewrite rewrite, boolean columns) {
        boolean code = done.begins("do") || done.begins("call") || done.begins("select");
        if (columns) {
            return Optional.of(Cause.OTHER);
        }
        if (done.begins("cluster")
                || done.begins("vacuum")
                || (code
                        && done.seen()
                                .statement()
                                .sql()
                                .toLowerCase(Locale.ROOT)
                                .contains("cluster"))) {
            return Optional.of(Cause.COMPACT);
        }
        if (rewrite.kind() == 'm') {
            return Optional.of(Cause.REFRESH);
        }
        return code ? Optional.empty() : Optional.of(Cause.OTHER);
    }

    private static @Nullable Cause ofNew(Effect column, List<Effect> effects) {
        if (column.now().is("attgenerated", "s")) {
            return Cause.GENERATED;
        }
        String computed = expression(column, effects);
        if (column.now().is("attidentity", "a")
                || column.now().is("attidentity", "d")
                || computed.startsWith("nextval(")) {
            return Cause.SEQUENCE;
        }
        return COMPUTED.matcher(CONSTANT.matcher(computed).replaceAll("")).find() ? Cause.DEFAULT : null;
    }

    private static @Nullable Cause ofOld(Effect column, List<Effect> effects) {
        if (Shape.isRetyped(column)) {
            return Cause.TYPE;
        }
        return column.now().is("attgenerated", "s")
                        && !expression(column, effects).isEmpty()
                ? Cause.EXPRESSION
                : null;
    }

    private static String expression(Effect column, List<Effect> effects) {
        return effects.stream()
                .filter(one -> one.type().equals("default value")
                        && one.now().is("adnum", String.valueOf(column.now().get("attnum"))))
                .map(one -> String.valueOf(one.now().get("expression")))
                .findFirst()
                .orElse("");
    }

    private static boolean differs(Effect table, String trait) {
        String was = table.was().get(trait);
        return was != null && !table.now().is(trait, was);
    }
}
