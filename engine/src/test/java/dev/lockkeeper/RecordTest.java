package dev.lockkeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockkeeper.apply.Repair;
import dev.lockkeeper.database.Backend;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.history.Direction;
import dev.lockkeeper.history.HistoryTable;
import dev.lockkeeper.history.Progress;
import dev.lockkeeper.plan.Plan;
import dev.lockkeeper.plan.Policy;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.plan.Status;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Secret;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.source.Convention;
import dev.lockkeeper.source.Tokens;
import dev.lockkeeper.source.Version;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The record itself: its layout, who may see it, and what it refuses. */
@ExtendWith(Workshops.class)
@Tag("RUN-16")
class RecordTest {
    private static String resource(String name) {
        try (InputStream in = RecordTest.class.getResourceAsStream("/record/" + name + ".sql")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Workshop two(Workshop workshop) {
        return workshop.migration(1, "create table a (id int)", "drop table a")
                .migration(2, "create table b (id int)", "drop table b");
    }

    /** A database whose first migration was recorded by an older build. */
    private static Workshop old(Workshop workshop, String layout) {
        two(workshop).execute(resource(layout));
        String checksum =
                workshop.lockkeeper().migrations().all().get(0).up().checksum().value();
        workshop.execute("insert into lockkeeper.history (component, version, description, checksum, rendered_checksum,"
                + " script, duration_ms, statements, plan_digest, run) values ('main', '1', 'm1', '" + checksum + "', '"
                + checksum
                + "', 'create table a (id int)', 1, 1, '', gen_random_uuid()); create table public.a (id int)");
        return workshop;
    }

    private static Lockkeeper by(Workshop workshop, String role) {
        workshop.execute("do $$ begin if not exists (select from pg_roles where rolname = '" + role
                + "') then create role " + role + " login password 'pw'; end if; end $$");
        Target own = workshop.target();
        Target target = new Target(own.host(), own.port(), own.database(), role, new Secret("pw"), own.properties());
        return Lockkeeper.of(workshop.folder(Convention.FLYWAY, Tokens.none()), target, "lockkeeper", Policy.strict());
    }

    @ParameterizedTest
    @ValueSource(strings = {"layout-1", "layout-1-early", "layout-1-first"})
    void record_of_an_older_layout_is_read_as_it_is_and_upgraded_by_what_writes(String layout, Workshop workshop) {
        old(workshop, layout);
        Status status = workshop.lockkeeper().status();
        assertThat(status.rows())
                .extracting(Status.Row::state)
                .containsExactly(Status.State.APPLIED, Status.State.PENDING);
        assertThat(workshop.lockkeeper().plan(Request.apply()).steps()).hasSize(1);
        assertThat(workshop.rows("select to_regclass('lockkeeper.about') is null"))
                .containsExactly("t");
        workshop.apply();
        assertThat(workshop.history()).containsExactly("1|applied", "2|applied");
        assertThat(workshop.rows("select layout from lockkeeper.about")).containsExactly("3");
        assertThat(workshop.rows("select component from lockkeeper.component")).containsExactly("main");
        workshop.run(Request.rollbackTo(Version.parse("0").orElseThrow()));
        assertThat(workshop.tables()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"layout-1", "layout-1-first"})
    void repair_upgrades_the_record_first(String layout, Workshop workshop) {
        old(workshop, layout);
        workshop.lockkeeper()
                .repair(new Repair("1", Repair.Action.NOT_APPLIED, "test"), Duration.ofSeconds(30), holder -> {});
        assertThat(workshop.history()).containsExactly("1|rolled back");
        assertThat(workshop.rows("select layout from lockkeeper.about")).containsExactly("3");
    }

    @Test
    void apply_that_finds_nothing_to_do_leaves_an_old_record_alone(Workshop workshop) {
        old(workshop, "layout-1").delete("V2__m2.sql");
        workshop.delete("U2__m2.sql");
        assertThat(workshop.apply().steps()).isEmpty();
        assertThat(workshop.rows("select to_regclass('lockkeeper.about') is null"))
                .containsExactly("t");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update lockkeeper.about set layout = 4",
                "update lockkeeper.about set layout = 4; alter table lockkeeper.journal drop column state cascade",
                "update lockkeeper.about set layout = 99; drop table lockkeeper.history"
            })
    void newer_layout_is_refused_by_every_command(String change, Workshop workshop) {
        two(workshop).apply();
        workshop.execute(change);
        Lockkeeper lockkeeper = workshop.lockkeeper();
        List<Runnable> commands = List.of(
                lockkeeper::status,
                () -> lockkeeper.plan(Request.apply()),
                workshop::apply,
                () -> workshop.run(Request.rollback(1)),
                () -> workshop.retry("1"));
        for (Runnable command : commands) {
            Problem problem = workshop.problem(command);
            assertThat(problem.code()).isEqualTo(Code.HISTORY_NEWER);
            assertThat(problem.help()).contains("use that Lockkeeper");
        }
    }

    @Test
    void record_says_its_layout_and_its_project_in_one_row(Workshop workshop) {
        two(workshop).apply();
        assertThat(workshop.rows("select layout, project is null from lockkeeper.about"))
                .containsExactly("3|t");
        assertThatThrownBy(() -> workshop.execute("insert into lockkeeper.about (layout) values (4)"))
                .isInstanceOf(SqlFailure.class);
        workshop.execute("delete from lockkeeper.about");
        Problem problem = workshop.problem(workshop::apply);
        assertThat(problem.code()).isEqualTo(Code.HISTORY_FOREIGN);
        assertThat(problem.why()).contains("about has 0 rows");
    }

    @Test
    void statement_that_one_run_has_done_is_not_recorded_again_by_another(Workshop workshop) {
        doneOnce(workshop);
    }

    private static void doneOnce(Workshop workshop) {
        two(workshop).apply();
        HistoryTable table = new HistoryTable("lockkeeper", "main");
        UUID one = UUID.randomUUID();
        UUID other = UUID.randomUUID();
        Progress started = new Progress("3", Direction.UP, 1, "digest", Progress.State.STARTED, null, "who", "what");
        Progress done = started.as(Progress.State.DONE);
        try (Person session = workshop.session()) {
            session.execute(table.sql().progress(started, one));
            session.execute(table.sql().progress(started, other));
            session.execute(table.sql().progress(done, one));
            session.execute(table.sql().progress(done, one));
            for (Progress again : List.of(done, started, done.as(Progress.State.FAILED))) {
                assertThatThrownBy(() -> session.execute("insert into public.a values (1); "
                                + table.sql().progress(again, other)))
                        .isInstanceOfSatisfying(
                                SqlFailure.class,
                                e -> assertThat(HistoryTable.isRepeated(e)).isTrue());
            }
            session.execute("set session_replication_role = replica");
            assertThatThrownBy(() -> session.execute(table.sql().progress(done, other)))
                    .isInstanceOf(SqlFailure.class);
            assertThat(workshop.rows("select count(*) from public.a")).containsExactly("0");
            assertThat(workshop.rows("select state, session_state, concerns from lockkeeper.journal"))
                    .containsExactly("done|who|what");
            session.execute(table.sql().forgetProgress(done));
            session.execute(table.sql().progress(done, other));
        }
    }

    @Test
    void run_is_at_work_as_long_as_its_server_process_lives(Workshop workshop) {
        two(workshop).apply();
        HistoryTable table = new HistoryTable("lockkeeper", "main");
        UUID run = UUID.randomUUID();
        try (Person session = workshop.session();
                Person asking = workshop.session()) {
            String start = String.valueOf(
                    session.query("select backend_start from pg_stat_activity where pid = pg_backend_pid()")
                            .get(0)[0]);
            Backend backend = new Backend(session.pid(), start);
            session.execute(table.sql().runs(run, "apply", "desk", null));
            assertThat(asking.query(table.sql().working())).isEmpty();
            session.execute(table.sql().runs(run, "apply", "desk", backend));
            assertThat(asking.query(table.sql().working())).hasSize(1);
            assertThat(asking.query(table.sql().working()).get(0)[0])
                    .startsWith("apply (pid " + session.pid() + ", user ")
                    .contains("from desk");
            assertThat(asking.query(table.sql().working(List.of("others")))).isEmpty();
            Backend earlier = new Backend(session.pid(), "2000-01-01 00:00:00+00");
            session.execute(table.sql().runs(run, "apply", "desk", earlier));
            assertThat(asking.query(table.sql().working()))
                    .as("a process that has got the number later")
                    .isEmpty();
            session.execute(table.sql().runs(run, "apply", "desk", backend));
            session.execute(table.audit().ended(run, "apply", Direction.UP, false, "{\"run\":\"\"}"));
            assertThat(asking.query(table.sql().working())).isEmpty();
            assertThat(asking.query("select ended_at is not null from lockkeeper.run where run = '" + run + "'")
                            .get(0))
                    .containsExactly("t");
            session.execute("delete from lockkeeper.run where run = '" + run + "'");
            session.execute(table.sql().runs(UUID.randomUUID(), "apply", null, backend));
            session.execute(table.audit().othersEnded(run, "test"));
            assertThat(asking.query(table.sql().working())).isEmpty();
        }
    }

    @Test
    void process_whose_start_is_hidden_counts_as_alive(Workshop workshop) {
        two(workshop).apply();
        HistoryTable table = new HistoryTable("lockkeeper", "main");
        by(workshop, "record_onlooker");
        workshop.execute("grant usage on schema lockkeeper to record_onlooker; grant select on lockkeeper.run to"
                + " record_onlooker");
        try (Person session = workshop.session();
                Person asking = workshop.session()) {
            session.execute(table.sql()
                    .runs(UUID.randomUUID(), "apply", null, new Backend(session.pid(), "2000-01-01 00:00:00+00")));
            assertThat(asking.query("set role record_onlooker; " + table.sql().working()))
                    .hasSize(1);
        }
    }

    @Test
    void schema_that_an_administrator_made_and_granted_suffices(Workshop workshop) {
        two(workshop);
        Lockkeeper deploy = by(workshop, "record_deploy");
        workshop.execute("create schema lockkeeper; grant usage, create on schema lockkeeper to record_deploy;"
                + " grant create on schema public to record_deploy");
        Workshop.run(deploy, Request.apply());
        assertThat(workshop.history()).containsExactly("1|applied", "2|applied");
        assertThat(workshop.rows("select obj_description('lockkeeper'::regnamespace, 'pg_namespace') is null"))
                .containsExactly("t");
    }

    @Test
    void missing_right_to_make_the_record_is_told_with_what_to_do(Workshop workshop) {
        two(workshop);
        Lockkeeper deploy = by(workshop, "record_poor");
        workshop.execute("create schema lockkeeper; grant usage on schema lockkeeper to record_poor");
        Problem problem = workshop.problem(() -> Workshop.run(deploy, Request.apply()));
        assertThat(problem.code()).isEqualTo(Code.HISTORY_HIDDEN);
        assertThat(problem.help()).contains("usage and create");
        assertThat(problem.notes()).contains("kept: nothing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"history", "journal", "repeatable", "failure", "about", "component", "audit"})
    void rows_that_a_policy_hides_are_an_error(String table, Workshop workshop) {
        two(workshop);
        Lockkeeper deploy = by(workshop, "record_watched");
        workshop.execute("create schema lockkeeper; grant usage, create on schema lockkeeper to record_watched;"
                + " grant create on schema public to record_watched");
        Workshop.run(deploy, Request.applyTo(Version.parse("1").orElseThrow()));
        workshop.execute("alter table lockkeeper." + table + " enable row level security, force row level security");
        for (Runnable command : List.<Runnable>of(
                deploy::status,
                () -> deploy.plan(Request.apply()),
                () -> Workshop.run(deploy, Request.apply()),
                () -> Workshop.run(deploy, Request.rollback(1)))) {
            Problem problem = workshop.problem(command);
            assertThat(problem.code()).isEqualTo(Code.HISTORY_HIDDEN);
            assertThat(problem.message()).contains("row security");
        }
        assertThat(workshop.history()).containsExactly("1|applied");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "execute format('alter table %s enable row level security, force row level security', t) | row security",
                "execute format('alter table %s add column tenant int not null', t) | columns that it should not have",
                "execute format('alter table %s set unlogged', t) | not a permanent table"
            })
    void event_trigger_that_changes_our_tables_is_named_and_nothing_is_kept(
            String action, String told, Workshop workshop) {
        two(workshop);
        Lockkeeper deploy = by(workshop, "record_bent");
        workshop.execute("create schema lockkeeper; grant usage, create on schema lockkeeper to record_bent;"
                + " grant create on schema public to record_bent;"
                + " create function public.bend() returns event_trigger language plpgsql as $$ declare t text; begin"
                + " for t in select object_identity from pg_event_trigger_ddl_commands() where schema_name = 'lockkeeper'"
                + " and object_type = 'table' and command_tag = 'CREATE TABLE' loop " + action + "; end loop; end $$;"
                + " create event trigger bends on ddl_command_end when tag in ('CREATE TABLE')"
                + " execute function public.bend()");
        Problem problem = workshop.problem(() -> Workshop.run(deploy, Request.apply()));
        assertThat(problem.code()).isEqualTo(Code.HISTORY_UNFIT);
        assertThat(problem.message()).contains(told);
        assertThat(problem.why()).contains("bends");
        assertThat(workshop.rows("select count(*) from pg_class where relnamespace = 'lockkeeper'::regnamespace"))
                .containsExactly("0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create table lockkeeper.journal (id int)",
                "create table lockkeeper.run (distance int)",
                "create table lockkeeper.component (id int)",
                "create table lockkeeper.about (text text)",
                "create table lockkeeper.audit (who text)",
                "create view lockkeeper.failure as select 1 as component",
                "create sequence lockkeeper.repeatable"
            })
    void object_of_somebody_else_under_one_of_our_names_is_refused_and_left_alone(String theirs, Workshop workshop) {
        two(workshop).execute("create schema lockkeeper; " + theirs);
        Problem problem = workshop.problem(workshop::apply);
        assertThat(problem.code()).isEqualTo(Code.HISTORY_FOREIGN);
        assertThat(problem.help()).contains("history: NAME");
        assertThat(workshop.rows("select count(*) from pg_class where relnamespace = 'lockkeeper'::regnamespace"))
                .containsExactly("1");
    }

    @Test
    void record_works_the_same_on_the_oldest_server(Workshops.Opener opener) {
        Workshop workshop = old(opener.on(15), "layout-1-first");
        Plan plan = workshop.apply();
        assertThat(plan.steps()).hasSize(1);
        assertThat(workshop.history()).containsExactly("1|applied", "2|applied");
        doneOnce(workshop);
    }
}
