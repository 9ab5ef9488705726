package dev.lockkeeper.stewardship.seed;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.stewardship.volume.WrittenTable;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("SEED-02")
class VolumeTest {
    private static final String SHOP = """
            create type app.state as enum ('new', 'paid', 'sent');
            create table app.customers (id bigint generated always as identity primary key, mail text not null unique
                check (mail ~ '^[^@]+@[^@]+$'), name varchar(12) not null, vip boolean not null default false, note text);
            create table app.products (id uuid primary key, price numeric(8,2) not null check (price > 0));
            create table app.orders (id uuid not null, customer_id bigint not null references app.customers, at timestamptz not null,
                state app.state not null, sent_at timestamptz, day date generated always as ((at at time zone 'UTC')::date) stored,
                primary key (id, at), check ((state = 'sent') = (sent_at is not null))) partition by range (at);
            create table app.orders_1 partition of app.orders for values from ('2026-01-01Z') to ('2026-01-16Z');
            create table app.orders_2 partition of app.orders for values from ('2026-01-16Z') to ('2026-02-01Z');
            create table app.lines (order_id uuid not null, order_at timestamptz not null, product_id uuid not null references app.products,
                pieces int not null check (pieces between 1 and 9), total numeric(10,2) not null,
                foreign key (order_id, order_at) references app.orders);
            """;

    private static final String VOLUME = """
            volume:
              seed: 42
              tables:
                - table: app.lines
                  rows: 9000
                  parents:
                    - {table: app.products, columns: {product_id: id}, skew: 1.2}
                  columns:
                    pieces: {between: [1, 9]}
                    total: {expression: "pieces * 12.5 + 1"}
                - table: app.orders
                  rows: 5000
                  columns:
                    id: {uuid: random}
                    at: {time: {from: 2026-01-01, to: 2026-02-01, rhythm: daily}}
                    state: {choice: {new: 1, paid: 2, sent: 7}}
                    sent_at: {case: state, when: {sent: 2026-02-02T00:00:00Z}}
                - table: app.customers
                  rows: 300
                  columns:
                    mail: {email: shop.example}
                    note: {words: [1, 3], null: 0.5}
                - table: app.products
                  rows: 50
                  columns:
                    id: {uuid: ordered}
                    price: {normal: {mean: 20, deviation: 10, least: 0.5, most: 99}}
            """;

    @RegisterExtension
    final Yard yard = new Yard();

    @Test
    void rows_meet_foreign_keys_checks_and_partitions_and_have_the_shape_that_was_asked_for() {
        List<WrittenTable> written = yard.sql(SHOP).yaml(VOLUME).seed().generated();

        assertThat(written)
                .extracting(WrittenTable::table)
                .containsExactlyInAnyOrder("app.customers", "app.orders", "app.products", "app.lines")
                .endsWith("app.lines");
        assertThat(yard.rows("select (select count(*) from app.customers), (select count(*) from app.orders),"
                        + " (select count(*) from app.lines), (select count(*) > 1000 from app.orders_2)"))
                .containsExactly("300|5000|9000|t");
        assertThat(
                        yard.rows(
                                "select count(distinct customer_id) > 250, count(*) filter (where state = 'sent') between 3300 and 3700,"
                                        + " count(*) filter (where extract(hour from at at time zone 'UTC') between 9 and 16) > 2500 from app.orders"))
                .containsExactly("t|t|t");
        assertThat(
                        yard.rows(
                                "select max(n) > 3 * min(n), count(*) from (select count(*) n from app.lines group by product_id) x"))
                .containsExactly("t|50");
        assertThat(yard.rows("select count(note) between 120 and 180, bool_and(length(name) <= 12) from app.customers"))
                .containsExactly("t|t");
        assertThat(yard.rows("select count(*) from app.lines where total <> pieces * 12.5 + 1"))
                .containsExactly("0");
    }

    @Test
    void the_same_seed_gives_the_same_rows_and_another_one_gives_others() {
        List<WrittenTable> first = yard.sql(SHOP).yaml(VOLUME).seed().generated();
        String rows = "select md5(string_agg(o::text, ',' order by o::text)) from app.orders o";
        List<String> before = yard.rows(rows);
        yard.sql("truncate app.customers, app.orders, app.products, app.lines restart identity");

        assertThat(yard.seed().generated()).isEqualTo(first);
        assertThat(yard.rows(rows)).isEqualTo(before);
        yard.sql("truncate app.customers, app.orders, app.products, app.lines restart identity");
        List<WrittenTable> other =
                yard.yaml(VOLUME.replace("seed: 42", "seed: 43")).seed().generated();
        assertThat(other)
                .extracting(WrittenTable::digest)
                .doesNotContainAnyElementsOf(
                        first.stream().map(WrittenTable::digest).toList());
    }

    @Test
    void a_second_run_finds_rows_and_brings_none_unless_they_come_on_top() {
        yard.sql("create table app.n (id bigint generated always as identity primary key, v text)");
        String file = "volume:\n  tables:\n    - {table: app.n, rows: 10, columns: {v: {words: 1}}}\n";
        yard.yaml(file).seed();
        Problem problem = yard.refused().get(0);

        assertThat(problem.code()).isEqualTo(Code.SEED_ROW);
        assertThat(problem.message()).isEqualTo("app.n holds rows already");
        yard.yaml(file.replace("rows: 10,", "rows: 10, append: true,")).seed();
        assertThat(yard.rows("select count(*) from app.n")).containsExactly("20");
    }

    @Test
    void a_check_that_no_row_meets_is_named_with_its_table_before_anything_is_written() {
        yard.sql(SHOP).sql("alter table app.products add constraint products_cheap check (price < 5)");
        List<Problem> problems =
                yard.yaml(VOLUME.replace("{email: shop.example}", "{words: 2}")).refused();

        assertThat(problems).extracting(Problem::code).containsOnly(Code.SEED_UNSATISFIED);
        assertThat(problems)
                .extracting(Problem::message)
                .containsExactlyInAnyOrder(
                        "rows for app.customers would break its constraint customers_mail_check",
                        "rows for app.products would break its constraint products_cheap");
        assertThat(problems).allSatisfy(p -> assertThat(p.why()).contains("and a row has"));
        assertThat(problems.stream()
                        .filter(p -> p.message().contains("products"))
                        .map(p -> requireNonNull(p.place()).line()))
                .containsExactly(27);
        assertThat(yard.rows("select count(*) from app.products")).containsExactly("0");
        assertThat(yard.rows("select last_value, is_called from app.customers_id_seq"))
                .containsExactly("1|f");
    }

    @Test
    void what_does_not_fit_is_told_at_once() {
        yard.sql(SHOP)
                .sql("create domain app.even as int check (value % 2 = 0);"
                        + " create table app.odd (e app.even not null, g tsvector not null, d date not null)");
        List<Problem> problems = yard.yaml("""
                volume:
                  tables:
                    - table: app.order
                      rows: 1
                    - table: app.odd
                      rows: 5
                      columns:
                        e: {value: 2}
                        h: {words: 1}
                        d: {template: "{x}"}
                    - table: app.orders
                      rows: 5
                      columns:
                        day: {value: 2026-01-01}
                """).refused();
        assertThat(problems.stream().map(p -> requireNonNull(p.place()).line() + " " + p.message()))
                .containsExactlyInAnyOrder(
                        "3 there is no table app.order",
                        "9 app.odd has no column h",
                        "10 app.odd has no column x",
                        "5 nothing is known of how values of g look, which is tsvector and not null",
                        "14 the server alone gives day its value");
        problems = yard.yaml("""
                volume:
                  tables:
                    - table: app.odd
                      rows: 5
                      columns:
                        e: {sequence: 1}
                        g: {value: a}
                        d: {words: 1}
                """).refused();
        assertThat(problems.stream().map(p -> requireNonNull(p.place()).line() + " " + p.message()))
                .containsExactly(
                        "6 rows for app.odd: values of e do not fit its type app.even, by its constraint even_check",
                        "8 rows for app.odd: values of d do not fit its type date");
        problems = yard.yaml("""
                volume:
                  seed: x
                  tables:
                    - table: app.odd
                      rows: many
                      columns:
                        a: {normall: 1}
                        b: {words: 1, uuid: random}
                        c: {choice: {x: 0}}
                        d: {time: {from: 2026-02-01, to: 2026-01-01}}
                        e: {expression: "a + (b"}
                        f: {between: [9, 1]}
                        g:
                """).refused();
        assertThat(problems.stream().map(p -> requireNonNull(p.place()).line()))
                .containsExactly(2, 4, 7, 8, 9, 10, 11, 12, 13);
    }

    @Test
    void a_check_over_columns_that_nobody_fills_is_judged_with_their_types() {
        yard.sql(
                "create domain app.moment as timestamptz not null default now(); create table app.c (id int primary key, used timestamptz,"
                        + " made timestamptz not null default now(), until app.moment, twice int generated always as (id * 2) stored,"
                        + " check (used <= made + interval '1 hour' and until <= made and twice < 100))");
        yard.yaml(
                        "volume:\n  tables: [{table: app.c, rows: 9, columns: {id: {sequence: 1}, until: {value: 2026-01-01}}}]\n")
                .seed();

        assertThat(yard.rows("select count(*) from app.c")).containsExactly("9");
    }

    @Test
    void hostile_text_arrives_as_it_is() {
        yard.sql("create table app.h (a text, b text)");
        yard.yaml("""
                volume:
                  tables:
                    - table: app.h
                      rows: 3
                      columns:
                        a: {value: "tab\\t back\\\\slash \\\\N \\n \\r \\\\. quote' 😀"}
                        b: {template: "\\\\.{n}"}
                """).seed();

        assertThat(yard.rows("select distinct a, (select string_agg(b, ',' order by b) from app.h) from app.h"))
                .containsExactly("tab\t back\\slash \\N \n \r \\. quote' 😀|\\.1,\\.2,\\.3");
    }

    @Test
    void circles_of_keys_that_are_deferred_and_keys_of_several_columns_are_closed() {
        yard.sql("""
                create table app.a (id uuid primary key, b_id uuid not null);
                create table app.b (id uuid primary key, a_id uuid not null references app.a deferrable);
                alter table app.a add foreign key (b_id) references app.b deferrable;
                create table app.org (id int primary key);
                create table app.person (org_id int references app.org, id int, primary key (org_id, id));
                create table app.task (org_id int not null references app.org, made_by int not null, done_by int, boss int,
                    foreign key (org_id, made_by) references app.person, foreign key (org_id, done_by) references app.person);
                create table app.tree (id int primary key, parent int references app.tree);
                """);
        yard.yaml("""
                volume:
                  tables:
                    - {table: app.a, rows: 20, columns: {id: {uuid: random}}}
                    - {table: app.b, rows: 30, columns: {id: {uuid: random}}}
                    - {table: app.org, rows: 5, columns: {id: {sequence: 10, step: 10}}}
                    - {table: app.person, rows: 40, columns: {id: {sequence: 1}}}
                    - {table: app.task, rows: 400}
                    - {table: app.tree, rows: 7}
                """).seed();

        assertThat(yard.rows("select count(*), count(distinct b_id) > 5 from app.a"))
                .containsExactly("20|t");
        assertThat(yard.rows("select count(*), count(done_by), count(distinct org_id) from app.task"))
                .containsExactly("400|400|5");
        assertThat(yard.rows("select string_agg(id::text, ',' order by id), count(parent) from app.tree"))
                .containsExactly("1,2,3,4,5,6,7|0");
    }

    @Test
    void a_parent_without_rows_is_named() {
        Problem problem = yard.sql(SHOP).yaml("""
                volume:
                  tables:
                    - table: app.orders
                      rows: 5
                      columns: {state: {value: new}}
                """).refused().get(0);

        assertThat(problem.code()).isEqualTo(Code.SEED_UNSATISFIED);
        assertThat(problem.message())
                .isEqualTo("rows for app.orders must refer to a row of app.customers, which has none");
    }

    @Test
    void statements_before_and_after_run_in_the_same_transaction_and_progress_is_told() {
        yard.sql("create table app.p (at date not null) partition by range (at); create table app.total (n bigint)");
        List<Long> told = new ArrayList<>();
        yard.yaml("""
                volume:
                  before:
                    - create table app.p1 partition of app.p for values from ('2026-01-01') to ('2026-02-01')
                  after: insert into app.total select count(*) from app.p
                  tables:
                    - table: app.p
                      rows: 20_000
                      columns: {at: {between: [2026-01-01, 2026-02-01]}}
                """).seed("local-dev", SeedMode.RUN, (table, rows, of) -> told.add(rows));

        assertThat(yard.rows("select n from app.total")).containsExactly("20000");
        assertThat(told).isSorted().contains(0L, 8_000L).endsWith(20_000L);
        yard.sql("truncate app.p").yaml("""
                volume:
                  after: select nothing
                  tables: [{table: app.p, rows: 2, columns: {at: {value: 2026-01-01}}}]
                """);
        assertThat(requireNonNull(yard.refused().get(0).place()).line()).isEqualTo(2);
        assertThat(yard.rows("select count(*) from app.p")).containsExactly("0");
    }

    private static String words(String table) {
        return "volume:\n  tables:\n    - {table: app." + table
                + ", rows: 2500, columns: {id: {sequence: 1}, v: {words: 2}}}\n";
    }

    @Test
    void where_policies_bind_the_role_rows_are_inserted_and_are_the_same() {
        yard.sql("create table app.s (id int primary key, v text); create table app.free (like app.s)");
        yard.yaml(words("s")).seed();
        List<String> free = yard.rows("select md5(string_agg(s::text, ',' order by id)) from app.s s");
        yard.sql("""
                truncate app.s;
                drop role if exists volume_writer;
                create role volume_writer;
                alter table app.s enable row level security;
                create policy all_of_it on app.s to volume_writer using (true);
                grant usage on schema app to volume_writer;
                grant select, insert on app.s to volume_writer;
                """);
        yard.project("seeds:\n  local-dev:\n    role: volume_writer\n    files: [seed.yaml]\n")
                .seed();

        assertThat(yard.rows("select md5(string_agg(s::text, ',' order by id)) from app.s s"))
                .isEqualTo(free);
        yard.sql("drop owned by volume_writer; drop role volume_writer");
    }
}
