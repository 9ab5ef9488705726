package dev.lockkeeper.apply;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.sql.Effect;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What {@code REINDEX} has done. In place it gives an index a new file; concurrently it puts a new index, with another OID,
 * under the old name (index_concurrently_swap in catalog/index.c). A schema or database is not looked at index by index: the
 * statement runs again, which harms nothing.
 */
record RebuiltIndexes(Effect.IndexesRebuilt effect, Concern concern, Session own, Indexes indexes, Cleanup cleanup) {
    Settled settle() {
        Settled.Unknown refused = cleanup.drop(left());
        if (refused != null) {
            return refused;
        }
        if (isWide()) {
            return new Settled.Again();
        }
        Fact root = concern.the(Fact.Role.REBUILT);
        if (root != null
                && effect.scale() == Effect.Scale.TABLE
                && indexes.present(Set.of(root.oid())).isEmpty()) {
            return Settlement.unknown("its table " + root.name() + " (OID " + root.oid() + ") is not there any more");
        }
        List<Fact> meant = meant();
        return !meant.isEmpty() && missing(meant).isEmpty() ? new Settled.Done() : new Settled.Again();
    }

    Optional<Flaw> verify() {
        List<Indexes.Index> left = left();
        if (!left.isEmpty()) {
            String path = left.get(0).path();
            return Optional.of(new Flaw(
                    "REINDEX has left the copy " + path,
                    "it did not come to its end, and writers keep up a copy that no query uses",
                    "drop it with: drop index concurrently " + path + "; and run the same command again"));
        }
        return isWide()
                ? Optional.empty()
                : missing(meant()).stream()
                        .findFirst()
                        .map(index -> new Flaw(
                                "index " + index.name() + " was not rebuilt",
                                "it still has the file that it had before",
                                "look at the warnings of the server, and run the same command again"));
    }

    private boolean isWide() {
        return effect.scale() == Effect.Scale.SCHEMA || effect.scale() == Effect.Scale.DATABASE;
    }

    /** The copies that are there now and were not before. The old index becomes a copy too, and keeps its OID. */
    private List<Indexes.Index> left() {
        if (!effect.concurrently()) {
            return List.of();
        }
        Map<Long, Fact> before = concern.facts().stream()
                .filter(fact -> fact.role() == Fact.Role.INDEX || fact.role() == Fact.Role.COPY)
                .collect(Collectors.toMap(Fact::oid, Function.identity(), (one, same) -> one));
        return candidates()
                .filter(index -> index.copy() && !index.usable())
                .filter(index -> {
                    Fact old = before.get(index.oid());
                    return old == null
                            || (old.role() == Fact.Role.INDEX && !old.name().equals(index.name()));
                })
                .toList();
    }

    private Stream<Indexes.Index> candidates() {
        if (!isWide()) {
            return indexes.of(tables()).stream();
        }
        Fact scope = concern.the(Fact.Role.REBUILT);
        if (scope == null) {
            return Stream.of();
        }
        String which = effect.scale() == Effect.Scale.DATABASE
                ? ""
                : " and coalesce(o.relnamespace, t.relnamespace)" + Resolution.EQ + scope.oid() + "::pg_catalog.oid";
        return own.query(Resolution.copies(which)).stream()
                .map(row -> indexes.at(Indexes.number(row[1]), Indexes.number(row[2])))
                .flatMap(Stream::ofNullable);
    }

    private Set<Long> tables() {
        return concern.all(Fact.Role.INDEX).stream().map(Fact::of).collect(Collectors.toSet());
    }

    /** Concurrently, invalid indexes and exclusion constraints are passed over with a warning. */
    private List<Fact> meant() {
        return concern.all(Fact.Role.INDEX).stream()
                .filter(index -> !effect.concurrently() || index.mark().endsWith(" valid"))
                .toList();
    }

    /** Those that were not rebuilt, of tables that are still there. */
    private List<Fact> missing(List<Fact> meant) {
        Set<Long> tables = tables();
        Set<Long> present = tables.isEmpty() ? Set.of() : indexes.present(tables);
        Map<Long, Indexes.Index> now =
                indexes.of(tables).stream().collect(Collectors.toMap(Indexes.Index::oid, Function.identity()));
        return meant.stream()
                .filter(before -> present.contains(before.of()) && !isRebuilt(before, now))
                .toList();
    }

    private boolean isRebuilt(Fact before, Map<Long, Indexes.Index> now) {
        Indexes.@Nullable Index same = now.get(before.oid());
        return same != null
                ? same.usable() && !before.mark().startsWith(same.file() + " ")
                : now.values().stream()
                        .anyMatch(index -> index.table() == before.of()
                                && index.usable()
                                && index.name().equals(before.name())
                                && !concern.knows(Fact.Role.INDEX, index.oid()));
    }
}
