package dev.lockkeeper.check;

import dev.lockkeeper.source.Migration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A migration as its text tells it.
 *
 * @param clauses its statements
 */
public record Written(Migration migration, List<Clause> clauses) {
    public Written {
        clauses = List.copyOf(clauses);
    }

    /**
     * Reads the up script of a migration.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException for text that cannot be split
     */
    public static Written of(Migration migration) {
        List<Clause> clauses = new ArrayList<>();
        Set<String> made = new HashSet<>();
        migration.up().commands().forEach(statement -> {
            Clause clause = Clause.of(statement, migration.up().place(statement.start()), made);
            clause.creates().ifPresent(made::add);
            // what is new stays new under another name
            if (clause.table().filter(clause::isNew).isPresent()) {
                for (int action : clause.actions()) {
                    if (clause.reading().isPhrase(action, "rename", "to")) {
                        made.add(clause.name(action + 2));
                    }
                }
            }
            clauses.add(clause);
        });
        return new Written(migration, clauses);
    }
}
