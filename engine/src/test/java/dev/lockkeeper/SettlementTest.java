package dev.lockkeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockkeeper.apply.Repair;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.plan.Policy;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Patience;
import dev.lockkeeper.source.Tokens;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the next run does about a statement that an earlier one began outside of a transaction. */
@ExtendWith(Workshops.class)
@Tag("MIG-05")
@Tag("RUN-05")
class SettlementTest {
    private static final String TABLE = "create table t (id int, n int);\ninsert into t values (1, 1), (2, 1);\n";
    private static final String VALID =
            "select c.relname, indisvalid from pg_index join pg_class c on c.oid = indexrelid order by 1";

    /** Applies a table and then a second migration, as if a run had died at its first statement. */
    private static void interrupted(Workshop workshop, String statement, String leftBehind) {
        workshop.migration(1, TABLE, "drop table t;");
        workshop.apply();
        workshop.migration(2, "vacuum t;\n" + statement + ";\nselect 1 / 0;\n", "select 1;");
        workshop.problem(workshop::apply);
        workshop.execute("update lockkeeper.journal set state = 'started' where ordinal = 2");
        workshop.execute("delete from lockkeeper.journal where ordinal > 2");
        if (!leftBehind.isEmpty()) {
            workshop.execute(leftBehind);
        }
    }

    /** Fixes the last statement, which was never begun, and runs again. */
    private static void goOn(Workshop workshop, String statement) {
        workshop.migration(2, "vacuum t;\n" + statement + ";\nselect 1;\n", "select 1;")
                .apply();
        assertThat(workshop.rows("select * from lockkeeper.journal")).isEmpty();
        assertThat(workshop.history()).containsExactly("1|applied", "2|applied");
    }

    private static List<String> indexes(Workshop workshop) {
        return workshop.rows(VALID.replace(
                "order",
                "where indrelid in (select oid from pg_class where relname like 't%') and"
                        + " c.relnamespace = 'public'::regnamespace order"));
    }

    /** Applies, and ends the session of the run while it builds an index, which stays invalid. */
    static void cutOffBuild(Workshop workshop) throws Exception {
        try (Person blocker = workshop.session()) {
            workshop.execute("create table public.other (id int)");
            // an open transaction with a snapshot makes the build of the index wait for it
            blocker.execute("begin isolation level repeatable read; select 1 from public.other");
            var run = CompletableFuture.supplyAsync(() -> workshop.problem(workshop::apply));
            List<String> killed = List.of();
            while (killed.isEmpty() && !run.isDone()) {
                killed = workshop.rows("select pg_terminate_backend(pid) from pg_stat_activity"
                        + " where application_name like '%(work)' and datname = current_database()"
                        + " and query like 'create index concurrently%' and wait_event_type = 'Lock'");
            }
            assertThat(run.get(60, TimeUnit.SECONDS).code()).isEqualTo(Code.CONNECTION_LOST);
        }
    }

    @Test
    void index_whose_build_was_cut_off_is_dropped_and_built_anew(Workshop workshop) throws Exception {
        String build = "create index concurrently t_n on t (n)";
        workshop.migration(1, TABLE, "drop table t;").apply();
        workshop.migration(2, "vacuum t;\n" + build + ";\nselect 1;\n", "select 1;");
        cutOffBuild(workshop);
        assertThat(indexes(workshop)).containsExactly("t_n|f");
        assertThat(workshop.rows("select ordinal, state from lockkeeper.journal order by 1"))
                .containsExactly("1|done", "2|started");
        goOn(workshop, build);
        assertThat(indexes(workshop)).containsExactly("t_n|t");
    }

    @Test
    void index_that_was_built_before_the_run_died_is_not_built_again(Workshop workshop) {
        String build = "create index concurrently if not exists t_n on only public.t (n)";
        interrupted(workshop, build, "");
        List<String> file = workshop.rows("select pg_relation_filenode('t_n')");
        goOn(workshop, build);
        assertThat(workshop.rows("select pg_relation_filenode('t_n')")).isEqualTo(file);
    }

    @Test
    void invalid_index_of_a_failed_build_is_dropped_at_once(Workshop workshop) {
        workshop.migration(1, TABLE, "drop table t;").apply();
        String build = "create unique index concurrently \"T n\" on t (n)";
        workshop.migration(2, build + ";\n", "select 1;");
        Problem problem = workshop.problem(workshop::apply);
        assertThat(problem.server()).asString().contains("23505");
        assertThat(indexes(workshop)).isEmpty();
        workshop.execute("update t set n = id");
        workshop.retry("2").apply();
        assertThat(indexes(workshop)).containsExactly("T n|t");
    }

    @Test
    void index_of_that_name_from_before_is_an_error_and_stays(Workshop workshop) {
        workshop.migration(1, TABLE + "create index t_n on t (id);\n", "drop table t;")
                .apply();
        workshop.migration(2, "create index concurrently t_n on t (n);\n", "select 1;");
        for (int run = 0; run < 2; run++) {
            assertThat(workshop.problem(workshop::apply).message()).contains("already exists");
            workshop.retry("2");
        }
        assertThat(workshop.rows("select indkey from pg_index where indexrelid = 't_n'::regclass"))
                .containsExactly("1");
    }

    @Test
    void index_without_a_name_cannot_be_told_and_needs_a_person(Workshop workshop) {
        interrupted(workshop, "create index concurrently on t (n)", "");
        Problem problem = workshop.problem(
                () -> workshop.migration(2, "vacuum t;\ncreate index concurrently on t (n);\nselect 1;\n", "")
                        .apply());
        assertThat(problem.code()).isEqualTo(Code.STATEMENT_INTERRUPTED);
        assertThat(problem.help()).contains("lockkeeper repair VERSION --as statement-done");
        assertThat(workshop.place(problem)).isEqualTo("V2__m2.sql:2:1");
    }

    @Test
    void drop_that_took_effect_is_done_and_one_that_did_not_is_run_again(Workshop workshop) {
        String drop = "drop index concurrently t_n";
        workshop.migration(1, TABLE, "drop table t;").apply();
        workshop.execute("create index t_n on t (n)");
        interrupted(workshop, drop, "");
        goOn(workshop, drop);
        assertThat(indexes(workshop)).isEmpty();
    }

    @Test
    void index_that_has_the_name_of_a_dropped_one_is_not_dropped_for_it(Workshop workshop) {
        String drop = "drop index concurrently if exists t_n";
        workshop.migration(1, TABLE, "drop table t;").apply();
        workshop.execute("create index t_n on t (n)");
        interrupted(workshop, drop, "create index t_n on t (n)");
        Problem problem = workshop.problem(() -> workshop.migration(2, "vacuum t;\n" + drop + ";\nselect 1;\n", "")
                .apply());
        assertThat(problem.code()).isEqualTo(Code.STATEMENT_INTERRUPTED);
        assertThat(problem.why()).contains("index public.t_n is not the one that was there when it started");
        assertThat(indexes(workshop)).containsExactly("t_n|t");
    }

    @Test
    void copy_that_a_reindex_has_left_is_dropped(Workshop workshop) {
        String reindex = "reindex (verbose) table concurrently t";
        workshop.migration(1, TABLE, "drop table t;").apply();
        workshop.execute("create index t_n on t (n)");
        interrupted(workshop, reindex, "");
        assertThatThrownBy(() -> workshop.execute("create unique index concurrently t_n_ccnew on t (n)"))
                .isInstanceOf(SqlFailure.class);
        assertThat(indexes(workshop)).containsExactly("t_n|t", "t_n_ccnew|f");
        goOn(workshop, reindex);
        assertThat(indexes(workshop)).containsExactly("t_n|t");
    }

    @Test
    void partition_that_is_half_detached_is_detached_to_the_end(Workshop workshop) {
        String detach = "alter table t detach partition t1 concurrently";
        workshop.migration(
                        1,
                        "create table t (id int) partition by list (id);\n"
                                + "create table t1 partition of t for values in (1);\n",
                        "drop table t;")
                .apply();
        workshop.migration(2, detach + ";\nselect 1;\n", "select 1;");
        try (Person reader = workshop.session()) {
            reader.execute("begin isolation level repeatable read; select * from t");
            workshop.execute("alter database \"" + workshop.target().database() + "\" set statement_timeout = 300");
            assertThat(workshop.problem(workshop::apply).server()).asString().contains("57014");
        }
        workshop.execute("alter database \"" + workshop.target().database() + "\" reset statement_timeout");
        assertThat(workshop.rows("select inhdetachpending from pg_inherits")).containsExactly("t");
        workshop.apply();
        assertThat(workshop.rows("select inhdetachpending from pg_inherits")).isEmpty();
        assertThat(workshop.history()).containsExactly("1|applied", "2|applied");
    }

    @Test
    void statement_whose_effect_the_catalog_does_not_tell_needs_a_person(Workshop workshop) {
        workshop.migration(1, "create table t (id int);\n", "drop table t;").apply();
        workshop.migration(2, "vacuum t;\nselect 1;\nselect 1 / 0;", "select 1;");
        workshop.problem(workshop::apply);
        workshop.retry("2").execute("update lockkeeper.journal set state = 'started' where ordinal = 2");
        assertThat(workshop.problem(workshop::apply).code()).isEqualTo(Code.STATEMENT_INTERRUPTED);
        workshop.lockkeeper()
                .repair(new Repair("2", Repair.Action.STATEMENT_DONE, "seen"), Duration.ofSeconds(30), holder -> {});
        workshop.execute("update lockkeeper.journal set state = 'started' where ordinal = 1");
        workshop.migration(2, "vacuum t;\nselect 1;\nselect 1;", "select 1;").apply();
        assertThat(workshop.history()).containsExactly("1|applied", "2|applied");
    }

    /** Lets an older transaction keep the statement waiting far longer than a lock may be waited for. */
    private static void applyBesideReader(Workshop workshop, String table) throws Exception {
        try (Person reader = workshop.session()) {
            reader.execute("begin isolation level repeatable read; select * from " + table);
            var run = Workshop.inThread(() -> Workshop.run(
                    workshop.lockkeeper(
                            new Policy(true, false, false, new Patience(Duration.ofMillis(20), Duration.ZERO, 2)),
                            Tokens.none()),
                    Request.apply()));
            String waits =
                    "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
                            + " and query ilike '%concurrently%' and clock_timestamp() > query_start + interval '0.3 seconds'";
            while (!run.isDone() && workshop.rows(waits).isEmpty()) {
                Thread.onSpinWait();
            }
            reader.execute("commit");
            run.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void repeatable_script_builds_its_index_whole_beside_an_older_transaction(Workshop workshop) throws Exception {
        workshop.migration(1, TABLE, "drop table t;").apply();
        workshop.write("R__idx.sql", "create unique index concurrently if not exists t_i on t(id);");
        applyBesideReader(workshop, "t");
        assertThat(indexes(workshop)).containsExactly("t_i|t");
    }

    @Test
    void partition_with_a_schema_is_detached_beside_an_older_transaction(Workshop workshop) throws Exception {
        workshop.migration(
                        1,
                        "create schema app; create table app.m (id int) partition by list (id);"
                                + " create table app.m1 partition of app.m for values in (1);",
                        "drop schema app cascade;")
                .apply();
        workshop.migration(2, "alter table app.m detach partition app.m1 concurrently;", "select 1;");
        applyBesideReader(workshop, "app.m");
        assertThat(workshop.rows("select 1 from pg_inherits")).isEmpty();
        assertThat(workshop.history()).containsExactly("1|applied", "2|applied");
    }

    @Test
    void invalid_index_of_somebody_else_under_the_name_is_told_and_not_recorded(Workshop workshop) {
        workshop.migration(1, TABLE, "drop table t;").apply();
        assertThatThrownBy(() -> workshop.execute("create unique index concurrently t_n on t (n)"))
                .isInstanceOf(SqlFailure.class);
        for (String name : List.of("V2__m2.sql", "R__idx.sql")) {
            workshop.write(name, "create unique index concurrently if not exists t_n on t (n);");
        }
        workshop.write("U2__m2.sql", "select 1;");
        Problem problem = workshop.problem(workshop::apply);
        assertThat(problem.message()).isEqualTo("index public.t_n is there, but it is not valid");
        assertThat(problem.help()).contains("drop index concurrently public.t_n");
        workshop.delete("V2__m2.sql");
        workshop.delete("U2__m2.sql");
        workshop.execute("delete from lockkeeper.journal");
        assertThat(workshop.problem(workshop::apply).message()).contains("is not valid");
        assertThat(indexes(workshop)).containsExactly("t_n|f");
        assertThat(workshop.history()).containsExactly("1|applied");
        assertThat(workshop.rows("select 1 from lockkeeper.repeatable")).isEmpty();
    }

    @Test
    void names_beside_comments_are_settled_as_what_they_are(Workshop workshop) {
        workshop.migration(1, TABLE, "drop table t;").apply();
        workshop.execute("create index t_n on t (n)");
        String drop = "drop index concurrently -- no more used\n t_n";
        interrupted(workshop, drop, "");
        goOn(workshop, drop);
        assertThat(indexes(workshop)).isEmpty();
    }
}
