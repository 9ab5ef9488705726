package dev.lockkeeper.cli;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.Options;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Where a person sits at a terminal: a folder, a database, and the command line with captured streams. */
final class Desk implements AutoCloseable {
    /** SQL for how many migrations are applied, also where there is no record yet. */
    static final String APPLIED = "coalesce((xpath('/row/c/text()', query_to_xml(case when"
            + " to_regclass('lockkeeper.history') is not null then 'select count(*) as c from lockkeeper.history"
            + " where state = ''applied''' else 'select 0 as c' end, false, true, '')))[1]::text::int, 0)";

    private final EmbeddedPostgres server;
    private final Path folder;
    private final String database;
    private final Map<String, String> variables = new HashMap<>();

    /** What a command left behind. */
    record Outcome(int exitCode, String out, String err) {}

    private Desk(EmbeddedPostgres server, Path folder) {
        this.server = server;
        this.folder = folder;
        this.database = server.createDatabase();
        variables.put("PGHOST", "127.0.0.1");
        variables.put("PGPORT", Integer.toString(server.port()));
        variables.put("PGUSER", server.user());
        variables.put("PGPASSWORD", server.password());
        variables.put("PGDATABASE", database);
    }

    Path folder() {
        return folder;
    }

    String port() {
        return Integer.toString(server.port());
    }

    /** The environment variables that commands see. */
    Map<String, String> variables() {
        return variables;
    }

    Desk write(String name, String content) {
        return write(name, content.getBytes(StandardCharsets.UTF_8));
    }

    Desk write(String name, byte[] content) {
        try {
            Path file = folder.resolve(name);
            Files.createDirectories(file.resolveSibling("."));
            Files.write(file, content);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A project whose first migration is fine. */
    Desk project() {
        return write("lockkeeper.yaml", "project: shop\nmigrations: migrations\nconvention: flyway\n")
                .write("migrations/V1__first.sql", "create table first (id int primary key);\n")
                .write("migrations/U1__first.sql", "drop table first;\n");
    }

    /** The second migration of the project. */
    Desk second(String up) {
        return write("migrations/V2__second.sql", up).write("migrations/U2__second.sql", "select 1;\n");
    }

    /** Runs a command in the folder: {@code --project} is added for those that have it. */
    Outcome run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        boolean hasProject = List.of(
                        "status",
                        "plan",
                        "apply",
                        "rollback",
                        "repair",
                        "seed",
                        "new",
                        "adopt",
                        "baseline",
                        "fleet",
                        "window",
                        "rehearse",
                        "lint",
                        "check",
                        "fix",
                        "drift",
                        "approve",
                        "evidence",
                        "audit",
                        "erd",
                        "types",
                        "docs",
                        "classify",
                        "retain",
                        "erase",
                        "analytics",
                        "health",
                        "doctor")
                .contains(arguments[0]);
        if (hasProject && !all.contains("--project") && !all.contains("--help")) {
            all.addAll(List.of("--project", folder.toString()));
        }
        return run(new Properties(), all);
    }

    /** Runs a command in a process that was started with these properties. */
    Outcome run(Properties properties, List<String> arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode;
        try (PrintStream o = new PrintStream(out, true, StandardCharsets.UTF_8);
                PrintStream e = new PrintStream(err, true, StandardCharsets.UTF_8)) {
            exitCode = new CommandLineInterface(variables, properties, o, e).run(arguments.toArray(String[]::new));
        }
        Outcome outcome =
                new Outcome(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        if (arguments.contains("json")) {
            JsonForms.check(outcome.out());
        }
        return outcome;
    }

    /** The first column of a query, one line a row. */
    List<String> rows(String sql) {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> all = new ArrayList<>();
            while (rows.next()) {
                all.add(String.valueOf(rows.getString(1)));
            }
            return all;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    String database() {
        return database;
    }

    /** A role that may log in with the password of this desk; it lives as long as the server. */
    Desk role(String name) {
        execute("do $$ begin if to_regrole('" + name + "') is null then create role " + name + " login password '"
                + server.password() + "'; end if; end $$");
        return this;
    }

    /** Another session, which stays open with what it has done. */
    Connection session(String sql) throws SQLException {
        Connection connection = server.connect(database);
        try (Statement statement = connection.createStatement()) {
            statement.execute("set application_name = 'psql'");
            statement.execute(sql);
        }
        return connection;
    }

    /** See {@link #APPLIED}. */
    int applied() {
        return Integer.parseInt(rows("select " + APPLIED).get(0));
    }

    /** Asks over one connection until the answer is t or the thread has ended. */
    void await(Thread thread, String sql) throws InterruptedException {
        boolean reached = false;
        while (!reached && thread.isAlive()) {
            thread.join(1);
            reached = rows(sql).get(0).equals("t");
        }
    }

    /** Asks over one connection until the answer is t or the process has ended. */
    void await(Process process, String sql) throws InterruptedException {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            boolean reached = false;
            while (!reached && !process.waitFor(1, TimeUnit.MILLISECONDS)) {
                try (ResultSet rows = statement.executeQuery(sql)) {
                    reached = rows.next() && rows.getBoolean(1);
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    void execute(String sql) {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The text with everything that differs from run to run replaced by its name. */
    String normalized(String text) {
        return text.replace(folder.toString(), "DIR")
                .replace(server.user() + "@127.0.0.1:" + port() + "/" + database, "USER@HOST:PORT/DATABASE")
                .replace("127.0.0.1:" + port(), "HOST:PORT")
                .replace("\"" + server.user() + "\"", "\"USER\"")
                .replace("by " + server.user(), "by USER")
                .replace("user " + server.user(), "user USER")
                .replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "TIME")
                .replaceAll("\"run\":\"[0-9a-f-]{36}\"", "\"run\":\"RUN\"")
                .replaceAll("\"trace\":\"[0-9a-f]{32}\"", "\"trace\":\"TRACE\"")
                .replaceAll("in \\d+ ms", "in N ms")
                .replaceAll("\"durationMs\":\\d+", "\"durationMs\":N");
    }

    @Override
    public void close() throws IOException {
        server.dropDatabase(database);
        try (var walk = Files.walk(folder)) {
            for (Path path : walk.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** Gives each test a desk; the server lives as long as the test run. */
    static final class Extension implements ParameterResolver {
        private static final Namespace NAMESPACE = Namespace.create(Desk.class);

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Desk.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            EmbeddedPostgres server = context.getRoot()
                    .getStore(NAMESPACE)
                    .computeIfAbsent(
                            "server",
                            k -> EmbeddedPostgres.start(Options.version(Integer.getInteger("lockkeeper.postgres", 18))),
                            EmbeddedPostgres.class);
            try {
                Path folder = Files.createTempDirectory("desk").toRealPath();
                return context.getStore(NAMESPACE).computeIfAbsent("desk", k -> new Desk(server, folder), Desk.class);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
