package dev.lockkeeper.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockkeeper.problem.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Scripts that say how their own text is to be read. */
class TextSettingsTest {
    private static SqlFlaw flaw(String script) {
        return catchThrowableOfType(SqlFlaw.class, () -> Splitter.split(script));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set standard_conforming_strings = off",
                "SET SESSION \"standard_conforming_strings\" TO 'off'",
                "set local Standard_Conforming_Strings to no",
                "select set_config('standard_conforming_strings', 'off', false)",
                "select 1, pg_catalog . Set_Config ( 'STANDARD_conforming_strings' , '0' , true )"
            })
    void a_backslash_is_refused_where_the_script_makes_an_escape_of_it(String setting) {
        String script = setting + "; select 'a', 'b\\n'";
        SqlFlaw flaw = flaw(script);
        assertThat(flaw.code()).isEqualTo(Code.TEXT_SETTING);
        assertThat(flaw.offset()).isEqualTo(script.indexOf('\\'));
        assertThat(flaw).hasMessageContaining("a backslash in a plain string");
        assertThat(flaw.help()).contains("write E before the string");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set standard_conforming_strings = on",
                "set standard_conforming_strings to ' TRUE '",
                "set standard_conforming_strings = default",
                "set standard_conforming_strings = off; set standard_conforming_strings = yes",
                "set standard_conforming_strings = off; reset standard_conforming_strings",
                "set standard_conforming_strings = off; RESET ALL",
                "set other = off",
                "set session other.standard_conforming_strings = off",
                "select set_config, 'standard_conforming_strings', 'off'",
                "show standard_conforming_strings",
                "alter system set standard_conforming_strings = off",
                "select 'set_config(''standard_conforming_strings'', ''off'')'"
            })
    void a_backslash_is_a_letter_everywhere_else(String setting) {
        Cut cut = Splitter.cut(setting + "; select 'a', 'b\\n', 'c\\d'; select '\\'");
        assertThat(cut.plainBackslash()).isEqualTo((setting + "; select 'a', 'b").length());
    }

    @Test
    void a_backslash_before_the_setting_does_no_harm() {
        assertThat(Splitter.cut("select '\\'; set standard_conforming_strings = off; select 'a'")
                        .plainBackslash())
                .isEqualTo(8);
        assertThat(Splitter.cut("select E'\\n'").plainBackslash()).isEqualTo(-1);
    }

    @Test
    void a_backslash_in_an_unclosed_string_is_told_before_the_string() {
        assertThat(flaw("set standard_conforming_strings = off; select 'it\\s").code())
                .isEqualTo(Code.TEXT_SETTING);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            set client_encoding = latin1                              | latin1
            SET SESSION client_encoding TO 'LATIN1'                   | LATIN1
            set local client_encoding = "WIN1252"                     | WIN1252
            set names 'LATIN1'                                        | LATIN1
            set session names latin1                                  | latin1
            select set_config('client_encoding', 'SJIS', false)       | SJIS
            set client_encoding = utf8; set client_encoding = latin1  | latin1
            """)
    void text_that_is_not_ascii_is_refused_where_the_script_names_another_encoding(String setting, String named) {
        String script = setting + "; select 1, 'é'";
        SqlFlaw flaw = flaw(script);
        assertThat(flaw.code()).isEqualTo(Code.TEXT_SETTING);
        assertThat(flaw.offset()).isEqualTo(script.indexOf('é'));
        assertThat(flaw).hasMessageContaining("client_encoding to " + named + ",");
    }

    @Test
    void data_of_copy_that_are_not_ascii_are_refused_at_their_command() {
        String script = "set names latin1; copy t from stdin;\né\n\\.\n";
        assertThat(flaw(script).offset()).isEqualTo(script.indexOf("copy"));
        assertThat(flaw(script).code()).isEqualTo(Code.TEXT_SETTING);
        assertThat(Splitter.split("set names latin1; copy t from stdin;\ne~\u007f\n\\.\n"))
                .hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set client_encoding = 'UTF-8'",
                "set client_encoding to unicode",
                "set client_encoding = default",
                "set names",
                "set session names",
                "set names 'utf8'",
                "set client_encoding = sql_ascii",
                "set client_encoding = latin1; reset client_encoding",
                "set client_encoding = latin1; reset all",
                "set client_encoding = latin1; set client_encoding = utf8",
                "set application_name = latin1"
            })
    void text_is_taken_as_it_is_everywhere_else(String setting) {
        assertThat(Splitter.split(setting + "; select 'é'")).isNotEmpty();
    }

    @Test
    void a_statement_as_large_as_data_sets_nothing() {
        String large = "select set_config('standard_conforming_strings', 'off', false), '" + "x".repeat(100_000) + "'";
        assertThat(Splitter.split(large + "; select '\\'")).hasSize(2);
    }
}
