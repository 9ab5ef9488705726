package dev.lockkeeper.embedded;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A running PostgreSQL server that belongs to this process: real, private, and thrown away. It listens on the loopback
 * interface only, asks for a password that only this user knows, and ends with this process however that ends, leaving
 * nothing behind.
 *
 * <p>The server is fast because its data is not worth keeping: it does not write safely to disk, and autovacuum, JIT and
 * parallel workers are off. Encoding UTF-8, locale C (on 17 and later the builtin provider's C.UTF-8), time zone UTC. Of
 * the databases of a stock server, {@code postgres} and {@code template1} exist.
 *
 * <p>The first start of a version on a machine unpacks it and prepares a data directory, which takes seconds and lasts;
 * see {@link Options#cache()}. All methods may be called from several threads.
 */
public final class EmbeddedPostgres implements AutoCloseable {
    private static final String EMPTY = "template1";

    private final String version;
    private final Server server;
    private final Password password;
    private final Administration administration;
    private final AtomicInteger databases = new AtomicInteger();

    private EmbeddedPostgres(String version, Server server, Password password) {
        this.version = version;
        this.server = server;
        this.password = password;
        this.administration = new Administration(() -> connect("postgres"));
    }

    /** Starts a server of the newest version with the default options. */
    public static EmbeddedPostgres start() {
        return start(Options.defaults());
    }

    /**
     * Starts a server and returns when it accepts connections.
     *
     * @throws EmbeddedPostgresException if there are no binaries, the cache cannot be used, or the server does not start
     */
    public static EmbeddedPostgres start(Options options) {
        return start(options, Account.current());
    }

    /**
     * The version of the server that {@link #start(Options)} would start, as PostgreSQL prints it; starts none.
     *
     * @throws EmbeddedPostgresException if there are no binaries
     */
    public static String available(Options options) {
        return Binaries.find(options.majorVersion(), options.binaries(), Platform.current())
                .version();
    }

    /**
     * A directory of this user beside what outlives a server, for what is made with its help; it is made if need be.
     *
     * @param name its name
     * @throws EmbeddedPostgresException if the cache cannot be used
     */
    public static Path shelf(Options options, String name) {
        return Cache.open(options.cache(), Account.current(), System.getenv()).shelf(name);
    }

    static EmbeddedPostgres start(Options options, Account account) {
        var platform = Platform.current();
        var cache = Cache.open(options.cache(), account, System.getenv());
        var binaries = Binaries.find(options.majorVersion(), options.binaries(), platform);
        var installation = Installation.provide(binaries, cache, platform);
        var template = Template.provide(installation, cache);
        Lease.sweep(cache.ofServer(), account);
        try {
            return start(options, cache, installation, template);
        } catch (EmbeddedPostgresException e) {
            if (!installation.isDamaged() && !template.isDamaged()) {
                throw e;
            }
            installation.heal(cache);
            template.heal(installation, cache);
            return start(options, cache, installation, template);
        }
    }

    private static EmbeddedPostgres start(Options options, Cache cache, Installation installation, Template template) {
        var server = Server.start(options, cache, installation, template, Port::reserve);
        var started = new EmbeddedPostgres(installation.binaries().version(), server, template.password());
        try {
            started.administration.open();
            return started;
        } catch (RuntimeException e) {
            started.close();
            throw e;
        }
    }

    /** The version as PostgreSQL prints it: {@code 18.6}. */
    public String version() {
        return version;
    }

    /** The TCP port on 127.0.0.1. */
    public int port() {
        return server.port();
    }

    /** The superuser. */
    public String user() {
        return Template.USER;
    }

    /** The superuser's password: random, the same for all servers of one cache. */
    public String password() {
        return password.text();
    }

    /** The JDBC address of a database, whatever its name, without user and password. */
    public String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port() + "/" + URLEncoder.encode(database, StandardCharsets.UTF_8);
    }

    /**
     * A new connection of the superuser: autocommit, and in the simple protocol, in which a script reaches the server as
     * one message that the driver does not split. Scripts must still call {@code setEscapeProcessing(false)}, for which
     * JDBC has no connection property.
     */
    public Connection connect(String database) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", user());
        properties.setProperty("password", password());
        properties.setProperty("preferQueryMode", "simple");
        properties.setProperty("sslmode", "disable");
        properties.setProperty("gssEncMode", "disable");
        // not through DriverManager, which would load every driver of the class path
        var connection = new org.postgresql.Driver().connect(url(database), properties);
        if (connection == null) {
            throw new SQLException("the PostgreSQL driver refused " + url(database));
        }
        return connection;
    }

    /** Creates an empty database and returns its name, which is unique on this server. */
    public String createDatabase() {
        return createDatabase(EMPTY);
    }

    /** Creates a copy of a database, to which nobody may be connected, and returns its name, unique on this server. */
    public String createDatabase(String template) {
        var name = "scratch_" + databases.incrementAndGet();
        createDatabase(name, template);
        return name;
    }

    /**
     * Creates a copy of a database under any name that PostgreSQL can hold.
     *
     * @throws EmbeddedPostgresException if the name is impossible or taken, or somebody is connected to the template
     */
    public void createDatabase(String name, String template) {
        // copying files beats logging pages where checkpoints cost nothing (manual, "CREATE DATABASE", strategy)
        administration.execute(
                "cannot create the database " + name + " from " + template,
                "CREATE DATABASE " + Administration.identifier(name) + " TEMPLATE "
                        + Administration.identifier(template) + " STRATEGY file_copy",
                template);
    }

    /** Drops a database, ending the sessions in it. */
    public void dropDatabase(String name) {
        administration.execute(
                "cannot drop the database " + name,
                "DROP DATABASE " + Administration.identifier(name) + " WITH (FORCE)",
                name);
    }

    /** Ends the server and deletes its data. Calling it again does nothing. */
    @Override
    public void close() {
        // first the server, which ends what the administration may be waiting for
        server.close();
        administration.close();
    }
}
