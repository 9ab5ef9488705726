package dev.lockkeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.apply.Event;
import dev.lockkeeper.apply.Repair;
import dev.lockkeeper.plan.Policy;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.plan.Status;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Patience;
import dev.lockkeeper.report.StatusReport;
import dev.lockkeeper.report.Style;
import dev.lockkeeper.source.Tokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What becomes of a step that failed, and how a person fixes it. */
@ExtendWith(Workshops.class)
@Tag("RUN-05")
class FailureTest {
    private static final String AUDIT =
            "select version, action, reason from lockkeeper.audit where reason is not null order by id";

    private static void repair(Workshop workshop, String name, Repair.Action action) {
        workshop.lockkeeper().repair(new Repair(name, action, "because"), Duration.ofSeconds(30), holder -> {});
    }

    private static Problem failing(Workshop workshop) {
        workshop.migration(1, "create table t (id int);\ninsert into t values (1), (1);", "drop table t;")
                .migration(2, "select 1;\ncreate unique index t_key on t (id);", "drop index t_key;");
        return workshop.problem(workshop::apply);
    }

    private static String next(Workshop workshop) {
        List<String> lines = StatusReport.text(workshop.lockkeeper().status(), "DB", true, Style.PLAIN);
        return lines.get(lines.size() - 1);
    }

    @Test
    void failed_step_is_flagged_with_place_and_state_and_status_says_the_next_command(Workshop workshop) {
        assertThat(failing(workshop).code()).isEqualTo(Code.PARTLY_APPLIED);
        Status.Row row = workshop.lockkeeper().status().rows().get(1);
        assertThat(row.state()).isEqualTo(Status.State.FAILED);
        assertThat(String.valueOf(row.failure())).contains("V2__m2.sql:2:1", "23505");
        assertThat(next(workshop)).contains("fix the script of 2", "lockkeeper repair 2 --as retry");
    }

    @Test
    void failed_step_is_not_tried_again_while_its_script_is_the_same(Workshop workshop) {
        failing(workshop);
        workshop.execute("delete from t");
        Problem problem = workshop.problem(workshop::apply);
        assertThat(problem.code()).isEqualTo(Code.STEP_FAILED);
        assertThat(problem.help()).contains("lockkeeper repair 2 --as retry --reason");
        assertThat(workshop.history()).containsExactly("1|applied");
    }

    @Test
    void mended_script_runs_and_takes_the_flag_away(Workshop workshop) {
        failing(workshop);
        workshop.migration(2, "create index t_key on t (id);", "drop index t_key;")
                .apply();
        assertThat(workshop.history()).containsExactly("1|applied", "2|applied");
        assertThat(workshop.rows("select * from lockkeeper.failure")).isEmpty();
    }

    @Test
    void retry_needs_a_person_who_says_why(Workshop workshop) {
        failing(workshop);
        workshop.execute("delete from t");
        repair(workshop, "2", Repair.Action.RETRY);
        workshop.apply();
        assertThat(workshop.history()).containsExactly("1|applied", "2|applied");
        assertThat(workshop.rows(AUDIT)).containsExactly("2|repair retry|because");
        assertThat(workshop.rows("select detail from lockkeeper.audit where detail is not null")
                        .get(0))
                .contains("V2__m2.sql:2:1", "[23505]");
    }

    @Test
    void padding_of_a_version_makes_no_difference(Workshop workshop) {
        workshop.write("V002__x.sql", "select 1 / 0;").write("U002__x.sql", "");
        workshop.problem(workshop::apply);
        repair(workshop, "2", Repair.Action.RETRY);
        assertThat(workshop.rows("select * from lockkeeper.failure")).isEmpty();
        workshop.problem(workshop::apply);
        workshop.delete("V002__x.sql");
        workshop.write("V2__x.sql", "select 1;").apply();
        assertThat(workshop.rows("select * from lockkeeper.failure")).isEmpty();
    }

    @Test
    void audit_rows_cannot_be_changed_or_taken_away(Workshop workshop) {
        failing(workshop);
        repair(workshop, "2", Repair.Action.RETRY);
        for (String sql : List.of(
                "update lockkeeper.audit set reason = 'x'",
                "delete from lockkeeper.audit",
                "truncate lockkeeper.audit")) {
            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> workshop.execute(sql)))
                    .as(sql)
                    .hasMessageContaining("rows are only ever added");
        }
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> workshop.execute(
                        "insert into lockkeeper.audit (component, action, reason, detail) values ('m', 'a', ' ', '')")))
                .hasMessageContaining("audit_reason_check");
    }

    @Test
    void lock_that_was_not_to_be_had_is_no_failure_of_the_step(Workshop workshop) {
        workshop.migration(
                1,
                "select pg_catalog.set_config('lock_timeout', '50ms', false);"
                        + " do $$ begin raise lock_not_available; end $$;",
                "");
        Policy hasty = new Policy(true, false, false, new Patience(Duration.ofMillis(50), Duration.ZERO, 2));
        workshop.problem(() -> Workshop.run(workshop.lockkeeper(hasty, Tokens.none()), Request.apply()));
        assertThat(workshop.rows("select * from lockkeeper.failure")).isEmpty();
    }

    @Test
    void rollback_of_a_partial_step_takes_back_what_is_there_of_it(Workshop workshop) {
        workshop.migration(1, "create table t (id int);\ninsert into t values (1), (1);", "drop table t;");
        workshop.migration(
                2,
                "create table u (id int);\ncreate index concurrently t_plain on t (id);\n"
                        + "create unique index concurrently t_key on t (id);\nalter table t add column n int;",
                "alter table t drop column n;\ndrop index concurrently t_key;\ndrop index concurrently t_plain;\n"
                        + "drop table u;");
        workshop.problem(workshop::apply);
        assertThat(workshop.tables()).containsExactly("t", "u");
        List<Event> events = new ArrayList<>();
        workshop.lockkeeper().run(Request.rollback(1), Duration.ofSeconds(30), events::add);
        assertThat(events.stream().filter(e -> e instanceof Event.NothingToTakeBack))
                .as("the column and the unique index were never made")
                .hasSize(2);
        assertThat(workshop.tables()).containsExactly("t");
        assertThat(workshop.rows("select relname from pg_class where relname in ('t_plain', 't_key')"))
                .isEmpty();
        assertThat(workshop.history()).containsExactly("1|applied");
        assertThat(workshop.rows("select * from lockkeeper.journal")).isEmpty();
        assertThat(workshop.rows("select * from lockkeeper.failure")).isEmpty();
    }

    @Test
    void failed_statement_of_a_partial_step_may_be_edited_and_the_step_goes_on(Workshop workshop) {
        workshop.migration(1, "create table t (id int);\ninsert into t values (1), (1);", "drop table t;")
                .apply();
        workshop.migration(2, "create table u (id int);\ncreate unique index concurrently t_key on t (id);", "");
        workshop.problem(workshop::apply);
        assertThat(next(workshop)).contains("fix the script of 2");
        workshop.migration(2, "create table u (id int);\ncreate index concurrently t_key on t (id);", "")
                .apply();
        assertThat(workshop.history()).containsExactly("1|applied", "2|applied");
        assertThat(workshop.rows("select * from lockkeeper.journal")).isEmpty();
    }

    @Test
    void apply_over_a_half_finished_rollback_is_refused_and_names_the_way_on(Workshop workshop) {
        workshop.migration(
                1, "create table t (id int);\ncreate index a on t (id);", "drop index concurrently a;\ndrop table u;");
        workshop.apply();
        workshop.problem(() -> workshop.run(Request.rollback(1)));
        workshop.migration(
                1, "create table t (id int);\ncreate index a on t (id);", "drop index concurrently a;\ndrop table t;");
        assertThat(next(workshop)).contains("lockkeeper rollback goes on with 1");
        assertThat(workshop.problem(workshop::apply).code()).isEqualTo(Code.STEP_UNFINISHED);
        workshop.run(Request.rollback(1));
        assertThat(workshop.tables()).isEmpty();
    }

    @Test
    void repair_records_what_was_done_by_hand(Workshop workshop) {
        failing(workshop);
        workshop.execute("create index t_key on t (id)");
        repair(workshop, "2", Repair.Action.APPLIED);
        assertThat(workshop.rows("select version, origin from lockkeeper.history where state = 'applied' order by id"))
                .containsExactly("1|null", "2|repair");
        repair(workshop, "2", Repair.Action.NOT_APPLIED);
        assertThat(workshop.history()).containsExactly("1|applied", "2|rolled back");
        assertThat(workshop.rows(AUDIT)).containsExactly("2|repair applied|because", "2|repair not-applied|because");
    }

    @Test
    void repair_takes_an_edited_file_as_it_is_and_keeps_the_old_one(Workshop workshop) {
        workshop.migration(1, "create table t (id int);", "drop table t;").apply();
        workshop.migration(1, "-- the table\ncreate table t (id int);", "drop table t;");
        assertThat(workshop.problem(workshop::apply).help()).contains("--as edited");
        repair(workshop, "1", Repair.Action.EDITED);
        assertThat(workshop.apply().steps()).isEmpty();
        assertThat(workshop.rows("select detail from lockkeeper.audit where detail is not null")
                        .get(0))
                .endsWith("\ncreate table t (id int);");
    }

    @Test
    void repair_that_does_not_fit_changes_nothing(Workshop workshop) {
        workshop.migration(1, "create table t (id int);", "drop table t;").apply();
        for (Repair.Action action : Repair.Action.values()) {
            if (action != Repair.Action.NOT_APPLIED) {
                Problem problem = workshop.problem(() -> repair(workshop, "1", action));
                assertThat(problem.code()).as(action.key()).isEqualTo(Code.REPAIR_UNFIT);
            }
        }
        assertThat(workshop.problem(() -> repair(workshop, "9", Repair.Action.NOT_APPLIED))
                        .code())
                .isEqualTo(Code.REPAIR_UNFIT);
        assertThat(workshop.rows(AUDIT)).isEmpty();
    }

    @Test
    void apply_over_a_half_finished_rollback_of_a_partial_step_is_refused(Workshop workshop) {
        String up = "create table t (id int);\ncreate index concurrently i on t (id);\n";
        workshop.migration(1, up + "select 1 / 0;", "drop index concurrently i;\nselect 1 / 0;\ndrop table t;");
        workshop.problem(workshop::apply);
        workshop.problem(() -> workshop.run(Request.rollback(1)));
        assertThat(workshop.lockkeeper().status().rows().get(0).state()).isEqualTo(Status.State.FAILED);
        workshop.migration(1, up + "select 1;", "drop index concurrently i;\ndrop table t;");
        Problem problem = workshop.problem(workshop::apply);
        assertThat(problem.code()).isEqualTo(Code.STEP_UNFINISHED);
        assertThat(problem.help()).contains("lockkeeper rollback");
        workshop.run(Request.rollback(1));
        assertThat(workshop.tables()).isEmpty();
        workshop.apply();
        assertThat(workshop.rows("select relname from pg_class where relname = 'i'"))
                .containsExactly("i");
    }

    @Test
    void statement_that_was_carried_out_cannot_be_left_out_afterwards(Workshop workshop) {
        String up = "create table t (id int);\nvacuum t;\ninsert into t values (1);\n";
        workshop.migration(1, up + "select 1 / 0;", "drop table t;");
        workshop.problem(workshop::apply);
        workshop.migration(1, "create table t (id int);\nvacuum t;\n", "drop table t;");
        assertThat(workshop.problem(workshop::apply).code()).isEqualTo(Code.MIGRATION_ALTERED);
        workshop.migration(1, up, "drop table t;").apply();
        assertThat(workshop.history()).containsExactly("1|applied");
    }

    @Test
    void unfinished_step_whose_file_is_gone_is_shown_and_stops_the_next_apply(Workshop workshop) {
        workshop.migration(1, "create table t (id int);\nvacuum t;\nselect 1 / 0;", "drop table t;");
        workshop.problem(workshop::apply);
        workshop.delete("V1__m1.sql");
        workshop.delete("U1__m1.sql");
        workshop.migration(2, "select 1;", "");
        assertThat(workshop.lockkeeper().status().rows())
                .extracting(Status.Row::state)
                .containsExactly(Status.State.MISSING, Status.State.PENDING);
        Problem problem = workshop.problem(workshop::apply);
        assertThat(problem.code()).isEqualTo(Code.MIGRATION_MISSING);
        assertThat(problem.message()).contains("version 1 was begun and not finished");
        repair(workshop, "1", Repair.Action.NOT_APPLIED);
        workshop.apply();
        assertThat(workshop.history()).containsExactly("2|applied");
    }

    @Test
    void partial_statement_that_names_several_things_is_not_passed_over_for_one_that_is_missing(Workshop workshop) {
        String up = "create table a (id int);\nvacuum a;\nselect 1 / 0;\ncreate table b (id int);";
        workshop.migration(1, up, "drop table a, b;");
        workshop.problem(workshop::apply);
        Problem problem = workshop.problem(() -> workshop.run(Request.rollback(1)));
        assertThat(problem.message()).contains("\"b\" does not exist");
        assertThat(problem.help()).contains("IF EXISTS");
        workshop.migration(1, up, "drop table if exists a, b;").run(Request.rollback(1));
        assertThat(workshop.tables()).isEmpty();
    }

    @Test
    void version_may_be_spelled_otherwise_than_by_its_file(Workshop workshop) {
        workshop.write("V007__m.sql", "create table t (id int);\nvacuum t;\nselect 1 / 0;")
                .write("U007__m.sql", "drop table t;");
        workshop.problem(workshop::apply);
        repair(workshop, "7", Repair.Action.RETRY);
        assertThat(workshop.rows("select * from lockkeeper.failure")).isEmpty();
        workshop.problem(workshop::apply);
        repair(workshop, "7.0", Repair.Action.APPLIED);
        assertThat(workshop.rows("select * from lockkeeper.failure")).isEmpty();
        assertThat(workshop.rows("select * from lockkeeper.journal")).isEmpty();
        assertThat(workshop.history()).containsExactly("007|applied");
        assertThat(workshop.rows(AUDIT)).allMatch(row -> row.startsWith("007|"));
    }

    @Test
    void repair_that_the_server_refuses_is_told_as_a_problem(Workshop workshop) {
        failing(workshop);
        workshop.execute("alter table lockkeeper.audit add constraint no_repair check (action not like 'repair%')");
        assertThat(workshop.problem(() -> repair(workshop, "2", Repair.Action.RETRY))
                        .message())
                .contains("repair");
        assertThat(workshop.rows("select version from lockkeeper.failure")).containsExactly("2");
    }

    @Test
    void record_of_which_a_table_is_missing_is_not_taken_for_an_empty_one(Workshop workshop) {
        workshop.migration(1, "create table t (id int);", "drop table t;").apply();
        workshop.execute("drop table lockkeeper.failure");
        assertThat(workshop.problem(() -> workshop.lockkeeper().status()).code())
                .isEqualTo(Code.HISTORY_FOREIGN);
        assertThat(workshop.problem(workshop::apply).code()).isEqualTo(Code.HISTORY_FOREIGN);
    }

    @Test
    void audit_rows_are_kept_from_replication_roles_too(Workshop workshop) {
        failing(workshop);
        repair(workshop, "2", Repair.Action.RETRY);
        assertThat(org.assertj.core.api.Assertions.catchThrowable(
                        () -> workshop.execute("set session_replication_role = replica; delete from lockkeeper.audit")))
                .hasMessageContaining("rows are only ever added");
    }

    @Test
    void repeatable_scripts_run_again_after_a_migration_is_said_to_be_gone(Workshop workshop) {
        workshop.migration(1, "create table t (id int);", "drop table t;")
                .write("R__v.sql", "create or replace view v as select * from t;")
                .apply();
        workshop.execute("drop table t cascade");
        repair(workshop, "1", Repair.Action.NOT_APPLIED);
        workshop.apply();
        assertThat(workshop.rows("select count(*) from v")).containsExactly("0");
    }
}
