package dev.lockkeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.plan.Plan;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Scripts in which BEGIN ... COMMIT stand, but not around all of it. */
@ExtendWith(Workshops.class)
@Tag("MIG-05")
class OwnTransactionsTest {
    private static final String DOWN = "drop table if exists u; drop table t;";

    @Test
    void transactions_of_a_script_are_followed_and_the_plan_says_so(Workshop workshop) {
        workshop.migration(
                1,
                "create table t (id int);\nbegin;\ninsert into t values (1);\ncreate table u ();\ncommit;\n"
                        + "begin;\ncopy t from stdin;\n2\n\\.\nend;\ninsert into t values (3);\n",
                DOWN);
        Plan plan = workshop.lockkeeper().plan(Request.apply());
        assertThat(plan.steps().get(0).commands().byStatement())
                .contains("the script begins and ends transactions itself");
        assertThat(workshop.manners()).containsExactly("STATEMENTS");
        assertThat(workshop.rows("select id from t order by 1")).containsExactly("1", "2", "3");
        assertThat(workshop.rows("select * from lockkeeper.journal")).isEmpty();
        workshop.run(Request.rollback(1));
        assertThat(workshop.tables()).isEmpty();
    }

    @Test
    void failing_transaction_leaves_nothing_and_the_next_run_goes_on_before_it(Workshop workshop) {
        String start = "create table t (id int primary key);\nbegin;\ninsert into t values (1);\ncommit;\n";
        workshop.migration(1, start + "begin;\ninsert into t values (2);\ninsert into t values (1);\ncommit;\n", DOWN);
        Problem problem = workshop.problem(workshop::apply);
        assertThat(problem.code()).isEqualTo(Code.PARTLY_APPLIED);
        assertThat(workshop.place(problem)).isEqualTo("V1__m1.sql:7:1");
        assertThat(problem.notes())
                .contains("aborted: the transaction that the script begins in line 5")
                .anyMatch(note -> note.startsWith("kept: the statements of version 1 before it, for"));
        assertThat(workshop.rows("select id from t")).containsExactly("1");
        assertThat(workshop.rows("select ordinal, state from lockkeeper.journal order by 1"))
                .containsExactly("1|done", "2|done", "3|done", "4|done");
        workshop.migration(1, start + "begin;\ninsert into t values (2);\ninsert into t values (3);\ncommit;\n", DOWN);
        workshop.apply();
        assertThat(workshop.rows("select id from t order by 1")).containsExactly("1", "2", "3");
        assertThat(workshop.history()).containsExactly("1|applied");
    }

    @Test
    void nothing_is_kept_where_the_first_transaction_fails(Workshop workshop) {
        workshop.migration(1, "begin;\ncreate table t ();\nselect 1 / 0;\ncommit;\nselect 1;\n", DOWN);
        Problem problem = workshop.problem(workshop::apply);
        assertThat(problem.code()).isEqualTo(Code.STATEMENT_FAILED);
        assertThat(problem.notes()).contains("aborted: version 1 as a whole, nothing of it remains");
        assertThat(workshop.tables()).isEmpty();
    }

    @Test
    void constraint_that_is_deferred_to_the_end_of_such_a_transaction_aborts_it(Workshop workshop) {
        workshop.migration(
                1,
                "create table t (id int unique deferrable initially deferred);\nbegin;\ninsert into t values (1), (1);\n"
                        + "commit;\n",
                DOWN);
        assertThat(workshop.problem(workshop::apply).code()).isEqualTo(Code.PARTLY_APPLIED);
        assertThat(workshop.rows("select id from t")).isEmpty();
    }

    @Test
    void what_runs_in_no_transaction_is_refused_within_one(Workshop workshop) {
        workshop.migration(
                1, "create table t (id int);\nbegin;\ncreate index concurrently i on t (id);\ncommit;\n", DOWN);
        Problem problem = workshop.problem(workshop::apply);
        assertThat(problem.help()).contains("remove BEGIN and COMMIT");
        assertThat(workshop.place(problem)).isEqualTo("V1__m1.sql:3:1");
    }

    @Test
    void settings_last_as_long_as_they_do_in_psql_also_for_the_run_that_goes_on(Workshop workshop) {
        workshop.execute("create table seen (what text)");
        String see =
                "insert into seen values (concat(current_setting('my.a', true), '/', current_setting('my.b', true)));\n";
        workshop.migration(
                1,
                "set my.a = 'kept';\nbegin;\nset local my.b = 'for now';\n" + see + "commit;\n" + see
                        + "begin;\nset my.a = 'anew';\ncommit;\nselect 1 / (select count(*) from seen where what = 'x');\n"
                        + see,
                DOWN);
        workshop.problem(workshop::apply);
        workshop.execute("insert into seen values ('x')");
        workshop.retry("1").apply();
        assertThat(workshop.rows("select what from seen")).containsExactly("kept/for now", "kept/", "x", "anew/");
    }

    @Test
    void edit_that_puts_what_is_done_into_a_transaction_is_refused(Workshop workshop) {
        workshop.migration(1, "create table t (id int);\nselect 1;\nselect 1 / 0;\nbegin;\ncommit;\n", DOWN);
        workshop.problem(workshop::apply);
        workshop.migration(1, "begin;\ncreate table t (id int);\ncommit;\nselect 1;\n", DOWN);
        assertThat(workshop.problem(workshop::apply).code()).isEqualTo(Code.MIGRATION_ALTERED);
    }

    @Test
    void batches_within_such_a_transaction_are_refused(Workshop workshop) {
        workshop.migration(
                1,
                "create table t (id int primary key);\nbegin;\n-- lockkeeper:backfill t id 10\n"
                        + "update t set id = id where id between :low and :high;\ncommit;\n",
                DOWN);
        assertThat(workshop.problem(workshop::apply).code()).isEqualTo(Code.DIRECTIVE);
    }

    @Test
    void unfinished_script_is_rolled_back(Workshop workshop) {
        workshop.migration(
                1,
                "create table t (id int);\nbegin;\ncreate table u ();\ncommit;\nselect 1 / 0;\n",
                "begin;\ndrop table u;\ncommit;\ndrop table t;\n");
        workshop.problem(workshop::apply);
        workshop.run(Request.rollback(1));
        assertThat(workshop.tables()).isEmpty();
        assertThat(workshop.rows("select * from lockkeeper.journal")).isEmpty();
    }
}
