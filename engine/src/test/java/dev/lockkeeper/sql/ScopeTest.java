package dev.lockkeeper.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScopeTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "drop table t",
                "drop function f(int, int)",
                "alter table t add check (a in (1, 2))",
                "grant select on t to r",
                "select 1, 2",
                "insert into t values (1), (2)",
                "(select 1, 2)",
                "alter table t add c numeric(10, 2) default ','"
            })
    void what_names_one_thing_is_single(String sql) {
        assertThat(Scope.isSingle(Splitter.split(sql).get(0))).as(sql).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "drop table t, u",
                "DROP FUNCTION f(int, int), g(int)",
                "alter table t add c int, add d int",
                "truncate t, u",
                "grant select, insert on t to r",
                "revoke select on t from r, s"
            })
    void what_names_several_is_not(String sql) {
        assertThat(Scope.isSingle(Splitter.split(sql).get(0))).as(sql).isFalse();
    }
}
