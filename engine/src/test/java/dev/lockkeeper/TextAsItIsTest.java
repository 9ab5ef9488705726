package dev.lockkeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.plan.Request;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Checksum;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server gets the text of the file, or nothing of it. */
@ExtendWith(Workshops.class)
@Tag("MIG-04")
class TextAsItIsTest {
    @Test
    void carriage_returns_in_values_bodies_and_names_are_kept(Workshop workshop) {
        workshop.migration(
                        1,
                        "create table t (v text);\r\ninsert into t values ('a\r\nb'), ('c\rd'), ($$e\r\n$$), (E'f\\r\r');\n"
                                + "create function f() returns text language sql as 'select ''g\r\nh''::text';\n",
                        "")
                .apply();
        assertThat(workshop.rows("select encode(convert_to(v, 'UTF8'), 'hex') from t"))
                .containsExactly("610d0a62", "630d64", "650d0a", "660d0d");
        assertThat(workshop.rows("select encode(convert_to(f(), 'UTF8'), 'hex')"))
                .containsExactly("670d0a68");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n"})
    void copy_data_with_either_line_ending_is_read_as_the_server_reads_it(String newline, Workshop workshop) {
        workshop.migration(
                        1,
                        "create table t (v text);\ncopy t from stdin;\na\\r\nb\n\\.\ninsert into t values ('c');\n"
                                .replace("\n", newline),
                        "")
                .apply();
        assertThat(workshop.rows("select encode(convert_to(v, 'UTF8'), 'hex') from t"))
                .containsExactly("610d", "62", "63");
    }

    @Test
    void edit_of_line_endings_alone_is_no_edit(Workshop workshop) {
        String script = "create table t (i int);\ncreate table u (i int);\n";
        workshop.migration(1, script, "").apply();
        assertThat(workshop.rows("select checksum from lockkeeper.history"))
                .containsExactly(Checksum.of(script).value());
        workshop.migration(1, script.replace("\n", "\r\n"), "");
        assertThat(workshop.run(Request.apply()).isEmpty()).isTrue();
        workshop.migration(1, script.replace('\n', '\r'), "");
        assertThat(workshop.run(Request.apply()).isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void error_has_its_place_whatever_the_line_endings_are(String newline, Workshop workshop) {
        workshop.migration(1, "select 1;\n-- é\n\nselect 'a\nb',\n  nope;\n".replace("\n", newline), "");
        Problem problem = workshop.problem(workshop::apply);
        assertThat(workshop.place(problem)).isEqualTo("V1__m1.sql:6:3");
        assertThat(problem.place())
                .satisfies(place ->
                        assertThat(place == null ? null : place.sourceLine()).isEqualTo("  nope;"));
    }

    @Test
    void restrict_lines_of_a_dump_are_not_sent_and_places_stay_right(Workshop workshop) {
        workshop.migration(
                        1,
                        "--\n-- PostgreSQL database dump\n--\n\n\\restrict aB3dE\n\nSET client_min_messages = warning;\n"
                                + "create table t (i int);\n\\unrestrict aB3dE\n\\restrict Zz9\r\ncreate table u (i int);\n\n"
                                + "\\unrestrict Zz9",
                        "\\restrict k\ndrop table t, u;\n\\unrestrict k\n")
                .apply();
        assertThat(workshop.rows("select to_regclass('t'), to_regclass('u')")).containsExactly("t|u");
        workshop.migration(2, "\\restrict k\nbegin;\nselect nope;\ncommit;\n\\unrestrict k\n", "");
        assertThat(workshop.place(workshop.problem(workshop::apply))).isEqualTo("V2__m2.sql:3:8");
    }

    @Test
    void restrict_lines_around_copy_data_do_no_harm(Workshop workshop) {
        workshop.migration(1, "\\restrict k\ncreate table t (i int);\ncopy t from stdin;\n1\n\\.\n\\unrestrict k\n", "")
                .apply();
        assertThat(workshop.rows("select i from t")).containsExactly("1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set standard_conforming_strings = off;\ncreate table t as select 'tab\\tx';",
                "SET standard_conforming_strings TO 'off';\ninsert into t values ('it\\'s', 'x');",
                "set session Standard_Conforming_Strings = false;\nselect 'a\\\\';",
                "set local standard_conforming_strings to no;\nselect 'a' 'b\\'' || $1;",
                "select pg_catalog.set_config('standard_conforming_strings', 'off', false);\nselect '\\101';",
                "begin;\nset standard_conforming_strings = off;\nselect '\\n';\ncommit;"
            })
    void strings_that_a_script_sets_to_be_read_otherwise_are_refused(String script, Workshop workshop) {
        Problem problem = workshop.problem(workshop.migration(1, script, "")::apply);
        assertThat(problem.code()).isEqualTo(Code.TEXT_SETTING);
        int backslash = script.indexOf('\\');
        int line = (int) script.substring(0, backslash)
                        .chars()
                        .filter(c -> c == '\n')
                        .count()
                + 1;
        int column = backslash - script.lastIndexOf('\n', backslash);
        assertThat(workshop.place(problem)).isEqualTo("V1__m1.sql:" + line + ":" + column);
        assertThat(problem.help()).contains("E'...'");
        assertThat(workshop.rows("select to_regclass('lockkeeper.history')")).containsExactly("null");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set standard_conforming_strings = off; create table t as select 'a' as v;",
                "set standard_conforming_strings = off; create table t as select E'a\\n' as v;",
                "set standard_conforming_strings = on; create table t as select 'a\\n' as v;",
                "set standard_conforming_strings = off; reset standard_conforming_strings;"
                        + " create table t as select 'a\\n' as v;",
                "create table t as select 'a\\n' as v; set standard_conforming_strings = off;",
                "set client_encoding = 'LATIN1'; create table t as select 'a' as v;",
                "set client_encoding = 'UTF8'; create table t as select 'é' as v;",
                "set names 'unicode'; create table t as select 'é' as v;",
                "set client_encoding to sql_ascii; create table t as select 'é' as v;",
                "set client_encoding = latin1; -- é\nreset client_encoding; create table t as select 'é' as v;"
            })
    void settings_of_the_text_that_make_no_difference_are_no_reason_to_refuse(String script, Workshop workshop) {
        workshop.migration(1, script, "").apply();
        assertThat(workshop.history()).containsExactly("1|applied");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set client_encoding = 'LATIN1';\ncreate table t as select 'é' as v;",
                "SET NAMES 'WIN1252';\ncreate table é (i int);",
                "select set_config('client_encoding', 'EUC_JP', false);\nselect 'é';",
                "create table t (v text);\nset client_encoding to \"KOI8\";\ncopy t from stdin;\né\n\\.\n"
            })
    void text_that_is_not_ascii_in_another_encoding_is_refused(String script, Workshop workshop) {
        Problem problem = workshop.problem(workshop.migration(1, script, "")::apply);
        assertThat(problem.code()).isEqualTo(Code.TEXT_SETTING);
        assertThat(problem.message()).containsAnyOf("LATIN1", "WIN1252", "EUC_JP", "KOI8");
        assertThat(workshop.rows("select to_regclass('lockkeeper.history')")).containsExactly("null");
    }

    @Test
    void backslash_of_a_plain_string_is_told_for_a_database_that_reads_it_otherwise() {
        assertThat(commands("select E'\\n', $$\\$$, b'0', \"\\\"; -- '\\'\n").plainBackslash())
                .isEqualTo(-1);
        assertThat(commands("select 'a', 'b\\c', 'd\\'").plainBackslash()).isEqualTo(14);
    }

    private static dev.lockkeeper.source.Script.Commands commands(String script) {
        return dev.lockkeeper.source.Script.of("f.sql", script).commands();
    }
}
