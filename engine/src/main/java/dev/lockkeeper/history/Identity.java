package dev.lockkeeper.history;

import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.Version;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * By what the history of a component is known: its names and its scripts.
 *
 * @param component its name; that of a target of a fleet holds a slash
 * @param project the name of the project; null when it has none
 * @param components the components that the project declares, whose histories are their own
 * @param migrations its scripts; null when there are none to know it by
 */
public record Identity(
        String component,
        @Nullable String project,
        Set<String> components,
        @Nullable Migrations migrations) {
    public Identity {
        components = Set.copyOf(components);
    }

    /** Known by its name alone. */
    public static Identity of(String component) {
        return new Identity(component, null, Set.of(component), null);
    }

    /** Known by its scripts, in no project. */
    public static Identity of(Migrations migrations) {
        return new Identity(migrations.component(), null, Set.of(migrations.component()), migrations);
    }

    /** The digest of each up script as it is sent. */
    Map<Version, String> scripts() {
        Map<Version, String> scripts = new HashMap<>();
        if (migrations != null) {
            for (Migration migration : migrations.all()) {
                scripts.put(
                        migration.version(), migration.up().renderedChecksum().value());
            }
        }
        return scripts;
    }

    /** The digest of the first up script as it is sent. */
    Optional<String> firstScript() {
        return migrations == null
                ? Optional.empty()
                : migrations.all().stream()
                        .findFirst()
                        .map(m -> m.up().renderedChecksum().value());
    }

    /** The target of a fleet that it belongs to; empty when it belongs to none. */
    static String target(String component) {
        int slash = component.indexOf('/');
        return slash < 0 ? "" : component.substring(slash + 1);
    }

    /** Its name in the project file. */
    static String declared(String component) {
        int slash = component.indexOf('/');
        return slash < 0 ? component : component.substring(0, slash);
    }
}
