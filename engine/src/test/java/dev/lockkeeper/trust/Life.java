package dev.lockkeeper.trust;

import dev.lockkeeper.Lockkeeper;
import dev.lockkeeper.adopt.Predecessor;
import dev.lockkeeper.apply.Repair;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.fleet.Fleet;
import dev.lockkeeper.plan.Policy;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.project.Environment;
import dev.lockkeeper.project.Patience;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.project.ProjectFile;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.project.TargetResolver;
import dev.lockkeeper.source.Convention;
import dev.lockkeeper.source.Folder;
import dev.lockkeeper.source.Tokens;
import dev.lockkeeper.source.Version;
import java.io.IOException;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Runs every command on a database, also in the situations in which they look at others, and keeps how each ended. Its
 * scripts call nothing that somebody could put another object in the place of.
 */
final class Life {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** What another tool and other people have left before: made before anything hostile. */
    static final String BEFORE = """
        create table public.flyway_schema_history (installed_rank int primary key, version varchar(50),
            description varchar(200), type varchar(20), script varchar(1000), checksum int, installed_by varchar(100),
            installed_on timestamp default '2024-01-01', execution_time int, success bool);
        insert into public.flyway_schema_history values (1, '1', 'm1', 'SQL', 'V1__m1.sql', null, 'somebody', default, 7, true);
        create schema tenant_1;
        create schema tenant_2;
        """;

    private final EmbeddedPostgres server;
    private final int port;
    private final String user;
    private final String password;
    private final Path folder;
    private final List<String> outcomes = new ArrayList<>();

    /** @param port where the commands connect to; the test itself connects to the server */
    Life(EmbeddedPostgres server, int port, String user, String password, Path folder) {
        this.server = server;
        this.port = port;
        this.user = user;
        this.password = password;
        this.folder = folder;
    }

    private Target target(String database) {
        return new TargetResolver(Map.of(
                        "PGHOST", "127.0.0.1",
                        "PGPORT", Integer.toString(port),
                        "PGUSER", user,
                        "PGPASSWORD", password,
                        "PGDATABASE", database))
                .resolve(null, new Environment("local", null, null, Map.of()), null);
    }

    private void write(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, content);
    }

    private void migration(int version, String up) throws IOException {
        write("migrations/V" + version + "__m" + version + ".sql", up);
        write("migrations/U" + version + "__m" + version + ".sql", "create schema down_" + version + ";\n");
    }

    private Lockkeeper lockkeeper(String database, Patience patience, boolean ignoreOtherTool) {
        return Lockkeeper.of(
                new Folder("main", folder.resolve("migrations"), Convention.FLYWAY, Tokens.none()),
                target(database),
                "lockkeeper",
                new Policy(true, false, ignoreOtherTool, patience));
    }

    private Lockkeeper lockkeeper(String database) {
        return lockkeeper(database, Patience.standard(), true);
    }

    private void keep(String what, Supplier<Object> work) {
        String ended;
        try {
            ended = String.valueOf(work.get());
        } catch (LockkeeperException e) {
            ended = e.problems().stream()
                    .map(p -> p.code().slug()
                            + (p.server() == null
                                    ? ""
                                    : " " + p.server().sqlState() + " "
                                            + p.server().message()))
                    .collect(Collectors.joining(", "));
        }
        outcomes.add(what + ": " + ended);
    }

    private void apply(String database) {
        keep(
                "apply",
                () -> lockkeeper(database)
                        .run(Request.apply(), PATIENCE, event -> {})
                        .steps()
                        .size());
    }

    private void look(String database) {
        keep(
                "status",
                () -> lockkeeper(database).status().rows().stream()
                        .map(row -> row.version() + " " + row.state())
                        .toList());
        keep("plan", () -> lockkeeper(database).plan(Request.apply()).steps().size());
        keep(
                "plan of a rollback",
                () -> lockkeeper(database).plan(Request.rollback(1)).steps().size());
    }

    private void repair(String database, String version, Repair.Action action) {
        keep("repair " + action, () -> {
            lockkeeper(database).repair(new Repair(version, action, "test"), PATIENCE, holder -> {});
            return "done";
        });
    }

    /** The outcomes of all commands on three databases that are alike. */
    List<String> run(String first, String second, String third) throws Exception {
        part(() -> main(first));
        part(() -> blocked(first));
        part(() -> adoption(second));
        part(() -> baselineAndFleet(third));
        return List.copyOf(outcomes);
    }

    /** A part of a life; where a command did not do what the rest of it needs, that is its outcome. */
    @FunctionalInterface
    private interface Part {
        void live() throws Exception;
    }

    private void part(Part part) throws Exception {
        try {
            part.live();
        } catch (SQLException | ConditionTimeoutException e) {
            outcomes.add("cannot go on: " + e.getMessage());
        }
    }

    /** Applies what a folder has, and says how that ended: the number of steps, or the problem. */
    static String applied(EmbeddedPostgres server, String user, String password, Path folder, String database) {
        Life life = new Life(server, server.port(), user, password, folder);
        life.apply(database);
        return life.outcomes.get(0).replace("apply: ", "");
    }

    private void main(String database) throws Exception {
        migration(1, "create table public.first (id int primary key);\n");
        migration(2, "create index concurrently first_id on public.first (id);\ncreate schema second;\n");
        migration(
                3,
                "-- lockkeeper:before values (true)\n-- lockkeeper:after values (true)\n"
                        + "-- lockkeeper:rows public.first +2\ncopy public.first from stdin;\n1\n2\n\\.\n");
        migration(
                4,
                "-- lockkeeper:backfill public.first id batch=1\nupdate public.first set id = id"
                        + " where id operator(pg_catalog.>=) :low and id operator(pg_catalog.<=) :high;\n");
        write("migrations/R__seen.sql", "create or replace view second.seen as select id from public.first;\n");
        keep(
                "apply with the table of another tool",
                () -> lockkeeper(database, Patience.standard(), false)
                        .run(Request.apply(), PATIENCE, event -> {})
                        .steps()
                        .size());
        look(database);
        apply(database);
        look(database);
        apply(database);
        migration(5, "create schema fifth;\ntable nowhere_at_all;\n");
        apply(database);
        look(database);
        apply(database);
        repair(database, "5", Repair.Action.RETRY);
        migration(5, "create schema fifth;\ncreate unique index concurrently first_twice on public.first ((0));\n");
        apply(database);
        repair(database, "5", Repair.Action.RETRY);
        execute(database, "delete from public.first where id operator(pg_catalog.>) 1");
        apply(database);
        migration(
                5,
                "create schema fifth;\n -- edited\ncreate unique index concurrently first_twice on public.first ((0));\n");
        look(database);
        repair(database, "5", Repair.Action.EDITED);
        keep(
                "rollback",
                () -> lockkeeper(database)
                        .run(Request.rollback(1), PATIENCE, event -> {})
                        .steps()
                        .size());
        repair(database, "5", Repair.Action.APPLIED);
        repair(database, "5", Repair.Action.NOT_APPLIED);
        migration(5, "create schema fifth_again;\n");
        apply(database);
        look(database);
        outcomes.add("history "
                + rows(
                        database,
                        "select version operator(pg_catalog.||) ' '::pg_catalog.text"
                                + " operator(pg_catalog.||) state from lockkeeper.history order by id"));
    }

    /** Somebody holds what the run needs, another run comes meanwhile, and its session is ended in the end. */
    private void blocked(String database) throws Exception {
        migration(6, "alter table public.first add column n int;\n");
        migration(7, "create index concurrently first_n on public.first (n);\n");
        try (Connection holder = server.connect(database);
                Statement statement = holder.createStatement()) {
            statement.execute("begin; lock table public.first in access share mode");
            keep(
                    "apply that gives up",
                    () -> lockkeeper(database, new Patience(Duration.ofMillis(800), Duration.ZERO, 1), true)
                            .run(Request.apply(), PATIENCE, event -> {})
                            .steps()
                            .size());
            statement.execute("commit");
            apply(database);
            look(database);
            migration(8, "create index concurrently first_n_too on public.first (n);\n");
            statement.execute("begin; lock table public.first in row exclusive mode");
            CompletableFuture<Void> run =
                    CompletableFuture.runAsync(() -> apply(database), work -> new Thread(work).start());
            String building =
                    " from pg_catalog.pg_stat_activity where query like '%first_n_too%' and wait_event_type = 'Lock'"
                            + " and pid <> pg_catalog.pg_backend_pid()";
            await("select 1" + building);
            keep(
                    "apply while another runs",
                    () -> lockkeeper(database)
                            .run(Request.apply(), Duration.ZERO, event -> {})
                            .steps()
                            .size());
            rows("postgres", "select pg_catalog.pg_terminate_backend(pid)" + building);
            run.get(120, TimeUnit.SECONDS);
            statement.execute("commit");
        }
        look(database);
        apply(database);
        apply(database);
    }

    private void adoption(String database) throws Exception {
        wipe();
        migration(1, "create schema adopted;\n");
        migration(2, "create schema later;\n");
        keep(
                "preview",
                () -> lockkeeper(database, Patience.standard(), false)
                        .previewAdoption(new Predecessor.Tool(null))
                        .taken()
                        .size());
        keep(
                "adopt",
                () -> lockkeeper(database, Patience.standard(), false)
                        .adopt(new Predecessor.Tool(null), "test", PATIENCE, holder -> {})
                        .taken()
                        .size());
        apply(database);
        look(database);
    }

    private void baselineAndFleet(String database) throws Exception {
        keep(
                "baseline",
                () -> lockkeeper(database)
                        .adopt(new Predecessor.Baseline(version("1")), "test", PATIENCE, holder -> {})
                        .taken()
                        .size());
        apply(database);
        wipe();
        write(
                "lockkeeper.yaml",
                "convention: flyway\nother-history: ignore\nfleets:\n  all:\n    schemas: values ('tenant_1'), ('tenant_2')\n");
        migration(1, "create table ${schema}.a (id int);\n");
        keep(
                "fleet",
                () -> fleet(database).run(Request.apply(), PATIENCE, event -> {}).outcomes().stream()
                        .map(o -> o.target() + " " + o.state() + " "
                                + o.problems().stream()
                                        .map(p -> p.code().slug())
                                        .toList())
                        .toList());
        keep(
                "fleet status",
                () -> fleet(database).status().stream().map(s -> s.current()).toList());
        outcomes.add(
                "tables "
                        + rows(
                                database,
                                "select tablename from pg_catalog.pg_tables"
                                        + " where schemaname operator(pg_catalog.~~) 'tenant%' order by schemaname, tablename"));
    }

    private Fleet fleet(String database) {
        Project project = ProjectFile.read(folder);
        return Fleet.open(
                project,
                project.fleet("all"),
                project.components(),
                project.environment("local"),
                Map.of(),
                target(database));
    }

    private static Version version(String text) {
        return Version.parse(text).orElseThrow();
    }

    private void wipe() throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
    }

    private void await(String sql) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> !rows("postgres", sql).isEmpty());
    }

    private void execute(String database, String sql) throws SQLException {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    List<String> rows(String database, String sql) throws SQLException {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("set search_path = pg_catalog");
            try (ResultSet set = statement.executeQuery(sql)) {
                List<String> rows = new ArrayList<>();
                while (set.next()) {
                    rows.add(set.getString(1));
                }
                return rows;
            }
        }
    }
}
