package dev.lockkeeper.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Checksum;
import dev.lockkeeper.source.Convention;
import dev.lockkeeper.source.Folder;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.source.Tokens;
import dev.lockkeeper.source.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is remembered, looked up without a server. */
class HistoryTest {
    private static final Checksum SUM = Checksum.of("x");

    private static Version version(String text) {
        return Version.parse(text).orElseThrow();
    }

    private static FailedStep failed(String name) {
        return new FailedStep(name, Direction.UP, SUM, "f.sql:1:2", "42P01", "no such table", "2026-01-01", "ann");
    }

    private static Progress progress(String version, Direction direction) {
        return new Progress(version, direction, 1, "d", Progress.State.DONE, null);
    }

    private static final History HISTORY = new History(
            About.nothing(),
            List.of(
                    new Entry(1, version("1"), "one", SUM, "2026-01-01", "ann"),
                    new Entry(2, version("2.1"), "two", SUM, "2026-01-02", "ann")),
            List.of(progress("3", Direction.UP), progress("3", Direction.DOWN), progress("4", Direction.UP)),
            List.of(new RepeatableEntry("a", SUM, "2026-01-01", "ann", true, true)),
            List.of(failed("007"), failed("R__a")),
            Optional.empty(),
            Optional.empty(),
            List.of(Problem.of(Code.HISTORY_ELSEWHERE, "first")));

    @Test
    void entries_are_found_by_their_versions() {
        assertThat(HISTORY.find(version("2.1"))).map(Entry::id).contains(2L);
        assertThat(HISTORY.find(version("3"))).isEmpty();
        assertThat(HISTORY.lastRun("a")).isPresent();
        assertThat(HISTORY.lastRun("b")).isEmpty();
        assertThat(HISTORY.progressOf("3", Direction.DOWN)).containsExactly(progress("3", Direction.DOWN));
        assertThat(HISTORY.progressOf("004", Direction.DOWN)).isEmpty();
    }

    @Test
    void failures_are_found_however_a_version_is_padded() {
        assertThat(HISTORY.failureOf("7")).map(FailedStep::name).contains("007");
        assertThat(HISTORY.failureOf("R__a")).map(FailedStep::name).contains("R__a");
        assertThat(HISTORY.failureOf("8")).isEmpty();
        assertThat(HISTORY.failureOf("R__b")).isEmpty();
        assertThat(History.empty().failureOf("7")).isEmpty();
        assertThat(failed("7").sentence()).isEqualTo("failed 2026-01-01 at f.sql:1:2: no such table [42P01]");
    }

    @Test
    void history_is_empty_while_nothing_was_applied_begun_or_run() {
        assertThat(History.empty().isEmpty()).isTrue();
        assertThat(HISTORY.isEmpty()).isFalse();
        assertThat(only(List.of(progress("3", Direction.UP)), List.of()).isEmpty())
                .isFalse();
        assertThat(only(List.of(), HISTORY.repeatables()).isEmpty()).isFalse();
    }

    private static History only(List<Progress> progress, List<RepeatableEntry> repeatables) {
        return new History(
                About.nothing(),
                List.of(),
                progress,
                repeatables,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    @Test
    void doubts_come_on_top_of_earlier_ones() {
        History more = HISTORY.with(Optional.of("t"), List.of(Problem.of(Code.HISTORY_FOREIGN, "second")));
        assertThat(more.doubts()).extracting(Problem::message).containsExactly("first", "second");
        assertThat(more.otherTool()).contains("t");
        assertThat(more.applied()).isEqualTo(HISTORY.applied());
    }

    @Test
    void record_says_whether_it_may_be_written() {
        int now = RecordTables.LAYOUT;
        assertThat(About.nothing().outdated()).isFalse();
        assertThat(new About(now - 1, true, null).outdated()).isTrue();
        assertThat(new About(now, true, null).outdated()).isFalse();
        assertThat(new About(now, true, null).ready()).isTrue();
        assertThat(new About(now, false, null).ready()).isFalse();
        assertThat(new About(now - 1, true, null).ready()).isFalse();
    }

    @Test
    void digest_of_a_statement_in_batches_is_that_of_its_table_and_key_too() {
        Script.Commands plain = Script.of("f.sql", "update t set a = 1;").commands();
        String digest = Progress.digest(plain.statements().get(0), plain.directives());
        assertThat(digest).isEqualTo(Checksum.of("update t set a = 1").value()).isNotEqualTo(batches("t", "id"));
        assertThat(batches("t", "id")).isNotEqualTo(batches("t", "a")).isNotEqualTo(batches("u", "id"));
        assertThat(Progress.State.valueOf("FAILED"))
                .isEqualTo(progress("1", Direction.UP).as(Progress.State.FAILED).state());
    }

    private static String batches(String table, String key) {
        Script.Commands commands = Script.of(
                        "f.sql",
                        "-- lockkeeper:backfill " + table + " " + key
                                + " batch=10\nupdate t set a = 1 where id between :low and :high;")
                .commands();
        assertThat(commands.directives().backfills()).hasSize(1);
        return Progress.digest(commands.statements().get(0), commands.directives());
    }

    @Test
    void directions_are_told_in_words() {
        assertThat(Direction.UP.command() + " " + Direction.UP.done()).isEqualTo("apply applied");
        assertThat(Direction.DOWN.command() + " " + Direction.DOWN.done()).isEqualTo("rollback rolled back");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "null", textBlock = """
            any_name           | installed_rank version type script checksum installed_by success | FLYWAY
            databasechangelog  | id author filename orderexecuted exectype more    | LIQUIBASE
            schema_migrations  | version dirty                                     | GOLANG_MIGRATE
            schema_migrations  | version statements name                           | SUPABASE
            schema_migrations  | version                                           | DBMATE
            schema_migrations  | version inserted_at                               | UNREADABLE
            goose_db_version   | id version_id is_applied tstamp                   | GOOSE
            goose_db_version   | id version_id                                     | UNREADABLE
            changelog          | id applied_at description                         | MYBATIS
            alembic_version    | version_num                                       | UNREADABLE
            mine               | version dirty                                     | null
            """)
    void table_of_another_tool_is_known_by_its_name_and_its_columns(String table, String columns, String tool) {
        Map<String, String> types = new HashMap<>();
        for (String column : columns.split(" ", -1)) {
            types.put(column, "character varying");
        }
        assertThat(OtherTool.of(table, types).map(Enum::name)).isEqualTo(Optional.ofNullable(tool));
    }

    @Test
    void application_keeps_times_in_columns_of_times() {
        assertThat(OtherTool.of(
                        "changelog",
                        Map.of("id", "bigint", "applied_at", "timestamp with time zone", "description", "text")))
                .isEmpty();
    }

    @Test
    void tables_that_are_worth_a_look_are_named_once() {
        assertThat(OtherTool.names())
                .contains("schema_migrations", "changelog", "alembic_version")
                .doesNotContain("")
                .doesNotHaveDuplicates();
        assertThat(OtherTool.readable()).contains(OtherTool.FLYWAY).doesNotContain(OtherTool.UNREADABLE);
        assertThat(OtherTool.GOLANG_MIGRATE.key()).isEqualTo("golang-migrate");
    }

    @Test
    void audit_row_of_an_adoption_is_read_back() {
        String first = HistoryTable.takenOver("public.changelog");
        assertThat(TakenOver.of(first + "\norigin mybatis\nrows 3 abc\nmore"))
                .isEqualTo(new TakenOver("public.changelog", "mybatis", "rows 3 abc"));
        assertThat(TakenOver.of(first + "\norigin mybatis"))
                .isEqualTo(new TakenOver("public.changelog", "mybatis", null));
        assertThat(TakenOver.of(first + "\norigin mybatis\nreason rows"))
                .isEqualTo(new TakenOver("public.changelog", "mybatis", null));
    }

    @Test
    void target_of_a_fleet_is_named_after_its_component() {
        assertThat(Identity.target("main/eu")).isEqualTo("eu");
        assertThat(Identity.declared("main/eu")).isEqualTo("main");
        assertThat(Identity.target("main")).isEmpty();
        assertThat(Identity.declared("main")).isEqualTo("main");
        assertThat(Identity.target("/eu")).isEqualTo("eu");
        assertThat(Identity.declared("/eu")).isEmpty();
        assertThat(Identity.of("main").firstScript()).isEmpty();
        assertThat(Identity.of("main").scripts()).isEmpty();
    }

    @Test
    void component_is_known_by_its_scripts_as_they_are_sent(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("V2__b.sql"), "select '${x}';");
        Files.writeString(folder.resolve("V1__a.sql"), "select 1;");
        Tokens tokens = new Tokens(Set.of("x"), Map.of("x", "y"), true);
        Identity identity = Identity.of(Migrations.read(new Folder("main", folder, Convention.FLYWAY, tokens)));
        assertThat(identity.component()).isEqualTo("main");
        assertThat(identity.firstScript()).contains(Checksum.of("select 1;").value());
        assertThat(identity.scripts())
                .isEqualTo(Map.of(
                        version("1"), Checksum.of("select 1;").value(),
                        version("2"), Checksum.of("select 'y';").value()));
    }
}
