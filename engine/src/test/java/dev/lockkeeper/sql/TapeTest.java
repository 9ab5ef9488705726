package dev.lockkeeper.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Scripts that are visited while they are read are told as those that are held. */
class TapeTest {
    @Test
    void what_was_read_is_given_back_by_its_place_in_the_text() throws IOException {
        Tape tape = new Tape(new StringReader("abcdef"));
        assertThat(tape.read(new char[4], 0, 4)).isEqualTo(4);
        assertThat(tape.between(1, 3)).isEqualTo("bc");
        assertThat(tape.read(new char[4], 1, 3)).isEqualTo(2);
        assertThat(tape.between(3, 6)).isEqualTo("def");
        assertThat(tape.read(new char[4], 0, 4)).isEqualTo(-1);
    }

    @Test
    void much_that_nobody_asks_for_is_forgotten_and_the_rest_keeps_its_place() throws IOException {
        String text = "x".repeat(70_000) + "abc" + "y".repeat(140_000) + "def";
        Tape tape = new Tape(new StringReader(text));
        assertThat(tape.read(new char[70_003], 0, 70_003)).isEqualTo(70_003);
        tape.forget(70_000);
        assertThat(tape.between(70_000, 70_003)).isEqualTo("abc");
        assertThatThrownBy(() -> tape.between(69_999, 70_003)).isInstanceOf(StringIndexOutOfBoundsException.class);
        assertThat(tape.read(new char[140_003], 0, 140_003)).isEqualTo(140_003);
        tape.forget(210_003);
        assertThat(tape.between(210_003, 210_006)).isEqualTo("def");
        assertThatThrownBy(() -> tape.between(210_002, 210_006)).isInstanceOf(StringIndexOutOfBoundsException.class);
    }

    @Test
    void little_is_kept_for_it_costs_more_to_move_the_rest() throws IOException {
        Tape small = new Tape(new StringReader("x".repeat(100)));
        assertThat(small.read(new char[100], 0, 100)).isEqualTo(100);
        small.forget(90);
        assertThat(small.between(0, 100)).hasSize(100);
        Tape half = new Tape(new StringReader("x".repeat(200_000)));
        assertThat(half.read(new char[200_000], 0, 200_000)).isEqualTo(200_000);
        half.forget(90_000);
        assertThat(half.between(0, 10)).hasSize(10);
    }

    @Test
    void a_tape_closes_what_it_reads() throws IOException {
        StringReader in = new StringReader("abc");
        new Tape(in).close();
        assertThatThrownBy(in::read).isInstanceOf(IOException.class);
    }

    @Test
    void a_visitor_is_told_of_the_same_parts_as_are_cut() {
        String script = "-- first\n \t\n-- own\nselect 1; -- behind\nselect 'a\\b'; /* c */ -- last\r\t-- line\n"
                + "insert into t values (1);\n\n";
        List<Statement> statements = new ArrayList<>();
        List<String> comments = new ArrayList<>();
        Splitter.Ending ending = Splitter.visit(new StringReader(script), new ScriptVisitor() {
            @Override
            public void statement(Statement statement) {
                statements.add(statement);
            }

            @Override
            public void comment(int start, String text, boolean ownLine) {
                comments.add(start + " " + text + " " + ownLine);
            }
        });
        Cut cut = Splitter.cut(script);
        assertThat(statements).isEqualTo(cut.statements());
        assertThat(comments)
                .containsExactly(
                        "0 -- first true",
                        script.indexOf("-- own") + " -- own true",
                        script.indexOf("-- behind") + " -- behind false",
                        script.indexOf("-- last") + " -- last false",
                        script.indexOf("-- line") + " -- line true");
        assertThat(ending.plainBackslash()).isEqualTo(cut.plainBackslash()).isEqualTo(script.indexOf('\\'));
        assertThat(ending.end()).isEqualTo(script.stripTrailing().length());
    }
}
