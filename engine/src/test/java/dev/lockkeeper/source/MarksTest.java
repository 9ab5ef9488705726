package dev.lockkeeper.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("MIG-02")
class MarksTest {
    private static Sections split(Marks marks, String text) {
        return marks.split(new Sections.Held(SourceText.whole("f.sql", text)));
    }

    private static @Nullable SourceText held(Sections.@Nullable Part part) {
        return part == null ? null : ((Sections.Held) part).text();
    }

    private static String text(Sections.Part part) {
        return ((Sections.Held) part).text().text();
    }

    private static String down(Sections sections) {
        SourceText down = held(sections.down());
        return down == null ? "none" : down.text();
    }

    private static Problem problem(Marks marks, String text) {
        LockkeeperException thrown = catchThrowableOfType(LockkeeperException.class, () -> split(marks, text));
        assertThat(thrown).as("a problem").isNotNull();
        return thrown.problems().get(0);
    }

    @ParameterizedTest
    @EnumSource(Marks.class)
    void what_is_joined_is_split_again_and_every_place_is_that_of_the_file(Marks marks) {
        String text = marks.join("create table ä (); -- ok\n", "drop\ntable ä;\n");
        Sections sections = split(marks, text);
        assertThat(text(sections.up())).isEqualTo("create table ä (); -- ok\n\n");
        assertThat(down(sections)).isEqualTo("drop\ntable ä;\n");
        assertThat(sections.upAlone()).isFalse();
        assertThat(sections.downAlone()).isFalse();
        SourceText down = held(sections.down());
        int line = (int) text.substring(0, text.indexOf("drop")).lines().count() + 1;
        assertThat(down == null ? null : down.place(down.text().indexOf("ä")))
                .hasToString("f.sql:" + (line + 1) + ":7");
    }

    @ParameterizedTest
    @EnumSource(Marks.class)
    void mark_is_none_inside_quotes_bodies_block_comments_copy_data_or_after_a_statement(Marks marks) {
        String mark = marks.join("", "").lines().reduce((first, last) -> last).orElse("");
        String up = "select '\n" + mark + "\n', E'\\'\n" + mark + "\n', \"\n" + mark + "\n\";\n"
                + "create function f() returns int language sql as $x$\n" + mark + "\nselect 1 $x$;\n"
                + "/*\n" + mark + "\n/* \n" + mark + "*/\n" + mark + "\n*/\n"
                + "copy t from stdin;\n" + mark + "\n\\.\n"
                + "select 1; " + mark + "\nselect 2\n";
        Sections sections = split(marks, marks.join(up, "select 3;"));
        assertThat(text(sections.up())).isEqualTo(up + "\n");
        assertThat(down(sections)).isEqualTo("select 3;");
    }

    @ParameterizedTest
    @EnumSource(Marks.class)
    void missing_down_mark_means_no_down_script_and_an_empty_section_an_empty_one(Marks marks) {
        String joined = marks.join("select 1;", "");
        assertThat(down(split(marks, joined))).isEmpty();
        String without = joined.substring(0, joined.indexOf("select 1;") + 9);
        assertThat(down(split(marks, without))).isEqualTo("none");
    }

    @ParameterizedTest
    @EnumSource(value = Marks.class, names = "SQL_MIGRATE", mode = EnumSource.Mode.EXCLUDE)
    void second_down_mark_and_unclosed_quotes_are_refused_where_they_stand(Marks marks) {
        String text = marks.join(
                "select 1;", marks.join("", "").lines().reduce((a, b) -> b).orElse(""));
        Problem twice = problem(marks, text);
        assertThat(twice.code()).isEqualTo(Code.MARKS_UNCLEAR);
        assertThat(twice.place()).hasToString("f.sql:" + text.lines().count() + ":1");
        Problem open = problem(marks, marks.join("select\n 'never closed;", "select 2;"));
        assertThat(open.code()).isEqualTo(Code.UNTERMINATED);
        assertThat(String.valueOf(open.place())).endsWith(":2");
    }

    @ParameterizedTest
    @CsvSource({
        "DBMATE, -- migrate:up transaction:false, -- migrate:down, true, false",
        "DBMATE, --migrate:up, --  migrate:down  transaction:false , false, true",
        "DBMATE, -- migrate:up transaction:true, -- migrate:down transaction:true, false, false",
        "GOOSE, -- +goose NO TRANSACTION|-- +goose Up, --+goose down, true, true",
        "GOOSE, -- +goose Up|-- +goose NO TRANSACTION, -- +goose Down, true, true",
        "SQL_MIGRATE, -- +migrate Up notransaction, -- +migrate Down, true, false",
        "SQL_MIGRATE, -- +migrate Up, -- +migrate Down notransaction, false, true",
        "MYBATIS, -- // what it does, --   //   @UNDO of it, false, false",
    })
    void spellings_of_the_tools_are_understood(
            Marks marks, String up, String down, boolean upAlone, boolean downAlone) {
        Sections sections = split(
                marks, "-- about this file\n\n" + up.replace('|', '\n') + "\nselect 1;\n" + down + "\nselect 2;\n");
        assertThat(text(sections.up())).endsWith("select 1;\n");
        assertThat(down(sections)).isEqualTo("select 2;\n");
        assertThat(sections.upAlone()).isEqualTo(upAlone);
        assertThat(sections.downAlone()).isEqualTo(downAlone);
    }

    @Test
    void statement_marks_of_goose_change_nothing_because_statements_are_split_by_the_rules_of_sql() {
        Sections sections = split(Marks.GOOSE, """
            -- +goose Up
            -- +goose StatementBegin
            create function f() returns int language plpgsql as $$ begin return 1; end $$;
            -- +goose StatementEnd
            select 1; select 2;
            -- +goose Down
            drop function f();
            """);
        Script up = sections.up().script("f.sql", Tokens.none(), false, new ArrayList<>(), problem -> {});
        assertThat(up.commands().statements().stream()
                        .map(s -> up.place(s.start()).toString()))
                .containsExactly("f.sql:3:1", "f.sql:5:1", "f.sql:5:11");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-- migrate:dwon", "-- migrate:up transaction:flase", "-- migrate:up x", "-- migrate:"})
    void unknown_mark_is_refused_with_what_is_known(String mark) {
        Problem problem = problem(Marks.DBMATE, "-- migrate:up\nselect 1;\n  " + mark + "\n");
        assertThat(problem.code()).isEqualTo(Code.MARKS_UNCLEAR);
        assertThat(problem.place()).hasToString("f.sql:3:3");
        assertThat(problem.why()).contains("down, down transaction:false");
    }

    @Test
    void environment_variables_of_goose_are_refused() {
        assertThat(problem(Marks.GOOSE, "-- +goose Up\n-- +goose ENVSUB ON\nselect '${HOME}';\n")
                        .message())
                .contains("+goose ENVSUB ON");
    }

    @Test
    void file_without_an_up_mark_and_a_statement_before_it_are_refused() {
        assertThat(problem(Marks.DBMATE, "select 1;\n").message()).isEqualTo("the file has no line -- migrate:up");
        assertThat(problem(Marks.GOOSE, "").message()).isEqualTo("the file has no line -- +goose Up");
        Problem before = problem(Marks.SQL_MIGRATE, "-- x\n select 1;\n-- +migrate Up\nselect 2;\n");
        assertThat(before.message()).isEqualTo("a statement stands before the line -- +migrate Up");
        assertThat(before.place()).hasToString("f.sql:2:2");
        Problem order = problem(Marks.DBMATE, "-- migrate:down\nselect 1;\n-- migrate:up\nselect 2;\n");
        assertThat(order.place()).hasToString("f.sql:3:1");
        assertThat(order.why()).isEqualTo("line 1 has -- migrate:down");
    }

    @ParameterizedTest
    @CsvSource({
        "SQL_MIGRATE, -- +migrate Down|d;|-- +migrate Up|u;, u;, d;",
        "SQL_MIGRATE, -- +migrate Up|u;|-- +migrate Down|d;|-- +migrate Up|v;|-- +migrate Down|e;, u; v;, d; e;",
        "SQL_MIGRATE, -- +migrate Up|u;|-- +migrate Up|v;, u; v;, none",
        "NODE_PG_MIGRATE, --- DOWN  migration to before|d;|-- up migration|u;, u;, d;",
        "NODE_PG_MIGRATE, u;, u;, none",
        "NODE_PG_MIGRATE, -- Up Migration|u;, u;, none",
        "TERN, u;|---- create above / drop below ----|d;, u;, d;",
        "TERN, ---- users ----|u;, ---- users ---- u;, none",
    })
    void order_and_number_of_sections_are_those_that_the_tool_takes(Marks marks, String text, String up, String down) {
        Sections sections = split(marks, text.replace('|', '\n') + "\n");
        assertThat(text(sections.up()).strip().replace('\n', ' ')).isEqualTo(up);
        assertThat(down(sections).strip().replace('\n', ' ')).isEqualTo(down);
    }

    @Test
    void places_in_a_later_section_of_one_direction_are_those_of_the_file() {
        Sections sections = split(
                Marks.SQL_MIGRATE, "-- +migrate Down\nd;\n-- +migrate Up\nu;\n-- +migrate Down notransaction\nee;\n");
        SourceText down = held(sections.down());
        assertThat(down == null ? null : down.place(down.text().indexOf("ee") + 1))
                .hasToString("f.sql:6:2");
        assertThat(sections.downAlone()).isTrue();
        assertThat(sections.upAlone()).isFalse();
    }

    @Test
    void down_script_that_would_be_part_of_the_up_script_is_refused() {
        Problem problem = problem(Marks.NODE_PG_MIGRATE, "u;\n-- Down Migration\nd;\n");
        assertThat(problem.message()).isEqualTo("the file has no line -- Up Migration");
        assertThat(problem.place()).hasToString("f.sql:2:1");
    }

    @Test
    void mark_of_tern_for_no_transaction_holds_for_the_script_in_which_it_stands() {
        String mark = "---- tern: disable-tx ----\n";
        Sections up = split(Marks.TERN, mark + "u;\n---- create above / drop below ----\nd;\n");
        assertThat(List.of(up.upAlone(), up.downAlone())).containsExactly(true, false);
        Sections down = split(Marks.TERN, "u;\n---- create above / drop below ----\n" + mark + "d;\n");
        assertThat(List.of(down.upAlone(), down.downAlone())).containsExactly(false, true);
    }

    @Test
    void directive_before_the_up_mark_is_refused_and_not_passed_over() {
        Problem problem = problem(
                Marks.DBMATE, "-- all\n-- lockkeeper:before select true\n-- migrate:up\nselect 1;\n-- migrate:down\n");
        assertThat(problem.code()).isEqualTo(Code.DIRECTIVE);
        assertThat(problem.place()).hasToString("f.sql:2:1");
    }
}
