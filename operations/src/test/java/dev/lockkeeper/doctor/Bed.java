package dev.lockkeeper.doctor;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.Options;
import dev.lockkeeper.project.Patience;
import dev.lockkeeper.project.PoolDeclaration;
import dev.lockkeeper.project.Roles;
import dev.lockkeeper.project.Secret;
import dev.lockkeeper.project.Target;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A server as one should be, and what the doctor says of its databases. */
final class Bed implements AutoCloseable {
    private static final Limits LIMITS = new Limits(
            Duration.ofSeconds(2), Duration.ZERO, Duration.ZERO, 5_000, Duration.ofSeconds(30), 1L << 30, 1_000, 90, 0);

    final EmbeddedPostgres server;

    /** Figures that a test reaches at once, unless it says otherwise. */
    Limits limits = LIMITS;

    private final List<Connection> open = new ArrayList<>();

    /** A server that is as it should be. */
    Bed(int version) {
        this(version, "on");
    }

    /** @param careful whether what is committed stays, and somebody cleans up: {@code on} or {@code off} */
    Bed(int version, String careful) {
        // what a server has whose data somebody would miss
        server = EmbeddedPostgres.start(Options.version(version)
                .withSetting("fsync", careful)
                .withSetting("full_page_writes", "on")
                .withSetting("wal_level", "logical")
                .withSetting("max_wal_senders", "4")
                .withSetting("max_replication_slots", "4")
                .withSetting("max_prepared_transactions", "4")
                .withSetting("autovacuum", careful)
                .withSetting("autovacuum_naptime", "1h"));
    }

    Target target(String database) {
        return target(database, server.user(), server.password(), server.port());
    }

    static Target target(String database, String user, String password, int port) {
        return new Target("127.0.0.1", port, database, user, new Secret(password), Map.of());
    }

    /** A connection that stays open until the test ends. */
    Connection connect(String database) throws SQLException {
        Connection connection = server.connect(database);
        open.add(connection);
        return connection;
    }

    void run(String database, String... statements) throws SQLException {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    Examination examine(Target target, List<PoolDeclaration> pools, List<Need> needs, Clock clock) {
        try (Session session = Session.open(target, "lockkeeper doctor")) {
            return new Doctor(clock)
                    .examine(new Patient(
                            target,
                            session.limited("1s", "5s"),
                            () -> Session.open(target, "lockkeeper doctor"),
                            "lockkeeper",
                            List.of("app"),
                            needs,
                            Roles.everybody(),
                            pools,
                            Map.of(15, "15.1", 18, "18.0"),
                            new Patience(Duration.ofSeconds(2), Duration.ZERO, 1),
                            limits));
        }
    }

    void leave() throws SQLException {
        for (Connection one : open) {
            one.close();
        }
        open.clear();
    }

    @Override
    public void close() throws SQLException {
        leave();
        server.close();
    }
}
