package dev.lockkeeper.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What runs outside of a transaction is told by its name; that the server agrees is shown beside a server. */
class OutsideTextTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            create index concurrently i on t (a)                            | CREATE INDEX CONCURRENTLY
            create unique index concurrently on t (a)                       | CREATE INDEX CONCURRENTLY
            drop index concurrently i                                       | DROP INDEX CONCURRENTLY
            reindex index concurrently i                                    | REINDEX CONCURRENTLY
            reindex (concurrently) table t                                  | REINDEX CONCURRENTLY
            reindex (verbose, "concurrently" 'on') table t                  | REINDEX CONCURRENTLY
            reindex (verbose, concurrently = 1) table t                     | REINDEX CONCURRENTLY
            reindex (concurrently off, concurrently) table t                | REINDEX CONCURRENTLY
            reindex (concurrently false) table concurrently t               | REINDEX CONCURRENTLY
            reindex schema s                                                | REINDEX SCHEMA
            reindex (verbose) database d                                    | REINDEX DATABASE
            reindex system d                                                | REINDEX SYSTEM
            alter table t detach partition p concurrently                   | ALTER TABLE ... DETACH PARTITION ... CONCURRENTLY
            alter table if exists s.t detach partition a."P" concurrently   | ALTER TABLE ... DETACH PARTITION ... CONCURRENTLY
            alter table only t * detach partition p concurrently            | ALTER TABLE ... DETACH PARTITION ... CONCURRENTLY
            alter table only (t) detach partition p concurrently            | ALTER TABLE ... DETACH PARTITION ... CONCURRENTLY
            vacuum                                                          | VACUUM
            create database d                                               | CREATE DATABASE
            drop tablespace if exists x                                     | DROP TABLESPACE
            alter system reset all                                          | ALTER SYSTEM
            alter database "D" set tablespace x                             | ALTER DATABASE ... SET TABLESPACE
            cluster                                                         | CLUSTER of all tables
            cluster verbose                                                 | CLUSTER of all tables
            cluster (verbose)                                               | CLUSTER of all tables
            create subscription s connection '' publication p               | CREATE SUBSCRIPTION with a replication slot
            create subscription s connection '' publication p with (create_slot, connect = true) | CREATE SUBSCRIPTION with a replication slot
            create subscription s connection '' publication p with (create_slot = "on") | CREATE SUBSCRIPTION with a replication slot
            drop subscription s                                             | DROP SUBSCRIPTION
            alter subscription s refresh publication                        | ALTER SUBSCRIPTION ... REFRESH PUBLICATION
            alter subscription s set publication p                          | ALTER SUBSCRIPTION ... SET PUBLICATION with a refresh
            alter subscription s add publication p with (refresh)           | ALTER SUBSCRIPTION ... ADD PUBLICATION with a refresh
            alter subscription s drop publication p with (copy_data = false) | ALTER SUBSCRIPTION ... DROP PUBLICATION with a refresh
            alter subscription s set (binary = true, failover)              | ALTER SUBSCRIPTION ... SET with a change of its replication slot
            alter subscription s set (two_phase = off)                      | ALTER SUBSCRIPTION ... SET with a change of its replication slot
            discard all                                                     | DISCARD ALL
            """)
    void a_command_that_runs_outside_is_told_by_its_name(String sql, String name) {
        assertThat(Outside.reason(Splitter.split(sql).get(0))).contains(name + " runs outside of a transaction");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(select 1)",
                "create index i on t (a)",
                "create unique index \"concurrently\" on t (a)",
                "create table database (tablespace int)",
                "drop index i",
                "drop table t",
                "reindex table t",
                "reindex (concurrently = off) table t",
                "reindex (concurrently 'false', verbose) index i",
                "reindex (concurrently, concurrently 0) index i",
                "reindex (tablespace concurrently) table t",
                "alter table t detach partition p",
                "alter table t detach partition p finalize",
                "alter table t detach partition \"concurrently\"",
                "alter table (t detach partition p concurrently",
                "alter database d set work_mem = '4MB'",
                "alter database d owner to tablespace",
                "cluster t",
                "cluster verbose t",
                "cluster (verbose) t",
                "create subscription s connection '' publication p with (connect = false)",
                "create subscription s connection '' publication p with (create_slot = 'off')",
                "create subscription s connection '' publication p with (create_slot = \"off\")",
                "create subscription s connection '' publication p with (slot_name = none, connect = 0)",
                "alter subscription s set publication p with (refresh = false)",
                "alter subscription s add table p",
                "alter subscription s set (binary = true)",
                "alter subscription s set (two_phase)",
                "alter subscription s disable",
                "alter subscription s rename to refresh",
                "discard temp",
                "analyze t"
            })
    void every_other_command_runs_inside(String sql) {
        assertThat(Outside.reason(first(sql))).as(sql).isEmpty();
    }

    /** Also of text that nobody would cut: the statement is made by hand. */
    private static Statement first(String sql) {
        int blank = sql.indexOf(' ');
        String word = sql.startsWith("(") ? "" : sql.substring(0, blank);
        return new Statement(
                1, Statement.Kind.ORDINARY, 0, sql.length(), sql, word.isEmpty() ? List.of() : List.of(word), null);
    }
}
