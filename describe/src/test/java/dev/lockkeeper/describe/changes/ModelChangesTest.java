package dev.lockkeeper.describe.changes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.describe.Modeled;
import dev.lockkeeper.describe.model.Documented;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("DOC-03")
@Tag("DOC-05")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ModelChangesTest {
    private static final String SHOP = """
            create schema shop;
            create type shop.mood as enum ('sad', 'happy');
            create domain shop.short as varchar(20) constraint filled check (value <> '');
            create type shop.pair as (a int, b text);
            create sequence shop.counted;
            create table shop.customer (id bigint primary key, name varchar(20), mood shop.mood);
            create table shop.orders (
                id bigint primary key, customer bigint, total numeric(10,2) not null default 0,
                note text, kept int, constraint positive check (total >= 0)
            );
            comment on table shop.customer is 'Who buys.';
            create index orders_total on shop.orders (total);
            create policy own on shop.orders using (true);
            create view shop.sums as select customer, sum(total) as total from shop.orders group by 1;
            create function shop.act() returns trigger language plpgsql as 'begin return new; end';
            create trigger acts before update on shop.orders for each row execute function shop.act();
            grant select on shop.orders to buyer;
            """;

    private final Modeled server = new Modeled();
    private final String shop;
    private final Documented before;

    ModelChangesTest() {
        server.database("create role buyer");
        shop = server.database(SHOP);
        before = server.read(shop);
    }

    @AfterAll
    void close() {
        server.close();
    }

    static Stream<Arguments> changes() {
        return Stream.of(
                one("alter table shop.orders add more text", "Added column shop.orders.more: text"),
                one(
                        "alter table shop.orders add more text not null",
                        "! Added column shop.orders.more: text, every new row needs it"),
                one("alter table shop.orders add more text not null default ''", "Added column shop.orders.more: text"),
                one("alter table shop.orders drop note", "! Removed column shop.orders.note: text"),
                one(
                        "alter table shop.orders rename kept to held",
                        "! Column shop.orders.kept is now called shop.orders.held"),
                one("alter table shop.orders alter note set not null", "! Column shop.orders.note is now required"),
                one("alter table shop.orders alter total drop not null", "Column shop.orders.total may be null now"),
                one(
                        "alter table shop.orders alter total set default 1",
                        "Column shop.orders.total: default is now 1, was 0"),
                one(
                        "alter table shop.orders alter total drop default",
                        "! Column shop.orders.total: default is now none, was 0"),
                one(
                        "alter table shop.orders alter kept type bigint",
                        "! Column shop.orders.kept: type is now bigint, was integer"),
                one(
                        "alter table shop.customer alter name type varchar(30)",
                        "Column shop.customer.name: type is now character varying(30), was character varying(20)"),
                one(
                        "alter table shop.customer alter name type varchar(10)",
                        "! Column shop.customer.name: type is now character varying(10), was character varying(20)"),
                one(
                        "alter table shop.customer alter name type text",
                        "Column shop.customer.name: type is now text, was character varying(20)"),
                one(
                        "alter table shop.orders drop kept; alter table shop.orders add kept int",
                        "! Removed column shop.orders.kept: integer|Added column shop.orders.kept: integer"),
                one(
                        "alter table shop.orders alter id add generated always as identity",
                        "! Column shop.orders.id: making is now always a number, was given"),
                one("comment on column shop.orders.note is 'Words.'", "Column shop.orders.note is described now"),
                one(
                        "comment on column shop.orders.note is 'Deprecated: see kept'",
                        "Column shop.orders.note is Deprecated: see kept"),
                one("comment on table shop.customer is null", "Table shop.customer is described anew"),
                one(
                        "create table shop.more (id int); comment on table shop.more is E'More.\\nOf it.'",
                        "Added table shop.more: More."),
                one("alter table shop.customer rename to buyer", "! Table shop.customer is now called shop.buyer"),
                one(
                        "alter table shop.orders add unique (note)",
                        "! Added key shop.orders.orders_note_key: UNIQUE (note)"),
                one(
                        "alter table shop.orders add foreign key (customer) references shop.customer",
                        "! Added foreign key shop.orders.orders_customer_fkey: FOREIGN KEY (customer) REFERENCES shop.customer(id)"),
                one(
                        "alter table shop.orders drop constraint positive",
                        "Removed check shop.orders.positive: (total >= (0)::numeric)"),
                one(
                        "alter table shop.orders drop constraint positive; alter table shop.orders add constraint positive check (total > 0)",
                        "! Check shop.orders.positive: condition is now (total > (0)::numeric), was (total >= (0)::numeric)"),
                one(
                        "alter table shop.orders add constraint sized check (length(note) < 9) not valid",
                        "! Added check shop.orders.sized: (length(note) < 9)"),
                one(
                        "drop index shop.orders_total",
                        "Removed index shop.orders.orders_total: CREATE INDEX orders_total ON shop.orders USING btree (total)"),
                one(
                        "create unique index orders_note on shop.orders (note)",
                        "! Added index shop.orders.orders_note: CREATE UNIQUE INDEX orders_note ON shop.orders USING btree (note)"),
                one(
                        "alter table shop.orders enable row level security",
                        "! Table shop.orders shows rows by policies alone now"),
                one("drop policy own on shop.orders", "! Removed policy shop.orders.own: ALL for PUBLIC using (true)"),
                one(
                        "create policy more on shop.orders using (false)",
                        "Added policy shop.orders.more: ALL for PUBLIC using (false)"),
                one(
                        "create policy less on shop.orders as restrictive using (false)",
                        "! Added policy shop.orders.less: restrictive ALL for PUBLIC using (false)"),
                one("alter table shop.orders disable trigger acts", "Trigger shop.orders.acts is disabled now"),
                one("revoke select on shop.orders from buyer", "! buyer may no longer SELECT table shop.orders"),
                one("grant insert on shop.orders to public", "Everybody may now INSERT table shop.orders"),
                one(
                        "grant select on shop.orders to buyer with grant option",
                        "buyer may now pass on SELECT of table shop.orders"),
                one("grant update (note) on shop.orders to buyer", "buyer may now UPDATE column shop.orders.note"),
                one(
                        "create or replace view shop.sums as select customer, max(total) as total from shop.orders group by 1",
                        "View shop.sums has another query"),
                one("alter type shop.mood add value 'glad'", "Added value shop.mood.glad"),
                one("alter domain shop.short set not null", "! Domain shop.short refuses null now"),
                one("alter domain shop.short drop constraint filled", "Removed check shop.short.filled"),
                one("alter type shop.pair add attribute c int", "Added column shop.pair.c: integer"),
                one("alter sequence shop.counted increment 2", "Sequence shop.counted: numbers is now"),
                one(
                        "create or replace function shop.act() returns trigger language plpgsql security definer as 'begin return new; end'",
                        "Function shop.act() runs with the rights of its owner now|Function shop.act() has another definition"),
                one(
                        "create function shop.f(a int) returns int language sql return a",
                        "Added function shop.f(a integer)"),
                one("create schema more; comment on schema more is 'More.'", "Added schema more: More."),
                one(
                        "alter table shop.orders set (fillfactor = 70)",
                        "Table shop.orders: options is now fillfactor=70, was none"),
                one(
                        "alter table shop.orders replica identity full",
                        "Table shop.orders: replica identity is now FULL, was DEFAULT"),
                one("alter table shop.orders set unlogged", "Table shop.orders is empty after a crash now"));
    }

    private static Arguments one(String sql, String told) {
        return Arguments.of(sql, told);
    }

    @ParameterizedTest
    @MethodSource("changes")
    void a_change_is_told_in_plain_words_and_whether_it_breaks_anything(String sql, String told) {
        List<String> lines = lines(ModelChanges.along(before, server.without(shop, sql)));
        List<String> wanted = List.of(told.split("\\|"));
        assertThat(wanted).allSatisfy(start -> assertThat(lines).anyMatch(line -> line.startsWith(start)));
        assertThat(ModelChanges.along(before, before)).isEmpty();
    }

    private static List<String> lines(List<ModelChange> changes) {
        return changes.stream()
                .map(change -> (change.breaking() ? "! " : "") + change.line().plain())
                .toList();
    }

    @Test
    void a_renamed_column_changes_no_rule_that_only_names_it() {
        Documented after = server.without(shop, "alter table shop.orders rename total to sum");
        assertThat(lines(ModelChanges.along(before, after)))
                .contains("! Column shop.orders.total is now called shop.orders.sum")
                .noneMatch(line -> line.contains("shop.orders.positive") || line.contains("orders_total"));
    }

    @Test
    void the_way_back_says_the_opposite() {
        Documented after =
                server.without(shop, "drop view shop.sums; drop table shop.orders; create table shop.more (id int)");
        assertThat(lines(ModelChanges.along(before, after)))
                .containsExactly("! Removed table shop.orders", "! Removed view shop.sums", "Added table shop.more");
        assertThat(lines(ModelChanges.along(after, before)))
                .containsExactlyInAnyOrder(
                        "! Removed table shop.more", "Added table shop.orders", "Added view shop.sums");
    }

    @Test
    void two_databases_are_compared_by_names_alone() {
        Documented after = server.without(
                shop, "alter table shop.orders rename kept to held; alter table shop.customer rename to buyer");
        assertThat(lines(ModelChanges.between(before, after)))
                .contains(
                        "! Removed column shop.orders.kept: integer",
                        "Added column shop.orders.held: integer",
                        "! Removed table shop.customer",
                        "Added table shop.buyer: Who buys.");
        Documented other = server.of(SHOP.replace("note text, kept int,", "kept int, note text,"));
        assertThat(lines(ModelChanges.between(before, other)))
                .containsExactly(
                        "Table shop.orders: order of columns is now id, customer, total, kept, note, was id, customer, total, note, kept");
    }

    @Test
    void tables_of_one_shape_are_not_taken_for_one_another() {
        String two = "create schema app; create table app.a (id int); create table app.b (id int);";
        assertThat(lines(ModelChanges.along(
                        server.of(two),
                        server.of("create schema app; create table app.c (id int); create table app.d (id int);"))))
                .contains("! Removed table app.a", "Added table app.d");
    }
}
