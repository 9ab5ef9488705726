package dev.lockkeeper.check;

import dev.lockkeeper.rehearsal.Course;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Repeatable;
import dev.lockkeeper.source.Version;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is judged.
 *
 * @param name the version, or the label of a repeatable script
 * @param migration of a repeatable script one that has nothing but its up script
 */
record Item(String name, Migration migration, boolean repeatable) {
    static Item of(Migration migration) {
        return new Item(migration.version().toString(), migration, false);
    }

    static Item of(Repeatable repeatable) {
        Version none = Version.parse("0").orElseThrow();
        return new Item(
                repeatable.label(), new Migration(none, repeatable.description(), repeatable.script(), null), true);
    }

    /** What a course observes, in its order. */
    static List<Item> of(Course course) {
        return Stream.concat(
                        course.observed().stream().map(Item::of),
                        course.repeatables().stream().map(Item::of))
                .toList();
    }
}
