package dev.lockkeeper.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExcerptsTest {
    private static String lines(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(i -> "line " + i).collect(Collectors.joining("\n"));
    }

    @Test
    void short_texts_are_shown_as_they_are() {
        assertThat(Excerpts.apart("a b c", "a x c")).isEqualTo("a b c");
        assertThat(Excerpts.apart("a".repeat(200), "b".repeat(200))).isEqualTo("a".repeat(200));
        assertThat(Excerpts.cut("x".repeat(400))).isEqualTo("x".repeat(400));
        assertThat(Excerpts.cut("x".repeat(401))).isEqualTo("x".repeat(400) + "…");
    }

    @Test
    void character_is_never_cut_in_two() {
        assertThat(Excerpts.cut("x".repeat(399) + "😀" + "y")).isEqualTo("x".repeat(399) + "…");
        assertThat(Excerpts.cut("x".repeat(398) + "😀" + "y")).isEqualTo("x".repeat(398) + "😀…");
        String text = "a".repeat(200) + "😀" + "b".repeat(19);
        assertThat(Excerpts.apart(
                        text + "1" + "c".repeat(19) + "😀" + "d".repeat(99),
                        text + "2" + "c".repeat(19) + "😀" + "d".repeat(99)))
                .isEqualTo("…😀" + "b".repeat(19) + "1" + "c".repeat(19) + "…");
    }

    @Test
    void of_a_long_line_the_middle_is_shown_with_a_little_around_it() {
        String before = "a".repeat(150);
        String after = "z".repeat(150);
        assertThat(Excerpts.apart(before + "ONE" + after, before + "TWO" + after))
                .isEqualTo("…" + "a".repeat(20) + "ONE" + "z".repeat(20) + "…");
        assertThat(Excerpts.apart("ONE" + after + after, "TWO" + after + after))
                .isEqualTo("ONE" + "z".repeat(20) + "…");
        assertThat(Excerpts.apart(before + before + "ONE", before + before + "TWO"))
                .isEqualTo("…" + "a".repeat(20) + "ONE");
        assertThat(Excerpts.apart(before + after, before + "ONE" + after))
                .isEqualTo("…" + "a".repeat(20) + "z".repeat(20) + "…");
        assertThat(Excerpts.apart("a".repeat(201), "a".repeat(202))).isEqualTo("…" + "a".repeat(20));
        assertThat(Excerpts.apart("a".repeat(202), "a".repeat(201))).isEqualTo("…" + "a".repeat(21));
    }

    @Test
    void of_several_lines_those_are_shown_that_the_other_has_not() {
        assertThat(Excerpts.apart("a\nb\nc\nd", "a\nc\nd")).isEqualTo("b");
        assertThat(Excerpts.apart("a\nc\nd", "a\nb\nc\nd")).isEmpty();
        assertThat(Excerpts.apart("a\n  b\nc", "a\nx\nc")).isEqualTo("b");
        String line = "k".repeat(60);
        assertThat(Excerpts.apart("a\n" + line + "1\nc", "a\n" + line + "2\nc")).isEqualTo(line + "1");
        assertThat(Excerpts.apart("a\n" + line + "1\nc", "a\n" + line + "2" + "l".repeat(200) + "\nc"))
                .isEqualTo("…" + "k".repeat(20) + "1");
        assertThat(Excerpts.apart("a\nb\nc\nd\ne", "b\nx\nd\ne\nf")).isEqualTo("a\nc");
        assertThat(Excerpts.apart("b\nx\nd\ne\nf", "a\nb\nc\nd\ne")).isEqualTo("x\nf");
        assertThat(Excerpts.apart("a\nb\na\nc", "a\nc\nb\na")).isEqualTo("c");
        assertThat(Excerpts.apart("x\na\nb\ny", "a\nx\ny\nb")).hasLineCount(2);
    }

    @Test
    void line_ends_alone_are_a_difference_too() {
        assertThat(Excerpts.apart("a\nb", "a\r\nb")).isEqualTo("a\nb");
        assertThat(Excerpts.apart("a".repeat(300) + "\n", "a".repeat(300) + "\r\n"))
                .isEqualTo("…" + "a".repeat(20) + "\n");
    }

    @Test
    void many_lines_are_counted_in_the_end() {
        assertThat(Excerpts.apart(lines(1, 20), "other\nlines")).isEqualTo(lines(1, 20));
        assertThat(Excerpts.apart(lines(1, 21), "other\nlines")).isEqualTo(lines(1, 20) + "\n… and 1 more line");
        assertThat(Excerpts.apart(lines(1, 22), "other\nlines")).isEqualTo(lines(1, 20) + "\n… and 2 more lines");
        assertThat(Excerpts.apart("a\n" + "b".repeat(500) + "\nc", "x\ny")).isEqualTo("a\n" + "b".repeat(400) + "…\nc");
    }

    @Test
    void texts_with_too_many_lines_to_compare_are_shown_without_their_common_ends() {
        String text = lines(1, 2001) + "\nsame";
        String other = lines(3001, 5001) + "\nline 5\nsame";
        assertThat(Excerpts.apart("start\n" + text, "start\n" + other))
                .startsWith("line 1\n")
                .endsWith("… and 1981 more lines");
    }
}
