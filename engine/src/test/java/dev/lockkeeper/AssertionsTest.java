package dev.lockkeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockkeeper.plan.Policy;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Assertions;
import dev.lockkeeper.project.Hooks;
import dev.lockkeeper.project.Patience;
import dev.lockkeeper.source.Tokens;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a project asserts is looked at in the transaction that would break it. */
@ExtendWith(Workshops.class)
class AssertionsTest {
    private static final Assertions NO_SEEDS = new Assertions(false, false, true, List.of());

    private static Lockkeeper lockkeeper(Workshop workshop, Assertions assertions) {
        return workshop.lockkeeper(
                new Policy(true, false, false, Patience.standard(), Hooks.none(), assertions), Tokens.none());
    }

    private static Assertions check(String query) {
        return new Assertions(false, false, false, List.of(new Assertions.Check("provenance", query)));
    }

    private static Problem refusal(Workshop workshop, Assertions assertions) {
        return catchThrowableOfType(
                        LockkeeperException.class,
                        () -> Workshop.run(lockkeeper(workshop, assertions), Request.apply()))
                .problems()
                .get(0);
    }

    private static void kept(Workshop workshop, String... versions) {
        assertThat(workshop.rows("select version from lockkeeper.history order by id"))
                .containsExactly(versions);
    }

    @Test
    void a_script_that_brings_rows_aborts_and_those_before_it_are_kept(Workshop workshop) {
        workshop.migration(1, "create table t (id int)", "drop table t")
                .migration(
                        2,
                        "create schema \"A b\"; create table \"A b\".\"c%d\" as select 1 as x",
                        "drop schema \"A b\" cascade");
        Problem problem = refusal(workshop, NO_SEEDS);
        assertThat(problem.code()).isEqualTo(Code.ASSERTION_FAILED);
        assertThat(problem.message()).isEqualTo("no-seed-data: rows were brought into \"A b\".\"c%d\"");
        assertThat(String.valueOf(problem.place())).endsWith("V2__m2.sql");
        kept(workshop, "1");
        assertThat(workshop.rows("select to_regnamespace('\"A b\"') is null")).containsExactly("t");
    }

    @Test
    void it_is_seen_also_in_partitions_by_copy_and_by_a_script_that_hides_in_a_subtransaction(Workshop workshop) {
        workshop.migration(
                1,
                "create table p (id int) partition by range (id); create table p1 partition of p for values from (1) to (9);"
                        + " create table c (id int); create table s (id int);\n"
                        + "copy c from stdin;\n1\n\\.\ninsert into p values (3);"
                        + " do $$ begin begin insert into s values (1); exception when others then null; end; end $$;",
                "drop table p, c, s");
        assertThat(refusal(workshop, NO_SEEDS).message())
                .isEqualTo("no-seed-data: rows were brought into public.c, public.p1, public.s");
    }

    @Test
    void rows_that_were_there_before_are_no_seeds_and_more_of_them_are(Workshop workshop) {
        workshop.migration(1, "create table t (id int, n int)", "drop table t");
        Workshop.run(lockkeeper(workshop, NO_SEEDS), Request.apply());
        workshop.execute("insert into t values (1), (2)");
        workshop.migration(
                2, "alter table t add m int; update t set n = id, m = 1; delete from t where id = 2", "select 1");
        Workshop.run(lockkeeper(workshop, NO_SEEDS), Request.apply());
        workshop.migration(3, "insert into t values (4)", "select 1");
        assertThat(refusal(workshop, NO_SEEDS).message()).isEqualTo("no-seed-data: rows were brought into public.t");
        kept(workshop, "1", "2");
    }

    @Test
    void it_is_seen_at_the_end_of_a_script_that_runs_statement_by_statement(Workshop workshop) {
        workshop.migration(
                1,
                "create table t (id int); insert into t values (1); create index concurrently i on t (id)",
                "drop table t");
        assertThat(refusal(workshop, NO_SEEDS).message()).isEqualTo("no-seed-data: rows were brought into public.t");
        kept(workshop);
        workshop.execute("delete from t");
        Workshop.run(lockkeeper(workshop, NO_SEEDS), Request.apply());
        kept(workshop, "1");
    }

    @Test
    void a_script_cannot_talk_it_out_of_it(Workshop workshop) {
        workshop.migration(
                1,
                "create table t (id int); insert into t values (1);"
                        + " create schema h; create function h.current_setting(text) returns text language sql as 'select ''on''';"
                        + " create function h.has_table_privilege(oid, text) returns bool language sql as 'select false';"
                        + " set search_path = h, pg_catalog; alter table public.t enable row level security, force row level security",
                "drop table t");
        assertThat(refusal(workshop, NO_SEEDS).message()).isEqualTo("no-seed-data: rows were brought into public.t");
    }

    @Test
    void a_check_that_does_not_hold_when_the_apply_ends_aborts_its_last_script(Workshop workshop) {
        workshop.migration(1, "create table a (id int)", "drop table a")
                .migration(2, "create table b (id int)", "drop table b");
        Problem problem = refusal(workshop, check("select to_regclass('public.b') is null"));
        assertThat(problem.code()).isEqualTo(Code.ASSERTION_FAILED);
        assertThat(problem.message()).isEqualTo("assertion provenance does not hold: false");
        kept(workshop, "1");
        Workshop.run(
                workshop.lockkeeper(
                        new Policy(
                                true,
                                false,
                                false,
                                Patience.standard(),
                                Hooks.none(),
                                check("select to_regclass('public.b') is not null")),
                        Tokens.none()),
                Request.apply());
        kept(workshop, "1", "2");
    }

    @Test
    void a_check_that_says_nothing_or_cannot_be_run_does_not_hold(Workshop workshop) {
        workshop.migration(1, "create table a (id int)", "drop table a");
        assertThat(refusal(workshop, check("select null::boolean")).message())
                .isEqualTo("assertion provenance does not hold: no value");
        assertThat(refusal(workshop, check("select true where false")).message())
                .contains("does not hold: no value");
        assertThat(refusal(workshop, check("select count(*) = 0 from a")).message())
                .isEqualTo("assertion provenance: the server does not run its query: relation \"a\" does not exist");
        assertThat(refusal(workshop, check("select $$it's$$ = 'no' -- $lockkeeper$ '"))
                        .message())
                .contains("does not hold: false");
        assertThat(workshop.rows("select count(*) from lockkeeper.history")).containsExactly("0");
    }

    @Test
    void a_rollback_is_asserted_nothing_of(Workshop workshop) {
        workshop.migration(1, "create table t (id int)", "create table u as select 1 as x; drop table t");
        Workshop.run(lockkeeper(workshop, NO_SEEDS), Request.apply());
        Workshop.run(lockkeeper(workshop, NO_SEEDS), Request.rollback(1));
        assertThat(workshop.rows("select state from lockkeeper.history")).containsExactly("rolled back");
    }
}
