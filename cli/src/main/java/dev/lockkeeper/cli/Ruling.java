package dev.lockkeeper.cli;

import dev.lockkeeper.address.Host;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.project.Component;
import dev.lockkeeper.project.Environment;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.project.TargetResolver;
import java.util.Map;

/**
 * Whose rules hold: a database that an environment with rules declares as its own has them, whatever environment was named to get
 * there, so that nobody goes around them by an address. It knows addresses, not servers: one of another name is another one.
 */
record Ruling(Project project, Map<String, String> variables) {
    /** The environment whose rules hold. */
    Environment of(Environment named, Component component, Target target) {
        if (named.protection().demands()) {
            return named;
        }
        return project.environments().values().stream()
                .filter(other -> other.url() != null && other.protection().demands())
                .filter(other -> leadsTo(other, component, target))
                .findFirst()
                .orElse(named);
    }

    private boolean leadsTo(Environment other, Component component, Target target) {
        try {
            Target theirs = new TargetResolver(variables, true).resolve(null, other, component.database());
            return theirs.database().equals(target.database())
                    && theirs.hosts().stream()
                            .anyMatch(host -> target.hosts().stream().anyMatch(h -> same(h, host)));
        } catch (LockkeeperException e) {
            // an address that cannot be read is nobody's
            return false;
        }
    }

    private static boolean same(Host one, Host other) {
        return one.name().equalsIgnoreCase(other.name()) && one.port() == other.port();
    }
}
