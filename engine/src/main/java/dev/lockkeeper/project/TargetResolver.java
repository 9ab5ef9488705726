package dev.lockkeeper.project;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which database is meant: the command line wins over LOCKKEEPER_DATABASE_URL, that over the PG* variables,
 * those over the project's environment.
 */
public final class TargetResolver {
    private static final Pattern SERVER = Pattern.compile("(?<host>\\[[^]]*]|[^:,]*)(?::(?<port>\\d+))?");

    private final Map<String, String> variables;

    /**
     * @param variables the environment variables of the process
     */
    public TargetResolver(Map<String, String> variables) {
        this.variables = Map.copyOf(variables);
    }

    /**
     * The database of a component.
     *
     * @param url what the command line names, or null
     * @throws dev.lockkeeper.problem.LockkeeperException {@code database-unknown}, {@code usage} for an address that
     *     cannot be read, {@code secret-on-command-line}
     */
    public Target resolve(@Nullable String url, Environment environment, @Nullable String database) {
        Target target = target(url, environment);
        return database == null ? target : target.withDatabase(database);
    }

    private Target target(@Nullable String url, Environment environment) {
        if (url != null) {
            if (ProjectFile.holdsPassword(url)) {
                throw Problem.of(Code.SECRET_ON_COMMAND_LINE, "the address on the command line holds a password")
                        .because("everybody on this machine can read the arguments of a process")
                        .help("remove it, and set PGPASSWORD, or put it into ~/.pgpass")
                        .asException();
            }
            return parse(url, "--database", variable("PGPASSWORD"));
        }
        Optional<String> own = variable("LOCKKEEPER_DATABASE_URL");
        if (own.isPresent()) {
            return parse(own.get(), "LOCKKEEPER_DATABASE_URL", variable("PGPASSWORD"));
        }
        if (variable("PGHOST").isPresent() || variable("PGDATABASE").isPresent()) {
            return new Target(
                    variable("PGHOST").orElse("localhost"),
                    port(variable("PGPORT").orElse("5432"), "PGPORT"),
                    variable("PGDATABASE").or(() -> variable("PGUSER")).orElse("postgres"),
                    variable("PGUSER").orElse(System.getProperty("user.name", "postgres")),
                    variable("PGPASSWORD").map(Secret::new).orElse(null),
                    ssl(Map.of()));
        }
        if (environment.url() != null) {
            Optional<String> password = environment.passwordVariable() == null
                    ? variable("PGPASSWORD")
                    : variable(environment.passwordVariable());
            return parse(environment.url(), "environment " + environment.name(), password);
        }
        throw Problem.of(Code.DATABASE_UNKNOWN, "no database is named for environment " + environment.name())
                .help(
                        "pass --database postgresql://USER@HOST/NAME, or set LOCKKEEPER_DATABASE_URL or the PG* variables,"
                                + " or give the environment an url: in lockkeeper.yaml; to try the migrations without any"
                                + " server: lockkeeper smoke")
                .asException();
    }

    private Target parse(String url, String where, Optional<String> password) {
        String plain = url.startsWith("jdbc:") ? url.substring("jdbc:".length()) : url;
        URI uri;
        try {
            uri = URI.create(plain);
        } catch (IllegalArgumentException e) {
            throw unreadable(where, "it is not an address");
        }
        if (!"postgresql".equals(uri.getScheme()) && !"postgres".equals(uri.getScheme())) {
            throw unreadable(where, "it does not start with postgresql://");
        }
        String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceFirst("^/", "");
        Map<String, String> parameters = parameters(uri.getRawQuery());
        // URI gives neither host nor user when the host holds an underscore, as the names of containers do
        String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
        int at = authority.lastIndexOf('@');
        String[] userInfo = at < 0 ? new String[0] : authority.substring(0, at).split(":", 2);
        Matcher server = SERVER.matcher(authority.substring(at + 1));
        if (!server.matches()) {
            throw unreadable(where, "its host or port cannot be read");
        }
        String user = userInfo.length > 0 && !userInfo[0].isEmpty()
                ? decode(userInfo[0])
                : Optional.ofNullable(parameters.remove("user"))
                        .or(() -> variable("PGUSER"))
                        .orElse(System.getProperty("user.name", "postgres"));
        Optional<String> secret = userInfo.length > 1
                ? Optional.of(decode(userInfo[1]))
                : Optional.ofNullable(parameters.remove("password")).or(() -> password);
        String host =
                server.group("host").isEmpty() ? variable("PGHOST").orElse("localhost") : decode(server.group("host"));
        String port = server.group("port");
        return new Target(
                host.replaceAll("^\\[|]$", ""),
                port == null ? port(variable("PGPORT").orElse("5432"), "PGPORT") : port(port, where),
                path.isEmpty() ? variable("PGDATABASE").orElse(user) : decode(path),
                user,
                secret.map(Secret::new).orElse(null),
                ssl(parameters));
    }

    private static RuntimeException unreadable(String where, String reason) {
        return Problem.of(Code.USAGE, "the address of the database cannot be read: " + reason)
                .at(Place.of(where))
                .help("write it as postgresql://USER@HOST:PORT/DATABASE")
                .asException();
    }

    private static Map<String, String> parameters(@Nullable String query) {
        Map<String, String> parameters = new HashMap<>();
        if (query != null) {
            for (String pair : query.split("&", -1)) {
                String[] parts = pair.split("=", 2);
                parameters.put(decode(parts[0]), parts.length == 2 ? decode(parts[1]) : "");
            }
        }
        return parameters;
    }

    private Map<String, String> ssl(Map<String, String> parameters) {
        Map<String, String> all = new HashMap<>(parameters);
        variable("PGSSLMODE").ifPresent(mode -> all.putIfAbsent("sslmode", mode));
        variable("PGSSLROOTCERT").ifPresent(file -> all.putIfAbsent("sslrootcert", file));
        return all;
    }

    private static int port(String text, String where) {
        try {
            int port = Integer.parseInt(text);
            if (port > 0 && port < 65536) {
                return port;
            }
        } catch (NumberFormatException e) {
            // reported below like a number out of range
        }
        throw unreadable(where, text + " is no port");
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name)).filter(v -> !v.isEmpty());
    }
}
