package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whatever Java throws, the output keeps its form. */
@ExtendWith(Desk.Extension.class)
@Tag("USE-02")
class UnforeseenTest {
    @Test
    void what_nobody_has_foreseen_is_one_message_and_one_object(Desk desk) {
        desk.write("lockkeeper.yaml", "project: x\nmigrations: migrations\n")
                .write("migrations/V1__a.sql", "select 1;\n");
        // no environment has a variable without a value
        desk.variables().put("NOTHING", null);
        Desk.Outcome text = desk.run("status");
        assertThat(text.exitCode()).isEqualTo(1);
        assertThat(text.out()).isEmpty();
        assertThat(text.err())
                .startsWith("error[unexpected]: NullPointerException")
                .contains("LOCKKEEPER_DEBUG=1");
        assertThat(text.err()).doesNotContain("\tat ");
        Desk.Outcome json = desk.run("status", "--output", "json");
        assertThat(json.exitCode()).isEqualTo(1);
        assertThat(json.out())
                .startsWith("{\"schema\":\"lockkeeper/error/v1\"")
                .contains("\"code\":\"unexpected\"")
                .endsWith("}\n");
        desk.variables().put("LOCKKEEPER_DEBUG", "1");
        assertThat(desk.run("status").err()).contains("\tat ");
    }

    @Test
    void explanation_of_an_unexpected_error_names_what_there_is(Desk desk) {
        assertThat(desk.run("explain", "unexpected").out())
                .contains("LOCKKEEPER_DEBUG")
                .doesNotContain("--verbose");
    }
}
