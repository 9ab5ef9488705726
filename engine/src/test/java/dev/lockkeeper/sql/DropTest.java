package dev.lockkeeper.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a statement takes away, by its text alone. */
class DropTest {
    private static String drops(String sql) {
        return Drop.of(Splitter.split(sql).get(0)).stream()
                .map(d -> d.kind() + " " + d.name() + (d.column() == null ? "" : " " + d.column()))
                .reduce((a, b) -> a + "; " + b)
                .orElse("");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            drop table t                                              | TABLE t
            DROP TABLE IF EXISTS s.t, "A b" . "c" cascade             | TABLE s.t; TABLE "A b"."c"
            drop schema s cascade                                     | SCHEMA s
            drop schema if exists a, b CASCADE                        | SCHEMA a; SCHEMA b
            drop extension e                                          | EXTENSION e
            drop extension if exists e, f cascade                     | EXTENSION e; EXTENSION f; UNKNOWN
            drop owned by r                                           | UNKNOWN
            drop type e cascade                                       | UNKNOWN
            drop domain d cascade                                     | UNKNOWN
            truncate t                                                | ROWS t
            truncate table only s.t *, u restart identity             | ROWS s.t; ROWS u
            delete from t                                             | ROWS t
            delete from only s."T" where a = 1                        | ROWS s."T"
            alter table t drop column c                               | COLUMN t c
            alter table t drop c                                      | COLUMN t c
            alter table if exists only s.t * drop column if exists "C" cascade, add d int, drop e | COLUMN s.t "C"; COLUMN s.t e
            alter table t add check (a > (1)), DROP b                 | COLUMN t b
            alter table t drop constraint k, drop b                   | COLUMN t b
            alter table t rename to u                                 | RENAMEDt; RENAMEDu
            alter table t set schema s                                | RENAMEDt; RENAMEDs
            alter schema s rename to u                                | RENAMEDs; RENAMEDu; RENAMED
            alter index i rename to j                                 | RENAMED
            update t set a = 1                                        | VALUES t
            alter extension e set schema s                            | RENAMED
            alter type t drop attribute a                             | UNKNOWN
            create table t (i int)                                    | MADE t
            create temp table if not exists s.t (i int)               | MADE s.t
            create unlogged table t as select 1                       | MADE t
            create global temporary table t (i int)                   | MADE t
            select f(1)                                               | UNKNOWN
            select 1, "F" (2), g(3)                                   | UNKNOWN
            select été()                                              | UNKNOWN
            with d as (delete from t returning 1) select 1            | UNKNOWN
            do $$ begin end $$                                        | UNKNOWN
            call p()                                                  | UNKNOWN
            execute q                                                 | UNKNOWN
            merge into t using u on true when matched then delete     | UNKNOWN
            """)
    void data_that_is_taken_away_is_named_as_the_statement_spells_it(String sql, String drops) {
        assertThat(drops(sql).replace("UNKNOWN ", "UNKNOWN").replace("RENAMED ", "RENAMED"))
                .isEqualTo(drops);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "drop foreign table t",
                "drop schema s",
                "drop schema \"cascade\"",
                "drop type e",
                "drop domain d restrict",
                "drop index i cascade",
                "drop view v",
                "alter table t add column c int default 1",
                "alter table t alter column c drop not null",
                "alter table t add check (drop > 1)",
                "alter table t drop constraint k",
                "alter table t set (fillfactor = 50)",
                "alter foreign table t drop c",
                "alter type t add value 'a'",
                "create index i on t (a)",
                "create view v as select 1 as a, 2 as table",
                "select 1 + (2)",
                "select 1 + (2), 'f' (1), 3 (4)",
                "select set_config('a.b', '1', false), SETVAL('s', nextval('t'))",
                "insert into t values (1)"
            })
    void a_statement_that_takes_nothing_away_tells_of_nothing(String sql) {
        String told = drops(sql);
        assertThat(told).as(sql).isEmpty();
    }
}
