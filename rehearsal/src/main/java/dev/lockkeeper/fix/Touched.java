package dev.lockkeeper.fix;

import dev.lockkeeper.check.Done;
import dev.lockkeeper.observation.Effect;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An object that a statement makes, changes or drops.
 *
 * @param type as the server calls it
 * @param object its name, with schema
 */
record Touched(String type, String object) {
    /** Of a table whose constraint or index comes or goes a row of the catalog changes as well; that says nothing. */
    static Set<Touched> by(Done done) {
        return done.seen().effects().stream()
                .filter(one ->
                        !(one.change() == Effect.Change.CHANGED && one.type().equals("table")))
                .flatMap(one -> Stream.of(one.object(), String.valueOf(one.before()))
                        .limit(one.before() == null ? 1 : 2)
                        .map(name -> new Touched(one.type(), name)))
                .collect(Collectors.toSet());
    }

    static Set<Touched> by(Collection<Done> all) {
        return all.stream().flatMap(done -> by(done).stream()).collect(Collectors.toSet());
    }
}
