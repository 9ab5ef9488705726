package dev.lockkeeper.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("MIG-02")
class TrailingRollbackTest {
    private static final String UP = "create table t (id int); -- the table\n\n";

    /** Up and down script of a file. */
    private record Parts(SourceText up, SourceText down) {}

    private static Optional<Parts> split(String content) {
        return TrailingRollback.split(new Sections.Held(SourceText.whole("f.sql", content)))
                .map(sections -> new Parts(text(sections.up()), text(sections.down())));
    }

    private static SourceText text(Sections.@Nullable Part part) {
        return ((Sections.Held) Objects.requireNonNull(part)).text();
    }

    private static Script script(SourceText text) {
        return new Script("f.sql", new HeldBody(text, text), false);
    }

    private static List<String> down(String content) {
        SourceText down = split(content).orElseThrow().down();
        return down.text().lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-- ROLLBACK\n-- DROP TABLE t;\n",
                "-- Rollback:\n--DROP TABLE t;",
                "-- ==================\n-- ROLLBACK\n-- ==================\n-- DROP TABLE t;\n",
                "-- ==== ROLLBACK ====\n--\n-- DROP TABLE t;\n\n\n",
                "-- DOWN\n-- Run this by hand, after a backup:\n-- DROP TABLE t;\n",
                "-- To roll back, run:\n--   DROP TABLE t;\n",
                "-- How to undo\n-- drop table nothing you still need\n",
                "-- rollback: DROP TABLE t;\n",
                "/* ROLLBACK\nDROP TABLE t;\n*/\n",
                "/*\nROLLBACK\nDROP TABLE t;\n*/",
                "/* Rollback: */\n-- DROP TABLE t;\n",
                "/*\n * Rollback\n */\n-- DROP TABLE t;\n",
                "-- Migration rollback script\n-- DROP TABLE t;\n",
                "-- some last words\n-- +++ Down +++\n-- DROP TABLE t;\n"
            })
    void block_is_found_whatever_its_dress(String block) {
        Parts parts = split(UP + block).orElseThrow();
        assertThat(parts.up().text()).startsWith(UP);
        assertThat(script(parts.up()).commands().statements()).hasSize(1);
        assertThat(down(UP + block)).singleElement().asString().startsWithIgnoringCase("drop table");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                UP,
                UP + "-- that is all\n",
                "-- Rollback: see the wiki\ncreate table t (id int); /* done */\n",
                "select '\n-- ROLLBACK\n-- drop table t;\n';\n",
                "do $$\n-- rollback\n-- drop\n$$;",
                "create table t (id int);\n-- ROLLBACK;\n",
                ""
            })
    void file_without_a_block_has_no_down_script(String content) {
        assertThat(split(content)).isEmpty();
    }

    @Test
    void down_script_of_many_lines_keeps_its_own_comments_and_its_places_in_the_file() {
        String content = UP + "/* ROLLBACK\n-- first the rows\nDELETE FROM t;\n-- then the rest\nDROP TABLE t;\n*/\n";
        assertThat(down(content)).containsExactly("DELETE FROM t;", "-- then the rest", "DROP TABLE t;");
        SourceText down = split(content).orElseThrow().down();
        Script script = script(down);
        assertThat(script.commands().statements().stream()
                        .map(s -> script.place(s.start()).toString()))
                .containsExactly("f.sql:5:1", "f.sql:7:1");
    }

    @Test
    void commented_lines_map_to_the_column_behind_the_comment_mark() {
        String content = UP + "-- DOWN\n--   DROP TABLE t;\n-- DROP TABLE u;\n";
        SourceText down = split(content).orElseThrow().down();
        Script script = script(down);
        assertThat(script.commands().statements().stream()
                        .map(s -> script.place(s.start()).toString()))
                .containsExactly("f.sql:4:6", "f.sql:5:4");
    }

    @Test
    void block_without_commands_is_a_down_script_that_does_nothing() {
        assertThat(down(UP + "-- ROLLBACK\n-- nothing to take back\n")).isEmpty();
    }

    @Test
    void stars_at_the_start_of_every_line_are_decoration() {
        assertThat(down(UP + "/*\n * ROLLBACK\n *\n * drop view v;\n * drop table t;\n */\n"))
                .containsExactly("drop view v;", "drop table t;");
        assertThat(down(UP + "/* ROLLBACK\nselect 2\n* 3;\n*/\n")).containsExactly("select 2", "* 3;");
    }

    @Test
    void block_may_follow_inline_data() {
        assertThat(down("copy t from stdin;\n1\n\\.\n-- ROLLBACK\n-- DELETE FROM t;\n"))
                .containsExactly("DELETE FROM t;");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-- ROLLBACK\n-- lockkeeper:before select true\n-- drop table t;\n",
                "-- ROLLBACK\n-- -- lockkeeper:before select true\n-- drop table t;\n",
                "-- ROLLBACK\n-- drop table t;\n-- lockkeeper:before select true\n",
                "/* ROLLBACK\n-- lockkeeper:before select true\ndrop table t;\n*/\n"
            })
    void directive_in_the_block_belongs_to_the_down_script(String block) {
        SourceText down = split(UP + block).orElseThrow().down();
        Script.Commands commands = script(down).commands();
        assertThat(commands.statements()).hasSize(1);
        assertThat(commands.directives().before())
                .extracting(Directive.Before::query)
                .containsExactly("select true");
    }
}
