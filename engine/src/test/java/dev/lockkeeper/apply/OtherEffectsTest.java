package dev.lockkeeper.apply;

import static dev.lockkeeper.apply.BuiltIndexTest.why;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;

/** What the next run makes of dropped indexes, detached partitions, databases and the like. */
@Tag("MIG-05")
@Tag("RUN-05")
class OtherEffectsTest {
    private static final Settled DONE = new Settled.Done();
    private static final Settled AGAIN = new Settled.Again();
    private static final String INDEX =
            "create schema app; create table app.t (n int); create index \"a.i\" on app.t (n); create table app.u (n int)";
    private static final String DROP = "drop index concurrently if exists -- no more used\n \"a.i\"";
    private static final String PARTITION = "create schema app; create table app.m (n int) partition by list (n);"
            + " create table app.\"m.1\" partition of app.m for values in (1)";
    private static final String DETACH = "alter table app.m detach partition app.\"m.1\" concurrently";

    @ParameterizedTest
    @ArgumentsSource(BenchOf.class)
    void index_that_is_half_dropped_is_dropped_to_the_end_under_whatever_name(Bench bench) {
        for (String meanwhile : List.of(
                "select 1",
                "alter index app.\"a.i\" rename to b; create index \"a.i\" on app.u (n)",
                "alter table app.t set schema public")) {
            bench.each("drop schema if exists app cascade", "drop table if exists t")
                    .execute(INDEX);
            bench.script("set search_path = app");
            Concern concern = bench.kill("app.t", DROP);
            bench.execute(meanwhile);
            assertThat(bench.invalid()).as(meanwhile).hasSize(1);
            assertThat(bench.settle(DROP, concern)).as(meanwhile).isEqualTo(DONE);
            assertThat(bench.invalid()).as(meanwhile).isEmpty();
            assertThat(bench.verify(DROP, concern)).as(meanwhile).isEmpty();
        }
    }

    @ParameterizedTest
    @ArgumentsSource(BenchOf.class)
    void index_that_nobody_touched_is_dropped_again_unless_its_name_means_another(Bench bench) {
        bench.execute(INDEX).script("set search_path = app");
        Concern concern = bench.resolve(DROP);
        assertThat(bench.settle(DROP, concern)).isEqualTo(AGAIN);
        assertThat(bench.verify(DROP, concern).orElseThrow().message()).isEqualTo("index app.\"a.i\" was not dropped");
        bench.execute("alter index app.\"a.i\" rename to b");
        assertThat(why(bench.settle(DROP, concern))).contains("index app.\"a.i\" is called app.b since");
        bench.execute("alter index app.b rename to \"a.i\"");
        assertThat(bench.settle(DROP, bench.run(DROP))).isEqualTo(DONE);
        assertThat(bench.settle(DROP, concern)).isEqualTo(DONE);
        // nothing of that name: the statement passes it over, then and now
        Concern nothing = bench.run(DROP);
        assertThat(bench.verify(DROP, nothing)).isEmpty();
        assertThat(bench.settle(DROP, nothing)).isEqualTo(AGAIN);
    }

    @ParameterizedTest
    @ArgumentsSource(BenchOf.class)
    void settings_of_the_script_do_not_change_what_its_record_says(Bench bench) {
        String drop = "drop index concurrently \"a \\ \"\"x\"\" 'i\"";
        bench.execute(PARTITION + "; create table app.t (n int); create index \"a \\ \"\"x\"\" 'i\" on app.t (n)");
        bench.script(
                "set quote_all_identifiers = on; set standard_conforming_strings = off; set search_path = app;"
                        + " set array_nulls = off; set transform_null_equals = on; set default_transaction_isolation = serializable");
        assertThat(bench.settle(drop, bench.resolve(drop))).isEqualTo(AGAIN);
        assertThat(bench.settle(DETACH, bench.resolve(DETACH))).isEqualTo(AGAIN);
        assertThat(bench.settle(drop, bench.run(drop))).isEqualTo(DONE);
    }

    @ParameterizedTest
    @ArgumentsSource(BenchOf.class)
    void index_that_was_rebuilt_meanwhile_is_not_taken_for_dropped(Bench bench) {
        bench.execute(INDEX).script("set search_path = app");
        Concern concern = bench.resolve(DROP);
        bench.execute("reindex index concurrently app.\"a.i\"");
        assertThat(why(bench.settle(DROP, concern))).contains("is not the one that was there when it started");
        bench.execute("drop table app.t");
        assertThat(bench.settle(DROP, concern)).isEqualTo(DONE);
    }

    @ParameterizedTest
    @ArgumentsSource(BenchOf.class)
    void partition_that_is_half_detached_is_detached_to_the_end_under_whatever_name(Bench bench) {
        for (String meanwhile :
                List.of("select", "alter table app.\"m.1\" rename to x; alter schema app rename to old")) {
            bench.each("drop schema if exists app cascade", "drop schema if exists old cascade")
                    .execute(PARTITION);
            Concern concern = bench.kill("app.m", DETACH);
            assertThat(bench.rows("select inhdetachpending from pg_inherits")).containsExactly("t");
            assertThat(bench.verify(DETACH, concern).orElseThrow().why()).isEqualTo("it is half detached");
            bench.execute(meanwhile);
            assertThat(bench.settle(DETACH, concern)).as(meanwhile).isEqualTo(DONE);
            assertThat(bench.rows("select 1 from pg_inherits")).isEmpty();
            assertThat(bench.verify(DETACH, concern)).isEmpty();
            assertThat(bench.settle(DETACH, concern)).isEqualTo(DONE);
        }
    }

    @ParameterizedTest
    @ArgumentsSource(BenchOf.class)
    void partition_that_is_attached_is_not_detached_and_one_that_is_gone_needs_a_person(Bench bench) {
        bench.execute(PARTITION);
        Concern concern = bench.run(DETACH);
        assertThat(bench.verify(DETACH, concern)).isEmpty();
        assertThat(bench.settle(DETACH, concern)).isEqualTo(DONE);
        bench.execute("alter table app.m attach partition app.\"m.1\" for values in (1)");
        assertThat(bench.settle(DETACH, concern)).isEqualTo(AGAIN);
        assertThat(bench.verify(DETACH, concern).orElseThrow().why()).isEqualTo("it is still attached");
        bench.execute("alter table app.\"m.1\" rename to x");
        assertThat(why(bench.settle(DETACH, concern))).contains("is called app.x since");
        bench.execute("drop table app.x; create table app.\"m.1\" (n int)");
        assertThat(why(bench.settle(DETACH, concern))).contains("is not there any more");
        Concern loose = bench.fail(DETACH);
        assertThat(bench.settleFailed(DETACH, loose)).isEqualTo(AGAIN);
        assertThat(why(bench.settle(DETACH, loose))).contains("was not attached to the table when it started");
    }

    @ParameterizedTest
    @ArgumentsSource(BenchOf.class)
    void detachment_that_somebody_else_has_begun_is_left_to_them(Bench bench) {
        bench.execute(PARTITION).kill("app.m", DETACH);
        Concern concern = bench.fail(DETACH);
        assertThat(bench.settleFailed(DETACH, concern)).isEqualTo(AGAIN);
        assertThat(bench.settle(DETACH, concern)).isEqualTo(AGAIN);
        assertThat(bench.rows("select inhdetachpending from pg_inherits")).containsExactly("t");
    }

    @ParameterizedTest
    @ArgumentsSource(BenchOf.class)
    void database_tablespace_and_subscription_are_known_by_their_oid(Bench bench) {
        String name = "\"D " + bench.database() + "\"";
        String tablespace = "x_" + bench.database();
        bench.script("set allow_in_place_tablespaces = on");
        for (List<String> pair : List.of(
                List.of("create database " + name, "drop database " + name, "alter database %s rename to \"%s\""),
                List.of(
                        "create tablespace " + tablespace + " location ''",
                        "drop tablespace " + tablespace,
                        "alter tablespace %s rename to \"%s\""),
                List.of(
                        "create subscription s connection '' publication p with (connect = false)",
                        "drop subscription s",
                        "alter subscription %s rename to \"%s\""))) {
            String create = pair.get(0);
            String drop = pair.get(1);
            Concern never = bench.resolve(create);
            assertThat(bench.settle(create, never)).as(create).isEqualTo(AGAIN);
            assertThat(bench.verify(create, never)).as(create).isPresent();
            Concern made = bench.run(create);
            if (create.contains("subscription")) {
                bench.execute("alter subscription s disable; alter subscription s set (slot_name = none)");
            }
            assertThat(bench.verify(create, made)).as(create).isEmpty();
            assertThat(bench.settle(create, made)).as(create).isEqualTo(DONE);
            Concern taken = bench.fail(create);
            assertThat(bench.settleFailed(create, taken)).as(create).isEqualTo(AGAIN);
            assertThat(bench.settle(create, taken)).as(create).isEqualTo(AGAIN);
            Concern there = bench.resolve(drop);
            assertThat(bench.settle(drop, there)).as(drop).isEqualTo(AGAIN);
            assertThat(bench.verify(drop, there)).as(drop).isPresent();
            String bare = drop.substring(drop.indexOf(' ', 5) + 1);
            String other = "other_" + bench.database();
            bench.execute(pair.get(2).formatted(bare, other));
            assertThat(why(bench.settle(drop, there))).contains("is called " + other + " since");
            bench.execute(pair.get(2).formatted(other, bare.replace("\"", "")));
            Concern dropped = bench.run(drop);
            assertThat(bench.verify(drop, dropped)).as(drop).isEmpty();
            assertThat(bench.settle(drop, dropped)).as(drop).isEqualTo(DONE);
            assertThat(bench.settle(drop, there)).as(drop).isEqualTo(DONE);
        }
    }

    @ParameterizedTest
    @ArgumentsSource(BenchOf.class)
    void database_is_moved_when_it_is_in_the_wanted_tablespace(Bench bench) {
        String database = "d_" + bench.database();
        String tablespace = "m_" + bench.database();
        String move = "alter database " + database + " set tablespace " + tablespace;
        bench.script("set allow_in_place_tablespaces = on").run("create tablespace " + tablespace + " location ''");
        bench.run("create database " + database);
        Concern concern = bench.resolve(move);
        assertThat(bench.settle(move, concern)).isEqualTo(AGAIN);
        assertThat(bench.verify(move, concern)).isPresent();
        bench.run(move);
        assertThat(bench.settle(move, concern)).isEqualTo(DONE);
        assertThat(bench.verify(move, concern)).isEmpty();
        bench.run("drop database " + database);
        assertThat(why(bench.settle(move, concern))).contains("is not there any more");
        bench.run("drop tablespace " + tablespace);
    }

    @ParameterizedTest
    @ArgumentsSource(BenchOf.class)
    void statement_without_a_readable_record_or_of_unknown_effect_needs_a_person(Bench bench) {
        assertThat(why(new Settlement(bench.own()).settle(Bench.statement(DROP), null, false)))
                .contains("its record");
        assertThat(why(bench.settle(DROP, bench.resolve("vacuum")))).contains("its record");
        assertThat(why(bench.settle("call p()", bench.resolve("call p()")))).contains("cannot be told");
        assertThat(why(bench.settleFailed("call p()", bench.resolve("call p()"))))
                .contains("a part of its work");
        assertThat(new Settlement(bench.own()).settle(Bench.statement("vacuum"), null, false))
                .isEqualTo(AGAIN);
        assertThat(bench.verify("vacuum", bench.resolve("vacuum"))).isEmpty();
        assertThat(bench.verify("call p()", bench.resolve("call p()"))).isEmpty();
    }
}
