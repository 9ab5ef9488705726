package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** The crash law under faults that are not bound to a moment. */
@Tag("RUN-02")
@Tag("RUN-03")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OtherFaultsIT {
    private static final String APPLIED = "1, 2 and 3 applied, each once";

    private final Map<String, List<String>> rows = new LinkedHashMap<>();
    private @Nullable RestartableServer server;

    @BeforeAll
    void startServer() {
        server = new RestartableServer();
    }

    @AfterAll
    void stopServer() {
        if (server != null) {
            server.close();
        }
    }

    /** Does its worst to a run, and says what was seen, the next command, and the end. */
    @FunctionalInterface
    private interface Story {
        List<String> tell(CrashSite site) throws Exception;
    }

    @TestFactory
    Stream<DynamicTest> every_fault_ends_where_an_undisturbed_run_does() {
        Map<String, Story> stories = new LinkedHashMap<>();
        stories.put("a session holds a lock and never ends", this::lockHolder);
        stories.put("a deadlock with traffic", this::deadlock);
        stories.put("a statement takes longer than `statement-timeout`", this::statementTimeout);
        stories.put("the disk of the server is full", this::diskFull);
        stories.put("the clock jumps: recorded times lie years ahead", this::clock);
        stories.put("2 runners at once", site -> runners(site, 2));
        stories.put("10 runners at once", site -> runners(site, 10));
        stories.put("50 runners at once", site -> runners(site, 50));
        stories.put("a pooler that keeps sessions", site -> pooler(site, "session"));
        stories.put("a pooler that lends sessions for a transaction", site -> pooler(site, "transaction"));
        stories.put("`default_transaction_read_only` is on", this::readOnly);
        stories.put("the server is a standby", this::standby);
        stories.put("after COMMIT, its answer lost, the server comes back as a standby", this::failover);
        stories.put("in a statement, the network ends: new connections are refused", this::unreachable);
        stories.put("in a statement, the network ends: new connections hang", this::blackHole);
        stories.put("a file is edited between `plan` and `apply`", this::editedAfterPlan);
        stories.put("a file is edited while the run waits for the lock", this::editedWhileWaiting);
        List<DynamicTest> tests = new ArrayList<>();
        String only = System.getProperty("lockkeeper.story", "");
        stories.forEach((name, story) -> {
            if (name.contains(only)) {
                tests.add(DynamicTest.dynamicTest(name, () -> run(name, story)));
            }
        });
        if (only.isEmpty()) {
            tests.add(DynamicTest.dynamicTest(
                    "the document shows what was seen",
                    () -> Golden.checkSection("docs/reliability.md", "others", table(stories))));
        }
        return tests.stream();
    }

    private void run(String name, Story story) throws Exception {
        try (CrashSite site = new CrashSite(Objects.requireNonNull(server))) {
            site.migration(2, Moment.Script.PLAIN.up(), Moment.Script.PLAIN.down());
            rows.put(name, story.tell(site));
            site.awaitNothingLeft();
            assertThat(site.rows("select * from lockkeeper.journal")).isEmpty();
            assertThat(site.rows("select version, state from lockkeeper.history order by id"))
                    .containsExactly("1|applied", "2|applied", "3|applied");
            assertThat(site.isInEffect()).isTrue();
        }
    }

    private String table(Map<String, Story> stories) {
        assumeTrue(rows.keySet().equals(stories.keySet()), "a story was skipped, and the document needs them all");
        StringBuilder text =
                new StringBuilder("| fault | what the command says | what to do | end state |\n|---|---|---|---|\n");
        rows.forEach((name, cells) -> text.append("| ")
                .append(name)
                .append(" | ")
                .append(String.join(" | ", cells))
                .append(" |\n"));
        return text.toString();
    }

    private static void first(CrashSite site) {
        done(site.run("apply --to 1"));
    }

    private static String done(Desk.Outcome outcome) {
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        return "done";
    }

    /** The code of the error, and the notes that tell what was kept. */
    private static String refused(Desk.Outcome outcome, String... notes) {
        Matcher code = Pattern.compile("error\\[([a-z-]+)]").matcher(outcome.err());
        assertThat(code.find()).as(outcome.err()).isTrue();
        assertThat(outcome.exitCode()).isNotZero();
        for (String note : notes) {
            assertThat(outcome.err()).contains(note);
        }
        return "`" + code.group(1) + "`, exit code " + outcome.exitCode()
                + (notes.length == 0 ? "" : "; " + String.join("; ", notes));
    }

    private static Desk.Outcome end(CompletableFuture<Desk.Outcome> run) {
        return run.orTimeout(120, TimeUnit.SECONDS).join();
    }

    private static void setting(CrashSite site, String keys) {
        site.write("lockkeeper.yaml", "project: crash\nmigrations: migrations\nconvention: flyway\n" + keys);
    }

    private List<String> lockHolder(CrashSite site) {
        first(site);
        setting(site, "lock-timeout: 100ms\nlock-attempts: 2\n");
        site.migration(2, "alter table app.t add m int;\ncreate table app.step_two (id int);\n", "select 1;\n");
        site.hold("begin; select * from app.t");
        String seen = refused(site.run("apply"), "blocked by process", "tried 2 times", "aborted: version 2");
        site.letGo();
        done(site.run("apply"));
        return List.of(seen, "the same command, when the holder is gone", APPLIED);
    }

    private List<String> deadlock(CrashSite site) {
        first(site);
        // the first attempt goes on to v when the traffic, which holds v, waits for t
        site.execute("create sequence gate.attempt; alter role current_user set deadlock_timeout = '20ms'");
        site.migration(2, """
                alter table app.t add m int;
                do $$ begin
                    if nextval('gate.attempt') = 1 then
                        while not exists (select from pg_locks where not granted and relation = 'app.t'::regclass) loop
                            perform pg_sleep(0.01);
                        end loop;
                    end if;
                end $$;
                alter table app.v add m int;
                create table app.step_two (id int);
                """, "select 1;\n");
        setting(site, "lock-timeout: 60s\n");
        site.hold("set deadlock_timeout = '1h'; begin; select * from app.v");
        CompletableFuture<Desk.Outcome> run = site.start("apply");
        site.await("select 1 " + CrashSite.sessions("work") + " and wait_event = 'PgSleep'");
        site.execute("alter role current_user reset deadlock_timeout");
        site.inHolder("select * from app.t");
        site.letGo();
        Desk.Outcome outcome = end(run);
        assertThat(outcome.err()).contains("no lock in time: attempt 2");
        return List.of(done(outcome) + ", at the second attempt", "nothing", APPLIED);
    }

    private List<String> statementTimeout(CrashSite site) {
        first(site);
        setting(site, "statement-timeout: 200ms\n");
        site.migration(2, Moment.Script.GATED.up(), Moment.Script.GATED.down());
        site.closeGate();
        String seen = refused(site.run("apply"), "aborted: version 2");
        site.letGo();
        done(site.run("apply"));
        return List.of(seen, "the same command, with more time or less to do", APPLIED);
    }

    private List<String> diskFull(CrashSite site) throws Exception {
        Path disk = Files.createTempDirectory(Path.of("/tmp"), "small-disk");
        assumeTrue(
                "root".equals(System.getProperty("user.name"))
                        && shell("mount", "-t", "tmpfs", "-o", "size=4m,mode=777", "tmpfs", disk.toString()) == 0,
                "a small disk cannot be mounted here: that needs root");
        try {
            first(site);
            site.server().own(disk);
            site.execute("create tablespace small location '" + disk + "'");
            site.migration(
                    2,
                    "create table app.big (t text) tablespace small;\n"
                            + "insert into app.big select repeat(md5(g::text), 30) from generate_series(1, 3000) g;\n"
                            + "create table app.step_two (id int);\n",
                    "select 1;\n");
            Path filler = Files.write(disk.resolve("filler"), new byte[2 << 20]);
            String seen = refused(site.run("apply"), "aborted: version 2");
            Files.delete(filler);
            setting(site, "");
            shell("mount", "-o", "remount,size=64m", disk.toString());
            done(site.run("apply"));
            site.awaitNothingLeft();
            site.execute("alter table app.big set tablespace pg_default");
            site.execute("drop tablespace small");
            return List.of(seen, "the same command, when there is room", APPLIED);
        } finally {
            shell("umount", "-l", disk.toString());
            Files.deleteIfExists(disk);
        }
    }

    private static int shell(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    /** A clock cannot be set for one server of a machine; what it would have written can. */
    private List<String> clock(CrashSite site) {
        done(site.run("apply --to 2"));
        site.execute("update lockkeeper.history set applied_at = applied_at + interval '10 years' where version = '1'");
        String seen = done(site.run("apply"));
        done(site.run("rollback --yes"));
        assertThat(site.rows("select version from lockkeeper.history where state = 'rolled back'"))
                .as("the newest by its number, not by its time")
                .containsExactly("3");
        site.execute("delete from lockkeeper.history where state = 'rolled back'");
        done(site.run("apply"));
        return List.of(seen, "nothing: the order is that of the ids", APPLIED);
    }

    private List<String> runners(CrashSite site, int count) {
        List<CompletableFuture<Desk.Outcome>> runs =
                Stream.generate(() -> site.start("apply")).limit(count).toList();
        runs.forEach(run -> done(end(run)));
        return List.of("done, all of them", "nothing", APPLIED);
    }

    private List<String> pooler(CrashSite site, String mode) throws Exception {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":", -1))
                        .anyMatch(place -> Files.isExecutable(Path.of(place, "pgbouncer"))),
                "pgbouncer is missing: apt-get install pgbouncer");
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        RestartableServer behind = site.server();
        Path users = site.file("users.txt");
        site.write("users.txt", "\"" + behind.user() + "\" \"" + behind.password() + "\"\n");
        site.write("pooler.ini", """
                [databases]
                * = host=127.0.0.1 port=%d
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = plain
                auth_file = %s
                pool_mode = %s
                server_idle_timeout = 1
                ignore_startup_parameters = extra_float_digits
                """.formatted(behind.port(), port, users, mode));
        List<String> command =
                new ArrayList<>(List.of("pgbouncer", site.file("pooler.ini").toString()));
        if ("root".equals(System.getProperty("user.name"))) {
            shell("chmod", "-R", "a+rX", String.valueOf(users.getParent()));
            command.addAll(0, List.of("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"));
        }
        Process pooler = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            Awaitility.await().until(() -> site.through(port).run("status").exitCode() == 0);
            Desk.Outcome outcome = site.through(port).run("apply");
            if (mode.equals("session")) {
                return List.of(done(outcome), "nothing", APPLIED);
            }
            String seen = refused(outcome);
            done(site.direct().run("apply"));
            return List.of(seen, "the same command, with the address of the server itself", APPLIED);
        } finally {
            site.direct();
            pooler.destroy();
            pooler.waitFor(10, TimeUnit.SECONDS);
        }
    }

    private List<String> readOnly(CrashSite site) {
        first(site);
        site.execute("do $$ begin execute format('alter database %I set default_transaction_read_only = on',"
                + " current_database()); end $$");
        String seen = refused(site.run("apply"), "not begun: version 2");
        site.execute("begin read write; do $$ begin execute format('alter database %I reset"
                + " default_transaction_read_only', current_database()); end $$; commit");
        done(site.run("apply"));
        return List.of(seen, "the same command, when the setting is lifted", APPLIED);
    }

    private List<String> standby(CrashSite site) {
        first(site);
        site.server().stop("INT");
        site.server().startAsStandby();
        String seen = refused(site.run("apply"), "not begun: version 2");
        site.server().promote();
        done(site.run("apply"));
        return List.of(seen, "the same command, at the primary or after a promotion", APPLIED);
    }

    private List<String> failover(CrashSite site) {
        first(site);
        site.proxy().leaveUnanswered("step_two");
        CompletableFuture<Desk.Outcome> run = site.start("apply");
        site.await("select 1 where to_regclass('app.step_two') is not null");
        site.server().stop("QUIT");
        site.server().startAsStandby();
        String seen = refused(end(run), "unknown: whether version 2 was finished");
        site.server().promote();
        done(site.run("apply"));
        return List.of(seen, "the same command, after a promotion", APPLIED);
    }

    private static String inStatement(CrashSite site, Runnable fault) {
        first(site);
        site.migration(2, Moment.Script.GATED.up(), Moment.Script.GATED.down());
        site.closeGate();
        CompletableFuture<Desk.Outcome> run = site.start("apply");
        site.await("select 1 " + CrashSite.sessions("work") + " and wait_event = 'PgSleep'");
        fault.run();
        return refused(end(run), "unknown: whether version 2 was finished");
    }

    private List<String> unreachable(CrashSite site) {
        String seen = inStatement(site, site.proxy()::close);
        site.awaitNoSessions();
        site.letGo();
        done(site.direct().run("apply"));
        return List.of(seen, "the same command, when there is a network", APPLIED);
    }

    private List<String> blackHole(CrashSite site) {
        String seen = inStatement(site, site.proxy()::stallForGood);
        site.proxy().cut();
        site.proxy().resume();
        site.awaitNoSessions();
        site.letGo();
        done(site.run("apply"));
        return List.of(seen, "the same command, when there is a network", APPLIED);
    }

    private List<String> editedAfterPlan(CrashSite site) {
        first(site);
        done(site.run("plan"));
        site.migration(2, "create table app.step_two (id int, late int);\n", "drop table app.step_two;\n");
        String seen = done(site.run("apply"));
        assertThat(site.rows("select script from lockkeeper.history where version = '2'"))
                .containsExactly("create table app.step_two (id int, late int);\n");
        return List.of(seen + ": `apply` makes and shows its own plan, of the files as they are", "nothing", APPLIED);
    }

    private List<String> editedWhileWaiting(CrashSite site) {
        first(site);
        site.holdRunnerLock();
        CompletableFuture<Desk.Outcome> run = site.start("apply");
        site.await("select 1 " + CrashSite.sessions("control") + " and query like '%pg_locks%'");
        site.migration(2, "create table app.step_two (id int, late int);\n", "drop table app.step_two;\n");
        site.letGo();
        done(end(run));
        assertThat(site.rows("select script from lockkeeper.history where version = '2'"))
                .containsExactly(Moment.Script.PLAIN.up());
        String seen = refused(site.run("apply"));
        site.migration(2, Moment.Script.PLAIN.up(), Moment.Script.PLAIN.down());
        done(site.run("apply"));
        return List.of(
                "done, with the file as it was when the command began; the next one says " + seen,
                "revert the edit, or make it a new migration",
                APPLIED);
    }
}
