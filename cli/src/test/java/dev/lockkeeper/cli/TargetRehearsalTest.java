package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a live database would go through. */
@ExtendWith(Desk.Extension.class)
class TargetRehearsalTest {
    private static String address(Desk desk) {
        return "postgresql://" + desk.variables().get("PGUSER") + "@127.0.0.1:" + desk.port() + "/" + desk.database();
    }

    private static Desk shop(Desk desk) {
        desk.write("lockkeeper.yaml", "project: shop\nconvention: flyway\ndowns: optional\n")
                .write("migrations/V1__orders.sql", """
                        create schema shop;
                        create table shop.orders (id bigint primary key, total int not null, at timestamp);
                        create index orders_total on shop.orders (total);
                        create table shop.events (at date not null, n int) partition by range (at);
                        create table shop.events_1 partition of shop.events for values from ('2026-01-01') to ('2026-02-01');
                        """)
                .write(
                        "migrations/R__totals.sql",
                        "create or replace view shop.totals as select sum(id) from shop.orders;\n");
        assertThat(desk.run("apply").exitCode()).isZero();
        desk.execute("insert into shop.orders select g, g, now() from generate_series(1, 100000) g;"
                + " insert into shop.events select '2026-01-05', g from generate_series(1, 50000) g;"
                + " create table shop.events_2 partition of shop.events for values from ('2026-02-01') to ('2026-03-01');"
                + " insert into shop.events select '2026-02-05', g from generate_series(1, 50000) g;"
                + " analyze shop.orders, shop.events");
        return desk;
    }

    @Test
    @Tag("PROOF-03")
    @Tag("PROOF-05")
    void pending_plan_runs_on_what_the_history_makes_and_is_forecast_by_the_sizes_of_the_target(Desk desk) {
        shop(desk)
                .write("migrations/V2__total.sql", """
                        alter table shop.orders alter total type bigint;
                        comment on table shop.orders is 'x';
                        """)
                .write("migrations/V3__events.sql", "alter table shop.events alter n type bigint;\n")
                .write(
                        "migrations/V4__new.sql",
                        "create table shop.fresh (id int);\nalter table shop.fresh add n int default random();\n");
        String read =
                "select sum(seq_scan) || ' ' || sum(coalesce(idx_scan, 0)) from pg_stat_user_tables where schemaname = 'shop'";
        List<String> before = desk.rows(read);
        Desk.Outcome outcome = desk.run("rehearse", "--database", address(desk));
        assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
        assertThat(desk.rows(read)).as("no row was read").isEqualTo(before);
        assertThat(desk.normalized(outcome.out()).replace("DIR/", ""))
                .doesNotContain("V1__orders")
                .contains("rewrites shop.orders and 1 index")
                .contains("Forecast by the statistics of the target:")
                .contains("migrations/V2__total.sql:1:1  O(rows x indexes)", "(shop.orders 100 thousand rows, ")
                .contains("reads and writes of shop.orders wait for")
                .contains("(shop.events 100 thousand rows in 2 partitions, ")
                .doesNotContain("of shop.fresh wait")
                .contains("As for postgresql://USER@HOST:PORT/DATABASE: PostgreSQL 18");
        assertThat(desk.rows("select count(*) from lockkeeper.history")).containsExactly("1");
        Desk.Outcome json = desk.run("rehearse", "--database", address(desk), "--output", "json");
        assertThat(json.out())
                .startsWith("{\"schema\":\"lockkeeper/target-rehearsal/v1\"")
                .contains("\"effort\":\"O(rows x indexes)\"", "\"rows\":100000", "\"partitions\":2");
    }

    @Test
    @Tag("PROOF-03")
    void settings_roles_and_extensions_that_change_the_answer_are_those_of_the_target(Desk desk) {
        desk.execute(
                "do $$ begin execute format('alter database %I set timezone = ''Europe/Berlin''', current_database());"
                        + " execute format('alter database %I set myapp.secret = ''hush-hush''', current_database());"
                        + " execute format('alter role \"lockkeeper\" in database %I set search_path = shop, public', current_database());"
                        + " if to_regrole('\"Ann \u201c😀\"') is null then create role \"Ann \u201c😀\"; end if; end $$;"
                        + " create schema \"Ext\"; create extension citext schema \"Ext\"");
        shop(desk).execute("grant select on shop.orders to \"Ann \u201c😀\"");
        desk.write("migrations/V2__at.sql", """
                alter table orders alter at type timestamptz;
                grant update on orders to "Ann \u201c😀";
                alter table orders add note "Ext".citext;
                """);
        Desk.Outcome outcome = desk.run("rehearse", "--database", address(desk));
        assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
        assertThat(outcome.out())
                .as("in UTC it would not be copied")
                .contains("rewrites shop.orders")
                .contains("timezone Europe/Berlin", "search_path shop, public", "extension \"citext\"", "myapp.secret")
                .doesNotContain("hush-hush");
    }

    @Test
    @Tag("PROOF-03")
    void plain_role_does_and_what_was_never_analyzed_is_not_known(Desk desk) {
        shop(desk).role("rehearsal_reader");
        desk.execute("grant usage on schema lockkeeper to rehearsal_reader;"
                + " grant select on all tables in schema lockkeeper to rehearsal_reader;"
                + " create table shop.unknown as select g as n from generate_series(1, 10) g");
        desk.write("migrations/V2__total.sql", "create index on shop.orders (at);\n");
        desk.variables().put("PGUSER", "rehearsal_reader");
        Desk.Outcome outcome = desk.run("rehearse", "--database", address(desk), "--to", "2");
        assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
        assertThat(outcome.out())
                .contains("O(rows), ")
                .contains("writes of shop.orders wait for")
                .contains("user rehearsal_reader is a superuser here");
    }

    @Test
    @Tag("PROOF-03")
    void names_may_be_anything_and_a_path_may_be_empty(Desk desk) {
        desk.execute(
                "do $$ begin if to_regrole('\"Ä; -- \"\"x'' 😀\"') is null then create role \"Ä; -- \"\"x' 😀\" superuser login"
                        + " password '" + desk.variables().get("PGPASSWORD") + "'; end if; end $$");
        desk.execute("create database \"Ö '\"\" -- db\"");
        desk.execute("alter role \"Ä; -- \"\"x' 😀\" in database \"Ö '\"\" -- db\" set search_path = ''");
        String url = "postgresql://127.0.0.1:" + desk.port() + "/%C3%96%20%27%22%20--%20db";
        desk.variables().put("PGUSER", "Ä; -- \"x' 😀");
        String table = "\"S😀\".\"t \"\"'; drop -- ääääääääääää\"";
        desk.write("lockkeeper.yaml", "project: shop\nconvention: flyway\ndowns: optional\n")
                .write(
                        "migrations/V1__t.sql",
                        "create schema \"S😀\";\ncreate table " + table + " (id int, \"a b\" int);\n");
        Desk.Outcome applied = desk.run("apply", "--database", url);
        assertThat(applied.exitCode()).as(applied.out() + applied.err()).isZero();
        desk.write("migrations/V2__t.sql", "alter table " + table + " alter \"a b\" type bigint;\n");
        Desk.Outcome outcome = desk.run("rehearse", "--database", url);
        assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
        assertThat(outcome.out())
                .contains("rewrites " + table, "(" + table + " 0 rows, 0 MiB)")
                .doesNotContain("setting search_path is not here");
        Desk.Outcome tried = desk.run("apply", "--dry-run", "--database", url);
        assertThat(tried.exitCode()).as(tried.out() + tried.err()).isZero();
        desk.execute("drop database \"Ö '\"\" -- db\" with (force)");
    }

    @Test
    @Tag("PROOF-03")
    void repeatable_script_that_is_due_is_observed(Desk desk) {
        shop(desk)
                .write(
                        "migrations/R__totals.sql",
                        "create or replace view shop.totals as select sum(id) from shop.orders where total > 0;\n");
        Desk.Outcome live = desk.run("rehearse", "--database", address(desk));
        assertThat(live.out())
                .contains("R__totals", "changed  view shop.totals")
                .doesNotContain("V1__orders");
        Desk.Outcome all = desk.run("rehearse");
        assertThat(all.out()).contains("V1__orders", "R__totals", "created  view shop.totals");
        desk.write(
                "migrations/R__totals.sql",
                "create or replace view shop.totals as select sum(id) from shop.orders;\nupdate shop.orders set total = 1;\n");
        assertThat(desk.run("lint").out()).contains("R__totals.sql");
    }

    @Test
    @Tag("PROOF-05")
    void factor_makes_the_target_faster_and_what_makes_no_sense_is_refused(Desk desk) {
        shop(desk);
        assertThat(desk.run("rehearse", "--speed", "2").exitCode()).isEqualTo(2);
        assertThat(desk.run("rehearse", "--database", address(desk), "--speed", "fast")
                        .err())
                .contains("fast is not a factor");
        assertThat(desk.run("rehearse", "--database", address(desk), "--since", "HEAD")
                        .err())
                .contains("--since does not go with --database");
    }
}
