package dev.lockkeeper.database;

import dev.lockkeeper.address.Approach;
import dev.lockkeeper.address.Host;
import dev.lockkeeper.address.SessionKind;
import dev.lockkeeper.project.Target;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGConnection;

/**
 * Makes a connection to one of the servers of a target, in libpq's manner: the hosts in their order, each address of a
 * name, and the next one only when nobody answered or the server is not of the wanted kind (manual 34.1.1.3). The driver
 * is asked for one address at a time, since it has other kinds and remembers for a while which server was which.
 */
final class Connector {
    /** Kept, because a logger that nobody holds forgets its level. */
    private static final Logger DRIVER = Logger.getLogger("org.postgresql");

    /** Where a socket factory is to go instead, when the driver would not go there by itself; null for the driver's way. */
    private record Way(Host host, @Nullable String dialing) {}

    private final Target target;
    private final Properties properties;
    private final List<Refusal.Attempt> failed = new ArrayList<>();

    private Connector(Target target, Properties properties) {
        this.target = target;
        this.properties = properties;
    }

    /**
     * Connects.
     *
     * @param properties for the driver, those of the target among them; without user and password
     * @throws dev.lockkeeper.problem.LockkeeperException {@code connection-failed}, {@code authentication-failed}, or
     *     {@code server-exhausted} when the server has no connection left
     */
    static Connection open(Target target, Properties properties) {
        if (DRIVER.getLevel() == null) {
            // what it logs about a failure is in the problem too; who sets a level still gets its lines
            DRIVER.setLevel(Level.OFF);
        }
        return new Connector(target, properties).open();
    }

    private Connection open() {
        SessionKind kind = target.approach().kind();
        boolean preferred = kind == SessionKind.PREFER_STANDBY;
        return any(kind)
                .or(() -> preferred ? any(SessionKind.ANY) : Optional.empty())
                .orElseThrow(() -> Refusal.of(target, failed));
    }

    private Optional<Connection> any(SessionKind kind) {
        List<Host> hosts = new ArrayList<>(target.hosts());
        if (target.approach().shuffled()) {
            Collections.shuffle(hosts);
        }
        for (Host host : hosts) {
            try {
                for (Way way : ways(host)) {
                    Optional<Connection> open = attempt(way, kind);
                    if (open.isPresent()) {
                        return open;
                    }
                }
            } catch (UnknownHostException e) {
                failed.add(new Refusal.Attempt(host, new SQLException(e.getMessage(), "08001", e)));
            }
        }
        return Optional.empty();
    }

    private Optional<Connection> attempt(Way way, SessionKind kind) {
        try {
            Connection connection = connect(way);
            if (accepted(connection, kind)) {
                return Optional.of(connection);
            }
            connection.close();
            failed.add(
                    new Refusal.Attempt(way.host, new SQLException("the server is not " + kind.word(), Refusal.KIND)));
        } catch (SQLException e) {
            failed.add(new Refusal.Attempt(way.host, e));
            if (Refusal.isFinal(e)) {
                throw Refusal.of(target, failed);
            }
        }
        return Optional.empty();
    }

    private Connection connect(Way way) throws SQLException {
        Properties all = new Properties();
        all.putAll(properties);
        String application = target.approach().application();
        if (application != null) {
            all.setProperty("ApplicationName", application);
        }
        if (way.dialing != null) {
            all.setProperty("socketFactory", DialingSocketFactory.class.getName());
            all.setProperty("socketFactoryArg", way.dialing);
        }
        if (way.host.socket().isPresent()) {
            // as libpq: what stays on the machine is not encrypted
            all.setProperty("sslmode", "disable");
            all.remove("sslNegotiation");
            if (!"require".equals(all.getProperty("gssEncMode"))) {
                all.setProperty("gssEncMode", "disable");
            }
        }
        Connection connection = new Driver().connect(target.jdbcUrl(way.host), target.credentials(way.host, all));
        if (connection == null) {
            throw new SQLException("the driver does not understand " + target.jdbcUrl(way.host), "08001");
        }
        return settled(connection);
    }

    /** Gives the session what the address asks for and the driver has set otherwise. */
    private Connection settled(Connection connection) throws SQLException {
        Map<String, String> settings = target.approach().settings();
        if (settings.isEmpty()) {
            return connection;
        }
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(settings.entrySet().stream()
                    .map(e -> "set " + Quote.identifier(e.getKey()) + " = " + Quote.literal(e.getValue()))
                    .collect(Collectors.joining("; ")));
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private static boolean accepted(Connection connection, SessionKind kind) throws SQLException {
        PGConnection server = connection.unwrap(PGConnection.class);
        // both are reported by the server with each connection since 14
        return kind.accepts(
                "on".equals(server.getParameterStatus("in_hot_standby")),
                "on".equals(server.getParameterStatus("default_transaction_read_only")));
    }

    /** The addresses of a host, in their order. */
    private List<Way> ways(Host host) throws UnknownHostException {
        Approach approach = target.approach();
        Map<String, String> dialing = new HashMap<>(approach.dialing());
        Optional<Path> socket = host.socket();
        if (socket.isPresent()) {
            dialing.put("socket", socket.get().toString());
            return List.of(new Way(host, DialingSocketFactory.argument(dialing)));
        }
        dialing.remove("peer");
        String known = host.address();
        List<String> addresses = new ArrayList<>();
        for (InetAddress address : InetAddress.getAllByName(known == null ? host.name() : known)) {
            addresses.add(address.getHostAddress());
        }
        List<Way> ways = new ArrayList<>();
        for (String address : addresses) {
            // the driver takes the first one by itself, and is faster with its own sockets
            boolean own = known == null && ways.isEmpty() && dialing.isEmpty();
            Map<String, String> there = new HashMap<>(dialing);
            there.put("address", address);
            ways.add(new Way(host, own ? null : DialingSocketFactory.argument(there)));
        }
        return ways;
    }
}
