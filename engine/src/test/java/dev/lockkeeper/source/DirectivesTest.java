package dev.lockkeeper.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import java.util.List;
import org.assertj.core.groups.Tuple;
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

    @Test
    @Tag("PROOF-02")
    void accepted_losses_are_names_as_the_server_keeps_them_with_their_reasons() {
        assertThat(commands(
                                "-- lockkeeper:accept-loss App.Orders.\"No\"\"te: x\": moved: to app.notes \r\n"
                                        + "--lockkeeper:accept-loss \"S.x\".t :gone\nselect 1; -- lockkeeper:accept-loss a.b.c: last")
                        .directives()
                        .losses())
                .extracting(Directive.AcceptLoss::name, Directive.AcceptLoss::reason)
                .containsExactly(
                        Tuple.tuple(List.of("app", "orders", "No\"te: x"), "moved: to app.notes"),
                        Tuple.tuple(List.of("S.x", "t"), "gone"),
                        Tuple.tuple(List.of("a", "b", "c"), "last"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            -- lockkeeper:no-transaction please   | something follows       | alone
            -- lockkeeper:no-transactions         | is not a directive         | did you mean lockkeeper:no-transaction?
            -- lockkeeper:accept                  | not understood          | accept 01007
            -- lockkeeper:accept 00000            | not understood          | accept 01007
            -- lockkeeper:accept 1007             | not understood          | accept 01007
            -- lockkeeper:accept 01006 01007      | not understood          | accept 01007
            -- lockkeeper:allow                   | id of a rule | allow LK01
            -- lockkeeper:allow all               | id of a rule | allow LK01
            -- lockkeeper:allow LK01              | the reason is missing | allow LK01
            -- lockkeeper:allow LK01 until=2030-12-31 | the reason is missing | allow LK01
            -- lockkeeper:allow LK01 until=2030-02-30 x | 2030-02-30 is not a day | allow LK01
            -- lockkeeper:accept-loss             | a table and its schema | accept-loss app.orders.note: the notes
            -- lockkeeper:accept-loss orders: x   | a table and its schema | accept-loss app.orders.note: the notes
            -- lockkeeper:accept-loss app.*: x    | a table and its schema | accept-loss app.orders.note: the notes
            -- lockkeeper:accept-loss a.b.c.d: x  | a table and its schema | accept-loss app.orders.note: the notes
            -- lockkeeper:accept-loss app.orders  | the reason is missing | accept-loss app.orders.note: the notes
            -- lockkeeper:accept-loss app.orders: | the reason is missing | accept-loss app.orders.note: the notes
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
    void exception_belongs_to_the_next_statement_or_to_the_file() {
        Directives directives = commands("""
                        -- lockkeeper:allow-file st01 house style
                        select 1;
                        -- lockkeeper:allow LK01,LK02 until=2030-12-31 ten  rows
                        select 2;
                        """).directives();
        assertThat(directives.allowed())
                .extracting(Directive.Allow::ordinal, Directive.Allow::rule, Directive.Allow::reason)
                .containsExactly(
                        Tuple.tuple(0, "ST01", "house style"),
                        Tuple.tuple(2, "LK01", "ten  rows"),
                        Tuple.tuple(2, "LK02", "ten  rows"));
        assertThat(directives.allowed().get(1).until()).isEqualTo("2030-12-31");
        assertThat(directives.declineTransaction()).isFalse();
    }

    @Test
    void exception_before_no_statement_is_refused() {
        LockkeeperException e = catchThrowableOfType(
                LockkeeperException.class, () -> commands("select 1;\n-- lockkeeper:allow LK01 ten rows\n"));
        assertThat(e.problems().get(0).message()).contains("no statement follows");
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
