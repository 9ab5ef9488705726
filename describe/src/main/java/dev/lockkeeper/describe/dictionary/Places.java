package dev.lockkeeper.describe.dictionary;

import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.catalog.model.Routine;
import dev.lockkeeper.catalog.model.TypeRef;
import dev.lockkeeper.catalog.model.UserType;
import dev.lockkeeper.describe.model.Documented;
import dev.lockkeeper.describe.page.Line;
import dev.lockkeeper.describe.page.Span;
import dev.lockkeeper.describe.page.Target;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Where things are told of, relative to the folder of the dictionary. What has no page, such as a built-in type, has no place. */
final class Places {
    /** The name of the first page of a folder. */
    static final String INDEX = "README.md";

    private final Map<ObjectName, Target> relations = new HashMap<>();
    private final Map<ObjectName, Target> types = new HashMap<>();
    private final Map<ObjectName, Target> routines = new HashMap<>();

    Places(Documented documented) {
        documented.model().relations().forEach(relation -> relations.put(relation.name(), place(relation)));
        documented.model().types().forEach(type -> types.put(type.name(), place(type)));
        documented.model().routines().stream()
                .filter(Places::isPlain)
                .forEach(routine -> routines.put(
                        routine.name(), new Target(page(routine.name().schema(), "routines"), anchor(routine.name()))));
    }

    /** The page of a table. */
    static String table(ObjectName table) {
        return FileName.of(table.schema()) + "/" + FileName.of(table.name()) + ".md";
    }

    /** A page that a schema has once. */
    static String page(String schema, String kind) {
        return FileName.of(schema) + "/" + kind + ".md";
    }

    static String index(String schema) {
        return FileName.of(schema) + "/" + INDEX;
    }

    static String anchor(ObjectName name) {
        return FileName.of(name.name());
    }

    /** Whether its name alone tells which one it is, as that of every routine of a trigger does. */
    static boolean isPlain(Routine routine) {
        return routine.arguments().isEmpty();
    }

    static boolean hasOwnPage(Relation relation) {
        return relation.kind() == Relation.Kind.TABLE || relation.kind() == Relation.Kind.FOREIGN_TABLE;
    }

    private static Target place(Relation relation) {
        return hasOwnPage(relation)
                ? Target.of(table(relation.name()))
                : new Target(page(relation.name().schema(), "views"), anchor(relation.name()));
    }

    private static Target place(UserType type) {
        return new Target(page(type.name().schema(), "types"), anchor(type.name()));
    }

    /** The name of a relation, leading to it where it is told of. */
    Line relation(ObjectName name) {
        return led(new Span.Text(name.toString()), Optional.ofNullable(relations.get(name)));
    }

    /** The name of a routine, leading to it where it is told of. */
    Line routine(ObjectName name) {
        return led(new Span.Code(name.toString()), Optional.ofNullable(routines.get(name)));
    }

    /** A type as SQL spells it, leading to it where it is told of. */
    Line type(TypeRef type) {
        return led(new Span.Code(type.spelled()), Optional.ofNullable(types.get(type.name())));
    }

    private static Line led(Span label, Optional<Target> target) {
        return target.map(there -> Line.empty().link(label, there))
                .orElse(Line.empty().with(label));
    }
}
