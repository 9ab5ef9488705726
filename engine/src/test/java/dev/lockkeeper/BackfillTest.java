package dev.lockkeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.apply.Event;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Statements that move data in batches. */
@ExtendWith(Workshops.class)
@Tag("RUN-09")
class BackfillTest {
    private static final String FILL = "-- lockkeeper:backfill t id batch=10\n"
            + "update t set twice = 2 * id, tries = tries + 1 where id between :low and :high;\n";

    private static void table(Workshop workshop) {
        workshop.execute("create table t (id int primary key, twice int, tries int not null default 0);"
                + " insert into t select 3 * g from generate_series(1, 95) g; analyze t");
    }

    private static List<Event.Backfilled> batches(Workshop workshop) {
        List<Event.Backfilled> batches = new ArrayList<>();
        workshop.lockkeeper().run(Request.apply(), Duration.ZERO, event -> {
            if (event instanceof Event.Backfilled batch) {
                batches.add(batch);
            }
        });
        return batches;
    }

    @Test
    void every_row_is_reached_once_in_batches_with_progress_and_an_estimate(Workshop workshop) {
        table(workshop);
        workshop.migration(1, FILL + "alter table t alter twice set not null;\n", "");
        List<Event.Backfilled> batches = batches(workshop);
        assertThat(batches)
                .extracting(Event.Backfilled::rows)
                .containsExactly(10L, 20L, 30L, 40L, 50L, 60L, 70L, 80L, 90L, 95L);
        assertThat(batches).allMatch(b -> b.estimate() == 95 && b.statement() == 1);
        assertThat(batches.get(9).remaining()).isEqualTo(Duration.ZERO);
        assertThat(workshop.rows("select count(*) from t where twice = 2 * id and tries = 1"))
                .containsExactly("95");
        assertThat(workshop.rows("select count(distinct xmin::text) from t")).containsExactly("10");
        assertThat(workshop.history()).containsExactly("1|applied");
        assertThat(workshop.rows("select * from lockkeeper.journal")).isEmpty();
    }

    @Test
    void backfill_that_failed_goes_on_where_it_was_and_repeats_no_batch(Workshop workshop) {
        table(workshop);
        workshop.execute("alter table t add constraint stop check (twice is null or id <> 135)");
        workshop.migration(1, FILL, "");
        Problem problem = workshop.problem(workshop::apply);
        assertThat(problem.code()).isEqualTo(Code.PARTLY_APPLIED);
        assertThat(workshop.place(problem)).isEqualTo("V1__m1.sql:2:1");
        assertThat(workshop.rows("select count(*) from t where tries = 1")).containsExactly("40");
        assertThat(workshop.rows("select position from lockkeeper.journal")).containsExactly("40 120");
        workshop.execute("alter table t drop constraint stop");
        List<Event.Backfilled> batches = batches(workshop.retry("1"));
        assertThat(batches.get(0).rows()).isEqualTo(50);
        assertThat(workshop.rows("select count(*) from t where tries = 1")).containsExactly("95");
        assertThat(workshop.history()).containsExactly("1|applied");
    }

    @ParameterizedTest
    @ValueSource(strings = {"uuid", "text", "timestamptz", "numeric", "date"})
    void keys_of_any_type_that_has_an_order_will_do(String type, Workshop workshop) {
        String key = switch (type) {
            case "uuid" -> "md5(g::text)::uuid";
            case "text" -> "chr(39) || g || ' :low \"'";
            case "timestamptz" -> "timestamptz '2026-01-01 00:00:00.000001+05:30' + g * interval '1 us'";
            case "date" -> "date '2026-01-01' + g / 3";
            default -> "g * 1.000000000001";
        };
        workshop.execute("create schema \"My App\"; create table \"My App\".\"T\" as select (" + key + ")::" + type
                + " as \"Key\", 0 as tries from generate_series(1, 33) g");
        workshop.migration(
                1,
                "-- lockkeeper:backfill \"My App\".\"T\" \"Key\" batch=7 pause=1ms\n"
                        + "update \"My App\".\"T\" set tries = tries + 1 where \"Key\" between :low::" + type
                        + " and :high;",
                "");
        workshop.apply();
        assertThat(workshop.rows("select count(*) from \"My App\".\"T\" where tries = 1"))
                .containsExactly("33");
    }

    @Test
    void empty_table_needs_no_batch(Workshop workshop) {
        workshop.execute("create table t (id int primary key, twice int, tries int)");
        workshop.migration(1, FILL, "");
        assertThat(batches(workshop)).isEmpty();
        assertThat(workshop.history()).containsExactly("1|applied");
    }

    @Test
    void backfill_in_a_transaction_of_the_script_is_refused(Workshop workshop) {
        workshop.migration(1, "begin;\n" + FILL + "commit;", "");
        assertThat(workshop.problem(workshop::apply).code()).isEqualTo(Code.DIRECTIVE);
    }

    @Test
    void rows_that_cannot_be_counted_off_are_at_the_line_of_the_directive(Workshop workshop) {
        table(workshop);
        workshop.migration(1, "select 1;\n" + FILL.replace("backfill t id", "backfill t nope"), "");
        Problem problem = workshop.problem(workshop::apply);
        assertThat(problem.message()).contains("nope");
        assertThat(workshop.place(problem)).isEqualTo("V1__m1.sql:2:1");
        assertThat(workshop.rows("select place from lockkeeper.failure")).hasSize(1);
    }

    @Test
    void key_of_a_begun_backfill_cannot_be_exchanged_but_its_batch_can(Workshop workshop) {
        table(workshop);
        workshop.execute("alter table t add constraint stop check (twice is null or id <> 135)");
        workshop.migration(1, FILL, "");
        workshop.problem(workshop::apply);
        workshop.execute("alter table t drop constraint stop");
        workshop.migration(1, FILL.replace("backfill t id", "backfill t tries"), "");
        assertThat(workshop.problem(workshop::apply).code()).isEqualTo(Code.MIGRATION_ALTERED);
        workshop.migration(1, FILL.replace("batch=10", "batch=20"), "").apply();
        assertThat(workshop.rows("select count(*) from t where tries = 1")).containsExactly("95");
    }

    @Test
    void second_directive_on_one_statement_is_refused(Workshop workshop) {
        table(workshop);
        workshop.migration(1, "-- lockkeeper:backfill t twice\n" + FILL, "");
        Problem problem = workshop.problem(workshop::apply);
        assertThat(problem.code()).isEqualTo(Code.DIRECTIVE);
        assertThat(workshop.place(problem)).isEqualTo("V1__m1.sql:2:1");
    }
}
