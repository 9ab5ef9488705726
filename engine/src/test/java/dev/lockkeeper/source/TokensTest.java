package dev.lockkeeper.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest {
    private final List<Problem> errors = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();

    private SourceText render(String text, boolean strict) {
        Tokens tokens = new Tokens(Set.of("schema", "open", "none"), Map.of("schema", "shop", "none", ""), strict);
        return tokens.render(SourceText.whole("f.sql", text), errors, warnings::add);
    }

    @Test
    @Tag("MIG-03")
    void declared_tokens_are_replaced_everywhere_also_in_bodies_strings_and_comments() {
        assertThat(render("a ${schema}.t $$ ${schema} $$ '${schema}' -- ${schema}${none}\n", true)
                        .text())
                .isEqualTo("a shop.t $$ shop $$ 'shop' -- shop\n");
        assertThat(errors).isEmpty();
    }

    @Test
    @Tag("MIG-03")
    void other_braces_stay_and_undeclared_names_are_reported_once() {
        String text = "'{{name}}' '${user.name}' '${user.name}' '${}' '$ {x}' '${a b}' $1 '${'";
        assertThat(render(text, false).text()).isEqualTo(text);
        assertThat(warnings).singleElement().satisfies(p -> {
            assertThat(p.code()).isEqualTo(Code.TOKEN_UNDECLARED);
            assertThat(p.place()).hasToString("f.sql:1:13");
        });
        render(text, true);
        assertThat(errors).hasSize(1);
    }

    @Test
    @Tag("MIG-03")
    void declared_token_without_a_value_is_an_error_at_each_of_its_places() {
        render("😀 ${open}\n  ${open}", false);
        assertThat(errors.stream().map(p -> String.valueOf(p.place()))).containsExactly("f.sql:1:3", "f.sql:2:3");
    }

    @Test
    @Tag("MIG-03")
    void value_is_never_replaced_again() {
        Tokens tokens = new Tokens(Set.of("a", "b"), Map.of("a", "${b}", "b", "no"), true);
        assertThat(tokens.render(SourceText.whole("f", "${a}"), errors, warnings::add)
                        .text())
                .isEqualTo("${b}");
    }

    @Test
    @Tag("MIG-03")
    void offsets_lead_back_to_the_file_before_in_and_after_a_token() {
        SourceText rendered = render("x ${schema} y\n${schema}z", false);
        assertThat(rendered.text()).isEqualTo("x shop y\nshopz");
        assertThat(List.of(0, 2, 5, 7, 9, 13).stream()
                        .map(i -> rendered.place(i).toString()))
                .containsExactly("f.sql:1:1", "f.sql:1:3", "f.sql:1:3", "f.sql:1:13", "f.sql:2:1", "f.sql:2:10");
    }

    @Test
    @Tag("MIG-04")
    void outermost_transaction_is_dissolved_without_moving_anything() {
        Script.Commands commands =
                Script.of("f", "-- x\nBEGIN;\nselect 1;\nEND;\n").commands();
        assertThat(commands.demandsTransaction()).isTrue();
        assertThat(commands.statements()).hasSize(1);
        assertThat(commands.sql()).isEqualTo("-- x\n     ;\nselect 1;\n   ;\n");
    }

    @ParameterizedTest
    @Tag("MIG-04")
    @ValueSource(
            strings = {
                "select 1; commit;",
                "begin; select 1;",
                "begin; begin; commit; commit;",
                "select 1; begin; select 2;",
                "begin; select 1; savepoint a; commit; select 2;",
                "begin; set local my.x = '1'; set my.y = '2'; commit; select 2;",
                "begin; select set_config('my.x', '1', my()); commit; select 2;",
                "begin; set local my.x = '1'; prepare p as select 1; commit; select 2;",
                "begin isolation level serializable; select 1; commit;",
                "savepoint a;",
                "begin; select 1; rollback;",
                "select 1; abort;",
                "prepare transaction 'x';"
            })
    void other_transaction_commands_are_refused(String sql) {
        Script script = Script.of("f", sql);
        LockkeeperException thrown = catchThrowableOfType(LockkeeperException.class, script::commands);
        assertThat(thrown.problems()).isNotEmpty().allMatch(p -> p.code() == Code.TRANSACTION_COMMAND);
    }

    @ParameterizedTest
    @Tag("MIG-05")
    @ValueSource(
            strings = {
                "begin; select 1; commit; select 2;",
                "select 1; begin; commit;",
                "begin; commit; begin; commit;",
                "select 1; begin; set local my.x = '1'; set constraints all immediate; commit;",
                "select 1; begin; select set_config('my.x', '1', true); commit;",
                "select 1; begin; set my.x = '1'; commit;",
            })
    void transactions_of_its_own_make_a_script_run_statement_by_statement(String sql) {
        Script.Commands commands = Script.of("f", sql).commands();
        assertThat(commands.byStatement()).contains("the script begins and ends transactions itself");
        assertThat(commands.demandsTransaction()).isFalse();
    }

    @ParameterizedTest
    @Tag("MIG-04")
    @ValueSource(
            strings = {
                "select case when true then 1 end;",
                "do $$ begin commit; end $$;",
                "create function f() returns int language sql begin atomic select case when true then 1 end; end;",
                "select 1 as \"commit\"; -- commit;\n",
                "comment on table t is 'begin; commit;';"
            })
    void words_that_only_look_like_transaction_commands_pass(String sql) {
        assertThat(Script.of("f", sql).commands().statements()).hasSize(1);
    }
}
