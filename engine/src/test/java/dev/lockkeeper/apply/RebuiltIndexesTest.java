package dev.lockkeeper.apply;

import static dev.lockkeeper.apply.BuiltIndexTest.why;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;

@Tag("MIG-05")
@Tag("RUN-05")
class RebuiltIndexesTest {
    private static final Settled DONE = new Settled.Done();
    private static final Settled AGAIN = new Settled.Again();
    private static final String TABLES = "create schema app; create table app.t (id int primary key, n int, long text);"
            + " create index t_n on app.t (n); create table app.u (id int primary key); create table v (id int primary key)";

    @ParameterizedTest
    @ArgumentsSource(BenchOf.class)
    void copies_of_a_cut_off_reindex_are_cleared_away_those_of_toast_tables_too(Bench bench) {
        for (String reindex : List.of(
                "reindex table concurrently -- all of it\n t",
                "reindex (verbose, concurrently) table app . t",
                "reindex schema concurrently app",
                "reindex (concurrently) database " + bench.database())) {
            bench.each("drop schema if exists app cascade", "drop table if exists v")
                    .execute(TABLES);
            bench.script("set search_path = app");
            Concern concern = bench.kill("app.t", reindex);
            assertThat(bench.invalid()).as(reindex).anyMatch(name -> name.contains("_ccnew"));
            assertThat(bench.verify(reindex, concern).orElseThrow().message()).contains("has left the copy");
            assertThat(bench.settle(reindex, concern)).as(reindex).isEqualTo(AGAIN);
            assertThat(bench.invalid()).as(reindex).isEmpty();
            bench.script("set search_path = app");
            Concern second = bench.run(reindex);
            assertThat(bench.verify(reindex, second)).as(reindex).isEmpty();
        }
    }

    @ParameterizedTest
    @ArgumentsSource(BenchOf.class)
    void old_indexes_that_wait_to_be_dropped_are_dropped_and_the_reindex_is_done(Bench bench) {
        for (String reindex : List.of("reindex table concurrently app.t", "reindex index concurrently app.t_n")) {
            bench.execute("drop schema if exists app cascade; drop table if exists v")
                    .execute(TABLES);
            Concern concern = bench.killLate("app.t", reindex);
            assertThat(bench.invalid()).as(reindex).anyMatch(name -> name.contains("_ccold"));
            assertThat(bench.settle(reindex, concern)).as(reindex).isEqualTo(DONE);
            assertThat(bench.invalid()).as(reindex).isEmpty();
            assertThat(bench.verify(reindex, concern)).as(reindex).isEmpty();
            assertThat(bench.rows("select count(*) from pg_index where indrelid = 'app.t'::regclass"))
                    .containsExactly("2");
        }
    }

    @ParameterizedTest
    @ArgumentsSource(BenchOf.class)
    void finished_reindex_is_done_and_one_that_never_began_runs(Bench bench) {
        bench.execute(TABLES);
        for (String reindex :
                List.of("reindex table concurrently app.t", "reindex index app.t_n", "reindex table app.t")) {
            Concern before = bench.resolve(reindex);
            assertThat(bench.settle(reindex, before)).as(reindex).isEqualTo(AGAIN);
            assertThat(bench.verify(reindex, before).orElseThrow().message()).contains("was not rebuilt");
            Concern concern = bench.run(reindex);
            assertThat(bench.verify(reindex, concern)).as(reindex).isEmpty();
            assertThat(bench.settle(reindex, concern)).as(reindex).isEqualTo(DONE);
        }
    }

    @ParameterizedTest
    @ArgumentsSource(BenchOf.class)
    void copy_that_was_there_before_or_belongs_to_another_table_stays(Bench bench) {
        bench.execute(TABLES).execute("insert into app.t values (1, 1), (2, 1)");
        bench.kill("app.t", "reindex index concurrently app.t_n");
        assertThat(bench.invalid()).containsExactly("app.t_n_ccnew");
        bench.execute("create table w (n int); insert into w values (1), (1)");
        String reindex = "reindex table concurrently app.t";
        Concern concern = bench.kill("app.t", reindex);
        bench.refused("create unique index concurrently w_ccnew on w (n)");
        assertThat(bench.settle(reindex, concern)).isEqualTo(AGAIN);
        assertThat(bench.invalid()).containsExactlyInAnyOrder("app.t_n_ccnew", "w_ccnew");
        Concern again = bench.run(reindex);
        // passed over with a warning, so it is not a matter of this statement
        assertThat(bench.verify(reindex, again)).isEmpty();
        assertThat(bench.settle(reindex, again)).isEqualTo(DONE);
        String schema = "reindex schema concurrently app";
        assertThat(bench.settle(schema, bench.kill("app.t", schema))).isEqualTo(AGAIN);
        assertThat(bench.invalid()).containsExactlyInAnyOrder("app.t_n_ccnew", "w_ccnew");
    }

    @ParameterizedTest
    @ArgumentsSource(BenchOf.class)
    void partitioned_table_or_index_means_that_of_every_partition(Bench bench) {
        bench.execute(
                "create table p (n int, long text) partition by list (n); create table p1 partition of p for values in (1);"
                        + " create table p2 partition of p for values in (2); create index p_n on p (n)");
        for (String reindex : List.of("reindex table concurrently p", "reindex index concurrently p_n")) {
            Concern concern = bench.kill("p2", reindex);
            assertThat(bench.invalid()).as(reindex).isNotEmpty();
            assertThat(bench.settle(reindex, concern)).as(reindex).isEqualTo(AGAIN);
            assertThat(bench.invalid()).as(reindex).isEmpty();
            Concern second = bench.run(reindex);
            assertThat(bench.verify(reindex, second)).as(reindex).isEmpty();
            assertThat(bench.settle(reindex, second)).as(reindex).isEqualTo(DONE);
        }
    }

    @ParameterizedTest
    @ArgumentsSource(BenchOf.class)
    void exclusion_constraint_and_temporary_table_are_no_failure(Bench bench) {
        bench.execute("create table t (id int primary key, n int, exclude using btree (n with =))");
        String reindex = "reindex table concurrently t";
        Concern concern = bench.run(reindex);
        assertThat(bench.verify(reindex, concern)).isEmpty();
        bench.script("create temp table x (n int primary key)");
        String temporary = "reindex table concurrently x";
        assertThat(bench.verify(temporary, bench.run(temporary))).isEmpty();
    }

    @ParameterizedTest
    @ArgumentsSource(BenchOf.class)
    void table_that_was_moved_is_still_the_same_and_one_that_is_gone_needs_no_clearing(Bench bench) {
        bench.execute(TABLES);
        String reindex = "reindex table concurrently app.t";
        Concern concern = bench.kill("app.t", reindex);
        bench.execute("alter table app.t rename to x; alter table app.x set schema public");
        assertThat(bench.settle(reindex, concern)).isEqualTo(AGAIN);
        assertThat(bench.invalid()).isEmpty();
        bench.execute("drop table x");
        assertThat(why(bench.settle(reindex, concern))).contains("app.t (OID ");
    }
}
