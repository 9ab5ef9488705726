package dev.lockkeeper.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockkeeper.apply.Closing;
import dev.lockkeeper.apply.ScriptRunner;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.rehearsal.Databases;
import dev.lockkeeper.source.Script;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@Tag("PROOF-03")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ObserverTest {
    private EmbeddedPostgres server;
    private Databases databases;

    @BeforeAll
    void start() {
        server = EmbeddedPostgres.start();
        databases = Databases.of(server);
    }

    @AfterAll
    void stop() {
        databases.close();
        server.close();
    }

    private List<Observation> observe(String base, String sql) {
        List<Observation> seen = new ArrayList<>();
        observe(base, sql, seen);
        return seen;
    }

    private void observe(String base, String sql, List<Observation> seen) {
        String database = databases.create();
        try (Session session = open(database)) {
            run(Script.of("base.sql", base), new ScriptRunner(session));
        }
        Script script = Script.of("m.sql", sql);
        try (Session session = open(database);
                Session outside = open(database)) {
            run(script, new ScriptRunner(session, new Observer(outside, script, seen::add)));
        } finally {
            databases.drop(database);
        }
    }

    private static void run(Script script, ScriptRunner runner) {
        runner.run(script, script.commands(), ScriptRunner.Begin.FRESH, Closing.NONE);
    }

    private Session open(String database) {
        return Session.open(databases.target(database), "observer").unlimited();
    }

    private static List<String> effects(Observation one) {
        return one.effects().stream()
                .map(e -> e.change() + " " + e.type() + " " + e.object()
                        + (e.before() == null ? "" : " < " + e.before()) + (e.old() ? " (old)" : ""))
                .toList();
    }

    @Test
    void lock_that_is_held_already_is_told_once_and_a_stronger_one_again() {
        List<Observation> seen = observe(
                "create table t (id int)",
                "create index on t (id); comment on table t is 'x'; alter table t add n int; alter table t add m int");
        assertThat(seen.get(0).locks()).containsExactly(new Lock("public.t", 'r', LockMode.SHARE));
        assertThat(seen.get(1).locks()).isEmpty();
        assertThat(seen.get(2).locks()).contains(new Lock("public.t", 'r', LockMode.ACCESS_EXCLUSIVE));
        assertThat(seen.get(3).locks()).isEmpty();
        assertThat(seen).allMatch(Observation::isTransactional);
    }

    @Test
    void what_the_script_made_itself_is_not_old() {
        List<Observation> seen = observe(
                "create table t (id int)",
                "create table n (id int); alter table n rename to nn; alter table t rename to tt; drop table nn; drop table tt");
        assertThat(effects(seen.get(0))).containsExactly("CREATED table public.n");
        assertThat(seen.get(0).locks()).isEmpty();
        assertThat(seen.get(1).effects()).noneMatch(Effect::old);
        assertThat(effects(seen.get(2))).containsExactly("RENAMED table public.tt < public.t (old)");
        assertThat(seen.get(3).effects()).isEmpty();
        assertThat(effects(seen.get(4))).containsExactly("DROPPED table public.t (old)");
    }

    @Test
    void transaction_may_still_choose_its_isolation_level_and_its_session_is_left_as_it_is() {
        List<Observation> seen = observe("create table t (id int)", """
                set transaction isolation level serializable;
                set local search_path = public;
                prepare p as select count(*) from t;
                create temp table own (id int);
                insert into own values (1);
                declare c cursor for select id from own;
                fetch c;
                insert into t values (1), (2);
                execute p;
                do $$ begin
                  if current_setting('search_path') <> 'public' or current_setting('transaction_isolation') <> 'serializable'
                     or (select count(*) from t) <> 2
                  then raise exception 'changed'; end if;
                end $$;
                """);
        assertThat(seen).hasSize(10);
        assertThat(seen.get(7).rows()).containsExactly(new ChangedRows("public.t", 2, 0, 0));
    }

    @Test
    void names_of_ours_mean_what_they_mean_whatever_path_the_script_has() {
        List<Observation> seen = observe("""
                create schema trap;
                create function trap.pg_identify_object(oid, oid, int) returns record language sql as 'select null::record';
                create function trap.never(text, text) returns boolean language sql as 'select false';
                create operator trap.= (leftarg = text, rightarg = text, function = trap.never);
                create table t (id int)""", "set search_path = trap, pg_catalog; alter table public.t add n int");
        assertThat(seen.get(1).locks()).hasSize(1);
        assertThat(effects(seen.get(1)))
                .containsExactly("CREATED table column public.t.n", "CHANGED table public.t (old)");
    }

    @Test
    void statements_that_run_alone_are_seen_by_what_they_leave() {
        List<Observation> seen = observe(
                "create table t (id int); insert into t select generate_series(1, 100)",
                "create index concurrently i on t (id); insert into t values (0); drop index concurrently i");
        assertThat(seen.get(0).isTransactional()).isFalse();
        assertThat(effects(seen.get(0))).containsExactly("CREATED index public.i");
        assertThat(seen.get(0).locks()).containsExactly(new Lock("public.t", 'r', LockMode.SHARE_UPDATE_EXCLUSIVE));
        assertThat(seen.get(0).scans()).containsExactly(new Scan("public.t", 2));
        assertThat(seen.get(0).notes()).hasSize(1);
        assertThat(seen.get(1).isTransactional()).isTrue();
        assertThat(seen.get(1).rows()).containsExactly(new ChangedRows("public.t", 1, 0, 0));
        assertThat(effects(seen.get(2))).containsExactly("DROPPED index public.i (old)");
    }

    @Test
    void data_of_copy_and_a_transaction_of_the_script_are_seen() {
        List<Observation> seen = observe("create table t (id int)", """
                copy t from stdin;
                1
                2
                \\.
                begin;
                update t set id = id + 1;
                delete from t where id = 2;
                commit;
                create index concurrently on t (id);
                """);
        assertThat(seen).extracting(one -> one.statement().ordinal()).containsExactly(1, 3, 4, 6);
        assertThat(seen.get(0).rows()).containsExactly(new ChangedRows("public.t", 2, 0, 0));
        assertThat(seen.get(1).rows()).containsExactly(new ChangedRows("public.t", 0, 2, 0));
        assertThat(seen.get(2).rows()).containsExactly(new ChangedRows("public.t", 0, 0, 1));
    }

    @Test
    void script_that_fails_is_told_up_to_there() {
        List<Observation> seen = new ArrayList<>();
        assertThatThrownBy(() -> observe("create table t (id int)", "alter table t add n int; select 1 / 0", seen))
                .isInstanceOf(LockkeeperException.class)
                .hasMessageContaining("division by zero");
        assertThat(seen)
                .singleElement()
                .satisfies(one -> assertThat(one.locks()).hasSize(1));
    }

    @Test
    void what_cascade_takes_is_named() {
        List<Observation> seen = observe(
                "create table t (id int primary key); create view v as select id from t; create view w as select id from v;"
                        + " create table c (id int references t)",
                "drop table t cascade");
        assertThat(effects(seen.get(0)))
                .containsExactly(
                        "DROPPED index public.t_pkey (old)",
                        "DROPPED table public.t (old)",
                        "DROPPED table constraint c_id_fkey on public.c (old)",
                        "DROPPED table constraint t_pkey on public.t (old)",
                        "DROPPED view public.v (old)",
                        "DROPPED view public.w (old)");
        assertThat(seen.get(0).locks()).contains(new Lock("public.c", 'r', LockMode.ACCESS_EXCLUSIVE));
    }

    @Test
    void what_an_extension_brings_is_told_by_its_name() {
        List<Observation> seen = observe("select 1", "create extension btree_gist");
        assertThat(effects(seen.get(0))).containsExactly("CREATED extension btree_gist");
    }

    @Test
    void code_that_was_run_and_locks_that_were_given_back_are_said_to_be_unknown() {
        List<Observation> seen = observe(
                "create table t (id int)",
                "do $$ begin alter table t add n int; raise exception 'no'; exception when others then null; end $$");
        assertThat(seen.get(0).locks()).isEmpty();
        assertThat(seen.get(0).notes()).hasSize(2);
    }

    @Test
    void hostile_names_are_told_as_the_server_quotes_them() {
        List<Observation> seen = observe(
                "create table \"a.b; \"\"c\" (\"x'y\" int)", "alter table \"a.b; \"\"c\" rename \"x'y\" to \"$1\"");
        assertThat(effects(seen.get(0)))
                .containsExactly(
                        "RENAMED table column public.\"a.b; \"\"c\".\"$1\" < public.\"a.b; \"\"c\".\"x'y\" (old)");
    }

    @Test
    void first_batch_of_a_backfill_is_told_and_without_rows_none() {
        String backfill = """
                -- lockkeeper:backfill t id batch=2
                update t set a = 1 where id between :low and :high;
                """;
        List<Observation> seen = observe(
                "create table t (id int primary key, a int); insert into t select generate_series(1, 5);", backfill);
        assertThat(seen).singleElement().satisfies(one -> {
            assertThat(one.rows()).containsExactly(new ChangedRows("public.t", 0, 2, 0));
            assertThat(one.locks()).extracting(Lock::mode).contains(LockMode.ROW_EXCLUSIVE);
            assertThat(one.isTransactional()).isTrue();
            assertThat(one.notes()).anyMatch(note -> note.contains("the first one"));
        });
        assertThat(observe("create table t (id int primary key, a int);", backfill))
                .isEmpty();
    }
}
