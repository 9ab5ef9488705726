package dev.lockkeeper.stewardship;

import static dev.lockkeeper.stewardship.RetentionTest.counted;
import static dev.lockkeeper.stewardship.RetentionTest.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.report.Style;
import dev.lockkeeper.stewardship.retention.RetentionRun;
import dev.lockkeeper.stewardship.retention.RetentionWriter;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What keeps rows from going along with others, and calls of functions from going on without end. */
@Tag("GOV-06")
@ExtendWith(House.Extension.class)
class RetentionGuardsTest {
    @Test
    void cascade_by_a_key_of_a_single_partition_takes_nothing_along(House house) {
        house.sql("""
                create schema app;
                create table app.parent (id int primary key, at date);
                create table app.child (id int, parent int, at date, kept boolean) partition by range (id);
                create table app.child_1 partition of app.child for values from (0) to (100) partition by range (id);
                create table app."child 1.1" partition of app.child_1 for values from (0) to (100);
                create table app.child_2 partition of app.child for values from (100) to (200);
                alter table app."child 1.1" add foreign key (parent) references app.parent on delete cascade;
                insert into app.parent select n, '2000-01-01' from generate_series(1, 4) n;
                insert into app.child values (1, 1, '2000-01-01', true), (2, 2, 'infinity', false), (3, 3, '2000-01-01', false), (104, 4, 'infinity', false);
                """);
        String file = """
                tables:
                  app.parent: {retention: {days: 30, from: at, strategy: delete}}
                  app.child: {retention: {days: 30, from: at, strategy: delete, hold: kept}}
                """;
        assertThat(counted(house, file))
                .extracting(due -> due.job().table() + " " + due.rows() + " " + due.held())
                .containsExactly("app.child 1 1", "app.parent 2 2");
        assertThat(run(house, file).problems()).isEmpty();
        assertThat(house.rows("select id from app.parent order by 1")).containsExactly("1", "2");
        assertThat(house.rows("select id from app.child order by 1")).containsExactly("1", "2", "104");
    }

    @Test
    void cascade_by_a_key_to_a_single_partition_keeps_rows_of_that_one_alone(House house) {
        house.sql("""
                create schema app;
                create table app.parent (id int, zone int, at date) partition by list (zone);
                create table app.parent_1 partition of app.parent (primary key (id)) for values in (1);
                create table app.parent_2 partition of app.parent for values in (2);
                create table app.child (id int primary key, parent int references app.parent_1 on delete cascade);
                insert into app.parent values (1, 1, '2000-01-01'), (1, 2, '2000-01-01'), (2, 1, '2000-01-01');
                insert into app.child values (1, 1);
                """);
        String file = "tables:\n  app.parent: {retention: {days: 30, from: at, strategy: delete}}\n";
        assertThat(counted(house, file)).singleElement().satisfies(due -> {
            assertThat(due.rows()).isEqualTo(2);
            assertThat(due.held()).isEqualTo(1);
        });
        assertThat(run(house, file).problems()).isEmpty();
        assertThat(house.rows("select id || ' ' || zone from app.parent")).containsExactly("1 1");
        assertThat(house.rows("select id from app.child")).containsExactly("1");
    }

    @Test
    void partition_to_which_alone_a_key_refers_is_not_detached(House house) {
        house.sql("""
                create schema app;
                create table app.event (id int, at timestamptz not null) partition by range (at);
                create table app.e1 partition of app.event (primary key (id)) for values from ('2020-01-01 00:00+00') to ('2020-02-01 00:00+00');
                create table app.child (id int references app.e1);
                insert into app.event values (1, '2020-01-05');
                """);
        RetentionRun.Result result = run(
                house, "tables:\n  app.event: {retention: {days: 300, from: at, strategy: delete, by: partition}}\n");
        assertThat(result.problems())
                .extracting(Problem::message)
                .containsExactly(
                        "partition app.e1 cannot be dropped: foreign key child_id_fkey of app.child refers to it"
                                + " alone");
        assertThat(house.rows("select inhrelid::regclass from pg_inherits where inhparent = 'app.event'::regclass"))
                .containsExactly("app.e1");
        assertThat(house.one("select count(*) from lockkeeper.retention")).isEqualTo("0");
    }

    /** Whoever reads the holds waits until the test lets go: behind the snapshot of the statement, and before it has locked a row. */
    private static final String RACE = """
            create schema app;
            create table app.person (id int primary key);
            create table app.parent (id int primary key, person int references app.person, at date);
            create table app.child (id int primary key, parent int references app.parent on delete cascade);
            insert into app.person values (1);
            insert into app.parent select n, 1, '2000-01-01' from generate_series(1, 3) n;
            create function app.waited() returns int language plpgsql as $$ begin perform pg_catalog.pg_advisory_xact_lock_shared(77); return -1; end $$;
            create view app.hold as select w.person from (select app.waited() as person offset 0) w;
            """;

    @Test
    void child_that_comes_between_the_choice_of_rows_and_their_locks_is_not_taken_along(House house) throws Exception {
        house.sql(RACE);
        house.record();
        String file = """
                subjects:
                  person: {table: app.person, key: [id], hold: {table: app.hold, columns: [person]}}
                tables:
                  app.parent: {subject: {person: person}, retention: {days: 30, from: at, strategy: delete}}
                """;
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (Session work = house.open();
                Session other = house.open()) {
            other.execute("select pg_advisory_lock(77)");
            Future<RetentionRun.Result> result = threads.submit(() -> run(house, work, file));
            while (other.query("select 1 from pg_locks where locktype = 'advisory' and not granted and objid = 77")
                    .isEmpty()) {
                Thread.onSpinWait();
            }
            other.execute("insert into app.child values (10, 2)");
            other.execute("select pg_advisory_unlock(77)");
            RetentionRun.Result done = result.get(60, TimeUnit.SECONDS);
            assertThat(done.problems()).isEmpty();
            assertThat(done.gone())
                    .singleElement()
                    .satisfies(gone -> assertThat(gone.rows()).isEqualTo(2));
        } finally {
            threads.shutdownNow();
        }
        assertThat(house.rows("select id from app.child")).containsExactly("10");
        assertThat(house.rows("select id from app.parent")).containsExactly("2");
    }

    @Test
    void function_that_only_says_that_rows_went_comes_to_an_end(House house) {
        house.sql(RetentionTest.EVENTS, """
                create function app.liar(keep interval) returns int language sql as 'select 5';
                create table app.log (id int primary key, at date);
                insert into app.log select n, '2000-01-01' from generate_series(1, 12) n;
                create function app.tired(most int) returns setof int language plpgsql as $$ begin
                  return query delete from app.log where id in (select id from app.log order by id limit 2) returning id;
                  if not found then return query select 1; end if; end $$;
                """);
        String file = """
                tables:
                  app.event: {retention: {days: 30, from: at, strategy: delete, call: app.liar}}
                  app.log: {retention: {days: 30, from: at, strategy: delete, call: app.tired}}
                """;
        assertThat(counted(house, file))
                .extracting(due -> new RetentionWriter(Style.PLAIN).text(due))
                .allSatisfy(line -> assertThat(line).containsPattern("app.(event|log): at most (31|12) rows would be"));
        RetentionRun.Result result = run(house, file);
        assertThat(result.problems())
                .extracting(Problem::message, problem -> String.valueOf(problem.why()))
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                "rows of app.event do not become fewer by the function that the file names",
                                "after 1 call app.liar says that 5 rows went, and 31 of 31 are there whose time is over"),
                        org.assertj.core.groups.Tuple.tuple(
                                "rows of app.log do not become fewer by the function that the file names",
                                "after 8 calls app.tired says that 14 rows went, and 0 of 12 are there whose time is over"));
        // what a function only says is no evidence
        assertThat(house.one("select count(*) from lockkeeper.retention where relation = 'app.event'"))
                .isEqualTo("0");
        assertThat(house.one("select count(*) from app.log")).isEqualTo("0");
    }

    @Test
    void statements_of_a_batch_wait_and_work_no_longer_than_told(House house) {
        house.sql(RetentionTest.EVENTS, """
                create table app.seen (limits text);
                create function app.see() returns trigger language plpgsql as $$ begin
                  insert into app.seen values (current_setting('lock_timeout') || ' ' || current_setting('statement_timeout'));
                  return null; end $$;
                create trigger see after delete on app.event for each statement execute function app.see();
                """);
        run(house, "tables:\n  app.event: {retention: {days: 30, from: at, strategy: delete}}\n");
        assertThat(house.rows("select distinct limits from app.seen")).containsExactly("2s 1min");
    }
}
