package dev.lockkeeper.schemas.playerengagement;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** The scripts of player-engagement, each sent as one message in one transaction. */
final class Migrations {
    static final int NEWEST = 5;

    private static final Path FOLDER =
            Path.of(System.getProperty("lockkeeper.root"), "schemas", "player-engagement", "migrations");

    private final String schema;

    /** Scripts for a schema, whose name is quoted as an identifier where it needs to be. */
    Migrations(String schema) {
        this.schema = schema;
    }

    void up(Connection connection, int version) throws SQLException {
        send(connection, script("V", version));
    }

    void down(Connection connection, int version) throws SQLException {
        send(connection, script("U", version));
    }

    private static void send(Connection connection, String script) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(script);
        }
    }

    private String script(String kind, int version) {
        String pattern = "%s%03d__*.sql".formatted(kind, version);
        try (DirectoryStream<Path> found = Files.newDirectoryStream(FOLDER, pattern)) {
            return Files.readString(found.iterator().next()).replace("${schema}", schema);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
