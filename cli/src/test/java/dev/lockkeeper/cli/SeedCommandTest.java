package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Desk.Extension.class)
@Tag("SEED-01")
class SeedCommandTest {
    private static final String KEY = "qz5-the-key-of-the-seeds";

    private static final String PROJECT = """
            project: shop
            migrations: migrations
            convention: flyway
            tokens: {events: 1000}
            seeds:
              local-dev:
                environments: [local, ci]
                files: [seed.yaml, calls.sql]
                result: select count(*), sum(n) from app.calls
              ci:
                environments: [ci]
                reset: true
                tables: app.events
                files: [seed.yaml]
              anywhere:
                files: [seed.yaml]
              volume:
                files: [volume.yaml]
            """;

    static Desk shop(Desk desk, String more) {
        desk.variables().put("SHOP_KEY", KEY);
        desk.write("lockkeeper.yaml", PROJECT + more)
                .write("migrations/V1__app.sql", """
                        create schema app;
                        create table app.tenants (id bigint generated always as identity primary key, slug text not null unique);
                        create table app.people (tenant_id bigint not null references app.tenants, mail bytea not null,
                          unique (tenant_id, mail));
                        create table app.calls (n int primary key);
                        create table app.events (id uuid primary key, tenant_id bigint not null references app.tenants,
                          at timestamptz not null, pieces int not null check (pieces > 0));
                        """)
                .write("migrations/U1__app.sql", "drop schema app cascade;\n")
                .write("seed.yaml", """
                        rows:
                          - table: app.tenants
                            key: slug
                            rows: [{slug: acme}, {slug: bolt}]
                          - table: app.people
                            key: [tenant_id, mail]
                            rows:
                              - {tenant_id: !find {slug: acme}, mail: !hmac {key: SHOP_KEY, of: ada@acme.example}}
                              - {tenant_id: !find {slug: bolt}, mail: !hmac {key: SHOP_KEY, of: bob@bolt.example}}
                        """)
                .write("calls.sql", "insert into app.calls select generate_series(1, 20) on conflict do nothing;\n")
                .write("volume.yaml", """
                        volume:
                          tables:
                            - {table: app.tenants, rows: 10, append: true, columns: {slug: {template: "t-{n}"}}}
                            - table: app.events
                              rows: ${events}
                              columns:
                                id: {uuid: ordered}
                                at: {time: {from: 2026-01-01, to: 2026-02-01, rhythm: weekly}}
                                pieces: {zipf: 9, skew: 1}
                        """);
        assertThat(desk.run("apply").exitCode()).isZero();
        return desk;
    }

    private static String environments(Desk desk) {
        return "environments:\n  ci:\n    url: postgresql://" + desk.variables().get("PGUSER") + "@127.0.0.1:"
                + desk.port() + "/"
                + desk.database() + "\n  staging:\n    url: postgresql://me@elsewhere/shop\n"
                + "  production:\n    url: postgresql://me@production/shop\n";
    }

    private static List<String> rows(Desk desk) {
        return desk.rows(
                "select 'tenant ' || slug from app.tenants union all select 'person ' || slug || p.mail::text from app.people p"
                        + " join app.tenants t on t.id = tenant_id union all select 'call ' || n from app.calls order by 1");
    }

    @Test
    void a_package_is_brought_told_of_and_found_again(Desk desk) {
        shop(desk, "");
        Desk.Outcome first = desk.run("seed", "local-dev");
        assertThat(first.exitCode()).as(first.err()).isZero();
        assertThat(first.out())
                .contains(
                        "local-dev: 4 rows inserted, 0 updated, 20 changed by SQL",
                        "app.people: 2 inserted, 0 updated, of 2",
                        "digest sha256:");
        List<String> rows = rows(desk);
        Desk.Outcome second = desk.run("seed", "local-dev", "--output", "json");
        assertThat(second.exitCode()).isZero();
        assertThat(second.out()).contains("\"mode\":\"run\"", "\"inserted\":0", "\"environment\":\"local\"");
        assertThat(rows(desk)).isEqualTo(rows).hasSize(24);
        assertThat(desk.run("seed", "local-dev", "--check").exitCode()).isZero();
        assertThat(desk.run("audit", "verify").exitCode()).isZero();
        assertThat(desk.run("audit", "log", "--action", "seed").out()).contains("local-dev: 4 rows inserted");

        desk.execute("delete from app.people where tenant_id = 1; delete from app.calls where n = 7");
        Desk.Outcome check = desk.run("seed", "local-dev", "--check", "--output", "json");
        assertThat(check.exitCode()).isEqualTo(3);
        assertThat(check.out()).contains("\"holds\":false", "\"missing\":1", "seed-different");
        assertThat(check.err()).contains("error[seed-different]", "1 row is missing");
        assertThat(rows(desk)).hasSize(22);
        assertThat(desk.run("seed", "local-dev", "--dry-run").out()).contains("nothing of it kept");
        assertThat(rows(desk)).hasSize(22);
    }

    @Test
    void database_without_migrations_is_told_so_and_quotes_of_sql_are_taken(Desk desk) {
        desk.write(
                        "lockkeeper.yaml",
                        "project: shop\nconvention: flyway\ndowns: optional\nseeds:\n  local-dev:\n    files: seed.yaml\n"
                                + "    reset: true\n    environments: [local]\n    tables: app.\"Gift Card\"\nenvironments:\n"
                                + "  local:\n    url: postgresql://"
                                + desk.variables().get("PGUSER") + "@127.0.0.1:"
                                + desk.port() + "/" + desk.database() + "\n")
                .write(
                        "migrations/V1__shop.sql",
                        "create schema app;\ncreate table app.\"order\" (id int primary key);\ncreate table app.\"Gift Card\" (id int);\n")
                .write("seed.yaml", "rows:\n  - {table: app.\"order\", key: id, rows: [{id: 1}]}\n");
        assertThat(desk.run("seed", "local-dev").err())
                .contains("there is no table app.\"order\"", "lockkeeper apply runs the migrations that make them")
                .doesNotContain("lockkeeper.audit");
        assertThat(desk.run("apply").exitCode()).isZero();
        Desk.Outcome seeded = desk.run("seed", "local-dev");
        assertThat(seeded.exitCode()).as(seeded.err()).isZero();
        assertThat(seeded.out()).contains("local-dev: 1 row inserted, 0 updated, 2 tables emptied first");
    }

    @Test
    void packages_are_listed_and_the_nearest_is_named(Desk desk) {
        shop(desk, "");
        assertThat(desk.run("seed").out())
                .contains(
                        "local-dev    main, 2 files, for local, ci",
                        "ci           main, 1 file, for ci; empties its tables first")
                .contains("anywhere     main, 1 file, for what is local, of CI or of staging");
        assertThat(desk.run("seed", "--output", "json").out()).contains("\"package\":\"volume\"");
        Desk.Outcome unknown = desk.run("seed", "local-def");
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.err()).contains("there is no package local-def", "did you mean local-dev?");
        assertThat(desk.run("seed", "ci", "--check", "--dry-run").exitCode()).isEqualTo(2);
    }

    @Test
    void a_package_is_refused_where_it_does_not_belong(Desk desk) {
        shop(desk, environments(desk));
        String mine = "postgresql://" + desk.variables().get("PGUSER") + "@127.0.0.1:" + desk.port() + "/";
        desk.execute("insert into app.tenants (slug) values ('kept')");
        for (String[] words : new String[][] {
            {"seed", "ci"},
            {"seed", "ci", "--environment", "staging"},
            {"seed", "local-dev", "--environment", "production"},
            {"seed", "anywhere", "--environment", "production"},
            {"seed", "ci", "--environment", "ci", "--database", mine + "postgres"},
        }) {
            Desk.Outcome refused = desk.run(words);
            assertThat(refused.exitCode())
                    .as(String.join(" ", words) + refused.err())
                    .isEqualTo(4);
            assertThat(refused.err()).contains("error[seed-refused]");
        }
        desk.write(
                "lockkeeper.yaml",
                PROJECT.replace("environments: [local, ci]", "environments: [local]") + environments(desk));
        Desk.Outcome elsewhere = desk.run("seed", "local-dev");
        assertThat(elsewhere.err()).as("the database is that of ci").contains("not for environment ci");
        desk.write("lockkeeper.yaml", PROJECT + "environments:\n  ci:\n    kind: ci\n");
        assertThat(desk.run("seed", "ci", "--environment", "ci").err()).contains("has no url:");
        desk.write("lockkeeper.yaml", PROJECT + "assertions: {no-seed-data: true}\n");
        assertThat(desk.run("seed", "local-dev").err()).contains("asserts no-seed-data");
        desk.write("lockkeeper.yaml", PROJECT + environments(desk).replace("  ci:\n", "  ci:\n    approvals: 1\n"));
        assertThat(desk.run("seed", "ci", "--environment", "ci").err()).contains("a package of seeds is none");
        desk.write(
                "lockkeeper.yaml",
                PROJECT + environments(desk).replace("  ci:\n", "  ci:\n    roles: {operator: [somebody]}\n"));
        assertThat(desk.run("seed", "ci", "--environment", "ci").err()).contains("error[role-refused]");
        desk.write("lockkeeper.yaml", PROJECT + environments(desk).replace("  ci:\n", "  ci:\n    confirm: named\n"));
        assertThat(desk.run("seed", "ci", "--environment", "ci").err()).contains("error[unconfirmed]");
        assertThat(desk.rows("select slug from app.tenants")).containsExactly("kept");

        Desk.Outcome done = desk.run("seed", "ci", "--environment", "ci", "--confirm", desk.database());
        assertThat(done.exitCode()).as(done.err()).isZero();
        assertThat(desk.rows("select slug from app.tenants order by id")).containsExactly("acme", "bolt");
    }

    @Test
    void another_name_of_a_server_does_not_make_its_database_another_one(Desk desk) throws IOException {
        shop(desk, "");
        desk.execute("insert into app.tenants (slug) values ('kept')");
        for (String host : new String[] {"localhost", "127.0.0.2", "[::ffff:127.0.0.1]"}) {
            desk.write(
                    "lockkeeper.yaml",
                    PROJECT + "environments:\n" + live("nobody", host + ":" + desk.port(), desk.database()));
            Desk.Outcome refused = desk.run("seed", "local-dev");
            assertThat(refused.exitCode()).as(host + refused.out()).isEqualTo(4);
            assertThat(refused.err()).contains("error[seed-refused]", "is not for environment live");
        }
    }

    @Test
    void forwarded_port_does_not_make_a_database_another_one_to_a_package_that_empties_tables(Desk desk)
            throws IOException {
        shop(desk, environments(desk));
        desk.execute("insert into app.tenants (slug) values ('kept')");
        String user = String.valueOf(desk.variables().get("PGUSER"));
        try (Proxy forwarded = new Proxy(Integer.parseInt(desk.port()))) {
            String address = "127.0.0.1:" + forwarded.port();
            desk.write("lockkeeper.yaml", PROJECT + environments(desk) + live(user, address, desk.database()));
            Desk.Outcome refused = desk.run("seed", "ci", "--environment", "ci");
            assertThat(refused.exitCode()).as(refused.out()).isEqualTo(4);
            assertThat(refused.err()).contains("error[seed-refused]", "is not for environment live");
            // another database of the same server is another one
            desk.write("lockkeeper.yaml", PROJECT + environments(desk) + live(user, address, "postgres"));
            assertThat(desk.run("seed", "ci", "--environment", "ci").exitCode()).isZero();
        }
    }

    @Test
    void no_server_but_the_own_is_asked_unless_tables_are_emptied(Desk desk) throws IOException {
        String user = String.valueOf(desk.variables().get("PGUSER"));
        try (Proxy other = new Proxy(Integer.parseInt(desk.port()))) {
            shop(desk, "environments:\n" + live(user, "127.0.0.1:" + other.port(), "postgres"));
            other.stallForGood();
            assertThat(desk.run("seed", "local-dev").exitCode()).isZero();
            assertThat(desk.run("seed", "local-dev", "--check").exitCode()).isZero();
            assertThat(other.links()).isZero();
            // one that is asked and does not answer is another one, as its port says
            desk.write(
                    "lockkeeper.yaml",
                    PROJECT + environments(desk) + live(user, "127.0.0.1:" + other.port(), desk.database()));
            assertThat(desk.run("seed", "ci", "--environment", "ci").exitCode()).isZero();
            assertThat(other.links()).isPositive();
        }
    }

    private static String live(String user, String address, String database) {
        return "  live:\n    kind: production\n    url: \"postgresql://" + user + "@" + address + "/" + database
                + "\"\n";
    }

    @Test
    void a_missing_key_is_named_and_one_that_is_set_is_nowhere(Desk desk) throws IOException {
        shop(desk, "");
        desk.execute(
                "create table app.said (text text); create function app.note() returns trigger language plpgsql as $$ begin"
                        + " insert into app.said select current_query() union all select query from pg_stat_activity; return null; end $$;"
                        + " create trigger note after insert on app.people execute function app.note()");
        desk.variables().remove("SHOP_KEY");
        Desk.Outcome missing = desk.run("seed", "local-dev");
        assertThat(missing.exitCode()).isEqualTo(2);
        assertThat(missing.err())
                .contains("error[seed-key-missing]: the environment variable SHOP_KEY is not set", "seed.yaml:8:");
        assertThat(desk.rows("select count(*) from app.tenants")).containsExactly("0");

        desk.variables().put("SHOP_KEY", KEY);
        StringBuilder printed = new StringBuilder();
        for (String mode : List.of("--output=text", "--check", "--dry-run", "--output=json")) {
            Desk.Outcome outcome = desk.run("seed", "local-dev", mode);
            printed.append(outcome.out()).append(outcome.err());
        }
        desk.write(
                "seed.yaml",
                Files.readString(desk.folder().resolve("seed.yaml"))
                        .replace("{slug: bolt}, mail", "{slug: gone}, mail"));
        Desk.Outcome failed = desk.run("seed", "local-dev");
        assertThat(failed.err()).contains("error[seed-row]");
        printed.append(failed.err());
        assertThat(printed.toString()).doesNotContain(KEY);
        assertThat(desk.rows("select count(*) > 1 and bool_or(text like '%app%people%') from app.said"))
                .containsExactly("t");
        assertThat(desk.rows("select count(*) from app.said where strpos(text, '" + KEY + "') > 0"))
                .containsExactly("0");
        assertThat(desk.rows("select count(*) from lockkeeper.audit a where strpos(a::text, '" + KEY + "') > 0"))
                .containsExactly("0");
    }

    @Test
    void a_seed_that_is_killed_leaves_nothing_and_the_next_one_all_of_it_once(Desk desk) throws Exception {
        shop(desk, "");
        desk.run("seed", "local-dev");
        List<String> complete = rows(desk);
        String digest = digest(desk.run("seed", "local-dev").out());
        String many = IntStream.range(0, 1000)
                .mapToObj(i -> "      - {n: " + (1000 + i) + "}\n")
                .collect(Collectors.joining());
        desk.write(
                "seed.yaml",
                Files.readString(desk.folder().resolve("seed.yaml")) + "  - table: app.calls\n    key: n\n    rows:\n"
                        + many);
        List<String> wanted = new ArrayList<>();
        for (int place : new int[] {1, 1100, 1850}) {
            desk.execute("truncate app.tenants, app.people, app.calls, app.events restart identity");
            // the row that this session holds stops the seed at a known place
            try (Connection holder = desk.session("begin; insert into app.calls values (" + place + ")")) {
                Process seed = ChildProcess.start(
                        desk.variables(),
                        List.of("seed", "local-dev", "--project", desk.folder().toString()));
                desk.await(
                        seed,
                        "select exists (select from pg_stat_activity where application_name like 'lockkeeper seed%work%'"
                                + " and wait_event_type = 'Lock')");
                assertThat(seed.isAlive()).isTrue();
                seed.destroyForcibly().waitFor();
                release(holder);
            }
            desk.await(
                    Thread.currentThread(),
                    "select not exists (select from pg_stat_activity where application_name like 'lockkeeper seed%')");
            assertThat(rows(desk)).as("killed at " + place).isEmpty();
            Desk.Outcome again = desk.run("seed", "local-dev");
            assertThat(again.exitCode()).as(again.err()).isZero();
            wanted.add(String.valueOf(rows(desk).hashCode()));
            assertThat(rows(desk)).containsAll(complete).hasSize(1024).doesNotHaveDuplicates();
            assertThat(digest(desk.run("seed", "local-dev").out()))
                    .isEqualTo(digest(again.out()))
                    .isNotEqualTo(digest);
        }
        assertThat(wanted).containsOnly(wanted.get(0));
        assertThat(desk.run("audit", "verify").exitCode()).isZero();
    }

    private static void release(Connection holder) throws SQLException {
        try (Statement statement = holder.createStatement()) {
            statement.execute("rollback");
        }
    }

    private static String digest(String out) {
        return out.substring(out.indexOf("digest sha256:"));
    }

    @Test
    void two_seeds_at_once_run_one_after_the_other(Desk desk) throws Exception {
        shop(desk, "");
        try (Connection holder = desk.session("begin; insert into app.calls values (5)")) {
            Process first = ChildProcess.start(
                    desk.variables(),
                    List.of("seed", "local-dev", "--project", desk.folder().toString()));
            desk.await(
                    first,
                    "select exists (select from pg_stat_activity where application_name like 'lockkeeper seed%work%'"
                            + " and wait_event_type = 'Lock')");
            Desk.Outcome second = desk.run("seed", "local-dev", "--runner-lock-timeout", "100ms");
            assertThat(second.exitCode()).isEqualTo(6);
            assertThat(second.err()).contains("error[runner-lock-held]", "lockkeeper seed main");
            release(holder);
            assertThat(first.waitFor()).isZero();
        }
        assertThat(rows(desk)).hasSize(24);
    }

    @Test
    void a_server_that_ends_the_session_half_way_is_told_and_the_next_seed_is_whole(Desk desk) throws Exception {
        shop(desk, "");
        try (Connection holder = desk.session("begin; insert into app.calls values (5)")) {
            List<Desk.Outcome> outcomes = new ArrayList<>();
            Thread seed = new Thread(() -> outcomes.add(desk.run("seed", "local-dev")));
            seed.start();
            desk.await(
                    seed,
                    "select coalesce((select pg_terminate_backend(pid) from pg_stat_activity where application_name like"
                            + " 'lockkeeper seed%work%' and wait_event_type = 'Lock'), false)");
            seed.join();
            assertThat(outcomes.get(0).exitCode()).isNotZero();
            assertThat(outcomes.get(0).err()).contains("connection-lost");
            release(holder);
        }
        assertThat(rows(desk)).isEmpty();
        assertThat(desk.run("seed", "local-dev").exitCode()).isZero();
        assertThat(rows(desk)).hasSize(24);
    }

    @Test
    @Tag("SEED-02")
    void volume_takes_its_size_from_the_command_line_and_shows_how_far_it_is(Desk desk) {
        shop(desk, "");
        desk.write("volume.yaml", text(desk, "volume.yaml").replace("${events}", "${web_visits}"));
        assertThat(desk.run("seed", "volume").err())
                .contains("${web_visits} is a token without a value", "volume.yaml:5:", "--set NAME=1000000");
        desk.write("volume.yaml", text(desk, "volume.yaml").replace("${web_visits}", "${events}"));
        Desk.Outcome outcome = desk.run("seed", "volume", "--set", "events=5000");
        assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(4);
        assertThat(outcome.err()).contains("events_pieces_check", "volume.yaml:9:", "pieces = 0");
        desk.write("volume.yaml", text(desk, "volume.yaml").replace("{zipf: 9, skew: 1}", "{between: [1, 9]}"));
        outcome = desk.run("seed", "volume", "--set", "events=5000");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("5010 generated", "app.events: 5000 generated, sha256:");
        assertThat(desk.rows("select count(*) from app.events")).containsExactly("5000");
        assertThat(SeedProgress.line("app.events", 250_000, 1_000_000, 2.5))
                .isEqualTo("app.events: 250,000 of 1,000,000 rows, 100,000 a second, 7 s left");
        assertThat(SeedProgress.line("a\u001bb", 5, 5, 0)).isEqualTo("a\\u001bb: 5 of 5 rows, 0 a second");
    }

    private static String text(Desk desk, String name) {
        try {
            return Files.readString(Path.of(desk.folder().toString(), name));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void what_the_project_file_says_wrong_of_seeds_is_told_at_once(Desk desk) {
        desk.project().write("lockkeeper.yaml", """
                project: shop
                migrations: migrations
                seeds:
                  "no name": {files: a.sql}
                  none: {reset: true}
                  more: {files: [a.sql], resets: true}
                """);
        Desk.Outcome outcome = desk.run("seed");
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err())
                .contains(
                        "this is not a name for it",
                        "the package none has no files",
                        "a package that empties tables says where it may",
                        "the key resets is not known here");
    }
}
