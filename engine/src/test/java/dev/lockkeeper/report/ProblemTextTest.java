package dev.lockkeeper.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Script;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors fit on a screen and show the place, whatever is in the file. */
@Tag("USE-02")
class ProblemTextTest {
    private static List<String> error(String script, int offset) {
        Problem problem = Problem.of(Code.STATEMENT_FAILED, "no")
                .at(Script.of("f.sql", script).place(offset));
        return new ProblemText(Style.PLAIN).error(problem).lines().toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 59, 60, 61, 62, 500, 5_000, 9_999})
    void very_long_line_is_shown_around_the_place(int at) {
        String line = "é".repeat(at) + "#" + "x".repeat(9_999 - at);
        List<String> lines = error("select 1;\n" + line + "\n", 10 + at);
        assertThat(lines).allSatisfy(l -> assertThat(l).hasSizeLessThan(200));
        assertThat(lines.get(1)).endsWith("f.sql:2:" + (at + 1));
        assertThat(lines.get(3).charAt(lines.get(4).indexOf('^'))).isEqualTo('#');
    }

    @Test
    void line_of_ordinary_length_is_shown_as_a_whole() {
        String line = "x".repeat(150) + "#" + "y".repeat(80);
        assertThat(error(line, 150).get(3)).endsWith(line);
    }

    @Test
    void characters_that_steer_the_terminal_or_the_eye_are_escapes_and_the_caret_stays_right() {
        List<String> lines = error("a\u001b[31m\u202e\u2066\u200f\u2028\uD83Db#", 12);
        assertThat(lines.get(3)).contains("\\u001b[31m\\u202e\\u2066\\u200f\\u2028\\ud83db#");
        assertThat(lines.get(3).charAt(lines.get(4).indexOf('^'))).isEqualTo('#');
        assertThat(Style.printable("é😀ß\tü\n")).isEqualTo("é😀ß\tü\n");
    }

    @Test
    void very_long_words_of_the_server_are_cut_in_text_and_json() {
        Problem problem = Problem.of(Code.STATEMENT_FAILED, "invalid: " + "😀".repeat(1_000_000) + " end")
                .because("x".repeat(5_000_000))
                .note("line\n".repeat(1_000_000));
        assertThat(new ProblemText(Style.PLAIN).error(problem))
                .hasSizeLessThan(100_000)
                .contains("invalid: ", " end", "characters left out");
        assertThat(Json.object("lockkeeper/error/v1", json -> json.problem(problem)))
                .hasSizeLessThan(100_000)
                .contains("characters left out");
    }

    @Test
    void what_differs_in_its_place_alone_is_told_once_with_the_places() {
        List<Problem> problems = IntStream.rangeClosed(1, 12)
                .mapToObj(line -> Problem.of(Code.TOKEN_WITHOUT_VALUE, "no value for ${a}")
                        .at(Place.of("f" + line + ".sql"))
                        .help("give one"))
                .toList();
        assertThat(new ProblemText(Style.PLAIN).errors(problems)).containsExactly("""
            error[token-without-value]: no value for ${a}
              --> f1.sql
              = note: also at f2.sql, f3.sql, f4.sql, f5.sql, f6.sql, f7.sql, f8.sql, f9.sql, f10.sql and 2 more
              = help: give one""");
    }

    @Test
    void what_to_do_is_said_with_the_first_of_several_that_share_it() {
        Problem first =
                Problem.of(Code.MISSING_DOWN, "version 1 has no down script").help("write one");
        Problem second =
                Problem.of(Code.MISSING_DOWN, "version 2 has no down script").help("write one");
        Problem other =
                Problem.of(Code.MISSING_DOWN, "version 3 has no down script").help("write another");
        assertThat(new ProblemText(Style.PLAIN).warnings(List.of(first, second, other)))
                .containsExactly(
                        "warning[missing-down]: version 1 has no down script\n  = help: write one",
                        "warning[missing-down]: version 2 has no down script",
                        "warning[missing-down]: version 3 has no down script\n  = help: write another");
    }

    @Test
    void of_many_of_a_kind_ten_are_told_and_the_others_counted() {
        List<Problem> problems = IntStream.rangeClosed(1, 200)
                .mapToObj(n -> Problem.of(Code.MISSING_DOWN, "version " + n + " has no down script")
                        .help("write one"))
                .toList();
        List<String> told = new ProblemText(Style.PLAIN).errors(problems);
        assertThat(told).hasSize(10);
        assertThat(told.get(9))
                .isEqualTo("error[missing-down]: version 10 has no down script\n  = note: and 190 more of this kind");
    }
}
