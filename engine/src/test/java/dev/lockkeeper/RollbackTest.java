package dev.lockkeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.apply.Repair;
import dev.lockkeeper.loss.Loss;
import dev.lockkeeper.plan.Policy;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.plan.Step;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Patience;
import dev.lockkeeper.source.Tokens;
import dev.lockkeeper.source.Version;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a rollback takes back, in which order, and what it refuses to take back. */
@ExtendWith(Workshops.class)
@Tag("RUN-16")
class RollbackTest {
    private static final Policy LATE = new Policy(true, true, false, Patience.standard());

    private static Version version(String text) {
        return Version.parse(text).orElseThrow();
    }

    private static Workshop two(Workshop workshop) {
        return workshop.migration(1, "create table a (id int)", "drop table a")
                .migration(2, "create table payments (id int)", "drop table payments");
    }

    private static void refused(Workshop workshop, Request request) {
        for (Runnable command :
                List.<Runnable>of(() -> workshop.lockkeeper().plan(request), () -> workshop.run(request))) {
            Problem problem = workshop.problem(command);
            assertThat(problem.code()).isEqualTo(Code.MIGRATION_ALTERED);
            assertThat(problem.notes()).anyMatch(note -> note.contains("payments") && note.contains("mails"));
            assertThat(problem.help()).contains("--as edited");
        }
    }

    @Test
    void migration_of_another_branch_is_not_taken_back(Workshop workshop) {
        two(workshop).apply();
        workshop.migration(2, "create table mails (id int)", "drop table if exists mails");
        refused(workshop, Request.rollback(1));
        refused(workshop, Request.rollbackTo(version("0")));
        refused(workshop, Request.rollbackTo(version("1")));
        assertThat(workshop.history()).containsExactly("1|applied", "2|applied");
        assertThat(workshop.tables()).containsExactly("a", "payments");
    }

    @Test
    void migration_below_an_edited_one_is_not_taken_back_either(Workshop workshop) {
        two(workshop).migration(3, "create table c (id int)", "drop table c").apply();
        workshop.migration(2, "create table mails (id int)", "drop table if exists mails");
        refused(workshop, Request.rollback(3));
        assertThat(workshop.history()).containsExactly("1|applied", "2|applied", "3|applied");
        workshop.run(Request.rollback(1));
        assertThat(workshop.history()).containsExactly("1|applied", "2|applied", "3|rolled back");
    }

    @Test
    void edit_that_a_person_accepts_is_taken_back(Workshop workshop) {
        two(workshop).apply();
        workshop.migration(2, "-- money\ncreate table payments (id int)", "drop table payments");
        workshop.lockkeeper()
                .repair(new Repair("2", Repair.Action.EDITED, "a comment"), Duration.ofSeconds(30), holder -> {});
        workshop.run(Request.rollback(1));
        assertThat(workshop.history()).containsExactly("1|applied", "2|rolled back");
    }

    @Test
    void edited_down_script_is_taken_as_it_is(Workshop workshop) {
        two(workshop).apply();
        workshop.migration(2, "create table payments (id int)", "drop table if exists payments");
        workshop.run(Request.rollback(1));
        assertThat(workshop.tables()).containsExactly("a");
    }

    @Test
    void step_that_was_begun_is_not_taken_back_by_the_files_of_another_branch(Workshop workshop) {
        workshop.migration(
                1,
                "create table a (i int); insert into a values (1), (1); create unique index concurrently a_i on a (i)",
                "drop table if exists a");
        workshop.problem(workshop::apply);
        workshop.migration(1, "create table b (i int); select 1", "drop table if exists b");
        Problem problem = workshop.problem(() -> workshop.run(Request.rollback(1)));
        assertThat(problem.code()).isEqualTo(Code.MIGRATION_ALTERED);
        assertThat(problem.message()).contains("after it was begun");
        assertThat(workshop.tables()).containsExactly("a");
    }

    @Test
    void what_was_applied_last_goes_first_where_migrations_may_come_late(Workshop workshop) {
        workshop.migration(1, "create table a (id int)", "drop table a")
                .migration(3, "create table c (id int primary key)", "drop table c");
        Lockkeeper lockkeeper = workshop.lockkeeper(LATE, Tokens.none());
        Workshop.run(lockkeeper, Request.apply());
        workshop.migration(2, "create table b (id int references c)", "drop table b");
        Lockkeeper late = workshop.lockkeeper(LATE, Tokens.none());
        Workshop.run(late, Request.apply());
        assertThat(late.plan(Request.rollback(2)).steps())
                .extracting(Step::name)
                .containsExactly("2", "3");
        assertThat(late.plan(Request.rollbackTo(version("3"))).steps())
                .extracting(Step::name)
                .containsExactly("2");
        assertThat(late.plan(Request.rollbackTo(version("2"))).steps()).isEmpty();
        Workshop.run(late, Request.rollback(1));
        Workshop.run(late, Request.rollback(1));
        assertThat(workshop.tables()).containsExactly("a");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "drop table full_one                                  | table public.full_one",
                "drop table if exists public.full_one cascade         | table public.full_one",
                "DROP /* x */ TABLE \"public\" . FULL_ONE /* y */       | table public.full_one",
                "drop table empty_one, full_one                       | table public.full_one",
                "drop table empty_one                                 |",
                "drop table if exists nothing                         |",
                "alter table full_one drop column note                | column public.full_one.note",
                "alter table only full_one drop note, drop if exists other | column public.full_one.note",
                "alter table full_one add x int default (1), drop note | column public.full_one.note",
                "alter table full_one drop constraint full_one_pkey   |",
                "alter table full_one alter note drop not null        |",
                "alter table full_one alter note drop default         |",
                "alter table empty_one drop column note               |",
                "truncate full_one                                    | rows of table public.full_one",
                "truncate table only full_one, empty_one              | rows of table public.full_one",
                "delete from full_one where id = 1                    | rows of table public.full_one",
                "delete from only empty_one                           |",
                "drop schema side cascade                             | table side.full_two",
                "drop schema side                                     |",
                "set search_path = side; drop table full_two          | table side.full_two",
                "set local search_path to side, public; drop table full_two; reset search_path; drop table full_one"
                        + " | table side.full_two; table public.full_one",
                "drop table parted                                    | table public.parted",
                "drop view v                                          |",
                "drop index full_one_i                                |",
                "drop function f()                                    |",
                "create table made (id int); drop table made          |",
                "select 1                                             |",
                "select setval('s', 1)                                |",
                "select f()                       | statement 1 runs code, and what it takes away is not known",
                "do $$ begin end $$               | statement 1 runs code, and what it takes away is not known",
                "with d as (delete from full_one returning 1) select 1"
                        + " | statement 1 runs code, and what it takes away is not known",
                "alter table full_one rename to tmp_name; alter table empty_one rename to full_one; drop table full_one | full_one, which may be something else by then: what goes with it is not known",
                "alter table full_one rename to empty_two; alter table empty_one rename to x; drop table side.full_two | table side.full_two",
                "alter schema side rename to aside; drop schema aside cascade | schema aside, which may be another one by then: what goes with it is not known",
                "alter schema side rename to aside; drop table aside.full_two | aside.full_two, which is not there now: what it will be is not known",
                "alter table full_one set schema side; drop table side.full_one | side.full_one, which is not there now: what it will be is not known",
                "alter table full_one rename note to word; alter table full_one drop word | full_one.word, which may be something else by then: what goes with it is not known",
                "alter table full_one alter note type int using length(note) | values of column public.full_one.note",
                "alter table full_one alter column note set data type varchar(3), drop id | values of column public.full_one.note; column public.full_one.id",
                "alter table full_one alter note type text, alter id type numeric(10,2) | values of column public.full_one.id",
                "explain analyze delete from full_one | rows of table public.full_one",
                "explain (costs off, analyze) truncate full_one | rows of table public.full_one",
                "explain (costs off) delete from full_one |",
                "explain verbose delete from full_one |",
                "update full_one set note = '' | values of table public.full_one",
                "update empty_one set note = null |",
                "insert into full_one values (1, 'x') on conflict (id) do update set note = 'x' | values of table public.full_one",
                "insert into full_one (id, note) select id + 1000, coalesce(note, '') from empty_one |",
                "insert into full_one (id) select f() | statement 1 runs code, and what it takes away is not known",
                "do $$ begin truncate full_one; end $$ | statement 1 runs code, and what it takes away is not known",
                "call p() | statement 1 runs code, and what it takes away is not known",
                "create table copied as select f() | statement 1 runs code, and what it takes away is not known",
                "create table copied as select count(*) from full_one |",
                "truncate empty_one cascade | statement 1 runs code, and what it takes away is not known",
                "drop collation c cascade | statement 1 runs code, and what it takes away is not known",
                "frobnicate everything | statement 1 runs code, and what it takes away is not known",
                "select count(*), lower('A') from (select 1) x |",
                "select side.count() | statement 1 runs code, and what it takes away is not known",
                "grant select on full_one to public; comment on table full_one is 'x'; analyze full_one |",
                "drop type mood cascade           | statement 1 runs code, and what it takes away is not known",
                "alter table full_one rename to other; drop table other"
                        + " | other, which is not there now: what it will be is not known"
            })
    void data_that_a_down_script_takes_away_is_found_by_asking_the_server(
            String down, String found, Workshop workshop) {
        workshop.execute("create schema side; create table public.full_one (id int primary key, note text not null"
                + " default ''); create index full_one_i on public.full_one (id); create table public.empty_one (id int,"
                + " note text); create table side.full_two (id int); create table public.parted (id int) partition by range"
                + " (id); create table public.part partition of public.parted for values from (0) to (10); create view"
                + " public.v as select 1 as x; create sequence public.s; create type public.mood as enum ('good'); create"
                + " function public.f() returns int language sql return 1; insert into public.full_one select"
                + " generate_series(1, 500); insert into side.full_two values (1); insert into public.parted values (1);"
                + " insert into public.full_one (id) values (501); analyze public.full_one");
        workshop.migration(1, "select 1", down).apply();
        List<Loss> losses = workshop.lockkeeper().losses(workshop.lockkeeper().plan(Request.rollback(1)));
        assertThat(losses.stream().map(Loss::what).toList())
                .isEqualTo(found == null ? List.of() : List.of(found.split("; ")));
        losses.stream()
                .filter(l -> l.known() && l.what().contains("full_one"))
                .forEach(l -> assertThat(l.sentence()).endsWith("about 501 rows"));
        losses.stream()
                .filter(l -> l.known() && l.what().contains("full_two"))
                .forEach(l -> assertThat(l.sentence()).endsWith("rows not known"));
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void plan_that_applies_takes_nothing_away(int server, Workshops.Opener opener) {
        Workshop workshop = two(opener.on(server));
        assertThat(workshop.lockkeeper().losses(workshop.lockkeeper().plan(Request.apply())))
                .isEmpty();
        workshop.apply();
        workshop.execute("insert into public.payments values (1)");
        assertThat(workshop.lockkeeper().losses(workshop.lockkeeper().plan(Request.rollbackTo(version("0")))))
                .extracting(Loss::sentence)
                .containsExactly("2: table public.payments, rows not known");
    }
}
