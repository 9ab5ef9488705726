package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.database.RunnerLock;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Desk.Extension.class)
@Tag("PROOF-06")
class DriftCommandTest {
    /** What a runner of component main holds, whose record is in the schema lockkeeper. */
    private static final String RUNNER = new RunnerLock("lockkeeper", "main").trySql();

    private static Desk shop(Desk desk) {
        desk.write("lockkeeper.yaml", "project: shop\nconvention: flyway\ndowns: optional\n")
                .write("migrations/V1__orders.sql", """
                        create schema shop;
                        create table shop.customers (id bigint generated always as identity primary key, email text);
                        create table shop.orders (id bigserial primary key, total numeric,
                          customer bigint references shop.customers, constraint orders_total_check check (total >= 0));
                        create index orders_customer on shop.orders (customer);
                        create unique index customers_email on shop.customers (email);
                        comment on table shop.orders is 'what customers want';
                        """)
                .write("migrations/R__totals.sql", """
                        create or replace view shop.totals as select customer, sum(total) from shop.orders group by 1;
                        """);
        assertThat(desk.run("apply").exitCode()).isZero();
        return desk;
    }

    @Test
    void database_is_as_its_history_says_and_what_is_pending_is_no_drift(Desk desk) {
        shop(desk).write("migrations/V2__more.sql", "create table shop.more (id int);\n");
        desk.execute("create schema of_others; create table of_others.t (id int)");
        Desk.Outcome outcome = desk.run("drift");
        assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
        assertThat(desk.normalized(outcome.out()))
                .contains("The same: postgresql://USER@HOST:PORT/DATABASE", "as the history of main says")
                .contains("1 script is not applied yet, which is no drift.", "Not looked into: schema of_others.");
        assertThat(desk.run("drift", "--output", "json").out())
                .contains("\"findings\":[]", "\"pending\":1", "\"elsewhere\":[\"of_others\"]");
    }

    @Test
    void differences_are_told_as_the_page_shows_and_the_sql_undoes_them(Desk desk) throws IOException {
        shop(desk);
        desk.execute("drop index shop.orders_customer; alter table shop.orders drop constraint orders_total_check;"
                + " grant select (email) on shop.customers to public");
        Desk.Outcome outcome = desk.run("drift");
        assertThat(outcome.exitCode()).isEqualTo(3);
        String page = Files.readString(Document.ROOT.resolve("docs/drift.md"));
        assertThat(outcome.out())
                .startsWith(page.substring(page.indexOf("  security    column"), page.indexOf("```\n\n`--sql`")))
                .contains("3 differences: ");
        assertThat(desk.run("drift", "--output", "json").out())
                .contains("\"severity\":\"data\",\"state\":\"missing\",\"kind\":\"constraint\"");
        Desk.Outcome sql = desk.run("drift", "--sql");
        assertThat(sql.exitCode()).isEqualTo(3);
        desk.execute(sql.out());
        assertThat(desk.run("drift").exitCode()).isZero();
    }

    @Test
    void what_is_gravest_comes_first_and_blind_spots_of_a_dump_are_seen(Desk desk) {
        shop(desk);
        desk.execute("update pg_index set indisvalid = false where indexrelid = 'shop.customers_email'::regclass;"
                + " do $$ begin execute format('alter database %I set search_path = shop', current_database()); end $$;"
                + " alter sequence shop.orders_id_seq owned by none;"
                + " alter default privileges in schema shop grant select on tables to public;"
                + " comment on table shop.orders is null;"
                + " alter table shop.customers alter column email set statistics 500;"
                + " create or replace view shop.totals as select customer, sum(total) from shop.orders where total > 0"
                + " group by 1");
        Desk.Outcome outcome = desk.run("drift");
        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.out()
                        .lines()
                        .filter(line -> line.matches(" {2}\\S.*"))
                        .toList())
                .extracting(line -> line.strip().replaceAll(" +", " "))
                .containsExactlyInAnyOrder(
                        "security default acl for role lockkeeper in schema shop on tables is not in the history",
                        "data index shop.customers_email is not the same",
                        "data sequence shop.orders_id_seq is not the same",
                        "security database setting search_path is not in the history",
                        "correctness view shop.totals is not the same",
                        "performance column shop.customers.email is not the same",
                        "cosmetic comment table shop.orders is missing");
    }

    @Test
    void what_is_accepted_does_not_count_until_its_day_is_over(Desk desk) {
        shop(desk).write("lockkeeper.yaml", """
                project: shop
                convention: flyway
                downs: optional
                drift:
                  ignore:
                    - object: shop.events_*
                      kind: table
                      state: extra
                      reason: a job makes them
                  accept:
                    - object: shop.orders.note
                      reason: incident 77
                      until: 2126-01-31
                """);
        desk.execute("create table shop.events_1 (id int); alter table shop.orders add note text");
        Desk.Outcome accepted = desk.run("drift");
        assertThat(accepted.exitCode()).as(accepted.out() + accepted.err()).isZero();
        assertThat(accepted.out()).contains("accepted    table shop.events_1", "incident 77 (until 2126-01-31)");
        desk.execute("create view shop.events_2 as select 1 as one");
        assertThat(desk.run("drift").out()).contains("view shop.events_2 is not in the history");
        desk.execute("drop view shop.events_2");
        desk.write("lockkeeper.yaml", """
                project: shop
                convention: flyway
                downs: optional
                drift:
                  accept:
                    - object: shop.*
                      reason: incident 77
                      until: 2026-01-31
                """);
        Desk.Outcome over = desk.run("drift");
        assertThat(over.exitCode()).isEqualTo(3);
        assertThat(over.out()).contains("until 2026-01-31, which is over: incident 77");
        assertThat(over.err()).contains("warning[drift-acceptance]", "lockkeeper.yaml:6:");
        desk.write("lockkeeper.yaml", """
                project: shop
                drift:
                  accept:
                    - object: a
                      until: tomorrow
                """);
        assertThat(desk.run("drift").err()).contains("a reason is missing", "tomorrow is not a day");
    }

    @Test
    void run_at_work_is_no_drift_and_neither_is_a_step_that_is_not_finished(Desk desk) throws SQLException {
        shop(desk);
        desk.write(
                "migrations/V2__more.sql",
                "-- lockkeeper:no-transaction\ncreate table shop.more (id int);\ncreate index concurrently on shop.more (no);\n");
        assertThat(desk.run("apply").exitCode()).isNotZero();
        try (Connection runner = desk.session(RUNNER)) {
            assertThat(runner.isClosed()).isFalse();
            Desk.Outcome running = desk.run("drift");
            assertThat(running.exitCode()).isEqualTo(6);
            assertThat(running.err()).contains("error[drift-during-run]", "why: it is psql (pid ");
        }
        Desk.Outcome unfinished = desk.run("drift");
        assertThat(unfinished.exitCode()).isEqualTo(7);
        assertThat(unfinished.err()).contains("error[drift-unfinished]");
    }

    @Test
    void edited_file_and_a_removed_one_are_replaced_by_what_the_record_keeps(Desk desk) throws IOException {
        shop(desk).write("migrations/V1__orders.sql", "create schema shop;\n");
        Desk.Outcome edited = desk.run("drift");
        assertThat(edited.exitCode()).as(edited.out() + edited.err()).isZero();
        assertThat(edited.err()).contains("1 was edited since it was applied");
        Files.delete(desk.folder().resolve("migrations/V1__orders.sql"));
        Desk.Outcome removed = desk.run("drift");
        assertThat(removed.exitCode()).as(removed.out() + removed.err()).isZero();
        assertThat(removed.err()).contains("1 has no file any more");
    }

    @Test
    void damaged_cache_is_built_again(Desk desk) throws IOException {
        shop(desk);
        desk.execute("drop index shop.orders_customer");
        String found = desk.run("drift").out();
        Path cache = EmbeddedPostgres.shelf(Options.defaults(), "expected");
        try (Stream<Path> files = Files.walk(cache)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(f -> f.endsWith("pg_index"))
                    .toList()) {
                byte[] bytes = Files.readAllBytes(file);
                bytes[bytes.length / 2] ^= 1;
                Files.write(file, bytes);
            }
        }
        assertThat(desk.run("drift").out()).isEqualTo(found);
    }

    @Test
    void plain_role_sees_drift_and_what_it_may_not_read_is_an_error(Desk desk) {
        shop(desk).role("drift_reader");
        desk.execute("grant usage on schema lockkeeper to drift_reader;"
                + " grant select on all tables in schema lockkeeper to drift_reader");
        desk.variables().put("PGUSER", "drift_reader");
        Desk.Outcome same = desk.run("drift");
        assertThat(same.exitCode()).as(same.out() + same.err()).isZero();
        desk.execute("drop index shop.orders_customer");
        assertThat(desk.run("drift").exitCode()).isEqualTo(3);
        desk.execute("create foreign data wrapper w; create server s foreign data wrapper w;"
                + " create user mapping for public server s");
        Desk.Outcome hidden = desk.run("drift");
        assertThat(hidden.exitCode()).isEqualTo(4);
        assertThat(hidden.err()).contains("error[catalog-hidden]", "pg_user_mapping");
    }

    @Test
    void objects_that_are_of_another_component_are_not_judged(Desk desk) {
        shop(desk)
                .write("lockkeeper.yaml", """
                        project: shop
                        components:
                          main: {migrations: migrations, convention: flyway, downs: optional}
                          stock: {migrations: stock, convention: flyway, downs: optional}
                        """)
                .write("stock/V1__stock.sql", "create table shop.stock (id int references shop.orders);\n");
        assertThat(desk.run("apply").exitCode()).isZero();
        assertThat(desk.run("drift").out()).contains("The same: ", "the history of main, stock");
        Desk.Outcome one = desk.run("drift", "--component", "main");
        assertThat(one.exitCode()).as(one.out() + one.err()).isZero();
        assertThat(one.out()).contains("Not judged, because another component uses these schemas: table shop.stock");
        desk.execute("alter table shop.orders add sneaky int");
        assertThat(desk.run("drift", "--component", "main").exitCode()).isEqualTo(3);
    }

    @Test
    void two_databases_and_a_folder_are_compared(Desk desk) {
        shop(desk);
        String address = "postgresql://" + desk.variables().get("PGUSER") + "@127.0.0.1:" + desk.port() + "/";
        String folder = desk.folder().resolve("migrations").toString();
        Desk.Outcome same = desk.run("diff", folder, address + desk.database());
        assertThat(same.exitCode()).as(same.out() + same.err()).isZero();
        Desk.Outcome apart = desk.run("diff", address + desk.database(), address + "postgres");
        assertThat(apart.exitCode()).isEqualTo(3);
        assertThat(apart.out()).contains("schema shop is missing");
        desk.write("migrations/V2__more.sql", "create table shop.more (id int);\n");
        Desk.Outcome more = desk.run("diff", folder, address + desk.database(), "--output", "json");
        assertThat(more.exitCode()).isEqualTo(3);
        assertThat(more.out()).contains("\"state\":\"missing\",\"kind\":\"table\",\"object\":\"shop.more\"");
        assertThat(desk.run("diff", "nowhere", folder).err()).contains("nowhere is neither an address nor a folder");
    }
}
