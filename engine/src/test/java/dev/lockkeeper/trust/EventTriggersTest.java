package dev.lockkeeper.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Event triggers of others meddle with what a run makes, its own tables too; what the run says is true all the same. */
@Tag("RUN-02")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EventTriggersTest {
    private final EmbeddedPostgres server =
            EmbeddedPostgres.start(Options.version(Integer.getInteger("lockkeeper.postgres", 18)));

    /** What a trigger does to the object that it was told of. */
    enum Meddling {
        ADDS_A_COLUMN(
                "table", "execute pg_catalog.format('alter table %s add column touched_by text', r.object_identity)"),
        ADDS_A_COLUMN_THAT_MUST_BE_FILLED(
                "table",
                "execute pg_catalog.format('alter table %s add column tenant int not null', r.object_identity)"),
        RENAMES_TABLES(
                "table",
                "execute pg_catalog.format('alter table %s rename to %I', r.object_identity, 'x_' || r.objid)"),
        RENAMES_TABLES_OF_THE_RECORD(
                "table",
                "if r.schema_name = 'lockkeeper' then execute pg_catalog.format('alter table %s rename to %I',"
                        + " r.object_identity, 'x_' || r.objid); end if"),
        MOVES_TABLES("table", "execute pg_catalog.format('alter table %s set schema elsewhere', r.object_identity)"),
        TAKES_TABLES("table", "execute pg_catalog.format('alter table %s owner to somebody', r.object_identity)"),
        HIDES_ROWS(
                "table",
                "execute pg_catalog.format('alter table %s enable row level security', r.object_identity);"
                        + " execute pg_catalog.format('alter table %s force row level security', r.object_identity)"),
        FORBIDS_THE_RECORD(
                "table",
                "if r.schema_name = 'lockkeeper' then raise exception 'no tables in %', r.schema_name; end if"),
        FORBIDS_SCHEMAS("schema", "raise exception 'schemas are made by administrators'"),
        FORBIDS_TABLES("table", "raise exception 'tables are made by administrators'"),
        SETS_THE_PATH("table", "perform pg_catalog.set_config('search_path', 'elsewhere', false)"),
        BECOMES_SOMEBODY("table", "perform pg_catalog.set_config('role', 'somebody', false)"),
        DROPS_TABLES("table", "execute pg_catalog.format('drop table %s', r.object_identity)"),
        EMPTIES_TABLES(
                "table",
                "execute pg_catalog.format('create or replace rule nothing as on insert to %s do instead nothing', r.object_identity)");

        private final String type;
        private final String action;

        Meddling(String type, String action) {
            this.type = type;
            this.action = action;
        }

        String sql() {
            return """
                create schema elsewhere;
                grant all on schema elsewhere, public to somebody;
                create function elsewhere.meddle() returns event_trigger language plpgsql as $$
                declare r record;
                begin
                    if pg_catalog.current_setting('meddling.on', true) = 'no' then return; end if;
                    for r in select * from pg_catalog.pg_event_trigger_ddl_commands()
                              where command_tag in ('CREATE TABLE', 'CREATE SCHEMA') and object_type = '%s' loop
                        perform pg_catalog.set_config('meddling.on', 'no', true);
                        %s;
                        perform pg_catalog.set_config('meddling.on', 'yes', true);
                    end loop;
                end $$;
                create event trigger meddle on ddl_command_end execute function elsewhere.meddle()""".formatted(type, action);
        }
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private void execute(String database, String sql) throws SQLException {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        }
    }

    private List<String> rows(String database, String sql) throws SQLException {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement();
                ResultSet set = statement.executeQuery(sql)) {
            List<String> rows = new ArrayList<>();
            while (set.next()) {
                rows.add(set.getString(1));
            }
            return rows;
        }
    }

    private static void migration(Path folder, int version, String up) throws IOException {
        Files.createDirectories(folder.resolve("migrations"));
        Files.writeString(folder.resolve("migrations/V" + version + "__m" + version + ".sql"), up);
        Files.writeString(folder.resolve("migrations/U" + version + "__m" + version + ".sql"), "select 1;\n");
    }

    /** Each script leaves a row in a table that was there before. */
    private List<String> runsOf(String database) throws SQLException {
        return rows(database, "select script from public.runs order by 1");
    }

    @ParameterizedTest
    @EnumSource
    void what_is_told_is_true_whatever_a_trigger_does(Meddling meddling, @TempDir Path folder) throws Exception {
        String database = server.createDatabase();
        execute("postgres", "do $$ begin create role somebody; exception when duplicate_object then null; end $$");
        execute(database, "create table public.runs (script int); grant all on public.runs to public");
        execute(database, meddling.sql());
        migration(folder, 1, "create table public.made_1 (id int);\ninsert into public.runs values (1);\n");
        migration(
                folder,
                2,
                "create table public.made_2 (id int);\ninsert into public.runs values (2);\nvacuum pg_catalog.pg_am;\n");
        check(meddling, database, folder);
        // the same once more, and once the trigger is gone
        check(meddling, database, folder);
        execute(database, "drop event trigger meddle");
        check(meddling, database, folder);
    }

    private void check(Meddling meddling, String database, Path folder) throws SQLException {
        String outcome = Life.applied(server, server.user(), server.password(), folder, database);
        String told = meddling + " " + outcome;
        assertThat(outcome).doesNotContain("unexpected", "connection-lost", "pooled-connection");
        boolean recorded = rows(database, "select pg_catalog.to_regclass('lockkeeper.history') is not null")
                .get(0)
                .equals("t");
        List<String> applied = recorded
                ? rows(database, "select version from lockkeeper.history where state = 'applied' order by 1")
                : List.of();
        if (outcome.matches("\\d+")) {
            assertThat(applied).as(told).containsExactly("1", "2");
            assertThat(runsOf(database)).as(told).containsExactly("1", "2");
        } else {
            assertThat(applied)
                    .as(told)
                    .isEqualTo(runsOf(database).stream()
                            .filter(script -> script.equals("1"))
                            .toList());
        }
        assertThat(runsOf(database)).as(told).doesNotHaveDuplicates();
    }
}
