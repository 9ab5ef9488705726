package dev.lockkeeper.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.sql.Statement;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A script that is read from the disk whenever it is needed is the same script as one in memory. */
@Tag("MIG-01")
class LargeScriptTest {
    private static final Tokens TOKENS =
            new Tokens(Set.of("schema", "name"), Map.of("schema", "app", "name", "ä😀$1"), false);
    /** More than a file may have to be held in memory. */
    private static final int SIZE = LargeFile.THRESHOLD + 100_000;

    @TempDir
    Path folder;

    private static String rows(String start, String newline) {
        StringBuilder text = new StringBuilder(start);
        for (int i = 0; text.length() < SIZE; i++) {
            text.append("insert into ${schema}.t values (")
                    .append(i)
                    .append(", '${name} é😀', $$a;b$$); -- ${schema} ")
                    .append(i % 7 == 0 ? "x".repeat(i % 1000) : "")
                    .append(newline);
        }
        return text.toString();
    }

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("V1__a.sql"), content);
    }

    private Migrations read(Convention convention) {
        return Migrations.read(new Folder("main", folder, convention, TOKENS));
    }

    private static Script held(String content) {
        return Script.of("V1__a.sql", content, TOKENS);
    }

    private static List<Statement> all(Script script) {
        List<Statement> statements = new ArrayList<>();
        script.commands().forEach(statements::add);
        return statements;
    }

    private static LockkeeperException failure(org.assertj.core.api.ThrowableAssert.ThrowingCallable work) {
        return Objects.requireNonNull(catchThrowableOfType(LockkeeperException.class, work));
    }

    /** Without its folder. */
    private static @Nullable String place(@Nullable Place place) {
        return place == null ? null : place.toString().replaceFirst("^.*/", "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void statements_checksums_and_places_are_those_of_the_text_in_memory(String newline) throws IOException {
        String content =
                rows("\uFEFF-- é\n-- lockkeeper:before select 1\nset my.x = 1;\n".replace("\n", newline), newline)
                        + "copy ${schema}.t from stdin;\n1\t\\\\.\n\\.\nselect 'ü', nope;"
                                .replace("\n", newline.equals("\r") ? "\n" : newline);
        file(content);
        Script streamed = read(Convention.FLYWAY).all().get(0).up();
        Script held = held(content);
        assertThat(streamed.commands().isLarge()).isTrue();
        assertThat(all(streamed)).isEqualTo(held.commands().statements());
        assertThat(streamed.commands().statements()).isEqualTo(held.commands().statements());
        assertThat(streamed.commands().count()).isEqualTo(held.commands().count());
        assertThat(streamed.checksum()).isEqualTo(held.checksum());
        assertThat(streamed.renderedChecksum()).isEqualTo(held.renderedChecksum());
        assertThat(streamed.text()).isEqualTo(held.text());
        assertThat(streamed.template()).isEqualTo(held.template());
        assertThat(streamed.fileText()).isEqualTo(held.fileText());
        assertThat(streamed.commands().directives()).isEqualTo(held.commands().directives());
        assertThat(streamed.commands().customSettings())
                .isEqualTo(held.commands().customSettings());
        assertThat(streamed.commands().hasCopyData()).isTrue();
        List<Statement> statements = held.commands().statements();
        for (int i = 0; i < statements.size(); i += statements.size() / 5) {
            int offset = statements.get(i).start() + 20;
            Place expected = held.place(offset);
            Place place = streamed.place(offset);
            assertThat(place(place)).isEqualTo(expected.toString());
            assertThat(place.sourceLine()).isEqualTo(expected.sourceLine());
            assertThat(place.hidden()).isEqualTo(expected.hidden());
        }
        int last = held.text().lastIndexOf("nope");
        assertThat(place(streamed.place(last))).isEqualTo(held.place(last).toString());
    }

    @Test
    void record_keeps_no_text_but_the_checksum() throws IOException {
        file(rows("", "\n"));
        Script script = read(Convention.FLYWAY).all().get(0).up();
        assertThat(script.kept())
                .startsWith(Script.NOT_KEPT)
                .endsWith(script.checksum().value());
        assertThat(held("select 1;\r\n").kept()).isEqualTo("select 1;\r\n");
    }

    @Test
    void one_line_as_long_as_the_file_is_shown_in_part() throws IOException {
        String content = rows("", " ").replace("-- ", "/* */") + "selct 1;";
        file(content);
        Script streamed = read(Convention.FLYWAY).all().get(0).up();
        int offset = streamed.text().length() - 8;
        Place place = streamed.place(offset);
        Place expected = held(content).place(offset);
        assertThat(place(place)).isEqualTo(expected.toString());
        assertThat(place.sourceLine()).isEqualTo(expected.sourceLine()).hasSizeLessThan(300);
        assertThat(place.hidden()).isEqualTo(expected.hidden());
    }

    @Test
    void pair_of_begin_and_commit_is_dissolved_and_told_to_nobody() throws IOException {
        file(rows("begin;\n", "\n") + "commit;\n");
        Script.Commands commands = read(Convention.FLYWAY).all().get(0).up().commands();
        assertThat(commands.demandsTransaction()).isTrue();
        List<Statement> statements = new ArrayList<>();
        commands.forEach(statements::add);
        assertThat(statements).hasSize(commands.count());
        assertThat(statements).noneMatch(s -> s.kind() != Statement.Kind.ORDINARY);
        assertThat(statements.get(0).ordinal()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "commit;\nselect 1;\n",
                "savepoint s;\n",
                "select 'open\n",
                "\\i other.sql\n",
                "-- lockkeeper:rows nonsense\nselect 1;\n",
                "-- lockkeeper:backfill t id\n",
                "set standard_conforming_strings = off; select '\\';\n",
                "create function f() returns int begin atomic select 1;\n"
            })
    void flaw_is_refused_before_anything_is_told_and_at_the_same_place(String flaw) throws IOException {
        String content = rows("", "\n") + flaw;
        file(content);
        Script streamed = read(Convention.FLYWAY).all().get(0).up();
        List<Problem> expected = failure(() -> held(content).commands()).problems();
        List<Problem> problems = failure(streamed::commands).problems();
        assertThat(problems)
                .extracting(Problem::message)
                .isEqualTo(expected.stream().map(Problem::message).toList());
        assertThat(problems)
                .extracting(p -> place(p.place()))
                .isEqualTo(expected.stream().map(p -> place(p.place())).toList());
    }

    @Test
    void bytes_that_are_no_text_are_refused_with_their_place() throws IOException {
        String content = rows("", "\n");
        byte[] bytes = (content + "-- é").getBytes(StandardCharsets.UTF_8);
        bytes[bytes.length - 2] = (byte) 0xE9;
        bytes[bytes.length - 1] = 'x';
        Files.write(folder.resolve("V1__a.sql"), bytes);
        int line = (int) content.chars().filter(c -> c == '\n').count() + 1;
        assertThat(failure(() -> read(Convention.FLYWAY)).problems())
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.code()).isEqualTo(Code.FILE_UNREADABLE);
                    assertThat(problem.message()).contains("0xE9");
                    assertThat(place(problem.place())).isEqualTo("V1__a.sql:" + line + ":4");
                });
        Files.writeString(folder.resolve("V1__a.sql"), content + "  \0");
        assertThat(failure(() -> read(Convention.FLYWAY)).problems())
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.message()).contains("NUL");
                    assertThat(place(problem.place())).isEqualTo("V1__a.sql:" + line + ":3");
                });
    }

    @Test
    void token_without_a_value_is_told_once_with_its_first_place() throws IOException {
        file(rows("-- é\n select '${nosuch}', '${name';\n", "\n"));
        Migrations migrations = read(Convention.FLYWAY);
        assertThat(migrations.warnings())
                .filteredOn(p -> p.code() == Code.TOKEN_UNDECLARED)
                .singleElement()
                .satisfies(p -> assertThat(place(p.place())).isEqualTo("V1__a.sql:2:10"));
        assertThat(migrations.mention("schema")).isTrue();
        assertThat(migrations.mention("other")).isFalse();
        Tokens none = new Tokens(Set.of("schema", "name"), Map.of("schema", "b"), false);
        assertThat(failure(() -> migrations.render("other", none)).problems())
                .singleElement()
                .satisfies(p -> assertThat(p.code()).isEqualTo(Code.TOKEN_WITHOUT_VALUE));
        Tokens other = new Tokens(Set.of("schema", "name"), Map.of("schema", "b", "name", "n"), false);
        assertThat(migrations.render("other", other).all().get(0).up().text()).contains("insert into b.t");
    }

    @ParameterizedTest
    @ValueSource(strings = {"select 2;\n", "", "select 'never closed\n"})
    void file_that_changes_between_plan_and_run_is_refused_at_the_latest_at_its_end(String end) throws IOException {
        String content = rows("", "\n");
        file(content + "select 1;\n");
        Script.Commands commands = read(Convention.FLYWAY).all().get(0).up().commands();
        file(content + end);
        Problem problem = failure(() -> commands.forEach(s -> {})).problems().get(0);
        assertThat(problem.code()).isEqualTo(Code.MIGRATION_ALTERED);
        Files.delete(folder.resolve("V1__a.sql"));
        assertThat(failure(() -> commands.forEach(s -> {})).problems().get(0).code())
                .isEqualTo(Code.FILE_UNREADABLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n"})
    void marks_part_a_large_file_as_a_small_one(String newline) throws IOException {
        String up = rows("", newline);
        String down = "drop table a;" + newline + "drop table b;" + newline;
        Files.writeString(
                folder.resolve("1_a.sql"),
                "-- a comment" + newline + "-- migrate:up transaction:false" + newline + up + "-- migrate:down"
                        + newline + down);
        Migrations found = Migrations.read(new Folder("main", folder, null, TOKENS));
        assertThat(found.convention()).isEqualTo(Convention.DBMATE);
        Migration migration = found.all().get(0);
        assertThat(migration.up().commands().isLarge()).isTrue();
        assertThat(migration.up().commands().declinesTransaction()).isTrue();
        assertThat(migration.up().checksum()).isEqualTo(held(up).checksum());
        Script downScript = Objects.requireNonNull(migration.down());
        assertThat(downScript.text()).isEqualTo(down);
        int lines = (int) up.chars().filter(c -> c == '\n').count();
        assertThat(place(downScript.place(down.indexOf("b;")))).isEqualTo("1_a.sql:" + (lines + 5) + ":12");
        assertThat(place(migration.up().place(0))).isEqualTo("1_a.sql:3:1");
    }

    @Test
    void rollback_in_comments_at_the_end_of_a_large_file_is_found() throws IOException {
        String up = rows("create table a ();\n", "\n");
        Files.writeString(folder.resolve("1_a.sql"), up + "-- ROLLBACK\n-- drop table b;\n-- drop table a;\n");
        Migrations found = Migrations.read(new Folder("main", folder, null, TOKENS));
        assertThat(found.convention()).isEqualTo(Convention.TRAILING_ROLLBACK);
        Migration migration = found.all().get(0);
        assertThat(migration.up().checksum()).isEqualTo(held(up).checksum());
        Script down = Objects.requireNonNull(migration.down());
        int lines = (int) up.chars().filter(c -> c == '\n').count();
        assertThat(down.commands().statements())
                .extracting(Statement::sql)
                .containsExactly("drop table b", "drop table a");
        assertThat(place(down.place(down.commands().statements().get(1).start())))
                .isEqualTo("1_a.sql:" + (lines + 3) + ":4");
    }

    @Test
    void what_must_be_known_before_a_large_script_runs_is_known_without_its_statements() throws IOException {
        String content = rows("", "\n") + "create index concurrently i on t (a);\ncreate temp table x (i int);\n"
                + "grant select on t to r;\ncopy t to stdout;\nselect 'a\\b', set_config('a.b', '', false);\n"
                + "-- lockkeeper:backfill t id\nupdate t set a = 1 where id between :low and :high;\n";
        file(content);
        Script.Commands commands = read(Convention.FLYWAY).all().get(0).up().commands();
        Script.Commands held = held(content).commands();
        assertThat(commands.outside()).hasSize(1).isEqualTo(held.outside());
        assertThat(commands.unrestorable()).hasSize(1).isEqualTo(held.unrestorable());
        assertThat(commands.grants()).isTrue().isEqualTo(held.grants());
        assertThat(commands.sendsCopyData()).isTrue().isEqualTo(held.sendsCopyData());
        assertThat(commands.plainBackslash()).isPositive().isEqualTo(held.plainBackslash());
        assertThat(commands.customSettings()).isEqualTo(held.customSettings());
        assertThat(commands.directives().backfills())
                .hasSize(1)
                .isEqualTo(held.directives().backfills());
        assertThat(commands.declinesTransaction()).isTrue();
    }
}
