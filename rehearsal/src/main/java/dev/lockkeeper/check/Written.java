package dev.lockkeeper.check;

import dev.lockkeeper.source.Migration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A migration as its text tells it.
 *
 * @param clauses its statements
 * @param target the version of the server for which it is meant, such as {@code 16.4}; null when that is not known
 */
public record Written(
        Migration migration, List<Clause> clauses, @Nullable String target) {
    public Written {
        clauses = List.copyOf(clauses);
    }

    /**
     * One of which it is not known for which server it is meant: reads the up script of a migration.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException for text that cannot be split
     */
    public static Written of(Migration migration) {
        return of(migration, null);
    }

    /** The same for a server of a version. */
    public static Written of(Migration migration, @Nullable String target) {
        List<Clause> clauses = new ArrayList<>();
        Set<String> made = new HashSet<>();
        migration.up().commands().forEach(statement -> {
            Clause clause = Clause.of(statement, migration.up().place(statement.start()), made);
            clause.creates().or(clause::indexes).ifPresent(made::add);
            clause.renames().ifPresent(made::add);
            clauses.add(clause);
        });
        return new Written(migration, clauses, target);
    }
}
