package dev.lockkeeper.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("RUN-08")
class DirectivesTest {
    private static Script.Commands commands(String script) {
        return Script.of("f.sql", script).commands();
    }

    @Test
    void script_may_ask_for_no_transaction() {
        assertThat(commands("-- lockkeeper:no-transaction\nselect 1;").declinesTransaction())
                .isTrue();
        assertThat(commands("select '\n-- lockkeeper:no-transaction\n';").declinesTransaction())
                .isFalse();
    }

    @Test
    void script_accepts_warnings_by_their_sqlstates() {
        Directives directives = commands(
                        "-- lockkeeper:accept 01007\r\n-- lockkeeper:accept 01006\rgrant select on t to r;")
                .directives();
        assertThat(directives.accepted()).containsExactlyInAnyOrder("01006", "01007");
        assertThat(directives.declineTransaction()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            -- lockkeeper:no-transaction please   | something follows       | alone
            -- lockkeeper:no-transactions         | is not a directive         | did you mean lockkeeper:no-transaction?
            -- lockkeeper:accept                  | not understood          | accept 01007
            -- lockkeeper:accept 00000            | not understood          | accept 01007
            -- lockkeeper:accept 1007             | not understood          | accept 01007
            -- lockkeeper:accept 01006 01007      | not understood          | accept 01007
            -- lockkeeper:accept 0100c            | 0100c is not a SQLSTATE | accept 0100C
            """)
    void directive_that_is_not_understood_is_refused(String directive, String message, String help) {
        LockkeeperException e =
                catchThrowableOfType(LockkeeperException.class, () -> commands(directive + "\nselect 1;"));
        assertThat(e.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(Code.DIRECTIVE);
            assertThat(problem.message()).contains(message);
            assertThat(problem.help()).contains(help);
        });
    }

    @Test
    void script_cannot_be_one_transaction_and_none() {
        LockkeeperException e = catchThrowableOfType(
                LockkeeperException.class, () -> commands("-- lockkeeper:no-transaction\nbegin;\nselect 1;\ncommit;"));
        assertThat(e.problems().get(0).code()).isEqualTo(Code.DIRECTIVE);
        assertThat(e.problems().get(0).place()).hasToString("f.sql:2:1");
        assertThat(e.problems().get(0).help()).contains("remove BEGIN and COMMIT");
    }
}
