package dev.lockkeeper.catalog;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * For each thing that a person is told, the statements that the down script lacks, all of them or none: in the order in which
 * the things are told they run from top to bottom.
 */
final class Fixes {
    private final Changes changes;
    private final Renames renames;
    private final Set<String> made = new HashSet<>();

    Fixes(Changes changes, List<Change> told) {
        this.changes = changes;
        this.renames = new Renames(changes, told);
    }

    /** The order in which things are told. */
    Comparator<Change> order() {
        return Comparator.<Change>comparingInt(c -> renames.before(c) != null ? 0 : FixOrder.rank(c))
                .thenComparing(FixOrder::first);
    }

    @Nullable
    String of(Change change) {
        Change before = renames.before(change);
        if (before != null) {
            return Renames.statement(change, before);
        }
        if (renames.goesAlong(change)) {
            return null;
        }
        if (change.leftOver()) {
            return drop(change);
        }
        return change.lost() ? create(change) : Fix.alter(change);
    }

    private @Nullable String drop(Change change) {
        String statement = Fix.drop(change.any());
        boolean attached = change.thing().equals("pg_class")
                && change.any().kind().equals("index")
                && "true".equals(change.any().field("relispartition"));
        if (statement == null || attached) {
            return null;
        }
        boolean holds = change.thing().equals("pg_namespace")
                && changes.parts(change).stream().anyMatch(part -> part.leftOver());
        return holds ? statement.replaceFirst(";$", " cascade;") : statement;
    }

    /** With everything that went with it; null when any of that cannot be made from the catalogs alone. */
    private @Nullable String create(Change change) {
        List<String> statements = new ArrayList<>();
        return create(change, statements) ? String.join(" ", statements) : null;
    }

    private boolean create(Change change, List<String> statements) {
        if (!made.add(change.identity())) {
            return true;
        }
        String own = Creation.of(change.any());
        if (own == null) {
            return false;
        }
        statements.add(own);
        List<Change> parts = new ArrayList<>(changes.parts(change));
        parts.sort(Comparator.<Change>comparingInt(FixOrder::rank).thenComparing(FixOrder::first));
        for (Change part : parts) {
            if (Creation.comesAlong(part.any(), change.any())) {
                String option = Creation.option(part.any());
                if (option != null) {
                    statements.add(option);
                }
            } else if (!create(part, statements)) {
                return false;
            }
        }
        return true;
    }
}
