package dev.lockkeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.lockkeeper.adopt.Adoption;
import dev.lockkeeper.adopt.Predecessor;
import dev.lockkeeper.apply.Repair;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.history.HistoryTable;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.plan.Status;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.source.Convention;
import dev.lockkeeper.source.Version;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Histories that Flyway itself wrote. */
@ExtendWith(Workshops.class)
@Tag("MIG-09")
class FlywayAdoptionTest {
    private static FluentConfiguration flyway(Workshop workshop) {
        Target target = workshop.target();
        Properties in = target.credentials(new Properties());
        return Flyway.configure()
                .dataSource(target.jdbcUrl(), in.getProperty("user"), in.getProperty("password"))
                .locations("filesystem:" + workshop.folder());
    }

    private static Newcomer newcomer(Workshop workshop) {
        return Newcomer.in(workshop, Convention.FLYWAY);
    }

    private static Workshop two(Workshop workshop) {
        return workshop.migration(1, "create table a (id int);\n", "drop table a;\n")
                .migration(2, "create table b (id int);\n", "drop table b;\n");
    }

    @Test
    void history_is_taken_over_and_goes_on(Workshop workshop) {
        flyway(two(workshop)).load().migrate();
        Newcomer newcomer = newcomer(workshop.migration(3, "create table c (id int);\n", "drop table c;\n"));
        Adoption adoption = newcomer.adoptUntouched("flyway_schema_history");
        assertThat(adoption.table()).isEqualTo("public.flyway_schema_history");
        assertThat(Newcomer.lines(adoption))
                .containsExactly("1 MATCHES CRC32 of its lines", "2 MATCHES CRC32 of its lines");
        assertThat(newcomer.history()).containsExactly("1|flyway", "2|flyway");
        assertThat(workshop.rows(
                        "select h.applied_at = f.installed_on at time zone 'UTC', h.applied_by = f.installed_by,"
                                + " h.duration_ms = f.execution_time from lockkeeper.history h"
                                + " join flyway_schema_history f using (version)"))
                .containsExactly("t|t|t", "t|t|t");
        assertThat(newcomer.lockkeeper().status().count(Status.State.APPLIED)).isEqualTo(2);
        workshop.apply();
        assertThat(workshop.tables()).containsExactly("a", "b", "c", "flyway_schema_history");
        workshop.run(Request.rollbackTo(Version.parse("0").orElseThrow()));
        assertThat(workshop.tables()).containsExactly("flyway_schema_history");
        assertThat(workshop.apply().steps())
                .as("the table is not an obstacle any more")
                .hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"app", "Odd\"Schema"})
    void schema_that_flyway_puts_in_front_is_told_where_the_user_begins_elsewhere(String schema, Workshop workshop) {
        String quoted = '"' + schema.replace("\"", "\"\"") + '"';
        flyway(two(workshop)).defaultSchema(schema).createSchemas(true).load().migrate();
        assertThat(newcomer(workshop)
                        .lockkeeper()
                        .previewAdoption(new Predecessor.Tool(null))
                        .leftOut())
                .singleElement(STRING)
                .startsWith("search_path: Flyway ran its scripts with " + schema + " in front; as this user, new tables"
                        + " without a schema go to public;");
        workshop.execute("do $$ begin execute format('alter database %I set search_path = " + quoted
                + ", public', current_database()); end $$");
        assertThat(newcomer(workshop)
                        .lockkeeper()
                        .previewAdoption(new Predecessor.Tool(null))
                        .leftOut())
                .isEmpty();
    }

    @Test
    void reason_and_findings_are_kept_in_the_audit_table(Workshop workshop) {
        flyway(two(workshop)).load().migrate();
        newcomer(workshop).adopt();
        assertThat(workshop.rows(
                        "select component, action, reason, regexp_replace(detail, '[0-9a-f]{32}', 'DIGEST') from"
                                + " lockkeeper.audit where reason is not null"))
                .containsExactly("main|adopt|we move house|table public.flyway_schema_history\norigin flyway\n"
                        + "rows 2 DIGEST\n1 verified: CRC32 of its lines\n2 verified: CRC32 of its lines");
    }

    @Test
    @Tag("RUN-16")
    void flyway_that_goes_on_after_its_history_was_taken_over_is_noticed(Workshop workshop) {
        flyway(two(workshop)).load().migrate();
        newcomer(workshop).adopt();
        workshop.migration(3, "insert into a values (1);\n", "delete from a;\n");
        // the user has the name of the record's schema, where Flyway would begin anew
        flyway(workshop).defaultSchema("public").load().migrate();
        Lockkeeper lockkeeper = newcomer(workshop).lockkeeper();
        for (Runnable command : List.<Runnable>of(
                () -> lockkeeper.plan(Request.apply()), workshop::apply, () -> workshop.run(Request.rollback(1)))) {
            Problem problem = workshop.problem(command);
            assertThat(problem.code()).isEqualTo(Code.HISTORY_OF_OTHER_TOOL);
            assertThat(problem.message()).isEqualTo("flyway has gone on after its history was taken over");
            assertThat(problem.why()).contains("public.flyway_schema_history had 2 rows then and has 3");
        }
        assertThat(lockkeeper.status().doubts()).hasSize(1);
        assertThat(workshop.rows("select count(*) from a")).containsExactly("1");
        assertThat(Newcomer.lines(newcomer(workshop).adopt())).containsExactly("3 MATCHES CRC32 of its lines");
        assertThat(lockkeeper.status().count(Status.State.APPLIED)).isEqualTo(3);
        assertThat(workshop.apply().steps()).isEmpty();
        assertThat(newcomer(workshop).adopt().before()).contains(" by ");
    }

    @Test
    @Tag("RUN-16")
    void what_flyway_has_taken_back_after_its_history_was_taken_over_is_named(Workshop workshop) {
        flyway(two(workshop)).load().migrate();
        newcomer(workshop).adopt();
        workshop.execute("drop table b; delete from flyway_schema_history where version = '2'");
        Problem problem = workshop.problem(() -> newcomer(workshop).adopt());
        assertThat(problem.code()).isEqualTo(Code.HISTORY_OF_OTHER_TOOL);
        assertThat(problem.message())
                .isEqualTo("version 2 was taken over from public.flyway_schema_history, and is not in it any more");
        newcomer(workshop)
                .lockkeeper()
                .repair(new Repair("2", Repair.Action.NOT_APPLIED, "taken back"), Duration.ofSeconds(30), holder -> {});
        newcomer(workshop).adopt();
        assertThat(workshop.apply().steps()).hasSize(1);
        assertThat(workshop.tables()).contains("b");
    }

    @Test
    @Tag("RUN-16")
    void table_that_was_taken_over_may_go_and_may_not_be_hidden(Workshop workshop) {
        flyway(two(workshop)).load().migrate();
        newcomer(workshop).adopt();
        workshop.execute(
                "create role flyway_blind login; grant usage on schema lockkeeper to flyway_blind; grant select on"
                        + " all tables in schema lockkeeper to flyway_blind");
        try (Session blind = workshop.own()) {
            blind.execute("set role flyway_blind");
            HistoryTable table = new HistoryTable("lockkeeper", "main");
            assertThat(table.read(blind).doubts())
                    .extracting(Problem::message)
                    .containsExactly("it is not known whether flyway has gone on after its history was taken over");
        } finally {
            workshop.execute("drop owned by flyway_blind; drop role flyway_blind");
        }
        workshop.execute("update flyway_schema_history set description = 'other' where version = '2'");
        assertThat(workshop.problem(workshop::apply).code()).isEqualTo(Code.HISTORY_OF_OTHER_TOOL);
        workshop.execute("drop table flyway_schema_history");
        assertThat(workshop.apply().steps()).isEmpty();
    }

    @Test
    @Tag("RUN-16")
    void history_of_another_tool_that_this_user_may_not_read_is_told(Workshop workshop) {
        flyway(two(workshop)).load().migrate();
        workshop.execute("create role flyway_stranger login password 'pw'; do $$ begin execute format('grant create on"
                + " database %I to flyway_stranger', current_database()); end $$");
        try (Session stranger = workshop.own()) {
            stranger.execute("set role flyway_stranger");
            assertThat(new HistoryTable("lockkeeper", "main").read(stranger).doubts())
                    .extracting(Problem::message)
                    .containsExactly("it is not known whether another tool has migrated this database:"
                            + " public.flyway_schema_history cannot be read");
        } finally {
            workshop.execute("drop owned by flyway_stranger; drop role flyway_stranger");
        }
    }

    @Test
    void second_run_says_that_it_is_done(Workshop workshop) {
        flyway(two(workshop)).load().migrate();
        assertThat(newcomer(workshop).adopt().before()).isNull();
        assertThat(newcomer(workshop).adopt("flyway").before()).contains(" by ");
        assertThat(newcomer(workshop).adopt("public.flyway_schema_history").before())
                .contains(" by ");
        assertThat(newcomer(workshop).history()).hasSize(2);
        assertThat(workshop.problem(() -> newcomer(workshop).adopt("liquibase")).code())
                .isEqualTo(Code.HISTORY_NOT_EMPTY);
        assertThat(workshop.problem(() -> newcomer(workshop).baseline("2")).code())
                .isEqualTo(Code.HISTORY_NOT_EMPTY);
        assertThat(workshop.rows("select count(*) from lockkeeper.audit where reason is not null"))
                .containsExactly("1");
    }

    @Test
    void checksum_does_not_depend_on_line_endings_or_a_byte_order_mark(Workshop workshop) {
        String script = "create table t (name text default 'ä€😀');\r\n-- end";
        workshop.write("V1__crlf.sql", ("\uFEFF" + script).getBytes(StandardCharsets.UTF_8));
        workshop.write("V2__cr.sql", "create table u (id int);\rcreate table v (id int);\n\n\n");
        workshop.write("V3__empty.sql", "");
        flyway(workshop).load().migrate();
        workshop.write("V1__crlf.sql", script.replace("\r\n", "\n"));
        assertThat(newcomer(workshop).adopt().verified()).isEqualTo(3);
    }

    @Test
    void every_reason_against_is_reported_at_once(Workshop workshop) {
        two(workshop)
                .migration(3, "create table c (id int);\n", "select 1;\n")
                .migration(5, "create table e (id int);\n", "select 1;\n");
        flyway(workshop).load().migrate();
        workshop.write("V1__m1.sql", "create table a (id bigint);\n");
        workshop.delete("V2__m2.sql");
        workshop.migration(4, "create table d (id int);\n", "select 1;\n");
        // newer releases leave no such row on PostgreSQL, older ones do
        workshop.execute("update flyway_schema_history set success = false where version = '5'");
        assertThat(newcomer(workshop).refusals())
                .extracting(Problem::code, p -> workshop.place(p))
                .containsExactly(
                        tuple(Code.MIGRATION_ALTERED, "V1__m1.sql"),
                        tuple(Code.MIGRATION_MISSING, "null"),
                        tuple(Code.OTHER_TOOL_FAILED, "V5__m5.sql"),
                        tuple(Code.OUT_OF_ORDER, "V4__m4.sql"));
        assertThat(workshop.rows("select to_regnamespace('lockkeeper') is null"))
                .containsExactly("t");
    }

    @Test
    void baseline_of_flyway_covers_what_it_never_ran(Workshop workshop) {
        two(workshop).execute("create table a (id int)");
        flyway(workshop).baselineOnMigrate(true).baselineVersion("1").load().migrate();
        Newcomer newcomer = newcomer(workshop);
        assertThat(Newcomer.lines(newcomer.adopt()))
                .containsExactly("1 NONE not newer than Flyway's baseline 1", "2 MATCHES CRC32 of its lines");
        assertThat(newcomer.history()).containsExactly("1|flyway", "2|flyway");
    }

    @Test
    void repeatable_scripts_and_the_schema_are_no_migrations(Workshop workshop) {
        two(workshop).write("R__view.sql", "create or replace view w as select 1 as one;\n");
        flyway(workshop).schemas("shop").load().migrate();
        Adoption adoption = newcomer(workshop).adopt();
        assertThat(adoption.table()).isEqualTo("shop.flyway_schema_history");
        assertThat(adoption.taken()).hasSize(2);
        assertThat(adoption.leftOut())
                .satisfiesExactly(
                        left -> assertThat(left).isEqualTo("R__view.sql: it runs again with the next apply"),
                        left -> assertThat(left).startsWith("search_path: "));
    }

    @Test
    void repaired_and_late_migrations_count_by_their_last_row(Workshop workshop) {
        two(workshop).migration(9, "create table i (id int);\n", "drop table i;\n");
        flyway(workshop).load().migrate();
        workshop.delete("V2__m2.sql");
        flyway(workshop).load().repair();
        workshop.write("V1_5__late.sql", "create table late (id int);\n");
        flyway(workshop).outOfOrder(true).load().migrate();
        assertThat(workshop.rows("select count(*) from flyway_schema_history where type = 'DELETE'"))
                .containsExactly("1");
        Newcomer newcomer = newcomer(workshop);
        newcomer.adopt();
        assertThat(newcomer.history())
                .as("in the order in which they ran")
                .containsExactly("1|flyway", "9|flyway", "1_5|flyway");
    }

    @Test
    void table_of_any_name_is_found(Workshop workshop) {
        flyway(two(workshop)).table("Schema Version").load().migrate();
        Adoption adoption = newcomer(workshop).adoptUntouched("\"Schema Version\"");
        assertThat(adoption.table()).isEqualTo("public.\"Schema Version\"");
    }
}
