package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.observation.Effect;
import dev.lockkeeper.observation.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A column that a migration makes, be it with its table; those of views, and what partitions have from their parent, are left out.
 *
 * @param done the statement that makes it
 * @param part as it is after the migration
 */
record NewColumn(Done done, Part part) {
    private static final Set<String> TABLES = Set.of("r", "p", "f");

    /** Those of a migration, in its order. */
    static List<NewColumn> in(Rehearsed migration) {
        Set<String> tables = migration
                .parts(Part.Kind.TABLE)
                .filter(table -> TABLES.contains(String.valueOf(table.traits().get("relkind"))))
                .map(Part::table)
                .collect(Collectors.toSet());
        List<NewColumn> columns = new ArrayList<>();
        for (Done done : migration.statements()) {
            for (Effect effect : done.seen().effects()) {
                if (effect.change() == Effect.Change.CREATED) {
                    boolean column = effect.type().equals("table column");
                    String table = effect.now().get(column ? "attrelid" : "oid");
                    migration
                            .parts(Part.Kind.COLUMN)
                            .filter(part -> column || effect.now().get("relkind") != null)
                            .filter(part -> part.traits().is("attrelid", String.valueOf(table)))
                            .filter(part -> !column
                                    || part.traits()
                                            .is(
                                                    "attnum",
                                                    String.valueOf(effect.now().get("attnum"))))
                            .filter(part -> tables.contains(part.table())
                                    && part.traits().is("attinhcount", "0"))
                            .forEach(part -> columns.add(new NewColumn(done, part)));
                }
            }
        }
        return columns;
    }

    String name() {
        return part.table() + "." + part.name();
    }

    String type() {
        return String.valueOf(part.traits().get("type"));
    }
}
