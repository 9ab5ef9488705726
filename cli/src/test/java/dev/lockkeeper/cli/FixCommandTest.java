package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.source.Convention;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("PROOF-04")
@ExtendWith(Desk.Extension.class)
class FixCommandTest {
    private static final String FIRST = """
            create schema shop;
            create table shop.customers (id int primary key);
            create table shop.orders (id int not null, total int, customer int);
            create index orders_old on shop.orders (total);
            """;

    private static Desk shop(Desk desk, String up, String down) {
        return desk.write("lockkeeper.yaml", "project: shop\nconvention: flyway\n")
                .write("migrations/V1__first.sql", FIRST)
                .write("migrations/U1__first.sql", "drop schema shop cascade;\n")
                .write("migrations/V2__more.sql", up)
                .write("migrations/U2__more.sql", down);
    }

    private static Desk.Outcome write(Desk desk) {
        return desk.run("fix", "--after", "1", "--write");
    }

    private static String text(Desk desk, String file) {
        try {
            return Files.readString(desk.folder().resolve("migrations").resolve(file));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** All files of the desk with what is in them. */
    private static Map<String, String> files(Desk desk) {
        try (Stream<Path> all = Files.walk(desk.folder())) {
            Map<String, String> files = new TreeMap<>();
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(desk.folder().relativize(file).toString(), Files.readString(file, StandardCharsets.UTF_8));
            }
            return files;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void assertProven(Desk desk) {
        Desk.Outcome lint = desk.run("lint", "--after", "1");
        assertThat(lint.out()).doesNotContain("error[LK", "warning[LK");
        Desk.Outcome smoke =
                desk.run("smoke", "--rows", "none", "--project", desk.folder().toString());
        assertThat(smoke.exitCode()).as(smoke.out() + smoke.err()).isZero();
    }

    private static final String EVERY_UP = """
            -- news come first
            create table shop.news (id int primary key);

            -- quick lists
            create index orders_total on shop.orders (total); -- by total
            ALTER TABLE shop.orders ADD FOREIGN KEY (customer) REFERENCES shop.customers;
            alter table shop.orders add constraint "at least" check (total > 0);
            alter table shop.orders
                alter total set not null;
            alter table shop.orders add unique (total) deferrable initially deferred;
            alter table shop.orders add primary key (id);
            comment on index shop.orders_total is 'for lists';
            drop index shop.orders_old;

            comment on table shop.news is 'all of them'
            """;

    private static final String EVERY_DOWN = """
            create index orders_old on shop.orders (total);
            alter table shop.orders drop constraint orders_pkey;
            alter table shop.orders drop constraint orders_total_key;
            alter table shop.orders alter total drop not null;
            alter table shop.orders drop constraint "at least";
            alter table shop.orders drop constraint orders_customer_fkey;
            drop index shop.orders_total;
            -- and the rest
            drop table shop.news;
            """;

    @ParameterizedTest
    @ValueSource(strings = {"15", "18"})
    void every_way_is_written_into_a_migration_that_follows_and_comes_to_the_same(String version, Desk desk) {
        shop(desk, EVERY_UP, EVERY_DOWN);
        Desk.Outcome outcome = desk.run("fix", "--after", "1", "--write", "--server-version", version);
        assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
        assertThat(text(desk, "V2__more.sql")).isEqualTo("""
                -- news come first
                create table shop.news (id int primary key);

                comment on table shop.news is 'all of them'
                """);
        assertThat(text(desk, "U2__more.sql")).isEqualTo("-- and the rest\ndrop table shop.news;\n");
        assertThat(text(desk, "V3__more_online.sql")).isEqualTo("""
                -- lockkeeper:no-transaction
                -- quick lists
                create index concurrently orders_total on shop.orders (total); -- by total
                ALTER TABLE shop.orders ADD FOREIGN KEY (customer) REFERENCES shop.customers NOT VALID;
                ALTER TABLE shop.orders VALIDATE CONSTRAINT orders_customer_fkey;
                alter table shop.orders add constraint "at least" check (total > 0) not valid;
                alter table shop.orders validate constraint "at least";
                alter table shop.orders
                    add constraint total_is_not_null check (total is not null) not valid;
                alter table shop.orders validate constraint total_is_not_null;
                alter table shop.orders alter column total set not null;
                alter table shop.orders drop constraint total_is_not_null;
                create unique index concurrently orders_total_key on shop.orders using btree (total);
                alter table shop.orders add constraint orders_total_key unique using index orders_total_key deferrable initially deferred;
                create unique index concurrently orders_pkey on shop.orders using btree (id);
                alter table shop.orders add constraint orders_pkey primary key using index orders_pkey;
                comment on index shop.orders_total is 'for lists';
                drop index concurrently shop.orders_old;
                """);
        assertThat(text(desk, "U3__more_online.sql"))
                .startsWith("create index concurrently orders_old on shop.orders (total);\n")
                .endsWith("drop index concurrently shop.orders_total;\n");
        assertProven(desk);
        Desk.Outcome again = desk.run("fix");
        assertThat(again.exitCode()).isZero();
        assertThat(again.out()).contains("There is nothing that can be written in a safer way without a person.");
    }

    @ParameterizedTest
    @EnumSource(Convention.class)
    void every_convention_gets_the_files_that_it_wants(Convention convention, Desk desk) throws IOException {
        desk.write("lockkeeper.yaml", "project: shop\nconvention: " + convention.key() + "\n");
        migration(desk, convention, "202601010001", "first", FIRST, "drop schema shop cascade;\n");
        migration(
                desk,
                convention,
                "202601010002",
                "more",
                "create table shop.news (id int);\n-- quick\ncreate index orders_total on shop.orders (total);\n",
                "drop index shop.orders_total;\ndrop table shop.news;\n");
        migration(
                desk,
                convention,
                "202601010009",
                "last",
                "alter table shop.orders add check (total > 0);\n",
                "alter table shop.orders drop constraint orders_total_check;\n");
        Files.createDirectories(desk.folder().resolve("migrations"));
        String first = convention == Convention.SQITCH ? "1" : "202601010001";
        Desk.Outcome outcome = desk.run("fix", "--after", first, "--write");
        assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
        Map<String, String> files = files(desk);
        assertThat(files.values().stream()
                        .filter(text -> text.contains("-- quick\ncreate index concurrently orders_total on")))
                .as(outcome.out())
                .hasSize(1);
        assertThat(files.keySet().stream().filter(name -> name.contains("more_online")))
                .isNotEmpty();
        assertThat(files.values().stream()
                        .filter(text -> text.contains(
                                "-- lockkeeper:no-transaction\nalter table shop.orders add check (total > 0) not valid;\n"
                                        + "alter table shop.orders validate constraint orders_total_check;\n")))
                .hasSize(1);
        assertThat(files.keySet().stream().filter(name -> name.contains("last_online")))
                .isEmpty();
        Desk.Outcome lint = desk.run("lint", "--after", first);
        assertThat(lint.out()).doesNotContain("error[LK");
        Desk.Outcome smoke =
                desk.run("smoke", "--rows", "none", "--project", desk.folder().toString());
        assertThat(smoke.exitCode()).as(smoke.out() + smoke.err()).isZero();
    }

    private static void migration(Desk desk, Convention convention, String version, String slug, String up, String down)
            throws IOException {
        Path folder = desk.folder().resolve("migrations");
        List<Path> files = convention.newFiles(folder, version, slug);
        for (int i = 0; i < files.size(); i++) {
            String content = files.size() == 1 ? convention.join(up, down) : i == 0 ? up : down;
            desk.write(desk.folder().relativize(files.get(i)).toString(), content);
        }
        var listed = convention.listed(folder, "shop", slug, Clock.systemUTC(), "ann");
        if (listed.isPresent()) {
            String before = Files.exists(listed.get().file())
                    ? Files.readString(listed.get().file())
                    : "";
            desk.write(
                    desk.folder().relativize(listed.get().file()).toString(),
                    before + listed.get().text());
        }
    }

    @Test
    void indexes_alone_are_built_concurrently_where_they_stand(Desk desk) {
        shop(
                desk,
                "begin;\nCREATE UNIQUE INDEX ON shop.orders (id);\nreindex (verbose) table shop.orders;\n\ndrop index shop.orders_old;\ncommit;\n",
                "create index orders_old on shop.orders (total);\ndrop index shop.orders_id_idx;\n");
        Desk.Outcome outcome = write(desk);
        assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
        assertThat(text(desk, "V2__more.sql"))
                .isEqualTo(
                        "CREATE UNIQUE INDEX CONCURRENTLY ON shop.orders (id);\nreindex (verbose) table concurrently shop.orders;\n\ndrop index concurrently shop.orders_old;\n");
        assertThat(text(desk, "U2__more.sql"))
                .isEqualTo(
                        "create index concurrently orders_old on shop.orders (total);\ndrop index concurrently shop.orders_id_idx;\n");
        assertProven(desk);
    }

    @Test
    void nothing_is_written_without_being_asked_and_the_exit_code_is_3(Desk desk) {
        shop(desk, "create index orders_total on shop.orders (total);\n", "drop index shop.orders_total;\n");
        Map<String, String> before = files(desk);
        Desk.Outcome outcome = desk.run("fix");
        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.out())
                .contains(
                        "-create index orders_total on shop.orders (total);\n+create index concurrently orders_total on shop.orders (total);\n",
                        "1 finding is written in a safer way, and nothing is written yet: --write does it.");
        Desk.Outcome json = desk.run("fix", "--output", "json");
        assertThat(json.exitCode()).isEqualTo(3);
        assertThat(json.out()).contains("\"proven\":true", "\"written\":false", "\"rule\":\"LK01\"", "\"made\":false");
        Desk.Outcome all = desk.run("fix", "--write");
        assertThat(all.exitCode()).isEqualTo(2);
        assertThat(all.err()).contains("--write needs to know which files may change", "--since COMMIT");
        assertThat(files(desk)).isEqualTo(before);
    }

    @Test
    void what_would_not_come_to_the_same_is_told_and_not_written(Desk desk) {
        shop(desk, """
                create index orders_total on shop.orders (total);
                do $$ begin
                  if to_regclass('shop.orders_total') is not null then create table shop.seen (); end if;
                end $$;
                """, "drop table if exists shop.seen;\ndrop index shop.orders_total;\n");
        Map<String, String> before = files(desk);
        Desk.Outcome outcome = write(desk);
        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.err())
                .contains(
                        "error[fix-unproven]: what would be written does not end in the same catalogs",
                        "table shop.seen");
        assertThat(files(desk)).isEqualTo(before);
        Desk.Outcome json = desk.run("fix", "--after", "1", "--write", "--output", "json");
        assertThat(json.out()).contains("\"proven\":false", "\"written\":false", "fix-unproven");
    }

    @Test
    void rollback_that_would_not_restore_is_told_and_not_written(Desk desk) {
        // what is left of the down script does nothing
        shop(
                desk,
                "insert into shop.customers values (7);\ncreate index orders_total on shop.orders (total);\n",
                "select 1;\ndrop index shop.orders_total;\n");
        Map<String, String> before = files(desk);
        Desk.Outcome outcome = write(desk);
        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.err()).contains("error[fix-unproven]: the rollback of 2 would not restore what was there");
        assertThat(files(desk)).isEqualTo(before);
    }

    @Test
    void files_that_a_commit_has_stay_as_they_are(Desk desk) throws Exception {
        shop(desk, "create index orders_total on shop.orders (total);\n", "drop index shop.orders_total;\n");
        for (List<String> command : List.of(
                List.of("init", "-q"),
                List.of("add", "."),
                List.of("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "one"))) {
            ProcessBuilder git = new ProcessBuilder("git", "-C", desk.folder().toString());
            git.command().addAll(command);
            assertThat(git.start().waitFor()).isZero();
        }
        desk.write("migrations/V3__new.sql", "create index orders_id on shop.orders (id);\n")
                .write("migrations/U3__new.sql", "drop index shop.orders_id;\n");
        Desk.Outcome outcome = desk.run("fix", "--since", "HEAD", "--write");
        assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
        assertThat(text(desk, "V2__more.sql")).isEqualTo("create index orders_total on shop.orders (total);\n");
        assertThat(text(desk, "V3__new.sql")).isEqualTo("create index concurrently orders_id on shop.orders (id);\n");
    }

    @Test
    void everything_else_of_a_file_stays_byte_by_byte(Desk desk) throws IOException {
        shop(desk, "select 1;\n", "select 1;\n");
        String up = "\uFEFF-- Bestände 🚢\r\n\r\ncreate table shop.\"Größe\" (id int);\r\n"
                + "  create index \"schöner \"\" Index\" on shop.orders (total)   ;\t-- zügig\r\n"
                + "insert into shop.\"Größe\" values (1); comment on table shop.\"Größe\" is 'a;b\r\nc';";
        desk.write("migrations/V2__more.sql", up)
                .write(
                        "migrations/U2__more.sql",
                        "drop index shop.\"schöner \"\" Index\"; drop table shop.\"Größe\";\r\n");
        Path file = desk.folder().resolve("migrations/V2__more.sql");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
        Path real = desk.folder().resolve("real.sql");
        Files.move(file, real);
        Files.createSymbolicLink(file, real);
        Desk.Outcome outcome = write(desk);
        assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
        assertThat(Files.isSymbolicLink(file)).isTrue();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(real)))
                .isEqualTo("rw-rw-r--");
        assertThat(Files.readString(real))
                .isEqualTo("\uFEFF-- Bestände 🚢\r\n\r\ncreate table shop.\"Größe\" (id int);\r\n"
                        + "insert into shop.\"Größe\" values (1); comment on table shop.\"Größe\" is 'a;b\r\nc';");
        assertThat(text(desk, "U2__more.sql")).isEqualTo("drop table shop.\"Größe\";\r\n");
        assertThat(text(desk, "V3__more_online.sql"))
                .isEqualTo(
                        "  create index concurrently \"schöner \"\" Index\" on shop.orders (total)   ;\t-- zügig\r\n");
        assertThat(text(desk, "U3__more_online.sql"))
                .isEqualTo("drop index concurrently shop.\"schöner \"\" Index\";\r\n");
        try (Stream<Path> all = Files.list(desk.folder().resolve("migrations"))) {
            assertThat(all.map(path -> path.getFileName().toString())).noneMatch(name -> name.startsWith("."));
        }
    }

    @Test
    void tokens_and_settings_go_along(Desk desk) {
        shop(desk, """
                set local search_path = ${schema};
                create table news (id int);
                -- lockkeeper:allow LK13 an example of a line for one statement
                alter table orders add check (total > 5);
                alter table ${schema}.orders add constraint twice unique (total, id);
                create index if not exists total_${schema} on orders (total);
                """, """
                set search_path = ${schema};
                drop index total_${schema};
                alter table orders drop constraint twice;
                alter table orders drop constraint orders_total_check;
                drop table news;
                """);
        desk.write("lockkeeper.yaml", "project: shop\nconvention: flyway\ntokens:\n  schema: shop\n");
        Desk.Outcome outcome = write(desk);
        assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
        assertThat(text(desk, "V3__more_online.sql")).isEqualTo("""
                -- lockkeeper:no-transaction
                set search_path = ${schema};
                create unique index concurrently twice on ${schema}.orders using btree (total, id);
                alter table ${schema}.orders add constraint twice unique using index twice;
                create index concurrently if not exists total_${schema} on orders (total);
                """);
        assertThat(text(desk, "V2__more.sql")).contains("-- lockkeeper:allow LK13", "add check (total > 5);");
        assertThat(text(desk, "U3__more_online.sql")).isEqualTo("""
                set search_path = ${schema};
                drop index concurrently total_${schema};
                alter table orders drop constraint twice;
                """);
    }

    @Test
    void what_needs_a_person_is_told_with_the_reason_and_the_recipe(Desk desk) {
        shop(desk, """
                create table shop.parts (id int, day date) partition by range (day);
                """, "drop table shop.parts;\n");
        desk.write("migrations/V3__hard.sql", """
                        do $$ begin create index orders_total on shop.orders (total); end $$;
                        alter table shop.orders add primary key (customer);
                        create index on shop.parts (id);
                        alter table shop.orders add column other int unique;
                        drop index shop.orders_old cascade;
                        """).write("migrations/U3__hard.sql", "drop schema shop cascade;\n");
        Desk.Outcome outcome = desk.run("fix", "--after", "2");
        assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
        assertThat(outcome.out())
                .contains(
                        "left[LK01]: writes of shop.orders wait while shop.orders_total is built",
                        "  = why: code or another kind of statement does it",
                        "  = why: its columns allow NULL: set them NOT NULL in a migration before it",
                        "  = why: not every action of the statement has a safer way that can be written without a person",
                        "  = why: CONCURRENTLY is refused together with CASCADE",
                        "  = help: create index concurrently, in a migration of its own");
        desk.write(
                        "migrations/V3__hard.sql",
                        "create table shop.news (id int);\ncreate index orders_total on shop.orders (total);\n")
                .write(
                        "migrations/U3__hard.sql",
                        "drop table shop.news; drop index shop.orders_total, shop.orders_old;\n");
        assertThat(desk.run("fix", "--after", "2").out())
                .contains(
                        "why: line 1 of its down script takes back more than what would move to a migration of its own");
        desk.write("migrations/U3__hard.sql", "drop table shop.no;\n");
        assertThat(desk.run("fix", "--after", "2").out())
                .contains("why: its down script fails: lockkeeper smoke tells why");
        desk.write("migrations/U3__hard.sql", "drop table shop.news;\n");
        assertThat(desk.run("fix", "--after", "2").out())
                .contains("why: its down script has no statement that takes it back");
    }

    @Test
    void version_of_what_follows_is_the_first_that_is_free_behind_it(Desk desk) {
        shop(
                        desk,
                        "create table shop.news (id int);\ncreate index orders_total on shop.orders (total);\n",
                        "drop index shop.orders_total;\ndrop table shop.news;\n")
                .write("migrations/V3__other.sql", "create table shop.other (id int);\n")
                .write("migrations/U3__other.sql", "drop table shop.other;\n")
                .write("migrations/V2.1__more_online.sql", "select 1;\n")
                .write("migrations/U2.1__more_online.sql", "select 1;\n");
        Desk.Outcome taken = desk.run("fix", "--after", "1");
        assertThat(taken.out()).contains("+++ " + desk.folder() + "/migrations/V4__more_online.sql");
        assertThat(desk.folder()
                        .resolve("migrations/V2.1__more_online.sql")
                        .toFile()
                        .delete())
                .isTrue();
        assertThat(desk.folder()
                        .resolve("migrations/U2.1__more_online.sql")
                        .toFile()
                        .delete())
                .isTrue();
        assertThat(desk.run("fix", "--after", "1").out())
                .contains("+++ " + desk.folder() + "/migrations/V2.1__more_online.sql");
    }

    @Test
    void tables_that_are_locked_one_after_the_other_get_a_migration_each(Desk desk) {
        shop(desk, """
                begin;
                set local lock_timeout = '1s';
                alter table shop.orders add column note text;
                -- of the second
                alter table shop.customers add column note text;
                comment on column shop.customers.note is 'n';
                commit;
                """, """
                alter table shop.customers drop column note;
                alter table shop.orders drop column note;
                """);
        Desk.Outcome outcome = write(desk);
        assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
        assertThat(text(desk, "V2__more.sql")).isEqualTo("""
                begin;
                set local lock_timeout = '1s';
                alter table shop.orders add column note text;
                commit;
                """);
        assertThat(text(desk, "V3__more_next.sql")).isEqualTo("""
                set local lock_timeout = '1s';
                -- of the second
                alter table shop.customers add column note text;
                comment on column shop.customers.note is 'n';
                """);
        assertThat(text(desk, "U2__more.sql")).isEqualTo("alter table shop.orders drop column note;\n");
        assertThat(text(desk, "U3__more_next.sql")).isEqualTo("alter table shop.customers drop column note;\n");
        assertProven(desk);
    }

    @Test
    void statements_that_share_their_lines_are_parted(Desk desk) {
        desk.write("lockkeeper.yaml", "project: shop\nconvention: trailing-rollback\n")
                .write("migrations/001_first.sql", FIRST + "-- rollback\n-- drop schema shop cascade;\n")
                .write("migrations/002_more.sql", """
                        /* header */ create table shop.news (id int); create index a on shop.orders (total); create index "b;" on shop.orders (id) -- one ; more
                          where total > 0 /* a /* ; */ b */ ; -- tail
                        insert into shop.news values (1); alter table only shop.orders alter total set not null;

                        /* ROLLBACK
                         * alter table shop.orders alter total drop not null; drop index shop."b;"; drop
                         *   index shop.a; drop table shop.news;
                         */
                        """);
        Desk.Outcome outcome = desk.run("fix", "--after", "1", "--write");
        assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
        assertThat(text(desk, "002_more.sql")).isEqualTo("""
                /* header */ create table shop.news (id int); -- tail
                insert into shop.news values (1);

                /* ROLLBACK
                 * drop table shop.news;
                 */
                """);
        assertThat(text(desk, "003_more_online.sql")).isEqualTo("""
                -- lockkeeper:no-transaction
                create index concurrently a on shop.orders (total);
                create index concurrently "b;" on shop.orders (id) -- one ; more
                  where total > 0 /* a /* ; */ b */ ;
                alter table only shop.orders add constraint total_is_not_null check (total is not null) not valid;
                alter table only shop.orders validate constraint total_is_not_null;
                alter table only shop.orders alter column total set not null;
                alter table only shop.orders drop constraint total_is_not_null;

                -- ROLLBACK
                -- alter table shop.orders alter total drop not null;
                -- drop index concurrently shop."b;";
                -- drop
                --    index concurrently shop.a;
                """);
        assertProven(desk);
    }

    @Test
    void names_of_any_kind_are_those_that_the_server_has(Desk desk) {
        String longest = "ü".repeat(31);
        shop(desk, "select 1;\n", "select 1;\n")
                .write("migrations/V2__more.sql", """
                        create schema "a ""b.c"" on d";
                        create table "a ""b.c"" on d"."T x" (id int not null, "%s" int, "on" int);
                        """.formatted(longest))
                .write("migrations/U2__more.sql", "drop schema \"a \"\"b.c\"\" on d\" cascade;\n")
                .write("migrations/V3__keys.sql", """
                        set search_path = "a ""b.c"" on d";
                        alter table "T x" alter "%s" set not null, alter column "on" set not null;
                        alter table "T x" add unique ("%s"), add constraint "x on y" check ("on" > 0), add primary key (id);
                        """.formatted(longest, longest))
                .write("migrations/U3__keys.sql", """
                        set search_path = "a ""b.c"" on d";
                        alter table "T x" drop constraint "T x_pkey", drop constraint "x on y", drop constraint "T x_%s_key";
                        alter table "T x" alter "%s" drop not null, alter "on" drop not null;
                        """.formatted("ü".repeat(27), longest));
        Desk.Outcome outcome = desk.run("fix", "--after", "2", "--write");
        assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
        assertThat(text(desk, "V3__keys.sql")).contains("using index \"T x_", "on_is_not_null");
        Desk.Outcome smoke =
                desk.run("smoke", "--rows", "none", "--project", desk.folder().toString());
        assertThat(smoke.exitCode()).as(smoke.out() + smoke.err()).isZero();
    }

    @Test
    void page_shows_what_is_printed(Desk desk) throws IOException {
        desk.write("lockkeeper.yaml", "convention: flyway\n")
                .write(
                        "migrations/V1__orders.sql",
                        "create table orders (id bigint primary key, total bigint not null);\n")
                .write("migrations/U1__orders.sql", "drop table orders;\n")
                .write("migrations/V2__news.sql", """
                        create table news (id bigint primary key);
                        -- for the list of the biggest
                        create index orders_total on orders (total);
                        alter table orders add check (total > 0);
                        """)
                .write("migrations/U2__news.sql", """
                        alter table orders drop constraint orders_total_check;
                        drop index orders_total;
                        drop table news;
                        """);
        String printed = desk.normalized(desk.run("fix").out())
                .replace("DIR/", "")
                .replaceAll("PostgreSQL 18\\.\\d+", "PostgreSQL 18.6");
        String page = Files.readString(dev.lockkeeper.cli.Document.ROOT.resolve("docs/fix.md"));
        assertThat(page).contains("```diff\n" + printed + "```");
    }
}
