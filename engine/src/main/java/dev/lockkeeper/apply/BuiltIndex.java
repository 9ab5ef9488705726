package dev.lockkeeper.apply;

import dev.lockkeeper.sql.Effect;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What {@code CREATE INDEX CONCURRENTLY} has done: an index of its table that was not there before, of the wanted name, and
 * of the form that the statement asks for. The form is compared because a unique index that is not unique, or a partial one
 * that holds all rows, is not what the history would say; expressions are not compared.
 */
record BuiltIndex(Effect.IndexBuilt effect, Concern concern, Indexes indexes, Cleanup cleanup) {
    private static final String GENERATED = ".*_idx[0-9]*";

    Settled settle(boolean failed) {
        Fact table = concern.the(Fact.Role.TABLE);
        if (table == null || indexes.present(Set.of(table.oid())).isEmpty()) {
            return failed
                    ? new Settled.Again()
                    : Settlement.unknown(
                            table == null
                                    ? "its table was not there when it started"
                                    : "its table " + table.name() + " (OID " + table.oid() + ") is not there any more");
        }
        List<Indexes.Index> fresh = fresh(table);
        List<Indexes.Index> own = fresh.stream().filter(this::isMeant).toList();
        if (own.isEmpty()) {
            List<Indexes.Index> alike = fresh.stream()
                    .filter(index -> index.form().equals(effect.form()))
                    .toList();
            return failed || alike.isEmpty()
                    ? new Settled.Again()
                    : Settlement.unknown("since it started, its table has got " + paths(alike)
                            + ", which may be its work under another name");
        }
        if (effect.name() == null && (own.size() > 1 || own.get(0).usable())) {
            return failed
                    ? new Settled.Again()
                    : Settlement.unknown(
                            "the server chose the name of its index, and since it started its table has got "
                                    + paths(own));
        }
        Indexes.Index index = own.get(0);
        if (!index.usable()) {
            Settled.Unknown refused = cleanup.drop(own);
            return refused == null ? new Settled.Again() : refused;
        }
        if (failed) {
            // somebody else has built it meanwhile, and the server will say so
            return new Settled.Again();
        }
        return index.form().equals(effect.form())
                ? new Settled.Done()
                : Settlement.unknown("index " + index.path() + " is there, but it is a " + index.form() + ", not a "
                        + effect.form());
    }

    /** Indexes that the table has got since; one that somebody has rebuilt under its name is not new. */
    private List<Indexes.Index> fresh(Fact table) {
        List<Indexes.Index> now = indexes.of(List.of(table.oid()));
        Set<Long> there = now.stream().map(Indexes.Index::oid).collect(Collectors.toSet());
        Set<String> rebuilt = concern.all(Fact.Role.INDEX).stream()
                .filter(before -> !there.contains(before.oid()))
                .map(Fact::name)
                .collect(Collectors.toSet());
        return now.stream()
                .filter(index -> !concern.knows(Fact.Role.INDEX, index.oid()) && !rebuilt.contains(index.name()))
                .toList();
    }

    private boolean isMeant(Indexes.Index index) {
        Fact wanted = concern.the(Fact.Role.WANTED);
        // without a name only what the server may have called so (ChooseIndexName in commands/indexcmds.c)
        return wanted == null
                ? index.form().equals(effect.form()) && index.name().matches("(?s)" + GENERATED)
                : index.name().equals(wanted.name());
    }

    private static String paths(List<Indexes.Index> found) {
        return found.stream()
                .map(index -> (index.usable() ? "index " : "the invalid index ") + index.path())
                .collect(Collectors.joining(" and "));
    }

    /** Whether the index is there after the statement went well: IF NOT EXISTS goes well whatever has its name. */
    Optional<Flaw> verify() {
        Fact table = concern.the(Fact.Role.TABLE);
        Fact wanted = concern.the(Fact.Role.WANTED);
        List<Indexes.Index> all = table == null ? List.of() : indexes.of(List.of(table.oid()));
        List<Indexes.Index> own = table == null
                ? List.of()
                : wanted == null
                        ? fresh(table).stream().filter(this::isMeant).toList()
                        : all.stream().filter(this::isMeant).toList();
        String name = wanted == null ? "an index" : "index " + wanted.name();
        if (own.isEmpty()) {
            Fact other = concern.the(Fact.Role.NAMED);
            String found = other == null
                    ? "its table has none of that name"
                    : "the name belongs to " + other.name() + ", which is not an index of its table";
            return flaw(
                    name + " was not made", found, "rename or drop what has its name, or give the index another one");
        }
        Indexes.@Nullable Index unfit =
                own.stream().filter(index -> !index.usable()).findFirst().orElse(null);
        if (unfit != null) {
            return flaw(
                    "index " + unfit.path() + " is there, but it is not valid",
                    "an earlier build of it did not come to its end; IF NOT EXISTS takes it as it is, and no query uses it",
                    "drop it with: drop index concurrently " + unfit.path() + "; and run the same command again");
        }
        Indexes.Index index = own.get(0);
        return index.form().equals(effect.form())
                ? Optional.empty()
                : flaw(
                        "index " + index.path() + " is there, but it is not the one that the statement asks for",
                        "it is a " + index.form() + ", not a " + effect.form(),
                        "drop or rename it, or give the new index another name");
    }

    private static Optional<Flaw> flaw(String message, String why, String help) {
        return Optional.of(new Flaw(message, why, help));
    }
}
