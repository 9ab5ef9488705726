package dev.lockkeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.plan.Policy;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Tokens;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Errors of the server lead back to the file, the line and the column, although scripts are sent as one message. */
@ExtendWith(Workshops.class)
@Tag("USE-02")
@Tag("RUN-02")
class ErrorPlacesTest {
    private static Problem failure(Workshop workshop, String script) {
        return workshop.problem(workshop.migration(1, script, "")::apply);
    }

    private static void at(Workshop workshop, String script, String place, String message) {
        Problem problem = failure(workshop, script);
        assertThat(problem.message()).contains(message);
        assertThat(workshop.place(problem)).isEqualTo("V1__m1.sql:" + place);
    }

    @Test
    void syntax_error_in_the_third_statement(Workshop workshop) {
        at(workshop, "select 1;\nselect 2;\n  selct 3;\n", "3:3", "syntax error at or near \"selct\"");
    }

    @Test
    void last_statement_without_semicolon_that_ends_too_early(Workshop workshop) {
        at(workshop, "select 1;\nselect 1 +", "2:11", "syntax error");
    }

    @Test
    void unknown_column_after_emoji_accents_and_tabs_counts_code_points(Workshop workshop) {
        at(workshop, "-- 😀😀 é\n\tselect '😀é', nope;\n", "2:15", "column \"nope\" does not exist");
    }

    @Test
    void file_with_carriage_returns(Workshop workshop) {
        at(workshop, "\uFEFFselect 1;\r\nselect 2;\r\nselect nope;\r\n", "3:8", "column \"nope\"");
    }

    @Test
    void unique_violation_in_the_third_statement_has_no_position_and_is_found_by_counting(Workshop workshop) {
        Problem problem = failure(
                workshop,
                "create table t (id int primary key);\ninsert into t values (1);\n-- again\ninsert into t values (1);\n");
        assertThat(workshop.place(problem)).isEqualTo("V1__m1.sql:4:1");
        assertThat(Objects.requireNonNull(problem.server()).constraint()).isEqualTo("t_pkey");
        assertThat(Objects.requireNonNull(problem.server()).sqlState()).isEqualTo("23505");
    }

    @Test
    void division_by_zero_after_statements_that_return_rows(Workshop workshop) {
        at(
                workshop,
                "select generate_series(1, 3);;\nselect 1 where false;\ndo $$ begin end $$;\nselect x / (x - x) from"
                        + " generate_series(1, 2) x;\nselect 5;",
                "4:1",
                "division by zero");
    }

    @Test
    void error_in_the_body_of_a_function_shows_the_call_and_the_context(Workshop workshop) {
        Problem problem = failure(
                workshop,
                "create function f() returns int language plpgsql as $$\nbegin\n  return 1 / 0;\nend $$;\n\nselect f();\n");
        assertThat(workshop.place(problem)).isEqualTo("V1__m1.sql:6:1");
        assertThat(Objects.requireNonNull(problem.server()).context()).contains("PL/pgSQL function f() line 3");
    }

    @Test
    void syntax_error_in_a_plpgsql_body_points_to_its_command(Workshop workshop) {
        at(
                workshop,
                "select 1;\ncreate function f() returns int language plpgsql as $$\nbegin\n  retrn 1;\nend $$;\n",
                "2:1",
                "syntax error at or near \"retrn\"");
    }

    @Test
    void error_in_copy_data_shows_the_command_and_the_line_of_the_data(Workshop workshop) {
        Problem problem = failure(workshop, "create table t (id int);\ncopy t from stdin;\n1\nzwei\n\\.\nselect 1;\n");
        assertThat(workshop.place(problem)).isEqualTo("V1__m1.sql:2:1");
        assertThat(Objects.requireNonNull(problem.server()).context()).contains("COPY t, line 2");
        assertThat(workshop.tables()).isEmpty();
    }

    @Test
    void copy_data_is_loaded_within_the_transaction_of_its_migration(Workshop workshop) {
        workshop.migration(
                1,
                "create table t (id int, name text);\ncopy t (id, name) from stdin;\n1\tone; -- two\n2\t\\N\n\\.\n"
                        + "update t set id = id + 10;\n",
                "drop table t;");
        assertThat(workshop.manners()).containsExactly("TRANSACTION");
        assertThat(workshop.rows("select * from t order by id")).containsExactly("11|one; -- two", "12|null");
    }

    @Test
    void error_after_a_replaced_token_points_to_the_file_and_not_to_the_sent_text(Workshop workshop) {
        workshop.migration(1, "create schema ${schema};\nselect '${schema}', nope;\n", "");
        Tokens tokens = new Tokens(Set.of("schema"), Map.of("schema", "a_rather_long_name_of_a_schema"), false);
        Problem problem =
                workshop.problem(() -> Workshop.run(workshop.lockkeeper(Policy.strict(), tokens), Request.apply()));
        assertThat(workshop.place(problem)).isEqualTo("V1__m1.sql:2:21");
        assertThat(Objects.requireNonNull(problem.place()).sourceLine()).isEqualTo("select '${schema}', nope;");
    }

    @Test
    void error_inside_a_replaced_token_points_to_the_token(Workshop workshop) {
        workshop.migration(1, "select 1,\n  ${column};\n", "");
        Tokens tokens = new Tokens(Set.of("column"), Map.of("column", "1 + nope"), false);
        Problem problem =
                workshop.problem(() -> Workshop.run(workshop.lockkeeper(Policy.strict(), tokens), Request.apply()));
        Place place = Objects.requireNonNull(problem.place());
        assertThat(place.line() + ":" + place.column()).isEqualTo("2:3");
    }

    @Test
    void error_in_a_dissolved_transaction_keeps_its_position(Workshop workshop) {
        at(workshop, "BEGIN;\nselect nope;\nCOMMIT;\n", "2:8", "column \"nope\"");
    }
}
