package dev.lockkeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.ServerError;
import dev.lockkeeper.sql.Outside;
import dev.lockkeeper.sql.Splitter;
import dev.lockkeeper.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds what is told of commands by their text against what each server refuses in a transaction. */
@ExtendWith(Workshops.class)
@Tag("MIG-05")
class OutsideTest {
    private static final String OBJECTS = """
            create table t (i int);
            create index t_i on t (i);
            create table pt (i int) partition by list (i);
            create index pt_i on pt (i);
            create table p1 partition of pt for values in (1);
            create table "Odd ""concurrently"" one" partition of pt for values in (2);
            create materialized view mv as select 1 as a;
            create unique index on mv (a);
            create type e as enum ('a');
            create subscription s connection 'dbname=nosuch' publication p with (connect = false, enabled = false);
            create subscription "S x" connection 'dbname=nosuch' publication p with (connect = false, enabled = false);
            update pg_catalog.pg_subscription set subenabled = true
            where subname = 's' and subdbid = (select oid from pg_catalog.pg_database where datname = current_database());
            """;

    /** A command, and from which server on it is known. */
    private record Known(String sql, int since) {}

    private static Known always(String sql) {
        return new Known(sql, 15);
    }

    private static final List<Known> OUTSIDE = List.of(
            always("create index concurrently x on t (i)"),
            always("CREATE /* a */ UNIQUE -- b\n INDEX/**/CONCURRENTLY IF NOT EXISTS x ON t (i)"),
            always("create index concurrently on t (i)"),
            always("drop index concurrently t_i"),
            always("drop index -- c\n concurrently if exists t_i"),
            always("reindex index concurrently t_i"),
            always("reindex (verbose) table concurrently t"),
            always("reindex (concurrently) table t"),
            always("reindex (verbose, \"concurrently\" 'on') table t"),
            always("reindex (concurrently off, concurrently) table t"),
            always("reindex (concurrently false) table concurrently t"),
            always("reindex (concurrently 1) index t_i"),
            always("reindex schema public"),
            always("reindex (verbose) schema public"),
            new Known("reindex database", 16),
            always("reindex database concurrently \"DB\""),
            always("reindex system concurrently \"DB\""),
            always("alter table pt detach partition p1 concurrently"),
            always("alter table only public.\"pt\" detach /* p */ partition public . \"p1\" -- c\n concurrently"),
            always("alter table only (pt) detach partition p1 concurrently"),
            always("alter table pt * detach partition p1 concurrently"),
            always("alter table if exists nosuch detach partition p1 concurrently"),
            always("alter table pt detach partition \"Odd \"\"concurrently\"\" one\" concurrently"),
            always("vacuum"),
            always("vacuum t"),
            always("vacuum (analyze, verbose) t"),
            always("vacuum full t"),
            always("create database xx"),
            always("drop database xx"),
            always("drop database if exists xx with (force)"),
            always("create tablespace xx location '/nosuch'"),
            always("drop tablespace if exists xx"),
            always("alter system set work_mem = '4MB'"),
            always("alter system reset all"),
            always("alter database \"DB\" set tablespace pg_default"),
            always("cluster"),
            always("cluster verbose"),
            new Known("cluster (verbose)", 17),
            always("create subscription s2 connection 'dbname=nosuch' publication p"),
            always("create subscription s2 connection 'dbname=nosuch' publication connect, create_slot"),
            always(
                    "create subscription s2 connection 'dbname=nosuch' publication p with (create_slot, enabled = false)"),
            always(
                    "create subscription s2 connection 'dbname=nosuch' publication p with (create_slot = 1, connect = on)"),
            always("alter subscription s refresh publication"),
            always("alter subscription s refresh publication with (copy_data = false)"),
            always("alter subscription s set publication p, q"),
            always("alter subscription s set publication p with (refresh = 'on')"),
            always("alter subscription s add publication q"),
            always("alter subscription s add publication q with (copy_data = off, refresh)"),
            new Known("alter subscription \"S x\" set (failover = true)", 17),
            new Known("alter subscription \"S x\" set (binary = true, failover)", 17),
            new Known("alter subscription \"S x\" set (two_phase = off)", 18),
            always("drop subscription s"),
            always("drop subscription if exists \"S x\" cascade"),
            always("discard all"),
            always("Discard -- everything\n All"));

    private static final List<Known> INSIDE = List.of(
            always("create index concurrent on t (i)"),
            always("create index \"concurrently\" on t (i)"),
            always("create table vacuum (i int)"),
            always("drop index if exists t_i, nosuch"),
            always("reindex (concurrently false) table t"),
            always("reindex (concurrently 0) table t"),
            always("reindex (concurrently, concurrently off) table t"),
            always("reindex (concurrently 'false') table t"),
            always("reindex table t"),
            always("reindex (verbose) index t_i"),
            always("alter table pt detach partition p1"),
            always("alter table pt detach partition p1 finalize"),
            always("alter table pt detach partition \"concurrently\""),
            always(
                    "alter table t add column \"concurrently\" int, add column d text default 'detach partition p1 concurrently'"),
            always("alter table t set tablespace pg_default"),
            always("alter database \"DB\" set work_mem = '4MB'"),
            always("alter database \"DB\" with connection limit 100"),
            always("alter type e add value 'b'"),
            always("analyze t"),
            always("cluster t using t_i"),
            always("cluster verbose t"),
            always("cluster (verbose) t"),
            always("cluster t_i on t"),
            always("create subscription s2 connection 'dbname=nosuch' publication p with (connect = false)"),
            always(
                    "create subscription s2 connection 'dbname=nosuch' publication p with (create_slot = off, connect = 'on')"),
            always(
                    "create subscription s2 connection 'dbname=nosuch' publication p with (slot_name = none, connect = 0)"),
            always("alter subscription s set publication p with (refresh = false)"),
            always("alter subscription s add publication q with (refresh = off, copy_data = true)"),
            always("alter subscription s drop publication q with (refresh = 0)"),
            always("alter subscription s set (binary = true)"),
            always("alter subscription \"S x\" set (slot_name = 'failover')"),
            always("alter subscription s disable"),
            always("alter subscription s connection 'dbname=nosuch2'"),
            always("alter subscription s skip (lsn = none)"),
            always("alter subscription s rename to refresh"),
            always("discard temp"),
            always("discard plans"),
            always("checkpoint"),
            always("refresh materialized view concurrently mv"),
            always("load 'plpgsql'"),
            always("comment on table t is 'vacuum'"),
            always("select 'create index concurrently x on t (i)'"),
            always("do $$ begin perform 'vacuum'; end $$"));

    @ParameterizedTest
    @ValueSource(ints = {15, 16, 17, 18})
    void server_refuses_in_a_transaction_what_is_told_to_run_outside_and_nothing_else(
            int version, Workshops.Opener opener) {
        Workshop workshop = opener.on(version);
        workshop.execute(OBJECTS);
        String database = workshop.target().database();
        try (Person session = workshop.session()) {
            for (Known known : OUTSIDE) {
                String sql = known.sql().replace("\"DB\"", '"' + database + '"');
                assertThat(Outside.reason(only(sql))).as(sql).isPresent();
                assertThat(isRefused(session, sql)).as(sql).isEqualTo(known.since() <= version);
            }
            for (Known known : INSIDE) {
                String sql = known.sql().replace("\"DB\"", '"' + database + '"');
                assertThat(Outside.reason(only(sql))).as(sql).isEmpty();
                assertThat(isRefused(session, sql)).as(sql).isFalse();
            }
        } finally {
            workshop.execute(
                    "alter subscription s disable; alter subscription s set (slot_name = none);"
                            + " drop subscription s; alter subscription \"S x\" set (slot_name = none); drop subscription \"S x\"");
        }
    }

    private static Statement only(String sql) {
        List<Statement> statements = Splitter.split(sql);
        assertThat(statements).as(sql).hasSize(1);
        return statements.get(0);
    }

    private static boolean isRefused(Person session, String sql) {
        session.execute("begin");
        try {
            session.execute(sql);
            return false;
        } catch (SqlFailure e) {
            ServerError error = e.error();
            return error.sqlState().equals("25001") && "PreventInTransactionBlock".equals(error.routine());
        } finally {
            session.execute("rollback");
        }
    }
}
