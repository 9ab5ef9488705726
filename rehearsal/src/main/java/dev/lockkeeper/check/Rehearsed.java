package dev.lockkeeper.check;

import dev.lockkeeper.observation.Effect;
import dev.lockkeeper.observation.Observation;
import dev.lockkeeper.observation.Part;
import dev.lockkeeper.rehearsal.RehearsedMigration;
import dev.lockkeeper.source.Migration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A migration and what a rehearsal saw of it.
 *
 * @param migration as it is written
 * @param statements what was observed, in the order in which they ran
 * @param parts of the tables that it created or changed, as they are after it
 * @param statementByStatement whether each of its statements is kept by itself
 */
public record Rehearsed(Migration migration, List<Done> statements, List<Part> parts, boolean statementByStatement) {
    public Rehearsed {
        statements = List.copyOf(statements);
        parts = List.copyOf(parts);
    }

    public static Rehearsed of(Migration migration, RehearsedMigration seen) {
        List<Done> statements = new ArrayList<>();
        Set<String> made = new HashSet<>();
        for (Observation one : seen.statements()) {
            for (Effect effect : one.effects()) {
                // what is renamed keeps being new or old under its new name
                if (effect.change() == Effect.Change.CREATED
                        || (effect.change() == Effect.Change.RENAMED && made.contains(effect.before()))) {
                    made.add(effect.object());
                }
            }
            statements.add(new Done(one, made));
        }
        return new Rehearsed(migration, statements, seen.parts(), seen.statementByStatement());
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
