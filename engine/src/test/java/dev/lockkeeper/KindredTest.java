package dev.lockkeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.database.RunnerLock;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.plan.Status;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.project.ProjectFile;
import dev.lockkeeper.source.Migrations;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same scripts under another name, in another record, or another project's under the same name. */
@ExtendWith(Workshops.class)
@Tag("RUN-16")
class KindredTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static Workshop files(Workshop workshop) {
        return workshop.write("migrations/V1__a.sql", "create table a (id int);")
                .write("migrations/U1__a.sql", "drop table a;")
                .write("migrations/V2__row.sql", "insert into a values (1);")
                .write("migrations/U2__row.sql", "delete from a;")
                .write("migrations/R__v.sql", "create or replace view v as select * from a;");
    }

    /** The only component of the project that the file declares. */
    private static Lockkeeper project(Workshop workshop, String yaml) {
        return component(workshop, yaml, null);
    }

    private static Lockkeeper component(Workshop workshop, String yaml, @Nullable String name) {
        workshop.write("lockkeeper.yaml", (yaml.contains("components") ? "" : "convention: flyway\n") + yaml);
        Project project = ProjectFile.read(workshop.folder());
        var component = project.select(name == null ? List.of() : List.of(name)).get(0);
        Migrations read = Migrations.read(project.folder(component, project.environment("local"), Map.of()));
        return Lockkeeper.of(project, component, read, workshop.target());
    }

    private static String components(String... names) {
        StringBuilder yaml = new StringBuilder("components:\n");
        for (String name : names) {
            yaml.append("  ").append(name).append(":\n    migrations: migrations\n    convention: flyway\n");
        }
        return yaml.toString();
    }

    private static void refused(Workshop workshop, Lockkeeper lockkeeper, Code code) {
        for (Runnable command : List.<Runnable>of(
                () -> lockkeeper.plan(Request.apply()),
                () -> Workshop.run(lockkeeper, Request.apply()),
                () -> Workshop.run(lockkeeper, Request.rollback(1)))) {
            assertThat(workshop.problem(command).code()).isEqualTo(code);
        }
        assertThat(lockkeeper.status().doubts()).extracting(Problem::code).containsExactly(code);
        assertThat(workshop.rows("select count(*) from a")).containsExactly("1");
    }

    private static void applied(Lockkeeper lockkeeper) {
        Status status = lockkeeper.status();
        assertThat(status.doubts()).isEmpty();
        assertThat(status.count(Status.State.APPLIED)).isEqualTo(3);
        assertThat(Workshop.run(lockkeeper, Request.apply()).steps()).isEmpty();
    }

    @Test
    void another_schema_for_the_record_is_recognized_and_the_command_that_it_names_moves_the_history(
            Workshop workshop) {
        otherRecord(workshop);
    }

    private static void otherRecord(Workshop workshop) {
        Workshop.run(project(files(workshop), "project: shop\n"), Request.apply());
        Lockkeeper moved = project(workshop, "project: shop\nhistory: meta\n");
        refused(workshop, moved, Code.HISTORY_ELSEWHERE);
        assertThat(workshop.problem(() -> moved.plan(Request.apply())).help())
                .contains("lockkeeper repair --move-record lockkeeper --component main");
        assertThat(moved.move("lockkeeper", null, "test", PATIENCE, holder -> {}))
                .containsExactly("main");
        applied(moved);
        assertThat(workshop.rows("select count(*) from lockkeeper.history")).containsExactly("0");
        assertThat(workshop.rows("select reason from meta.audit where action = 'move' union all select detail from"
                        + " lockkeeper.audit where action = 'move'"))
                .containsExactly("test", "component main of record lockkeeper became main of record meta");
        refused(workshop, project(workshop, "project: shop\n"), Code.HISTORY_ELSEWHERE);
    }

    @Test
    void record_of_an_older_layout_is_moved_too(Workshop workshop) {
        Workshop.run(project(files(workshop), ""), Request.apply());
        workshop.execute("drop table lockkeeper.about, lockkeeper.component, lockkeeper.run");
        Lockkeeper moved = project(workshop, "history: meta\n");
        refused(workshop, moved, Code.HISTORY_ELSEWHERE);
        moved.move("lockkeeper", null, "test", PATIENCE, holder -> {});
        applied(moved);
    }

    @Test
    void component_that_was_renamed_is_recognized_and_moved(Workshop workshop) {
        Workshop.run(project(files(workshop), ""), Request.apply());
        Lockkeeper renamed = project(workshop, components("shop"));
        refused(workshop, renamed, Code.HISTORY_ELSEWHERE);
        assertThat(workshop.problem(() -> renamed.plan(Request.apply())).help())
                .contains("lockkeeper repair --move-from main --component shop");
        assertThat(renamed.move(null, "main", "test", PATIENCE, holder -> {})).containsExactly("shop");
        applied(renamed);
        assertThat(workshop.rows("select component from lockkeeper.component")).containsExactly("shop");
    }

    @Test
    void renamed_component_is_recognized_although_it_has_new_migrations_and_an_edited_one(Workshop workshop) {
        files(workshop).write("migrations/V3__b.sql", "create table b (id int);");
        workshop.write("migrations/U3__b.sql", "drop table b;");
        Workshop.run(project(workshop, ""), Request.apply());
        workshop.write("migrations/V3__b.sql", "create table b (id bigint);")
                .write("migrations/V4__c.sql", "create table c (id int);")
                .write("migrations/U4__c.sql", "drop table c;");
        refused(workshop, project(workshop, components("shop")), Code.HISTORY_ELSEWHERE);
    }

    @Test
    void two_declared_components_may_share_scripts(Workshop workshop) {
        files(workshop).delete("migrations/R__v.sql");
        workshop.write("migrations/V1__a.sql", "create table if not exists a (id int);");
        String both = components("one", "two");
        Workshop.run(component(workshop, both, "one"), Request.apply());
        assertThat(Workshop.run(component(workshop, both, "two"), Request.apply())
                        .steps())
                .hasSize(2);
    }

    @Test
    void component_that_a_person_calls_another_one_begins_anew(Workshop workshop) {
        files(workshop).delete("migrations/R__v.sql");
        workshop.write("migrations/V1__a.sql", "create table if not exists a (id int);");
        Workshop.run(project(workshop, ""), Request.apply());
        Lockkeeper other = project(workshop, components("other"));
        refused(workshop, other, Code.HISTORY_ELSEWHERE);
        other.separate("a second copy", PATIENCE, holder -> {});
        assertThat(Workshop.run(other, Request.apply()).steps()).hasSize(2);
        assertThat(workshop.rows("select component, reason from lockkeeper.audit where action = 'separate'"))
                .containsExactly("other|a second copy");
        assertThat(workshop.problem(() -> other.separate("again", PATIENCE, holder -> {}))
                        .code())
                .isEqualTo(Code.REPAIR_UNFIT);
    }

    @Test
    void history_that_was_taken_back_wholly_is_in_nobodys_way(Workshop workshop) {
        Lockkeeper first = project(files(workshop), "");
        Workshop.run(first, Request.apply());
        workshop.execute("drop view v");
        Workshop.run(first, Request.rollback(2));
        assertThat(Workshop.run(project(workshop, "history: meta\n"), Request.apply())
                        .steps())
                .hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--", "create extension if not exists plpgsql;"})
    void targets_of_a_fleet_are_never_taken_for_each_other(String first, Workshop workshop) {
        workshop.write("migrations/V1__a.sql", first + "\n").write("migrations/U1__a.sql", "--");
        Project project = ProjectFile.read(
                workshop.write("lockkeeper.yaml", "convention: flyway\n").folder());
        var component = project.components().get(0);
        Migrations read = Migrations.read(project.folder(component, project.environment("local"), Map.of()));
        for (String target : List.of("tenant_001", "tenant_002", "tenant_003")) {
            Lockkeeper one = Lockkeeper.of(
                    project,
                    component,
                    read.render("main/" + target, new dev.lockkeeper.source.Tokens(Set.of(), Map.of(), false)),
                    workshop.target());
            assertThat(one.status().doubts()).isEmpty();
            assertThat(Workshop.run(one, Request.apply()).steps()).hasSize(1);
        }
        assertThat(Workshop.run(project(workshop, ""), Request.apply()).steps())
                .as("the component without a target is another one, too")
                .hasSize(1);
    }

    @Test
    void another_project_under_the_same_name_is_told_as_one(Workshop workshop) {
        Workshop.run(project(files(workshop), "project: shop\n"), Request.apply());
        workshop.write("migrations/V1__a.sql", "create table mails (id int);")
                .write("migrations/V2__row.sql", "insert into mails values (1);");
        Lockkeeper other = project(workshop, "project: mails\n");
        refused(workshop, other, Code.HISTORY_OF_OTHER_PROJECT);
        assertThat(workshop.problem(() -> other.plan(Request.apply())).message())
                .contains("of project shop");
    }

    @Test
    void project_that_was_renamed_goes_on(Workshop workshop) {
        Workshop.run(project(files(workshop), "project: shop\n"), Request.apply());
        applied(project(workshop, "project: store\n"));
    }

    @Test
    void move_to_a_name_that_has_a_history_or_from_one_that_has_none_is_refused(Workshop workshop) {
        Lockkeeper main = project(files(workshop), "");
        Workshop.run(main, Request.apply());
        assertThat(workshop.problem(() -> main.move(null, "other", "test", PATIENCE, holder -> {}))
                        .code())
                .isEqualTo(Code.REPAIR_UNFIT);
        assertThat(workshop.problem(() -> main.move("public", null, "test", PATIENCE, holder -> {}))
                        .code())
                .isEqualTo(Code.REPAIR_UNFIT);
        assertThat(workshop.problem(() -> main.move(null, "main", "test", PATIENCE, holder -> {}))
                        .code())
                .isEqualTo(Code.USAGE);
        Lockkeeper meta = project(workshop, "history: meta\n");
        meta.separate("test", PATIENCE, holder -> {});
        workshop.execute("insert into meta.history overriding system value select * from lockkeeper.history");
        assertThat(workshop.problem(() -> meta.move("lockkeeper", null, "test", PATIENCE, holder -> {}))
                        .code())
                .isEqualTo(Code.HISTORY_NOT_EMPTY);
        workshop.write("migrations/V1__a.sql", "select 1;").write("migrations/V2__row.sql", "select 2;");
        assertThat(workshop.problem(() -> project(workshop, components("shop"))
                                .move(null, "main", "test", PATIENCE, holder -> {}))
                        .code())
                .isEqualTo(Code.REPAIR_UNFIT);
    }

    @Test
    void record_that_this_user_may_not_read_is_told(Workshop workshop) {
        Workshop.run(project(files(workshop), ""), Request.apply());
        Lockkeeper second = project(workshop, "history: meta\n");
        workshop.execute("create role kindred_stranger login password 'pw'; do $$ begin execute format('grant create on"
                + " database %I to kindred_stranger', current_database()); end $$");
        try {
            var own = workshop.target();
            Lockkeeper stranger = Lockkeeper.of(
                    second.migrations(),
                    new dev.lockkeeper.project.Target(
                            own.host(),
                            own.port(),
                            own.database(),
                            "kindred_stranger",
                            new dev.lockkeeper.project.Secret("pw"),
                            own.properties()),
                    "meta",
                    dev.lockkeeper.plan.Policy.strict());
            Problem problem = workshop.problem(() -> Workshop.run(stranger, Request.apply()));
            assertThat(problem.code()).isEqualTo(Code.HISTORY_ELSEWHERE);
            assertThat(problem.message()).contains("record lockkeeper cannot be read");
            assertThat(problem.help()).contains("grant usage", "--separate");
        } finally {
            workshop.execute("drop owned by kindred_stranger; drop role kindred_stranger");
        }
    }

    @Test
    void first_run_that_has_not_come_to_its_first_row_keeps_the_same_scripts_out_elsewhere(Workshop workshop) {
        Lockkeeper first = project(files(workshop), "");
        first.separate("as the first thing that a run does", PATIENCE, holder -> {});
        Lockkeeper second = project(workshop, "history: meta\n");
        try (Person runner = workshop.session()) {
            runner.query(new RunnerLock("lockkeeper", "main").trySql());
            Problem problem = workshop.problem(() -> Workshop.run(second, Request.apply()));
            assertThat(problem.code()).isEqualTo(Code.RUNNER_LOCK_HELD);
            assertThat(problem.message()).contains("record lockkeeper");
        }
        assertThat(workshop.rows("select to_regnamespace('meta') is null")).containsExactly("t");
    }

    @Test
    void two_first_runs_at_once_with_two_records_run_the_scripts_once(Workshop workshop) {
        files(workshop).delete("migrations/R__v.sql");
        workshop.write("migrations/V1__a.sql", "create table if not exists a (id int); select pg_sleep(0.3);");
        List<Lockkeeper> both = List.of(project(workshop, ""), project(workshop, "history: meta\n"));
        AtomicInteger refused = new AtomicInteger();
        CompletableFuture<?>[] runs = both.stream()
                .map(one -> Workshop.inThread(() -> {
                    try {
                        Workshop.run(one, Request.apply());
                    } catch (LockkeeperException e) {
                        assertThat(e.problems().get(0).code()).isIn(Code.RUNNER_LOCK_HELD, Code.HISTORY_ELSEWHERE);
                        refused.incrementAndGet();
                    }
                }))
                .toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(runs).join();
        assertThat(refused.get()).isEqualTo(1);
        assertThat(workshop.rows("select count(*) from a")).containsExactly("1");
    }

    @Test
    void tables_of_a_record_are_made_the_same_way_on_the_oldest_server(Workshops.Opener opener) {
        otherRecord(opener.on(15));
    }
}
