package dev.lockkeeper.check;

import dev.lockkeeper.observation.Effect;
import dev.lockkeeper.observation.Part;
import dev.lockkeeper.rehearsal.RehearsedMigration;
import dev.lockkeeper.source.Migration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A migration and what a rehearsal saw of it.
 *
 * @param migration as it is written
 * @param statements what was observed, in the order in which they ran
 * @param parts of the tables that it created or changed, as they are after it
 * @param statementByStatement whether each of its statements is kept by itself
 * @param target the version of the server for which it is meant, such as {@code 16.4}; null when that is not known
 */
public record Rehearsed(
        Migration migration,
        List<Done> statements,
        List<Part> parts,
        boolean statementByStatement,
        @Nullable String target) {
    public Rehearsed {
        statements = List.copyOf(statements);
        parts = List.copyOf(parts);
    }

    /** One of which it is not known for which server it is meant. */
    public static Rehearsed of(Migration migration, RehearsedMigration seen) {
        return of(migration, seen, null);
    }

    /**
     * The same for a server that is known.
     *
     * @param target its version; null when that is not known
     */
    public static Rehearsed of(Migration migration, RehearsedMigration seen, @Nullable String target) {
        Story story = new Story();
        return new Rehearsed(
                migration,
                seen.statements().stream().map(story::next).toList(),
                seen.parts(),
                seen.statementByStatement(),
                target);
    }

    /** Whether a relation was there before the migration. */
    public boolean existed(String relation) {
        return statements.isEmpty() || statements.get(statements.size() - 1).existed(relation);
    }

    /** Whether it makes something of this name, or gives the name to something else. */
    public boolean gives(String object) {
        return statements.stream()
                .flatMap(done -> done.seen().effects().stream())
                .anyMatch(one -> (one.change() == Effect.Change.CREATED || one.change() == Effect.Change.RENAMED)
                        && one.object().equals(object));
    }

    /** The tables, columns, constraints or indexes among the parts. */
    public Stream<Part> parts(Part.Kind kind) {
        return parts.stream().filter(part -> part.kind() == kind);
    }

    /** Those of one table. */
    public Stream<Part> parts(Part.Kind kind, String table) {
        return parts(kind).filter(part -> part.table().equals(table));
    }

    /** What the table of a name is after the migration; empty for one that it did not touch. */
    public Optional<Part> table(String table) {
        return parts(Part.Kind.TABLE, table).findFirst();
    }

    /** The table of which it is a partition or child after the migration; empty for another one, and one that it did not touch. */
    public Optional<String> parent(String table) {
        return table(table).map(part -> part.traits().get("parent"));
    }

    /** The highest of a table's parents, or the table itself, that a statement concerns: partitions are told with it. */
    public String top(Done done, String table) {
        Set<String> concerned = done.concerned();
        String top = table;
        for (Optional<String> next = parent(done, top);
                next.filter(concerned::contains).isPresent();
                next = parent(done, top)) {
            top = next.get();
        }
        return top;
    }

    /** As it was at a statement: a later one may detach, rename or drop the partition, and then the parts do not know it. */
    private Optional<String> parent(Done done, String table) {
        return done.parent(table).or(() -> parent(table));
    }

    /** Whether a statement reads a table, or partitions of it, from one end to the other. */
    public boolean reads(Done done, String table) {
        return done.scans().anyMatch(scan -> top(done, scan.relation()).equals(table));
    }

    /** The statement after which an object has been created or changed last; the first one when none did it. */
    public Done author(String object) {
        Done author = statements.get(0);
        for (Done done : statements) {
            if (done.seen().effects().stream()
                    .anyMatch(effect -> effect.object().equals(object) || object.equals(effect.table()))) {
                author = done;
            }
        }
        return author;
    }
}
