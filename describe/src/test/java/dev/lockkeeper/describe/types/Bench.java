package dev.lockkeeper.describe.types;

import dev.lockkeeper.Lockkeeper;
import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.ModelReader;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.plan.Policy;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.project.Component;
import dev.lockkeeper.project.Environment;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.project.ProjectFile;
import dev.lockkeeper.project.TargetResolver;
import dev.lockkeeper.rows.Filler;
import dev.lockkeeper.rows.Kind;
import dev.lockkeeper.source.Folder;
import dev.lockkeeper.source.ScriptReader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

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

    /** A reference schema with all of its components, and its rows, seen as a project. */
    static Bench ofProject(EmbeddedPostgres server, String name) throws SQLException {
        Project project = ProjectFile.read(Path.of(System.getProperty("lockkeeper.root"), "schemas", name));
        Environment local = new Environment("local", null, null, Map.of());
        String database = server.createDatabase();
        TargetResolver targets = new TargetResolver(Map.of(
                "PGHOST", "127.0.0.1",
                "PGPORT", Integer.toString(server.port()),
                "PGUSER", server.user(),
                "PGPASSWORD", server.password(),
                "PGDATABASE", database));
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            if (project.prelude() != null) {
                statement.execute(ScriptReader.read(project.prelude()));
            }
            for (Component component : project.components()) {
                Folder folder = project.folder(component, local, Map.of());
                Lockkeeper.of(folder, targets.resolve(null, local, null), project.historySchema(), Policy.strict())
                        .run(Request.apply(), Duration.ofMinutes(1), event -> {});
            }
            for (Component component : project.components()) {
                Map<String, String> tokens =
                        project.folder(component, local, Map.of()).tokens().values();
                for (Path data : component.data()) {
                    String script = ScriptReader.read(data);
                    for (Map.Entry<String, String> token : tokens.entrySet()) {
                        script = script.replace("${" + token.getKey() + "}", token.getValue());
                    }
                    statement.execute("set search_path = public");
                    statement.execute(script);
                }
            }
        }
        try (Session session = Session.over(server.connect(database))) {
            new Filler().fill(session, List.of(Kind.values()));
        }
        return read(server, database).without(project.historySchema());
    }

    private Bench without(String schema) {
        return new Bench(server, database, model.without(Set.of(schema)));
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
