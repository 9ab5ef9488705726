package dev.lockkeeper.cli;

import dev.lockkeeper.address.Host;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.gate.DatabaseInstance;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.project.Component;
import dev.lockkeeper.project.Environment;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.project.TargetResolver;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Which environments declare a database as their own. The servers are asked, so that neither another name of a host nor another port
 * gets past it; where one of them cannot be reached, the addresses behind the names are compared.
 */
record DatabaseOwners(Project project, Map<String, String> variables) {
    /** An environment whose server does not answer is not waited for long. */
    private static final String SECONDS = "3";

    /** @param look opens a session with the database in question */
    List<Environment> of(Component component, Target target, Supplier<Session> look) {
        Lazy mine = new Lazy(() -> instance(look));
        return project.environments().values().stream()
                .filter(environment -> environment.url() != null)
                .filter(environment -> resolved(environment, component).stream()
                        .anyMatch(theirs -> theirs.equals(target) || isSame(mine, target, theirs)))
                .toList();
    }

    private Optional<Target> resolved(Environment environment, Component component) {
        try {
            return Optional.of(new TargetResolver(variables, true).resolve(null, environment, component.database()));
        } catch (LockkeeperException e) {
            // an address that cannot be read is nobody's
            return Optional.empty();
        }
    }

    private static boolean isSame(Lazy mine, Target target, Target theirs) {
        Optional<DatabaseInstance> known = mine.get();
        Optional<DatabaseInstance> other =
                known.isEmpty() ? Optional.empty() : instance(() -> Session.open(hurried(theirs), "lockkeeper seed"));
        if (known.isPresent() && other.isPresent()) {
            return known.equals(other);
        }
        return theirs.database().equals(target.database())
                && theirs.hosts().stream()
                        .anyMatch(host -> target.hosts().stream().anyMatch(h -> isSame(h, host)));
    }

    private static Optional<DatabaseInstance> instance(Supplier<Session> open) {
        try (Session session = open.get()) {
            return Optional.of(DatabaseInstance.of(session));
        } catch (LockkeeperException e) {
            return Optional.empty();
        }
    }

    private static Target hurried(Target target) {
        Map<String, String> properties = new HashMap<>(target.properties());
        properties.put("connectTimeout", SECONDS);
        properties.put("loginTimeout", SECONDS);
        return new Target(
                target.hosts(), target.database(), target.user(), target.password(), properties, target.approach());
    }

    private static boolean isSame(Host one, Host other) {
        if (one.port() != other.port()) {
            return false;
        }
        Set<String> places = places(one);
        places.retainAll(places(other));
        return !places.isEmpty();
    }

    /** The name, and all addresses behind it; those of this machine, and its sockets, are one. */
    private static Set<String> places(Host host) {
        Set<String> places = new HashSet<>();
        places.add(host.name().toLowerCase(Locale.ROOT));
        if (host.socket().isPresent()) {
            places.add("this machine");
            return places;
        }
        String name = host.address() == null ? host.name() : host.address();
        try {
            for (InetAddress address : InetAddress.getAllByName(name)) {
                places.add(isOwn(address) ? "this machine" : address.getHostAddress());
            }
        } catch (UnknownHostException e) {
            // the name alone is compared
        }
        return places;
    }

    private static boolean isOwn(InetAddress address) {
        try {
            return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false;
        }
    }

    /** Asked once, and only when it is needed. Not thread-safe. */
    private static final class Lazy {
        private final Supplier<Optional<DatabaseInstance>> source;
        private boolean asked;
        private Optional<DatabaseInstance> value = Optional.empty();

        Lazy(Supplier<Optional<DatabaseInstance>> source) {
            this.source = source;
        }

        Optional<DatabaseInstance> get() {
            if (!asked) {
                asked = true;
                value = source.get();
            }
            return value;
        }
    }
}
