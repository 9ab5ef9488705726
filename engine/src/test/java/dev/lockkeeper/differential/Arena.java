package dev.lockkeeper.differential;

import dev.lockkeeper.Lockkeeper;
import dev.lockkeeper.catalog.Catalog;
import dev.lockkeeper.catalog.Comparison;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.Options;
import dev.lockkeeper.plan.Policy;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.problem.ServerError;
import dev.lockkeeper.project.Environment;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.project.TargetResolver;
import dev.lockkeeper.source.Convention;
import dev.lockkeeper.source.Folder;
import dev.lockkeeper.source.Tokens;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A server on which psql and we run the same scripts, each in a new database of the same name. */
final class Arena implements AutoCloseable {
    static final String DATABASE = "awkward";
    private static final String PASSWORD = "secret";
    private static final String TEMPLATE = "awkward_template";
    private static final Pattern REFUSED = Pattern.compile("(?:ERROR|FATAL): +([0-9A-Z]{5})");

    private static final String ROLES = """
        drop database if exists dl_other;
        reset role;
        do $$
        declare r record;
        begin
            for r in select rolname from pg_catalog.pg_roles where rolname ~ '^dl_' loop
                execute pg_catalog.format('drop role %I', r.rolname);
            end loop;
        end $$;
        alter role all reset all;
        create role dl_owner nologin;
        create role dl_plain nologin;
        create role dl_super superuser login password 'secret';
        create role dl_deploy login inherit in role dl_owner password 'secret';
        create role dl_becomes login noinherit in role dl_owner password 'secret';
        alter role dl_becomes set role = 'dl_owner';
        create role dl_noinherit login noinherit in role dl_owner password 'secret';
        create role dl_reader login in role pg_read_all_data password 'secret'""";

    private final EmbeddedPostgres server;
    private final Connection administration;
    private final Catalog catalog;
    private final Path folder;
    private boolean rolesTouched;

    Arena(int version, Path folder) throws SQLException, IOException {
        this.folder = folder;
        server = EmbeddedPostgres.start(Options.version(version));
        administration = server.connect("postgres");
        try (Connection first = server.connect("postgres")) {
            catalog = Catalog.of(Session.over(first), "scratch_.*");
        }
        makeTemplate();
    }

    private void makeTemplate() throws SQLException {
        for (String sql : ROLES.split(";\\n(?!\\s|declare|begin|end)", -1)) {
            administer(sql);
        }
        administer("drop database if exists " + TEMPLATE);
        administer("create database " + TEMPLATE + " template template1 strategy file_copy");
        try (Connection connection = server.connect(TEMPLATE)) {
            execute(connection, Fragment.resource("fixture.sql"));
        }
    }

    private void administer(String sql) throws SQLException {
        execute(administration, sql);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        }
    }

    /** Sessions that were closed are gone at once, but the server looks only every 100 ms; one that stays is not waited for. */
    private void awaitNobody() throws SQLException {
        String somebody = "select from pg_stat_activity where datname = '" + DATABASE + "'";
        for (int i = 0; i < 100; i++) {
            try (Statement statement = administration.createStatement();
                    ResultSet rows = statement.executeQuery(somebody)) {
                if (!rows.next()) {
                    return;
                }
            }
        }
    }

    private void open(AwkwardCase awkward) throws SQLException {
        awaitNobody();
        administer("drop database if exists " + DATABASE + " with (force)");
        if (rolesTouched) {
            administer("drop database if exists " + DATABASE + "_psql");
            administer("drop database if exists " + TEMPLATE);
            makeTemplate();
        }
        rolesTouched = awkward.isShared();
        administer("create database " + DATABASE + " template " + TEMPLATE + " strategy file_copy");
        administer("grant create, temporary on database " + DATABASE + " to public");
        try (Connection connection = server.connect(DATABASE)) {
            String sql = awkward.place().sql(awkward.login());
            if (!sql.isEmpty()) {
                execute(connection, sql);
            }
        }
    }

    /** Runs the first scripts of a case with psql, each in a session of its own, up to the first that fails. */
    Ending psql(AwkwardCase awkward, int scripts) throws SQLException, IOException, InterruptedException {
        open(awkward);
        List<Path> files = write(awkward);
        int failed = -1;
        String text = "";
        for (int i = 0; i < scripts && failed < 0; i++) {
            text = run(awkward, files.get(i), awkward.isTransaction(i));
            failed = text.isEmpty() ? -1 : i;
        }
        Matcher refused = REFUSED.matcher(text);
        return new Ending(refused.find() ? refused.group(1) : null, null, failed, text, snapshot());
    }

    private List<Path> write(AwkwardCase awkward) throws IOException {
        Files.createDirectories(folder);
        try (Stream<Path> old = Files.list(folder)) {
            for (Path file : old.toList()) {
                Files.delete(file);
            }
        }
        List<Path> files = new ArrayList<>();
        for (String text : awkward.texts()) {
            int version = files.size() + 1;
            files.add(Files.writeString(folder.resolve("V" + version + "__m.sql"), text));
            Files.writeString(folder.resolve("U" + version + "__m.sql"), "select 1;\n");
        }
        return files;
    }

    /** What psql complains about; empty when it ended well. */
    private String run(AwkwardCase awkward, Path file, boolean transaction) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=sqlstate", "-f", file.toString()));
        if (transaction) {
            command.add("-1");
        }
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().putAll(variables(awkward.login()));
        Process psql = builder.start();
        String errors = new String(psql.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        int exitCode = psql.waitFor();
        return exitCode == 0 ? "" : "psql ends with " + exitCode + "\n" + errors;
    }

    private Map<String, String> variables(Login login) {
        return Map.of(
                "PGHOST",
                "127.0.0.1",
                "PGPORT",
                Integer.toString(server.port()),
                "PGUSER",
                login.role(),
                "PGPASSWORD",
                PASSWORD,
                "PGDATABASE",
                DATABASE);
    }

    private Target target(Login login) {
        return new TargetResolver(variables(login)).resolve(null, new Environment("local", null, null, Map.of()), null);
    }

    /** Applies a case. What psql has made of it is kept under another name, so that the two can be compared. */
    Ending apply(AwkwardCase awkward) throws SQLException, IOException {
        if (!awkward.isShared()) {
            awaitNobody();
            administer("drop database if exists " + DATABASE + "_psql");
            administer("alter database " + DATABASE + " rename to " + DATABASE + "_psql");
        }
        open(awkward);
        write(awkward);
        try {
            Lockkeeper.of(
                            new Folder("main", folder, Convention.FLYWAY, Tokens.none()),
                            target(awkward.login()),
                            "lockkeeper",
                            Policy.strict())
                    .run(Request.apply(), Duration.ofSeconds(30), event -> {});
            return new Ending(null, null, -1, "", snapshot());
        } catch (LockkeeperException e) {
            Problem problem = e.problems().get(0);
            ServerError error = problem.server();
            return new Ending(
                    error == null ? null : error.sqlState(),
                    problem.code().slug(),
                    recorded(),
                    e.problems().stream().map(Problem::toString).collect(Collectors.joining("\n")),
                    snapshot());
        }
    }

    /** How many scripts the history says are applied, whatever else it says. */
    private int recorded() throws SQLException {
        try (Connection connection = server.connect(DATABASE);
                Statement statement = connection.createStatement()) {
            statement.execute("reset role; set search_path = pg_catalog");
            try (var there = statement.executeQuery("select to_regclass('lockkeeper.history') is null")) {
                there.next();
                if (there.getBoolean(1)) {
                    return 0;
                }
            }
            try (var rows = statement.executeQuery("select count(*) from lockkeeper.history where state = 'applied'")) {
                rows.next();
                return rows.getInt(1);
            }
        }
    }

    private Snapshot snapshot() throws SQLException {
        try (Connection connection = server.connect(DATABASE)) {
            return Snapshot.take(catalog, connection);
        }
    }

    /** The objects in which the database of psql and ours differ; only for a case that changes nothing that they share. */
    String differences(AwkwardCase awkward) throws SQLException {
        if (awkward.isShared()) {
            return "";
        }
        try (Connection theirs = server.connect(DATABASE + "_psql");
                Connection ours = server.connect(DATABASE)) {
            Session before = Session.over(theirs);
            Session after = Session.over(ours);
            Comparison comparison =
                    catalog.compare(before, catalog.fingerprint(before), after, catalog.fingerprint(after));
            return comparison.differences().stream()
                    .map(d -> d.kind() + " " + d.object() + ": psql " + d.before() + ", we " + d.after())
                    .collect(Collectors.joining("\n"));
        }
    }

    @Override
    public void close() throws SQLException {
        administration.close();
        server.close();
    }
}
