package dev.lockkeeper.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("MIG-02")
@Tag("MIG-01")
class ConventionsTest {
    @TempDir
    Path folder = Path.of("");

    private void file(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, content);
    }

    private Migrations read(@Nullable Convention convention, String sub) {
        return Migrations.read(new Folder("main", folder.resolve(sub), convention, Tokens.none()));
    }

    private Migrations read() {
        return read(null, "m");
    }

    private List<Problem> problems() {
        LockkeeperException thrown = catchThrowableOfType(LockkeeperException.class, this::read);
        assertThat(thrown).isNotNull();
        return thrown.problems();
    }

    private static List<String> described(Migrations migrations) {
        return migrations.all().stream()
                .map(m -> {
                    Script down = m.down();
                    return m.version() + " " + m.description() + ": "
                            + m.up().text().strip() + " / "
                            + (down == null ? "none" : down.text().strip());
                })
                .toList();
    }

    @Test
    void version_that_follows_another_is_the_first_free_one_spelled_like_it() {
        assertThat(after(Convention.TERN, "009", "009", "10", "012")).isEqualTo("011");
        assertThat(after(Convention.GOLANG_MIGRATE, "01.009", "01.009", "02.001"))
                .isEqualTo("01.010");
        assertThat(after(Convention.DBMATE, "20260101000059", "20260101000059", "20260101000060"))
                .isEqualTo("20260101000061");
        assertThat(after(Convention.SQL_MIGRATE, "7-a.sql", "7-a.sql", "8-b.sql"))
                .isEqualTo("9");
        assertThat(after(Convention.FLYWAY, "2", "2", "3")).isEqualTo("2.1");
        assertThat(after(Convention.FLYWAY, "2", "2", "2.1", "3")).isEqualTo("4");
        assertThat(after(Convention.FLYWAY, "2024_01", "2024_01")).isEqualTo("2024_02");
    }

    private static String after(Convention convention, String version, String... taken) {
        return convention.versionAfter(
                Version.parse(version).orElseThrow(),
                Stream.of(taken).map(one -> Version.parse(one).orElseThrow()).toList());
    }

    @Test
    void flyway_files_pair_by_version_in_any_sub_folder_and_descriptions_may_differ() throws IOException {
        file("m/V1__first_table.sql", "a");
        file("m/undo/U001__take it back.sql", "b");
        file("m/later/V1.10__x.sql", "c");
        file("m/later/U1_10.sql", "d");
        file("m/V1.2__y.sql", "e");
        Migrations migrations = read();
        assertThat(migrations.convention()).isEqualTo(Convention.FLYWAY);
        assertThat(migrations.detected()).isTrue();
        assertThat(described(migrations)).containsExactly("1 first table: a / b", "1.2 y: e / none", "1.10 x: c / d");
    }

    @Test
    void golang_migrate_files_are_ordered_by_number_padded_or_not() throws IOException {
        file("m/10_ten.up.sql", "j");
        file("m/10_zehn.down.sql", "k");
        file("m/2_two.up.sql", "b");
        file("m/0003_three.up.sql", "");
        file("m/3_three.down.sql", "");
        Migrations migrations = read();
        assertThat(migrations.convention()).isEqualTo(Convention.GOLANG_MIGRATE);
        assertThat(described(migrations)).containsExactly("2 two: b / none", "0003 three:  / ", "10 ten: j / k");
    }

    @Test
    void file_without_a_direction_among_others_is_told_with_the_tool_that_runs_it() throws IOException {
        for (String name : List.of("1_a.up", "1_a.down", "2_b", "3_c.up")) {
            file("m/" + name + ".sql", "a");
        }
        assertThat(read().warnings())
                .singleElement()
                .extracting(Problem::why)
                .isEqualTo("its name says neither .up.sql nor .down.sql: golang-migrate does not run it, sqlx does");
    }

    @Test
    void rollbacks_lie_in_a_folder_inside() throws IOException {
        file("m/202501010101_a.sql", "up");
        file("m/rollbacks/202501010101_a_rollback.sql", "down");
        file("m/202501010102_b.sql", "up");
        file("m/rollbacks/rollback_202501010102.sql", "down");
        assertThat(read().convention()).isEqualTo(Convention.ROLLBACKS_FOLDER);
        assertThat(described(read())).containsExactly("202501010101 a: up / down", "202501010102 b: up / down");
    }

    @Test
    void rollbacks_lie_in_a_folder_beside() throws IOException {
        file("m/1_a.sql", "up");
        file("rollbacks/1_a.sql", "down");
        file("rollbacks/2_b.sql", "down");
        assertThat(described(read())).containsExactly("1 a: up / down");
        assertThat(read().warnings().stream().map(Problem::code)).containsExactly(Code.DOWN_WITHOUT_UP);
    }

    @Test
    void trailing_rollbacks_are_found_out() throws IOException {
        file("m/001_a.sql", "create table a ();\n-- ROLLBACK\n-- drop table a;\n");
        file("m/002_b.sql", "create table b ();\n");
        assertThat(read().convention()).isEqualTo(Convention.TRAILING_ROLLBACK);
        assertThat(described(read()))
                .containsExactly("001 a: create table a (); / drop table a;", "002 b: create table b (); / none");
    }

    @Test
    void directories_hold_one_migration_each() throws IOException {
        file("m/00000000000000_diesel_initial_setup/up.sql", "z");
        file("m/2024-01-02-030405_add_a/up.sql", "a");
        file("m/2024-01-02-030405_add_a/down.sql", "b");
        file("m/20240102030406_add_b/migration.sql", "c");
        file("m/20240102030406_add_b/down.sql", "d");
        file("m/20240102030407/up.sql", "e");
        file("m/20240102030408_alone/down.sql", "f");
        file("m/20240102030406_add_b/seed.sql", "");
        file("m/20240102030406_add_b/more/up.sql", "");
        file("m/migration_lock.toml", "provider = \"postgresql\"");
        Migrations migrations = read();
        assertThat(migrations.convention()).isEqualTo(Convention.DIRECTORIES);
        assertThat(migrations.evidence()).isEqualTo("00000000000000_diesel_initial_setup/up.sql has such a name");
        assertThat(described(migrations))
                .containsExactly(
                        "00000000000000 diesel initial setup: z / none",
                        "20240102030405 add a: a / b",
                        "20240102030406 add b: c / d",
                        "20240102030407 : e / none");
        assertThat(migrations.warnings().stream().map(Problem::code))
                .containsExactly(Code.FILE_UNMATCHED, Code.FILE_UNMATCHED, Code.DOWN_WITHOUT_UP);
    }

    @Test
    void two_directories_of_one_version_are_reported_with_both_names() throws IOException {
        file("m/1_a/up.sql", "");
        file("m/01_b/up.sql", "");
        assertThat(problems()).singleElement().satisfies(p -> {
            assertThat(p.code()).isEqualTo(Code.DUPLICATE_VERSION);
            assertThat(p.place()).asString().endsWith("1_a/up.sql");
            assertThat(p.why()).contains("01_b/up.sql has the same version");
        });
    }

    @Test
    void hostile_names_of_directories_match_nothing_or_are_taken_as_they_are() throws IOException {
        file("m/1_a; drop\ntable/up.sql", "a");
        file("m/2_..%2e/up.sql", "b");
        file("m/x3_c/up.sql", "");
        file("m/4_d/UP.sql", "");
        assertThat(read().convention()).isEqualTo(Convention.DIRECTORIES);
        assertThat(described(read())).containsExactly("1 a; drop\ntable: a / none", "2 ..%2e: b / none");
        assertThat(read().warnings()).hasSize(2);
    }

    @Test
    void marks_tell_the_conventions_of_single_files_apart() throws IOException {
        for (Convention convention : Convention.values()) {
            Marks marks = convention.marks();
            if (marks != null) {
                String sub = convention.key();
                file(sub + "/2_b.sql", marks.join("b", ""));
                file(sub + "/10-c_d.sql", marks.join("c", "e"));
                file(sub + "/sub/3_b.sql", "");
                Migrations migrations = read(null, sub);
                assertThat(migrations.convention()).isEqualTo(convention);
                assertThat(migrations.evidence()).isEqualTo("10-c_d.sql has its marks");
                assertThat(described(migrations))
                        .containsExactly(
                                convention == Convention.SQL_MIGRATE
                                        ? new String[] {"2_b.sql b: b / ", "10-c_d.sql c d: c / e"}
                                        : new String[] {"2 b: b / ", "10 c d: c / e"});
                assertThat(migrations.warnings()).hasSize(1);
            }
        }
    }

    @Test
    void marks_inside_a_body_do_not_make_a_convention() throws IOException {
        file("m/1_a.sql", "do $$\n-- migrate:up\nbegin end $$;\n/*\n-- +goose Up\n*/\nselect '\n-- //@UNDO\n';");
        assertThat(read().convention()).isEqualTo(Convention.ROLLBACKS_FOLDER);
        assertThat(read().evidence()).isEqualTo("its files are numbered, and none has a down script");
    }

    @Test
    void marks_of_two_tools_and_marks_beside_other_rollbacks_are_a_mix() throws IOException {
        file("m/1_a.sql", "-- migrate:up\nselect 1;\n-- migrate:down\n");
        file("m/2_b.sql", "-- +goose Up\nselect 1;\n");
        assertThat(problems().get(0).why()).isEqualTo("1_a.sql looks like dbmate, 2_b.sql looks like goose");
        file("m/2_b.sql", "select 1;\n-- ROLLBACK\n-- select 2;\n");
        assertThat(problems().get(0).why())
                .isEqualTo("2_b.sql looks like trailing-rollback, 1_a.sql looks like dbmate");
        file("m/2_b.sql", "select 1;");
        assertThat(problems().get(0).message()).isEqualTo("the file has no line -- migrate:up");
        file("m/rollbacks/2_b.sql", "select 1;");
        assertThat(problems().get(0).why())
                .isEqualTo("rollbacks looks like rollbacks-folder, 1_a.sql looks like dbmate");
    }

    @Test
    void names_may_say_postgres_and_autocommit_and_files_for_other_databases_are_left_out() throws IOException {
        file("m/1_a.up.sql", "general");
        file("m/1_a.postgres.up.sql", "special");
        file("m/1_a.mysql.up.sql", "");
        file("m/1_a.sqlite3.autocommit.down.sql", "");
        file("m/1_a.down.sql", "down");
        file("m/2_b.postgresql.autocommit.up.sql", "b");
        file("m/2_b.autocommit.down.sql", "c");
        file("m/3_c.cockroach.up.sql", "");
        Migrations migrations = read();
        assertThat(described(migrations)).containsExactly("1 a: special / down", "2 b: b / c");
        assertThat(migrations.all().stream().map(m -> m.up().commands().declinesTransaction()))
                .containsExactly(false, true);
        assertThat(migrations.warnings())
                .singleElement()
                .satisfies(p -> assertThat(p.message()).isEqualTo("files for other databases are left out: 3"));
        file("m/2_c.postgres.up.sql", "");
        assertThat(problems().get(0).code()).isEqualTo(Code.DUPLICATE_VERSION);
    }

    @Test
    void metadata_beside_the_scripts_may_ask_for_no_transaction() throws IOException {
        file("m/1_a/up.sql", "select 1");
        file("m/1_a/down.sql", "select 1");
        file("m/1_a/metadata.toml", "# why\nrun_in_transaction = false\n");
        file("m/2_b/up.sql", "begin; select 1; commit");
        file("m/2_b/metadata.toml", "run_in_transaction = false");
        file("m/3_c/up.sql", "select 1");
        file("m/3_c/metadata.toml", "# run_in_transaction = false\nrun_in_transaction = true");
        assertThat(read().all().stream().map(m -> m.up().commands().declinesTransaction()))
                .containsExactly(true, false, false);
        Script down = read().all().get(0).down();
        assertThat(down != null && down.commands().declinesTransaction()).isTrue();
    }

    @Test
    void flyway_versions_may_be_dotted_and_dated() throws IOException {
        file("m/V2024.01.02.1__a.sql", "a");
        file("m/U2024_01_02_1__a.sql", "b");
        file("m/V2024_01_02__c.sql", "c");
        file("m/V20231231_2359__d.sql", "d");
        file("m/V1.0.0__e.sql", "e");
        assertThat(described(read()))
                .containsExactly(
                        "1.0.0 e: e / none",
                        "2024_01_02 c: c / none",
                        "2024.01.02.1 a: a / b",
                        "20231231_2359 d: d / none");
    }

    @Test
    void new_folders_are_spelled_as_those_that_are_there() throws IOException {
        Path root = folder.resolve("m");
        assertThat(Convention.DIRECTORIES.newFiles(root, "20250102030405", "x").get(0))
                .isEqualTo(root.resolve("20250102030405_x/up.sql"));
        file("m/2024-01-02-030405_a/up.sql", "");
        assertThat(Convention.DIRECTORIES.newFiles(root, "20250102030405", "x").get(1))
                .isEqualTo(root.resolve("2025-01-02-030405_x/down.sql"));
    }

    @Test
    void mix_of_conventions_is_refused_with_an_example_of_each() throws IOException {
        file("m/V1__a.sql", "");
        file("m/002_b.sql", "");
        assertThat(problems()).singleElement().satisfies(p -> {
            assertThat(p.code()).isEqualTo(Code.CONVENTION_UNCLEAR);
            assertThat(p.why()).contains("V1__a.sql looks like flyway", "002_b.sql looks like trailing-rollback");
        });
    }

    @Test
    void folder_without_scripts_and_missing_folder_are_told_apart() throws IOException {
        assertThat(problems().get(0).message()).isEqualTo("the folder of migrations does not exist");
        Files.createDirectory(folder.resolve("m"));
        assertThat(problems().get(0).message()).isEqualTo("the folder has no .sql file");
    }

    @Test
    void every_script_that_matches_nothing_is_named_and_hidden_ones_are_not() throws IOException {
        file("m/1_a.up.sql", "");
        file("m/seed.sql", "");
        file("m/sub/2_b.up.sql", "");
        file("m/3_c.UP.SQL", "");
        file("m/.4_d.up.sql", "");
        file("m/.hidden/5_e.up.sql", "");
        file("m/readme.txt", "");
        assertThat(read().warnings().stream()
                        .map(p -> folder.resolve("m")
                                .relativize(Path.of(String.valueOf(p.place())))
                                .toString()))
                .containsExactly("3_c.UP.SQL", "seed.sql", "sub/2_b.up.sql");
    }

    @Test
    void duplicates_are_all_reported_with_the_other_file() throws IOException {
        file("m/1_a.up.sql", "");
        file("m/01_b.up.sql", "");
        file("m/1_a.down.sql", "");
        file("m/001_b.down.sql", "");
        assertThat(problems().stream().map(Problem::code))
                .containsExactly(Code.DUPLICATE_VERSION, Code.DUPLICATE_VERSION);
    }

    @Test
    void folder_may_be_a_symbolic_link_or_the_working_folder() throws IOException {
        file("real/V1__a.sql", "");
        Files.createSymbolicLink(folder.resolve("m"), folder.resolve("real"));
        assertThat(read().all()).hasSize(1);
        assertThat(FolderListing.isDirectlyIn(ScriptFile.of(Root.of(Path.of("")), Path.of("V1__a.sql"))))
                .isTrue();
        assertThat(FolderListing.isDirectlyIn(ScriptFile.of(Root.of(Path.of("")), Path.of("sub/V1__a.sql"))))
                .isFalse();
    }

    @Test
    void checksum_does_not_see_line_endings_and_byte_order_mark() throws IOException {
        file("m/V1__a.sql", "select 1;\nselect 2;\n");
        Checksum plain = read().all().get(0).up().checksum();
        file("m/V1__a.sql", "\uFEFFselect 1;\r\nselect 2;\r\n");
        assertThat(read().all().get(0).up().checksum()).isEqualTo(plain);
        file("m/V1__a.sql", "select 1; \nselect 2;\n");
        assertThat(read().all().get(0).up().checksum()).isNotEqualTo(plain);
        assertThat(plain.value()).matches("sha256-lf:[0-9a-f]{64}");
    }

    @Test
    void file_that_is_not_utf_8_is_reported_with_the_place_of_the_byte() throws IOException {
        Files.createDirectory(folder.resolve("m"));
        Files.write(folder.resolve("m/V1__a.sql"), "-- é\nä ü".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(problems().get(0).place()).asString().endsWith("V1__a.sql:1:4");
    }

    @Test
    void versions_compare_number_by_number() {
        assertThat(List.of("10", "2", "1.10", "1.2", "001", "1_3", "20250101010101", "0").stream()
                        .map(t -> Version.parse(t).orElseThrow())
                        .sorted()
                        .map(Version::toString))
                .containsExactly("0", "001", "1.2", "1_3", "1.10", "2", "10", "20250101010101");
        assertThat(Version.parse("1.0")).isEqualTo(Version.parse("001"));
        assertThat(Version.parse("1..2")).isEmpty();
        assertThat(Version.parse("v1")).isEmpty();
        assertThat(Version.parse("")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Convention.class)
    void example_of_the_documentation_is_found_out_and_has_both_scripts(Convention convention) throws IOException {
        String page = Files.readString(Path.of(System.getProperty("lockkeeper.root"), "docs/conventions.md"));
        String section = page.split("\n## `" + convention.key() + "`\n", 2)[1].split("\n## ", 2)[0];
        String[] blocks = section.split("```(?:sql|text)?\n", -1);
        String content = section.contains("```sql") ? blocks[3] : "select 1;";
        for (String name : blocks[1].lines().toList()) {
            file(
                    name,
                    name.endsWith(".toml")
                            ? "run_in_transaction = false"
                            : name.endsWith(".plan") ? blocks[3] : content);
        }
        Migrations migrations = read(null, "migrations");
        assertThat(migrations.convention()).isEqualTo(convention);
        assertThat(migrations.warnings()).isEmpty();
        assertThat(migrations.all()).isNotEmpty().allSatisfy(m -> {
            assertThat(m.down()).isNotNull();
            assertThat(m.up().commands().statements()).isNotEmpty();
        });
    }

    @Test
    void folders_of_one_second_are_told_apart_by_the_number_that_diesel_puts_behind() throws IOException {
        file("m/2025-01-02-030405-0000_a/up.sql", "a");
        file("m/2025-01-02-030405-0001_b/up.sql", "b");
        assertThat(described(read()))
                .containsExactly("202501020304050000 a: a / none", "202501020304050001 b: b / none");
    }

    @ParameterizedTest
    @CsvSource({
        "0001-2fa_support, 0001 2fa support",
        "0001-init, 0001 init",
        "20240102_a, 20240102 a",
        "2024-01-02-030405, '20240102030405 '",
    })
    void version_of_a_folder_is_the_number_before_its_name(String name, String described) throws IOException {
        file("m/" + name + "/up.sql", "x");
        assertThat(described(read())).containsExactly(described + ": x / none");
    }

    @ParameterizedTest
    @CsvSource({
        "2020-12-7-190800_b, 2020-12-07-190800",
        "2020-1-17_b, 2020-01-17",
        "2020-1-7-000001-0002_b, 2020-01-07-000001-0002",
    })
    void date_without_leading_zeros_is_refused_with_the_name_to_give(String name, String padded) throws IOException {
        file("m/2020-12-01-000000_a/up.sql", "a");
        file("m/" + name + "/up.sql", "b");
        assertThat(problems()).hasSize(1);
        assertThat(problems().get(0).code()).isEqualTo(Code.FILE_UNMATCHED);
        assertThat(problems().get(0).help()).endsWith("begins with " + padded);
    }

    @Test
    void misnamed_files_are_named_and_change_nothing_else() throws IOException {
        file("m/1_a.up.sql", "a");
        file("m/1_a.down.sql", "b");
        file("m/2_b_up.sql", "c");
        file("m/2_b_down.sql", "d");
        Migrations migrations = read();
        assertThat(migrations.convention()).isEqualTo(Convention.GOLANG_MIGRATE);
        assertThat(described(migrations)).containsExactly("1 a: a / b");
        assertThat(migrations.warnings())
                .extracting(Problem::code)
                .containsExactly(Code.FILE_UNMATCHED, Code.FILE_UNMATCHED);
    }

    @Test
    void files_that_are_mostly_named_otherwise_are_not_passed_over() throws IOException {
        file("m/V1__a.sql", "a");
        file("m/2_b.sql", "b");
        file("m/3_c.sql", "c");
        assertThat(problems().get(0).message()).isEqualTo("the files follow more than one convention");
    }

    @Test
    void two_files_of_sql_migrate_with_one_number_are_two_migrations_in_the_order_of_their_names() throws IOException {
        String marks = "-- +migrate Up\nu\n-- +migrate Down\nd\n";
        file("m/20240101-b.sql", marks);
        file("m/20240101-a-2.sql", marks);
        file("m/20240101-a-1.sql", marks);
        file("m/9init.sql", marks);
        file("m/later.sql", marks);
        file("m/seed.sql", "s");
        Migrations migrations = read();
        assertThat(migrations.convention()).isEqualTo(Convention.SQL_MIGRATE);
        assertThat(described(migrations))
                .containsExactly(
                        "9init.sql init: u / d",
                        "20240101-a-1.sql a-1: u / d",
                        "20240101-a-2.sql a-2: u / d",
                        "20240101-b.sql b: u / d",
                        "later.sql later: u / d");
        assertThat(migrations.warnings())
                .singleElement()
                .satisfies(p -> assertThat(p.place()).asString().endsWith("seed.sql"));
    }

    @Test
    void number_may_stand_for_the_only_file_that_begins_with_it() {
        List<Version> known = Stream.of("0-a.sql", "1-a.sql", "2-a.sql", "2-b.sql", "3")
                .map(t -> Version.parse(t).orElseThrow())
                .toList();
        assertThat(Stream.of("0", "01", "2", "3", "1-a.sql")
                        .map(t -> Version.parse(t).orElseThrow().among(known).toString()))
                .containsExactly("0", "1-a.sql", "2", "3", "1-a.sql");
    }

    @Test
    void names_of_files_are_versions_and_labels_of_repeatable_scripts_are_not() {
        assertThat(Stream.of("b.sql", "2", "2-b.sql", "10-a.sql", "2-a.sql", "a b.sql", "1.5")
                        .map(t -> Version.parse(t).orElseThrow())
                        .sorted()
                        .map(Version::toString))
                .containsExactly("1.5", "2", "2-a.sql", "2-b.sql", "10-a.sql", "a b.sql", "b.sql");
        assertThat(Version.parse("R__a.sql")).isEmpty();
        assertThat(Version.parse("sub/1.sql")).isEmpty();
        assertThat(Version.parse("1-a.sql")).isNotEqualTo(Version.parse("1"));
    }

    @ParameterizedTest
    @CsvSource({
        "20240101000000-a.sql, 20260102030405",
        "0007-a.sql, 0008",
        "init.sql, 20260102030405",
        "1700000000000, 1767323045006",
        "20250101010101001, 20260102030405006",
        "202501010101, 202601020304",
    })
    void next_version_is_spelled_as_the_last_one(String last, String next) {
        Clock clock = Clock.fixed(Instant.parse("2026-01-02T03:04:05.006Z"), ZoneOffset.UTC);
        assertThat(Version.parse(last).orElseThrow().next(clock)).isEqualTo(next);
    }

    @Test
    void name_for_dbmate_is_a_number_and_whatever_follows() throws IOException {
        file("m/1init.sql", "-- migrate:up\na\n-- migrate:down\nb\n");
        file("m/2.more.sql", "-- migrate:up\nc\n-- migrate:down\nd\n");
        assertThat(read().convention()).isEqualTo(Convention.DBMATE);
        assertThat(described(read())).containsExactly("1 init: a / b", "2 more: c / d");
    }

    @Test
    void up_and_down_of_node_pg_migrate_and_of_tern_never_run_as_one_script() throws IOException {
        file("n/1700000000000_a.sql", "-- Up Migration\na;\n-- Down Migration\nb;\n");
        file("n/1700000000001_b.sql", "-- Up Migration\nc;\n\n-- Down Migration\n-- nothing\n");
        file("n/1700000000002_c.sql", "d;\n");
        Migrations node = read(null, "n");
        assertThat(node.convention()).isEqualTo(Convention.NODE_PG_MIGRATE);
        assertThat(described(node))
                .containsExactly(
                        "1700000000000 a: a; / b;", "1700000000001 b: c; / -- nothing", "1700000000002 c: d; / none");
        file("t/001_a.sql", "a;\n---- create above / drop below ----\nb;\n");
        file("t/002_b.sql", "c;\n");
        Migrations tern = read(null, "t");
        assertThat(tern.convention()).isEqualTo(Convention.TERN);
        assertThat(described(tern)).containsExactly("001 a: a; / b;", "002 b: c; / none");
    }

    @ParameterizedTest
    @CsvSource({
        "-- up, -- down",
        "-- rambler up, -- rambler down",
        "-- ==== UP ====, -- ==== DOWN ====",
        "--up:, -- Rollback:"
    })
    void up_and_down_section_of_an_unknown_tool_never_run_as_one_script(String up, String down) throws IOException {
        file("m/1_a.sql", up + "\ncreate table a ();\n" + down + "\ndrop table a;\n");
        assertThat(problems().get(0).code()).isEqualTo(Code.MARKS_UNCLEAR);
        assertThat(problems().get(0).place()).asString().endsWith("1_a.sql:3:1");
        file("m/1_a.sql", up + "\ncreate table a ();\n" + down + "\n-- drop table a;\n");
        assertThat(read().all()).hasSize(1);
        file("m/1_a.sql", "create table a ();\n" + down + "\ndrop table a;\n");
        assertThat(described(read()).get(0)).endsWith(" / none");
    }

    /** A folder whose convention is declared may get a file that another tool has made. */
    @ParameterizedTest
    @EnumSource(
            value = Convention.class,
            names = {"ROLLBACKS_FOLDER", "TRAILING_ROLLBACK", "FLYWAY", "GOLANG_MIGRATE", "DIRECTORIES"})
    void marks_of_other_tools_are_refused_where_the_convention_is_declared(Convention convention) throws IOException {
        for (Marks marks : Marks.values()) {
            Path up = convention.newFiles(Path.of("m"), "20240102030405", "a").get(0);
            file(up.toString(), marks.join("create table a ();\n", "drop table a;\n"));
            assertThatThrownBy(() -> read(convention, "m"))
                    .as(convention + " " + marks)
                    .isInstanceOfSatisfying(
                            LockkeeperException.class,
                            e -> assertThat(e.problems().get(0).code()).isEqualTo(Code.MARKS_UNCLEAR));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "create role {{.app_user}} | true",
                "comment on table a is 'for {{ .env }}' | true",
                "{{ template \"x.sql\" . }} | true",
                "insert into a values ('{{1,2},{3,4}}') | false"
            })
    void templates_that_tern_fills_in_are_refused_also_in_strings(String sql, boolean refused) throws IOException {
        file("m/001_a.sql", "create table a ();\n" + sql + ";\n---- create above / drop below ----\ndrop table a;\n");
        if (refused) {
            assertThatThrownBy(() -> read(Convention.TERN, "m"))
                    .isInstanceOfSatisfying(
                            LockkeeperException.class,
                            e -> assertThat(e.problems().get(0).message()).startsWith("tern fills in {{"));
        } else {
            assertThat(read(Convention.TERN, "m").all()).hasSize(1);
        }
    }

    @Test
    void title_of_a_rollback_in_comments_is_no_mark_of_node_pg_migrate() throws IOException {
        file("m/1_a.sql", "-- Up migration\ncreate table a ();\n-- Down migration\n-- drop table a;\n");
        assertThat(read().convention()).isEqualTo(Convention.TRAILING_ROLLBACK);
        assertThat(described(read()).get(0)).endsWith(" / drop table a;");
    }

    @Test
    void number_may_stand_behind_a_v_and_before_a_dot() throws IOException {
        file("m/V0001.Init.up.sql", "a");
        file("m/V0001.Init.down.sql", "b");
        file("m/V0002.Add.More.up.sql", "c");
        assertThat(read().convention()).isEqualTo(Convention.GOLANG_MIGRATE);
        assertThat(described(read())).containsExactly("0001 Init: a / b", "0002 Add.More: c / none");
    }

    @Test
    void numbered_folders_hold_files_whose_version_is_both_numbers() throws IOException {
        file("m/02_more/001_c.up.sql", "c");
        file("m/01_core/001_a.up.sql", "a");
        file("m/01_core/001_a.down.sql", "b");
        file("m/01_core/010_b.up.sql", "");
        file("m/01_core/seed.sql", "");
        file("m/other/1_x.up.sql", "");
        Migrations migrations = read();
        assertThat(migrations.convention()).isEqualTo(Convention.GOLANG_MIGRATE);
        assertThat(described(migrations)).containsExactly("01.001 a: a / b", "01.010 b:  / none", "02.001 c: c / none");
        assertThat(migrations.warnings()).hasSize(2);
        file("m/1_x.up.sql", "x");
        assertThat(described(read())).containsExactly("1 x: x / none");
    }

    @ParameterizedTest
    @EnumSource(value = Convention.class, mode = EnumSource.Mode.EXCLUDE, names = "SQITCH")
    void nothing_to_do_is_not_said_of_a_folder_in_which_no_file_fits(Convention convention) throws IOException {
        file("m/some.sql", "a");
        file("m/other.sql", "b");
        LockkeeperException thrown = catchThrowableOfType(LockkeeperException.class, () -> read(convention, "m"));
        assertThat(thrown.problems())
                .extracting(Problem::code)
                .containsExactly(Code.CONVENTION_UNCLEAR, Code.FILE_UNMATCHED, Code.FILE_UNMATCHED);
        assertThat(thrown.problems().get(0).message()).isEqualTo("no file fits the convention " + convention.key());
    }

    @Test
    void files_that_fit_nothing_are_named() throws IOException {
        for (String name : List.of("one", "two", "three", "zero")) {
            file("m/" + name + ".sql", "a");
        }
        assertThat(problems().get(0).why())
                .startsWith("the files are one.sql, three.sql, two.sql and 1 more; known are flyway");
    }
}
