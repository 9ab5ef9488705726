package dev.lockkeeper.fleet;

import dev.lockkeeper.Lockkeeper;
import dev.lockkeeper.database.Sessions;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Component;
import dev.lockkeeper.project.Environment;
import dev.lockkeeper.project.FleetDeclaration;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.source.Folder;
import dev.lockkeeper.source.Migrations;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * One component of every target of a fleet. Its files are read once.
 *
 * @param read its migrations with the tokens of no target in particular
 * @param opened the component of the target of that name; connects to nothing
 * @param together whether the targets are in one database
 */
record FleetPart(Migrations read, Function<String, Lockkeeper> opened, boolean together) {
    private static final String TOKEN = "schema";

    /** The name of the component. */
    String name() {
        return read.component();
    }

    /**
     * The component of a target; connects to nothing.
     *
     * @param sessions used again for other targets of the same database
     */
    Lockkeeper open(String target, Sessions sessions) {
        Lockkeeper component = opened.apply(target);
        return together ? component.sharing(sessions) : component;
    }

    static FleetPart read(
            Project project,
            FleetDeclaration fleet,
            Component component,
            Environment environment,
            Map<String, String> set,
            Target home) {
        if (fleet.kind() == FleetDeclaration.Kind.DATABASES) {
            Migrations read = Migrations.read(project.folder(component, environment, set));
            return new FleetPart(
                    read, target -> Lockkeeper.of(project, component, read, home.withDatabase(target)), false);
        }
        if (set.containsKey(TOKEN)) {
            throw Problem.of(Code.USAGE, "the token schema has a value of its own in each target of this fleet")
                    .help("leave --set schema=... out")
                    .asException();
        }
        // any value does for reading: each target gets its own below
        Migrations read = Migrations.read(folder(project, component, environment, set, TOKEN));
        if (!read.mention(TOKEN) && !read.all().isEmpty()) {
            throw Problem.of(Code.FLEET_TARGETS, "no script of component " + component.name() + " names ${schema}")
                    .because("all targets of a fleet of schemas would do the same to the same objects")
                    .help("write ${schema}.TABLE in the scripts")
                    .asException();
        }
        String database = component.database();
        Target where = database == null ? home : home.withDatabase(database);
        return new FleetPart(
                read,
                target -> {
                    Folder folder = folder(project, component, environment, set, target);
                    // a history of its own, and so a runner lock of its own; no component's name holds a slash
                    String name = component.name() + "/" + target;
                    return Lockkeeper.of(project, component, read.render(name, folder.tokens()), where);
                },
                true);
    }

    private static Folder folder(
            Project project, Component component, Environment environment, Map<String, String> set, String schema) {
        Map<String, String> values = new HashMap<>(set);
        values.put(TOKEN, schema);
        return project.folder(component, environment, values);
    }
}
