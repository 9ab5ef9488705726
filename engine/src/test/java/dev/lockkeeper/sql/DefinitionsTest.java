package dev.lockkeeper.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What scripts define and mention: in which order they have to run. */
class DefinitionsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            create view v as select 1                                         | v
            CREATE OR REPLACE VIEW s."A ""b" AS SELECT 1                      | A "b
            create materialized view if not exists d.s.v as select 1          | v
            create or replace recursive view v (a) as select 1                | v
            create temp table t (i int)                                       | t
            create temporary sequence s                                       | s
            create unlogged table s.t (i int)                                 | t
            create function f() returns int language sql as 'select 1'        | f
            create function s.f() returns int language sql as 'select 1'      | f
            create procedure p() language sql as ''                           | p
            create type e as enum ('a')                                       | e
            create domain d as int                                            | d
            create aggregate a (int) (sfunc = f, stype = int)                 | a
            create schema s                                                   | s
            do $$ begin execute 'x'; create view v as select 1; end $$        | v
            do $a$ begin execute $b$ create view v as select 1 $b$; end $a$   | v
            """)
    void what_is_created_is_defined_without_its_schema(String script, String name) {
        assertThat(Definitions.of(script).defined()).containsExactly(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create trigger g before insert on t for each row execute function f()",
                "create constraint trigger g after insert on t for each row execute function f()",
                "create index i on t (a)",
                "create",
                "create view",
                "create or replace",
                "create table if not exists",
                "-- create view v",
                "select 'create view v as select 1'"
            })
    void nothing_else_is_defined(String script) {
        assertThat(Definitions.of(script).defined()).as(script).isEmpty();
    }

    @Test
    void every_word_and_every_quoted_name_is_mentioned() {
        assertThat(Definitions.of("select A.\"B \"\"c\" from d -- e\n where f = 'g'")
                        .words())
                .contains("select", "a", "B \"c", "d", "f")
                .doesNotContain("e", "g", "A", "\"B");
    }

    @Test
    void a_script_mentions_another_when_a_defined_name_is_one_of_its_words() {
        Definitions view = Definitions.of("create view totals as select 1");
        assertThat(Definitions.of("create view more as select * from app.Totals")
                        .mentionsAnyOf(view))
                .isTrue();
        assertThat(Definitions.of("create function f() returns int language sql as $$ select * from totals $$")
                        .mentionsAnyOf(view))
                .isTrue();
        assertThat(Definitions.of("create view more as select 'totals'").mentionsAnyOf(view))
                .isFalse();
    }

    @Test
    void bodies_are_read_to_a_depth_and_no_further() {
        assertThat(Definitions.of(nested(8)).words()).contains("deepest");
        assertThat(Definitions.of(nested(9)).words()).doesNotContain("deepest");
    }

    private static String nested(int depth) {
        String text = "deepest";
        for (int i = 0; i < depth; i++) {
            text = "$q" + i + "$ " + text + " $q" + i + "$";
        }
        return text;
    }

    @Test
    void what_cannot_be_split_ends_the_script() {
        Definitions read = Definitions.of("create view v as select 1; select 'never closed; create view w");
        assertThat(read.defined()).containsExactly("v");
        assertThat(read.words()).doesNotContain("w");
    }
}
