package dev.lockkeeper.describe.types;

import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.ModelReader;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** A database in which types are tried, and its model. */
record Bench(EmbeddedPostgres server, String database, Model model) {
    static Bench of(EmbeddedPostgres server, String sql) throws SQLException {
        String database = server.createDatabase();
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
        return read(server, database);
    }

    static Bench read(EmbeddedPostgres server, String database) throws SQLException {
        try (Session session = Session.over(server.connect(database))) {
            return new Bench(server, database, ModelReader.read(session));
        }
    }

    Described described() {
        return Describer.describe(model, Exposure.ALL);
    }

    Connection connect() throws SQLException {
        return server.connect(database);
    }
}
