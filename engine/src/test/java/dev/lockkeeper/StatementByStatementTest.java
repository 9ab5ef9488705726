package dev.lockkeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.apply.Repair;
import dev.lockkeeper.plan.Policy;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.plan.Status;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Convention;
import dev.lockkeeper.source.Tokens;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Migrations with a statement that the server refuses inside a transaction. */
@ExtendWith(Workshops.class)
@Tag("MIG-05")
class StatementByStatementTest {
    private static final String UP = "create table t (id int, n int);\ninsert into t select g, g % 2 from"
            + " generate_series(1, 10) g;\ncreate index concurrently t_n on t (n);\n";

    @Test
    void concurrent_index_in_the_middle_runs_statement_by_statement_and_empties_the_journal(Workshop workshop) {
        workshop.migration(1, UP + "alter table t add column m int;\n", "drop table t;");
        assertThat(workshop.manners()).containsExactly("STATEMENTS");
        assertThat(workshop.rows("select indisvalid from pg_index where indexrelid = 't_n'::regclass"))
                .containsExactly("t");
        assertThat(workshop.rows("select * from lockkeeper.journal")).isEmpty();
        assertThat(workshop.history()).containsExactly("1|applied");
    }

    @Test
    void failing_later_statement_says_what_is_kept_and_the_next_run_goes_on_there(Workshop workshop) {
        workshop.migration(1, UP + "create unique index t_u on t (n);\n", "drop table t;");
        Problem problem = workshop.problem(workshop::apply);
        assertThat(problem.code()).isEqualTo(Code.PARTLY_APPLIED);
        assertThat(workshop.place(problem)).isEqualTo("V1__m1.sql:4:1");
        assertThat(String.join("\n", problem.notes()))
                .contains("kept: the statements of version 1 before this one")
                .doesNotContain("nothing of it remains");
        assertThat(workshop.rows("select ordinal, state from lockkeeper.journal order by 1"))
                .containsExactly("1|done", "2|done", "3|done");
        assertThat(workshop.lockkeeper().status().count(Status.State.FAILED)).isEqualTo(1);
        workshop.retry("1").execute("delete from t where id > 2");
        assertThat(workshop.manners()).containsExactly("STATEMENTS");
        assertThat(workshop.rows("select count(*) from t"))
                .as("the rows were inserted once")
                .containsExactly("2");
        assertThat(workshop.history()).containsExactly("1|applied");
    }

    @Test
    void edit_of_a_statement_that_is_done_is_refused(Workshop workshop) {
        workshop.migration(1, UP + "create unique index t_u on t (n);\n", "drop table t;");
        workshop.problem(workshop::apply);
        workshop.migration(1, UP.replace("10", "12") + "select 1;\n", "drop table t;");
        Problem problem = workshop.problem(workshop::apply);
        assertThat(problem.code()).isEqualTo(Code.MIGRATION_ALTERED);
        assertThat(workshop.place(problem)).isEqualTo("V1__m1.sql:2:1");
    }

    @Test
    void statement_that_the_server_refuses_in_every_manner_is_an_ordinary_error(Workshop workshop) {
        workshop.migration(1, "create table t (id int);\ndo $$ begin execute 'vacuum t'; end $$;\n", "drop table t;");
        Problem problem = workshop.problem(workshop::apply);
        assertThat(problem.message()).contains("VACUUM");
        assertThat(workshop.place(problem)).isEqualTo("V1__m1.sql:2:1");
        assertThat(workshop.rows("select ordinal, state from lockkeeper.journal order by 1"))
                .isEmpty();
        assertThat(workshop.tables()).isEmpty();
    }

    @Test
    void script_that_asks_for_a_transaction_around_such_a_statement_is_refused_with_advice(Workshop workshop) {
        workshop.migration(1, "begin;\n" + UP + "commit;\n", "drop table t;");
        Problem problem = workshop.problem(workshop::apply);
        assertThat(problem.help()).contains("remove BEGIN and COMMIT");
        assertThat(workshop.tables()).isEmpty();
    }

    @Test
    void journal_is_written_as_oneself_whatever_role_the_script_takes(Workshop workshop) {
        workshop.execute("drop role if exists maker; create role maker; grant create on schema public to maker");
        workshop.migration(
                1,
                "set role maker;\ncreate table t (id int);\ncreate index concurrently i on t (id);\n",
                "drop table t;");
        workshop.apply();
        assertThat(workshop.rows("select tableowner from pg_tables where tablename = 't'"))
                .containsExactly("maker");
        workshop.run(Request.rollback(1));
        workshop.execute("drop owned by maker; drop role maker");
    }

    @Test
    void plan_has_another_digest_when_it_runs_otherwise_or_goes_on(Workshop workshop) {
        String down = "-- migrate:down\n";
        workshop.write("001_a.sql", "-- migrate:up\nselect 1;\nselect 1 / 0;\n" + down);
        Lockkeeper whole = dbmate(workshop);
        workshop.write("001_a.sql", "-- migrate:up transaction:false\nselect 1;\nselect 1 / 0;\n" + down);
        Lockkeeper alone = dbmate(workshop);
        String begun = alone.plan(Request.apply()).digest();
        assertThat(begun).isNotEqualTo(whole.plan(Request.apply()).digest());
        workshop.problem(() -> Workshop.run(alone, Request.apply()));
        alone.repair(new Repair("1", Repair.Action.RETRY, "test"), Duration.ofSeconds(30), holder -> {});
        assertThat(alone.plan(Request.apply()).digest()).isNotEqualTo(begun);
    }

    private static Lockkeeper dbmate(Workshop workshop) {
        return Lockkeeper.of(
                workshop.folder(Convention.DBMATE, Tokens.none()), workshop.target(), "lockkeeper", Policy.strict());
    }
}
