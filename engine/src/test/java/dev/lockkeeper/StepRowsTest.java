package dev.lockkeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.apply.Event;
import dev.lockkeeper.apply.Repair;
import dev.lockkeeper.audit.StepRows;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.fleet.Fleet;
import dev.lockkeeper.fleet.FleetEvent;
import dev.lockkeeper.gate.Gate;
import dev.lockkeeper.history.HistoryTable;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.project.Environment;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.project.ProjectFile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many rows a step has changed, as a run tells it and as the record does. */
@ExtendWith(Workshops.class)
class StepRowsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String EVERY_WAY = """
            create table t (id int primary key, v text);
            insert into t select g from generate_series(1, 10) g;
            insert into t values (11), (12) returning id, v;
            update t set v = 'x' where id <= 4 returning *;
            with gone as (delete from t where id = 12 returning id) insert into t select 40 + id from gone returning id;
            insert into t values (1, 'y') on conflict (id) do update set v = excluded.v returning id;
            merge into t using (values (2), (99)) s (id) on t.id = s.id
              when matched then update set v = 'm' when not matched then insert values (s.id, 'n');
            select * from t;
            show search_path;
            explain select 1;
            prepare p as insert into t values ($1) returning id;
            execute p (77);
            create table c as select * from t;
            delete from t where id = 11;
            """;
    private static final long EVERY_ROW = 10 + 2 + 4 + 1 + 1 + 2 + 1 + 14 + 1;

    private static Consumer<Event> noting(List<String> rows) {
        return event -> {
            if (event instanceof Event.StepFinished done) {
                rows.add(done.step().name() + " " + done.rows());
            }
        };
    }

    private static List<String> told(Workshop workshop, Request request) {
        List<String> rows = new ArrayList<>();
        workshop.lockkeeper().run(request, PATIENCE, noting(rows));
        return rows;
    }

    private static @Nullable Long recorded(Workshop workshop, String step) {
        String query = step.startsWith("R__")
                ? "select run from lockkeeper.repeatable where in_force"
                : "select coalesce(rolled_back_run, run) from lockkeeper.history where version = '" + step
                        + "' order by id desc limit 1";
        return recorded(workshop, step, workshop.rows(query).get(0));
    }

    private static @Nullable Long recorded(Workshop workshop, String step, String run) {
        try (Session session = workshop.own()) {
            return StepRows.of(session, new HistoryTable("lockkeeper", "main")).of(run, step);
        }
    }

    private static Workshop half(Workshop workshop) {
        workshop.execute("create table big (id int, u int); insert into big values (1, 1), (2, 1)");
        return workshop.migration(
                1,
                "insert into big values (3, 3), (4, 4), (5, 5);\ncreate unique index concurrently y on big (u);\n"
                        + "update big set id = 0;\n",
                "drop index if exists y;\ndelete from big where u in (3, 4, 5);\n");
    }

    private static Workshop failed(Workshop workshop) {
        assertThat(workshop.problem(workshop::apply).code()).isEqualTo(Code.PARTLY_APPLIED);
        return workshop;
    }

    private static Workshop fixed(Workshop workshop) {
        workshop.execute("update big set u = id where id < 3");
        return workshop.retry("1");
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void rows_are_told_in_every_manner_of_running_as_they_are_recorded(int major, Workshops.Opener opener) {
        Workshop workshop = opener.on(major);
        workshop.migration(1, EVERY_WAY, "delete from c;\ndrop table t, c;\n")
                .migration(
                        2, "copy t from stdin;\n20\tx\n21\ty\n\\.\nselect 1;\n", "delete from t where id in (20, 21)")
                .migration(
                        3,
                        "insert into t values (30), (31);\ncreate index concurrently i on t (v);\n"
                                + "begin;\nupdate t set v = 'z' where id >= 30 returning id;\ncommit;\n",
                        "drop index concurrently i;\ndelete from t where id in (30, 31) returning *;\n")
                .migration(
                        4,
                        "-- lockkeeper:backfill t id batch=3\n"
                                + "update t set v = 'b' where id between :low and :high and id < 11;\n",
                        "")
                .write("R__v.sql", "create or replace view v as select 1 as one;\ninsert into c values (1000);\n");
        assertThat(told(workshop, Request.apply())).containsExactly("1 " + EVERY_ROW, "2 2", "3 7", "4 10", "R__v 1");
        assertThat(List.of("1", "2", "3", "4", "R__v"))
                .extracting(step -> recorded(workshop, step))
                .containsExactly(EVERY_ROW, 2L, 7L, 10L, 1L);
        assertThat(workshop.rows("select count(*) from c")).containsExactly("15");

        assertThat(told(workshop, Request.rollback(4))).containsExactly("4 0", "3 2", "2 2", "1 15");
        assertThat(List.of("1", "2", "3", "4"))
                .extracting(step -> recorded(workshop, step))
                .containsExactly(15L, 2L, 2L, 0L);
    }

    @Test
    void dry_run_tells_the_rows_of_a_real_one(Workshop workshop) {
        workshop.migration(1, EVERY_WAY, "drop table t, c")
                .migration(2, "copy t from stdin;\n20\tx\n\\.\n", "select 1");
        List<String> rows = new CopyOnWriteArrayList<>();
        workshop.lockkeeper().dryRun(Request.apply(), PATIENCE, Gate.OPEN, noting(rows));
        assertThat(rows).containsExactly("1 " + EVERY_ROW, "2 1");
        assertThat(workshop.tables()).isEmpty();
    }

    @Test
    void each_target_of_a_fleet_tells_its_own(Workshop workshop) {
        workshop.execute("create schema tenant_1; create schema tenant_2; create table tenant_2.seed (id int);"
                + " create table tenant_1.seed (id int); insert into tenant_1.seed values (1), (2), (3)");
        workshop.write(
                        "lockkeeper.yaml",
                        "convention: flyway\nfleets:\n  all:\n    schemas: select nspname from pg_namespace where nspname ~"
                                + " '^tenant' order by 1\n")
                .write("migrations/V1__a.sql", "update ${schema}.seed set id = id + 1;")
                .write("migrations/U1__a.sql", "update ${schema}.seed set id = id - 1;");
        Project project = ProjectFile.read(workshop.folder());
        Environment local = project.environment("local");
        List<String> rows = new CopyOnWriteArrayList<>();
        Fleet.open(project, project.fleet("all"), project.components(), local, Map.of(), workshop.target())
                .run(Request.apply(), PATIENCE, event -> {
                    if (event instanceof FleetEvent.Happened happened) {
                        noting(rows).accept(happened.event());
                    }
                });
        assertThat(rows).containsExactlyInAnyOrder("1 3", "1 0");
    }

    @Test
    void what_an_unfinished_run_has_changed_counts_for_the_one_that_went_on(Workshop workshop) {
        failed(half(workshop));
        fixed(workshop);
        assertThat(told(workshop, Request.apply())).as("this run alone").containsExactly("1 5");
        assertThat(recorded(workshop, "1")).isEqualTo(3 + 5);
    }

    @Test
    void what_was_taken_back_before_the_step_began_again_does_not_count(Workshop workshop) {
        failed(half(workshop));
        assertThat(told(workshop, Request.rollback(1))).containsExactly("1 3");
        workshop.execute("update big set u = id");
        assertThat(told(workshop, Request.apply())).containsExactly("1 8");
        assertThat(recorded(workshop, "1")).isEqualTo(8);
    }

    @Test
    void step_that_fails_as_a_whole_has_changed_nothing(Workshop workshop) {
        workshop.execute("create table t (id int primary key)");
        workshop.migration(1, "insert into t values (1), (2);\ninsert into t values (1);\n", "delete from t");
        assertThat(workshop.problem(workshop::apply).code()).isEqualTo(Code.STATEMENT_FAILED);
        workshop.write("V1__m1.sql", "insert into t values (1), (2);\n");
        assertThat(told(workshop, Request.apply())).containsExactly("1 2");
        assertThat(recorded(workshop, "1")).isEqualTo(2);
    }

    @Test
    void run_whose_connection_was_lost_knows_nothing_of_its_rows_nor_does_the_one_that_went_on(Workshop workshop) {
        workshop.execute("create table fault (id int); insert into fault values (1); create table t (id int)");
        workshop.migration(
                1,
                "insert into t values (1), (2);\ncreate index concurrently i on t (id);\n"
                        + "select pg_terminate_backend(pg_backend_pid()) from fault;\ninsert into t values (3);\n",
                "drop index i");
        assertThat(workshop.problem(workshop::apply).code()).isEqualTo(Code.CONNECTION_LOST);
        workshop.execute("delete from fault");
        assertThat(told(workshop, Request.apply())).containsExactly("1 1");
        assertThat(recorded(workshop, "1")).isNull();
        assertThat(workshop.rows("select payload::json ->> 'outcome' from lockkeeper.audit where action = 'apply ended'"
                        + " order by seq"))
                .containsExactly("cut off", "done");
    }

    @Test
    void rows_of_a_run_that_was_killed_are_not_known(Workshop workshop) {
        failed(half(workshop));
        workshop.execute("set session_replication_role = replica; alter table lockkeeper.audit disable trigger all;"
                + " delete from lockkeeper.audit where seq = 3; update lockkeeper.run set ended_at = null, pid = 1;"
                + " alter table lockkeeper.audit enable always trigger audit_chained, enable always trigger"
                + " audit_append_only");
        fixed(workshop);
        assertThat(told(workshop, Request.apply())).containsExactly("1 5");
        assertThat(recorded(workshop, "1")).isNull();
    }

    @Test
    void what_was_archived_is_not_taken_for_nothing(Workshop workshop) {
        failed(half(workshop));
        workshop.lockkeeper()
                .audit(trail ->
                        trail.archive("2999-01-01", workshop.folder().resolve("archive.jsonl"), "kept elsewhere"));
        fixed(workshop).apply();
        assertThat(recorded(workshop, "1")).isNull();
        workshop.migration(2, "insert into big values (9, 9)", "select 1").apply();
        assertThat(recorded(workshop, "2")).isEqualTo(1);
    }

    @Test
    void step_that_was_recorded_by_hand_has_no_rows_and_a_number_may_be_padded(Workshop workshop) {
        failed(half(workshop));
        workshop.lockkeeper().repair(new Repair("1", Repair.Action.APPLIED, "done by hand"), PATIENCE, holder -> {});
        assertThat(recorded(workshop, "1")).isNull();
        workshop.write("V002__two.sql", "insert into big values (9, 9)")
                .write("U002__two.sql", "select 1")
                .apply();
        assertThat(recorded(workshop, "002")).isEqualTo(1);
        assertThat(recorded(
                        workshop,
                        "2",
                        workshop.rows("select run from lockkeeper.history where version ~ '2'")
                                .get(0)))
                .isEqualTo(1);
    }

    @Test
    void database_without_a_chain_knows_of_nothing(Workshop workshop) {
        assertThat(recorded(workshop, "1", "none")).isNull();
        workshop.execute("create schema lockkeeper; create table lockkeeper.audit (id int, component text)");
        assertThat(recorded(workshop, "1", "none")).isNull();
    }

    @Test
    void rows_that_a_policy_hides_are_an_error(Workshop workshop) {
        workshop.migration(1, "create table t (id int)", "drop table t").apply();
        String role = "hidden_" + workshop.target().database();
        workshop.execute("create role " + role + " login; grant usage on schema lockkeeper to " + role
                + "; grant select on all tables in schema lockkeeper to " + role
                + "; alter table lockkeeper.audit enable row level security");
        try (Session session = workshop.own()) {
            session.execute("set session authorization " + role);
            assertThat(workshop.problem(() -> StepRows.of(session, new HistoryTable("lockkeeper", "main")))
                            .code())
                    .isEqualTo(Code.HISTORY_HIDDEN);
        }
    }
}
