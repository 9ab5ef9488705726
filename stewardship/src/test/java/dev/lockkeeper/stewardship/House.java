package dev.lockkeeper.stewardship;

import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.ModelReader;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.Options;
import dev.lockkeeper.history.DataRecord;
import dev.lockkeeper.history.HistoryTable;
import dev.lockkeeper.project.Secret;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.stewardship.classification.Classification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** A database of its own and a folder for one test, on a server that lives as long as the test run. */
final class House implements AutoCloseable {
    private final EmbeddedPostgres server;
    private final String database;
    private final Path folder;
    private final Session session;

    private House(EmbeddedPostgres server, Path folder) {
        this.server = server;
        this.folder = folder;
        this.database = server.createDatabase();
        this.session = open();
    }

    Session open() {
        return open(server.user());
    }

    Session open(String user) {
        return open(user, server.port(), Map.of());
    }

    /** In another database of the server. */
    Session openIn(String other) {
        return Session.open(
                new Target("127.0.0.1", server.port(), other, server.user(), new Secret(server.password()), Map.of()),
                "test");
    }

    /** Through something that listens on another port. */
    Session open(String user, int port, Map<String, String> parameters) {
        return Session.open(
                new Target("127.0.0.1", port, database, user, new Secret(server.password()), parameters), "test");
    }

    String user() {
        return server.user();
    }

    int port() {
        return server.port();
    }

    Session session() {
        return session;
    }

    Path folder() {
        return folder;
    }

    String password() {
        return server.password();
    }

    House sql(String... statements) {
        for (String statement : statements) {
            session.execute(statement);
        }
        return this;
    }

    /** The first column of a query. */
    List<String> rows(String sql) {
        return session.query(sql).stream().map(row -> String.valueOf(row[0])).toList();
    }

    String one(String sql) {
        return rows(sql).get(0);
    }

    Classification classification(String text) {
        try {
            Path file = folder.resolve("classification.yaml");
            Files.writeString(file, "version: 1\n" + text);
            return Classification.read(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Model model() {
        return ModelReader.read(session).without(Set.of("lockkeeper"));
    }

    /** The record, which is made when it is not there. */
    DataRecord record() {
        HistoryTable table = new HistoryTable("lockkeeper", "main");
        table.create(session);
        DataRecord record = new DataRecord(table);
        record.create(session);
        return record;
    }

    @Override
    public void close() throws IOException {
        session.close();
        server.dropDatabase(database);
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Gives each test a house. */
    static final class Extension implements ParameterResolver {
        private static final Namespace NAMESPACE = Namespace.create(House.class);

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == House.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            EmbeddedPostgres server = context.getRoot()
                    .getStore(NAMESPACE)
                    .computeIfAbsent(
                            Servers.version(context),
                            version -> EmbeddedPostgres.start(Options.version(version)),
                            EmbeddedPostgres.class);
            try {
                Path folder = Files.createTempDirectory("house").toRealPath();
                return context.getStore(NAMESPACE)
                        .computeIfAbsent("house", k -> new House(server, folder), House.class);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
