package dev.lockkeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.plan.Policy;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.plan.Status;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Patience;
import dev.lockkeeper.source.Folder;
import dev.lockkeeper.source.Tokens;
import dev.lockkeeper.source.Version;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Workshops.class)
@Tag("RUN-01")
class ApplyAndRollbackTest {
    private static Version version(String text) {
        return Version.parse(text).orElseThrow();
    }

    private static Workshop three(Workshop workshop) {
        return workshop.migration(1, "create table a (id int);", "drop table a;")
                .migration(2, "create table b (id int);\ninsert into b values (1), (2);", "drop table b;")
                .migration(10, "create table c (id int)", "drop table c");
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 16, 17, 18})
    @Tag("RUN-12")
    void history_goes_up_down_and_up_again_on_every_supported_version(int server, Workshops.Opener opener) {
        Workshop workshop = three(opener.on(server))
                .migration(11, "create index concurrently c_id on c (id);", "drop index concurrently c_id;");
        assertThat(workshop.rows("show server_version_num").get(0)).startsWith(Integer.toString(server));
        assertThat(workshop.apply().steps()).hasSize(4);
        assertThat(workshop.tables()).containsExactly("a", "b", "c");
        workshop.run(Request.rollbackTo(version("0")));
        assertThat(workshop.tables()).isEmpty();
        workshop.apply();
        assertThat(workshop.tables()).containsExactly("a", "b", "c");
        assertThat(workshop.history())
                .containsExactly(
                        "1|rolled back",
                        "2|rolled back",
                        "10|rolled back",
                        "11|rolled back",
                        "1|applied",
                        "2|applied",
                        "10|applied",
                        "11|applied");
        assertThat(workshop.rows("select * from lockkeeper.journal")).isEmpty();
    }

    @Test
    void apply_stops_after_the_named_version(Workshop workshop) {
        three(workshop).run(Request.applyTo(version("2")));
        assertThat(workshop.tables()).containsExactly("a", "b");
    }

    @Test
    void apply_with_nothing_to_do_changes_nothing(Workshop workshop) {
        three(workshop).apply();
        List<String> before = workshop.rows("select * from lockkeeper.history order by id");
        assertThat(workshop.apply().isEmpty()).isTrue();
        assertThat(workshop.rows("select * from lockkeeper.history order by id"))
                .isEqualTo(before);
    }

    @Test
    void rollback_takes_back_the_newest_and_then_so_many(Workshop workshop) {
        three(workshop).apply();
        workshop.run(Request.rollback(1));
        assertThat(workshop.tables()).containsExactly("a", "b");
        workshop.run(Request.rollback(5));
        assertThat(workshop.tables()).isEmpty();
        assertThat(workshop.run(Request.rollback(1)).isEmpty()).isTrue();
    }

    @Test
    void rollback_to_a_version_keeps_that_version(Workshop workshop) {
        three(workshop).apply();
        workshop.run(Request.rollbackTo(version("1")));
        assertThat(workshop.tables()).containsExactly("a");
    }

    @Test
    void unknown_versions_are_refused_by_name(Workshop workshop) {
        three(workshop).apply();
        assertThat(workshop.problem(() -> workshop.run(Request.applyTo(version("7"))))
                        .code())
                .isEqualTo(Code.VERSION_UNKNOWN);
        assertThat(workshop.problem(() -> workshop.run(Request.rollbackTo(version("7"))))
                        .code())
                .isEqualTo(Code.VERSION_UNKNOWN);
    }

    @Test
    @Tag("RUN-02")
    void failing_script_leaves_nothing_and_earlier_steps_stay(Workshop workshop) {
        three(workshop).migration(3, "create table half (id int);\ninsert into half values (1/0);", "drop table half;");
        Problem problem = workshop.problem(workshop::apply);
        assertThat(problem.code()).isEqualTo(Code.PARTLY_APPLIED);
        assertThat(problem.notes())
                .containsExactly("kept: 1, 2 are applied", "aborted: version 3 as a whole, nothing of it remains");
        assertThat(workshop.tables()).containsExactly("a", "b");
        assertThat(workshop.history()).containsExactly("1|applied", "2|applied");
    }

    @Test
    @Tag("RUN-02")
    void script_whose_history_row_cannot_be_written_leaves_nothing(Workshop workshop) {
        three(workshop).run(Request.applyTo(version("1")));
        workshop.execute("alter table lockkeeper.history add constraint full_up check (version <> '2')");
        Problem problem = workshop.problem(workshop::apply);
        assertThat(problem.code()).isEqualTo(Code.STATEMENT_FAILED);
        assertThat(workshop.tables()).containsExactly("a");
        assertThat(workshop.history()).containsExactly("1|applied");
    }

    @Test
    @Tag("RUN-02")
    void constraint_that_is_checked_at_the_end_takes_the_history_row_with_it(Workshop workshop) {
        workshop.migration(
                1,
                "create table p (id int primary key);\n"
                        + "create table q (p int references p deferrable initially deferred);\n"
                        + "insert into q values (1);",
                "drop table q, p;");
        Problem problem = workshop.problem(workshop::apply);
        assertThat(problem.message()).contains("violates foreign key constraint");
        assertThat(workshop.place(problem)).isEqualTo("V1__m1.sql");
        assertThat(workshop.tables()).isEmpty();
        assertThat(workshop.history()).isEmpty();
    }

    @Test
    void settings_of_one_migration_do_not_reach_the_next(Workshop workshop) {
        workshop.execute(
                "drop role if exists borrowed; create role borrowed;" + " grant create on schema public to borrowed");
        workshop.migration(
                        1,
                        "set search_path = pg_catalog; set role borrowed; set default_transaction_read_only = on;"
                                + " set time zone 'Asia/Tokyo'; create temporary table t (id int);",
                        "")
                .migration(
                        2,
                        "create temporary table t (id int);\ncreate table seen as select current_user::text as who,"
                                + " current_setting('search_path') as path, current_setting('timezone') as zone;",
                        "drop table seen;");
        workshop.apply();
        assertThat(workshop.rows("select who = session_user, path, zone from seen"))
                .containsExactly("t|public|UTC");
        workshop.execute("drop owned by borrowed; drop role borrowed");
    }

    @Test
    @Tag("RUN-06")
    void edited_file_is_refused_and_its_difference_is_shown(Workshop workshop) {
        three(workshop).apply();
        workshop.write("V2__m2.sql", "create table b (id int);\ninsert into b values (1), (3);");
        Problem problem = workshop.problem(workshop::apply);
        assertThat(problem.code()).isEqualTo(Code.MIGRATION_ALTERED);
        assertThat(String.join("\n", problem.notes()))
                .contains("-insert into b values (1), (2);", "+insert into b values (1), (3);");
        assertThat(workshop.lockkeeper().status().count(Status.State.ALTERED)).isEqualTo(1);
    }

    @Test
    @Tag("RUN-06")
    void missing_and_edited_and_late_files_are_all_reported_at_once(Workshop workshop) {
        three(workshop).apply();
        workshop.delete("V10__m10.sql");
        workshop.delete("U10__m10.sql");
        workshop.write("V1__m1.sql", "create table a (id bigint);").migration(3, "select 1", "");
        assertThat(workshop.problems(workshop::apply).stream().map(Problem::code))
                .containsExactly(Code.MIGRATION_ALTERED, Code.OUT_OF_ORDER, Code.MIGRATION_MISSING);
        assertThat(workshop.lockkeeper().status().rows().stream().map(Status.Row::state))
                .containsExactly(
                        Status.State.ALTERED, Status.State.APPLIED, Status.State.OUT_OF_ORDER, Status.State.MISSING);
    }

    @Test
    @Tag("RUN-06")
    void late_migration_is_applied_when_the_policy_allows_it(Workshop workshop) {
        three(workshop).apply();
        workshop.migration(3, "create table late (id int)", "drop table late");
        Lockkeeper lenient = workshop.lockkeeper(new Policy(true, true, false, Patience.standard()), Tokens.none());
        assertThat(Workshop.run(lenient, Request.apply()).steps()).hasSize(1);
        workshop.run(Request.rollback(1));
        assertThat(workshop.tables()).as("the newest version goes first").containsExactly("a", "b", "late");
    }

    @Test
    void migration_without_a_down_script_is_refused_before_anything_runs(Workshop workshop) {
        three(workshop).write("V11__m.sql", "create table d (id int);");
        Problem problem = workshop.problem(workshop::apply);
        assertThat(problem.code()).isEqualTo(Code.MISSING_DOWN);
        assertThat(workshop.tables()).isEmpty();
        assertThat(workshop.rows("select to_regnamespace('lockkeeper') is null"))
                .containsExactly("t");
        Workshop.run(
                workshop.lockkeeper(new Policy(false, false, false, Patience.standard()), Tokens.none()),
                Request.apply());
        assertThat(workshop.problem(() -> workshop.run(Request.rollback(1))).code())
                .isEqualTo(Code.MISSING_DOWN);
    }

    @Test
    void history_of_another_tool_stops_the_first_apply_unless_the_project_ignores_it(Workshop workshop) {
        workshop.execute("create schema old; create table old.\"DATABASECHANGELOG\" (id text)");
        three(workshop).run(Request.applyTo(version("1")));
        workshop.execute("drop schema lockkeeper cascade; drop table a;"
                + " insert into old.\"DATABASECHANGELOG\" values ('1')");
        Problem problem = workshop.problem(workshop::apply);
        assertThat(problem.code()).isEqualTo(Code.HISTORY_OF_OTHER_TOOL);
        assertThat(problem.message()).contains("old.\"DATABASECHANGELOG\"");
        Workshop.run(
                workshop.lockkeeper(new Policy(true, false, true, Patience.standard()), Tokens.none()),
                Request.apply());
        assertThat(workshop.tables()).containsExactly("a", "b", "c");
    }

    @Test
    void table_of_somebody_else_in_the_place_of_the_record_is_left_alone(Workshop workshop) {
        workshop.execute("create schema lockkeeper; create table lockkeeper.history (id int);"
                + " create table lockkeeper.journal (id int)");
        assertThat(workshop.problem(three(workshop)::apply).code()).isEqualTo(Code.HISTORY_FOREIGN);
        assertThat(workshop.tables()).isEmpty();
    }

    @Test
    void user_who_owns_the_schema_of_the_record_needs_no_right_to_create_schemas(Workshop workshop) {
        workshop.execute("drop role if exists plain; create role plain login password 'x';"
                + " create schema lockkeeper authorization plain; grant create on schema public to plain");
        three(workshop);
        var target = workshop.target();
        var plain = new dev.lockkeeper.project.TargetResolver(Map.of(
                        "PGHOST", target.host(),
                        "PGPORT", Integer.toString(target.port()),
                        "PGUSER", "plain",
                        "PGPASSWORD", "x",
                        "PGDATABASE", target.database()))
                .resolve(null, new dev.lockkeeper.project.Environment("local", null, null, Map.of()), null);
        Folder folder = workshop.folder(null, Tokens.none());
        Workshop.run(Lockkeeper.of(folder, plain, "lockkeeper", Policy.strict()), Request.apply());
        assertThat(workshop.rows("select distinct applied_by from lockkeeper.history"))
                .containsExactly("plain");
        workshop.execute("drop owned by plain; drop role plain");
    }

    @Test
    @Tag("MIG-07")
    void components_have_histories_of_their_own_in_one_database(Workshop workshop) {
        workshop.write("one/V1__a.sql", "create table a (id int)").write("one/U1__a.sql", "drop table a");
        workshop.write("two/V1__b.sql", "create table b (id int)").write("two/U1__b.sql", "drop table b");
        for (String name : List.of("one", "two")) {
            Folder folder = new Folder(name, workshop.folder().resolve(name), null, Tokens.none());
            Workshop.run(Lockkeeper.of(folder, workshop.target(), "lockkeeper", Policy.strict()), Request.apply());
        }
        assertThat(workshop.rows("select component, version from lockkeeper.history order by id"))
                .containsExactly("one|1", "two|1");
        Folder two = new Folder("two", workshop.folder().resolve("two"), null, Tokens.none());
        Workshop.run(Lockkeeper.of(two, workshop.target(), "lockkeeper", Policy.strict()), Request.rollback(1));
        assertThat(workshop.tables()).containsExactly("a");
    }

    @Test
    @Tag("MIG-03")
    void history_keeps_the_digest_of_template_and_of_rendered_text(Workshop workshop) {
        workshop.migration(1, "create schema ${schema};", "drop schema ${schema};");
        Tokens tokens = new Tokens(Set.of("schema"), Map.of("schema", "shop"), true);
        Workshop.run(workshop.lockkeeper(Policy.strict(), tokens), Request.apply());
        assertThat(workshop.rows("select checksum like 'sha256-lf:%', checksum <> rendered_checksum, script"
                        + " from lockkeeper.history"))
                .containsExactly("t|t|create schema ${schema};");
        assertThat(workshop.rows("select to_regnamespace('shop') is not null")).containsExactly("t");
    }

    @Test
    @Tag("MIG-01")
    void same_text_with_other_line_endings_or_a_byte_order_mark_is_not_altered(Workshop workshop) {
        workshop.migration(1, "create table a (\n  id int\n);\n", "drop table a;\n");
        workshop.apply();
        workshop.write("V1__m1.sql", "\uFEFFcreate table a (\r\n  id int\r\n);\r\n");
        assertThat(workshop.apply().isEmpty()).isTrue();
        assertThat(workshop.lockkeeper().status().count(Status.State.APPLIED)).isEqualTo(1);
    }

    @Test
    @Tag("RUN-02")
    void connection_that_breaks_in_a_script_leaves_nothing_and_the_same_command_goes_on(Workshop workshop) {
        three(workshop)
                .migration(
                        3,
                        "create table d (id int);\ndo $$ begin if to_regclass('once') is not null then"
                                + " perform pg_terminate_backend(pg_backend_pid()); end if; end $$;\n",
                        "drop table d;");
        workshop.execute("create table once ()");
        Problem problem = workshop.problem(workshop::apply);
        assertThat(problem.code()).isEqualTo(Code.CONNECTION_LOST);
        assertThat(problem.notes()).anyMatch(note -> note.startsWith("aborted: version 3 as a whole"));
        assertThat(workshop.history()).containsExactly("1|applied", "2|applied");
        workshop.execute("drop table once");
        workshop.apply();
        assertThat(workshop.tables()).containsExactly("a", "b", "c", "d");
    }

    @Test
    @Tag("RUN-12")
    void user_who_is_called_like_the_record_does_not_work_in_the_record(Workshop workshop) {
        assertThat(workshop.target().user()).isEqualTo("lockkeeper");
        workshop.migration(1, "create table here (id int);", "drop table here;").apply();
        workshop.migration(2, "create table there (id int);", "drop table there;")
                .apply();
        assertThat(workshop.tables()).containsExactly("here", "there");
    }
}
