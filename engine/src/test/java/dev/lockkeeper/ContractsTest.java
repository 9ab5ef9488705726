package dev.lockkeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.apply.Event;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.plan.Policy;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Hook;
import dev.lockkeeper.project.Hooks;
import dev.lockkeeper.project.Patience;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.source.Convention;
import dev.lockkeeper.source.Tokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What scripts and projects demand before and after the work. */
@ExtendWith(Workshops.class)
@Tag("RUN-08")
class ContractsTest {
    private static final String TABLE = "create table t (id int);\ninsert into t select generate_series(1, 10);";

    private static Workshop ready(Workshop workshop) {
        workshop.migration(1, TABLE, "drop table t;").apply();
        return workshop;
    }

    @Test
    void check_before_that_is_not_true_stops_the_step_with_its_place(Workshop workshop) {
        ready(workshop).migration(2, "select 1;\n-- lockkeeper:before select count(*) = 0 from t\ndelete from t;", "");
        Problem problem = workshop.problem(workshop::apply);
        assertThat(problem.code()).isEqualTo(Code.CHECK_FAILED);
        assertThat(workshop.place(problem)).isEqualTo("V2__m2.sql:2:1");
        assertThat(problem.message()).contains("select count(*) = 0 from t");
        assertThat(workshop.rows("select count(*) from t")).containsExactly("10");
        workshop.execute("delete from t");
        workshop.apply();
        assertThat(workshop.history()).containsExactly("1|applied", "2|applied");
    }

    @Test
    void check_after_that_is_not_true_aborts_the_whole_step(Workshop workshop) {
        ready(workshop)
                .migration(
                        2,
                        "delete from t where id > 5;\n-- lockkeeper:after select count(*) = 0 from t -- all gone\n",
                        "");
        Problem problem = workshop.problem(workshop::apply);
        assertThat(problem.code()).isEqualTo(Code.CONTRACT_BROKEN);
        assertThat(workshop.place(problem)).isEqualTo("V2__m2.sql:2:1");
        assertThat(String.join("\n", problem.notes())).contains("nothing of it remains");
        assertThat(workshop.rows("select count(*) from t")).containsExactly("10");
        assertThat(workshop.problem(workshop::apply).code()).isEqualTo(Code.STEP_FAILED);
    }

    @ParameterizedTest
    @CsvSource({
        "same, select 1, true",
        "same, delete from t where id = 1, false",
        "+2, insert into t values (1)(2), true",
        "+2, insert into t values (1), false",
        "-10..0, delete from t, true",
        "-9..0, delete from t, false",
        "any..0, delete from t, true",
        "any..0, insert into t values (1), false",
        "+1..any, insert into t values (1)(2), true",
        "+1..any, select 1, false",
        "-10, drop table t, true",
        "0..5, insert into t values (1), true",
        "0..+5, delete from t, false"
    })
    void number_of_rows_may_change_only_as_promised(String allowed, String sql, boolean kept, Workshop workshop) {
        ready(workshop).migration(2, "-- lockkeeper:rows t " + allowed + "\n" + sql.replace(")(", "), (") + ";", "");
        if (kept) {
            workshop.apply();
            assertThat(workshop.history()).containsExactly("1|applied", "2|applied");
        } else {
            Problem problem = workshop.problem(workshop::apply);
            assertThat(problem.code()).isEqualTo(Code.CONTRACT_BROKEN);
            assertThat(problem.message())
                    .startsWith("t had 10 rows and now has ")
                    .contains("; the script allows ");
            assertThat(workshop.rows("select count(*) from t")).containsExactly("10");
        }
    }

    @Test
    void rows_that_others_commit_meanwhile_count_too_and_the_refusal_says_so(Workshop workshop) {
        ready(workshop).migration(2, """
                -- lockkeeper:rows t same
                do $$ begin while (select count(*) from t) = 10 loop perform pg_sleep(0.005); end loop; end $$;
                """, "");
        CompletableFuture<Void> rival = Workshop.inThread(() -> {
            try (Session other = workshop.own()) {
                // Asleep, the script has been counted: its text is seen before that, with the count in one message.
                while (other.query("select 1 from pg_stat_activity where datname = current_database()"
                                + " and wait_event = 'PgSleep' and pid <> pg_backend_pid()")
                        .isEmpty()) {
                    Thread.onSpinWait();
                }
                other.execute("insert into public.t values (11)");
            }
        });
        Problem problem = workshop.problem(workshop::apply);
        rival.join();
        assertThat(problem.code()).isEqualTo(Code.CONTRACT_BROKEN);
        assertThat(problem.message()).isEqualTo("t had 10 rows and now has 11; the script allows the same number");
        assertThat(Objects.requireNonNull(problem.server()).hint())
                .isEqualTo("rows that others committed meanwhile count as well; on a table in use, allow a range");
        workshop.migration(2, "-- lockkeeper:rows t 0..any\nselect 1;", "").apply();
        assertThat(workshop.history()).containsExactly("1|applied", "2|applied");
    }

    @Test
    void contract_of_a_table_that_the_script_makes_counts_from_none(Workshop workshop) {
        workshop.migration(
                        1,
                        "-- lockkeeper:rows public.\"T x\" +3\ncreate table \"T x\" as select generate_series(1, 3);",
                        "")
                .apply();
        assertThat(workshop.history()).containsExactly("1|applied");
    }

    @Test
    void contract_holds_over_copy_data_and_over_statements_that_run_alone(Workshop workshop) {
        ready(workshop).migration(2, "-- lockkeeper:rows t same\ncopy t from stdin;\n1\n\\.\n", "");
        assertThat(workshop.problem(workshop::apply).code()).isEqualTo(Code.CONTRACT_BROKEN);
        assertThat(workshop.rows("select count(*) from t")).containsExactly("10");
        workshop.migration(
                        2,
                        "-- lockkeeper:rows t +1\ninsert into t values (1);\ncreate index concurrently i on t (id);",
                        "")
                .apply();
        assertThat(workshop.history()).containsExactly("1|applied", "2|applied");
    }

    @Test
    void contract_of_an_interrupted_step_holds_from_its_very_beginning(Workshop workshop) {
        ready(workshop)
                .migration(
                        2,
                        "-- lockkeeper:rows t +1\ninsert into t values (1);\nvacuum t;\ninsert into t values (1 / 0);",
                        "");
        workshop.problem(workshop::apply);
        workshop.migration(2, "-- lockkeeper:rows t +1\ninsert into t values (1);\nvacuum t;\nselect 1;", "")
                .apply();
        assertThat(workshop.history()).containsExactly("1|applied", "2|applied");
        assertThat(workshop.rows("select * from lockkeeper.journal")).isEmpty();
    }

    @Test
    void check_that_the_server_does_not_understand_is_at_its_line(Workshop workshop) {
        workshop.migration(1, "create table t (id int);\n-- lockkeeper:after select nope from t\n", "");
        Problem problem = workshop.problem(workshop::apply);
        assertThat(problem.message()).contains("nope");
        assertThat(workshop.place(problem)).isEqualTo("V1__m1.sql:2:1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "befor select true|did you mean lockkeeper:before?",
                "before|write it on the same line",
                "rows t|write a table and how",
                "rows t +x|write a table and how",
                "rows t +5..-5|write the smaller change first: -5..+5",
                "backfill t id|write: where id between :low and :high",
                "backfill t|write a table and its key"
            })
    void directive_that_is_not_understood_is_refused_before_anything_runs(
            String directive, String help, Workshop workshop) {
        workshop.migration(1, "create table t (id int);\n-- lockkeeper:" + directive + "\nselect 1;", "");
        Problem problem = workshop.problem(workshop::apply);
        assertThat(problem.code()).isEqualTo(Code.DIRECTIVE);
        assertThat(workshop.place(problem)).isEqualTo("V1__m1.sql:2:1");
        assertThat(problem.help()).contains(help);
        assertThat(workshop.rows("select to_regclass('lockkeeper.history') is null"))
                .containsExactly("t");
    }

    @Test
    void check_before_that_the_server_does_not_run_does_not_flag_the_step(Workshop workshop) {
        workshop.migration(1, "-- lockkeeper:before select n > 0 from later\nselect 1;", "");
        assertThat(workshop.problem(workshop::apply).code()).isEqualTo(Code.CHECK_FAILED);
        workshop.execute("create table public.later as select 1 as n");
        workshop.apply();
        assertThat(workshop.history()).containsExactly("1|applied");
    }

    @Test
    void text_that_only_looks_like_a_directive_is_none(Workshop workshop) {
        workshop.migration(
                        1,
                        "select '\n-- lockkeeper:nope\n'; /*\n-- lockkeeper:nope\n*/ do $$\n-- lockkeeper:nope\nbegin end $$;",
                        "")
                .apply();
        assertThat(workshop.history()).containsExactly("1|applied");
    }

    private static Lockkeeper demanding(Workshop workshop, List<Hook> before, List<Hook> after) {
        Hooks hooks = new Hooks(workshop.folder(), before, after, before, after, List.of());
        return workshop.lockkeeper(new Policy(true, false, false, Patience.standard(), hooks), Tokens.none());
    }

    private static Hook check(String query) {
        return new Hook.Check(Place.of("lockkeeper.yaml"), query);
    }

    private static Hook run(String command) {
        return new Hook.Run(Place.of("lockkeeper.yaml"), command);
    }

    @Test
    void failing_check_of_the_project_stops_before_anything_is_done(Workshop workshop) {
        workshop.migration(1, "create table t (id int);", "drop table t;");
        Problem problem = workshop.problem(() -> Workshop.run(
                demanding(workshop, List.of(check("select true"), check("select null::bool")), List.of()),
                Request.apply()));
        assertThat(problem.code()).isEqualTo(Code.CHECK_FAILED);
        assertThat(problem.why()).contains("null");
        assertThat(workshop.tables()).isEmpty();
    }

    @Test
    void failing_check_after_the_work_keeps_it_and_advises(Workshop workshop) {
        workshop.migration(1, "create table t (id int);", "drop table t;");
        Lockkeeper lockkeeper = demanding(workshop, List.of(), List.of(check("select count(*) > 0 from t")));
        Problem problem = workshop.problem(() -> Workshop.run(lockkeeper, Request.apply()));
        assertThat(problem.code()).isEqualTo(Code.CHECK_AFTER_FAILED);
        assertThat(problem.help()).contains("lockkeeper rollback --steps 1");
        assertThat(workshop.history()).containsExactly("1|applied");
    }

    @Test
    void commands_know_the_run_and_a_failing_one_stops_it_with_what_it_said(Workshop workshop) {
        workshop.migration(1, "create table t (id int);", "drop table t;");
        List<String> said = new ArrayList<>();
        Lockkeeper lockkeeper = demanding(
                workshop,
                List.of(run("echo $LOCKKEEPER_COMMAND $LOCKKEEPER_COMPONENT $LOCKKEEPER_STEPS; echo oops >&2; exit 3")),
                List.of());
        Problem problem = workshop.problem(() -> lockkeeper.run(Request.apply(), Duration.ZERO, event -> {
            if (event instanceof Event.HookSaid line) {
                said.add(line.line());
            }
        }));
        assertThat(problem.code()).isEqualTo(Code.CHECK_FAILED);
        assertThat(problem.message()).contains("ended with 3");
        assertThat(said).containsExactly("apply main 1", "oops");
        assertThat(workshop.tables()).isEmpty();
    }

    @Test
    void nothing_is_demanded_when_there_is_nothing_to_do(Workshop workshop) {
        ready(workshop);
        assertThat(Workshop.run(demanding(workshop, List.of(run("exit 1")), List.of()), Request.apply())
                        .isEmpty())
                .isTrue();
    }

    @Test
    void transactions_that_are_open_for_long_are_told_before_the_start(Workshop workshop) {
        ready(workshop).migration(2, "select 1;", "");
        Patience patience = new Patience(Duration.ofSeconds(2), Duration.ZERO, Duration.ofMillis(1), 1);
        List<Event> events = new ArrayList<>();
        try (var old = workshop.session()) {
            old.execute("begin; set application_name = 'forgotten'; select * from t");
            workshop.lockkeeper(new Policy(true, false, false, patience, Hooks.none()), Tokens.none())
                    .run(Request.apply(), Duration.ZERO, events::add);
            assertThat(events)
                    .filteredOn(e -> e instanceof Event.LongTransactions)
                    .singleElement()
                    .satisfies(e -> assertThat(((Event.LongTransactions) e).transactions())
                            .anyMatch(
                                    t -> t.pid() == old.pid() && t.application().equals("forgotten")));
        }
    }

    @Test
    void characters_beyond_the_basic_plane_in_a_check_do_not_shift_the_place_of_an_error(Workshop workshop) {
        ready(workshop)
                .migration(
                        2,
                        "-- lockkeeper:before select '\uD83D\uDE00\uD83D\uDE00' is not null\nselect 1;\nselect nope from t;",
                        "");
        assertThat(workshop.place(workshop.problem(workshop::apply))).isEqualTo("V2__m2.sql:3:8");
    }

    @ParameterizedTest
    @CsvSource({"--lockkeeper:before", "--   lockkeeper:before", "-- Lockkeeper:before"})
    void directive_counts_however_its_comment_is_spaced(String directive, Workshop workshop) {
        workshop.migration(1, directive + " select false\nselect 1;", "");
        assertThat(workshop.problem(workshop::apply).code()).isEqualTo(Code.CHECK_FAILED);
    }

    @Test
    void contract_that_was_added_to_a_begun_step_is_not_held_against_the_count_of_another(Workshop workshop) {
        ready(workshop).execute("create table u (id int)");
        String sql = "insert into t values (1);\nvacuum t;\n";
        workshop.migration(2, "-- lockkeeper:rows t +1\n" + sql + "select 1 / 0;", "");
        workshop.problem(workshop::apply);
        workshop.migration(2, "-- lockkeeper:rows u -10\n-- lockkeeper:rows t +1\n" + sql, "");
        Problem problem = workshop.problem(workshop::apply);
        assertThat(problem.code()).isEqualTo(Code.CONTRACT_BROKEN);
        assertThat(workshop.place(problem)).isEqualTo("V2__m2.sql:1:1");
        assertThat(problem.message()).contains("was lost");
    }

    @Test
    void check_before_a_script_without_a_transaction_keeps_nothing_and_says_so(Workshop workshop) {
        ready(workshop)
                .migration(
                        2,
                        "-- lockkeeper:before select false\n-- lockkeeper:backfill t id\n"
                                + "update t set id = id where id between :low and :high;",
                        "");
        assertThat(String.join("\n", workshop.problem(workshop::apply).notes()))
                .contains("nothing of it remains")
                .doesNotContain("goes on from here");
    }

    @Test
    void check_of_the_project_may_take_longer_than_a_connection_may_be_silent(Workshop workshop) {
        workshop.migration(1, "create table t (id int);", "");
        Target target = workshop.target();
        Target hasty = new Target(
                target.host(),
                target.port(),
                target.database(),
                target.user(),
                target.password(),
                Map.of("socketTimeout", "1"));
        Hooks hooks = new Hooks(
                workshop.folder(),
                List.of(check("select true from pg_sleep(1.5)")),
                List.of(),
                List.of(),
                List.of(),
                List.of());
        Workshop.run(
                Lockkeeper.of(
                        workshop.folder(Convention.FLYWAY, Tokens.none()),
                        hasty,
                        "lockkeeper",
                        new Policy(true, false, false, Patience.standard(), hooks)),
                Request.apply());
        assertThat(workshop.history()).containsExactly("1|applied");
    }

    @Test
    void copy_data_under_another_role_is_noted_in_the_journal_as_oneself(Workshop workshop) {
        ready(workshop)
                .execute("create role \"copier of " + workshop.target().database()
                        + "\"; grant insert on t to \"copier of "
                        + workshop.target().database() + "\"");
        workshop.migration(
                        2,
                        "vacuum t;\nset role \"copier of " + workshop.target().database()
                                + "\";\ncopy t from stdin;\n11\n\\.\n",
                        "")
                .apply();
        assertThat(workshop.rows("select count(*) from t")).containsExactly("11");
        workshop.execute("drop owned by \"copier of " + workshop.target().database() + "\"; drop role \"copier of "
                + workshop.target().database() + "\"");
    }

    @Test
    void advice_after_a_failing_check_takes_back_the_migrations_of_the_run_and_no_more(Workshop workshop) {
        ready(workshop).migration(2, "select 1;", "").write("R__v.sql", "create or replace view v as select 1 as n;");
        Lockkeeper lockkeeper = demanding(workshop, List.of(), List.of(check("select false")));
        assertThat(workshop.problem(() -> Workshop.run(lockkeeper, Request.apply()))
                        .help())
                .contains("rollback --steps 1");
        workshop.write("R__v.sql", "create or replace view v as select 1 as n, 2 as m;");
        assertThat(workshop.problem(() -> Workshop.run(
                                demanding(workshop, List.of(), List.of(check("select false"))), Request.apply()))
                        .help())
                .doesNotContain("rollback");
    }
}
