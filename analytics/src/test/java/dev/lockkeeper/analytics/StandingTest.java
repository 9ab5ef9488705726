package dev.lockkeeper.analytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.judge.Fit;
import dev.lockkeeper.analytics.judge.Standing;
import dev.lockkeeper.analytics.roll.RollResult;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two definitions of one rollup, in two processes. */
@Tag("ANA-02")
@ExtendWith(Mill.Extension.class)
class StandingTest {
    private static final String OTHER = Mill.USAGE.replace("[prompt, completion]", "prompt");

    private static void assertRefused(ThrowingCallable work) {
        assertThatThrownBy(work).isInstanceOfSatisfying(LockkeeperException.class, e -> {
            Problem problem = e.problems().get(0);
            assertThat(problem.code()).isEqualTo(Code.ANALYTICS_UNFIT);
            assertThat(problem.message())
                    .isEqualTo("the definition of rollup usage is older than the one that its sums are made by");
            assertThat(problem.why()).contains("by version test of Lockkeeper");
            assertThat(problem.help()).contains("lockkeeper analytics run usage --accept-definition");
        });
    }

    @Test
    void process_whose_definition_is_not_the_newest_computes_nothing_until_it_is_accepted(Mill mill) {
        Rollup older = Watched.filled(mill, Mill.USAGE);
        Rollup newer = mill.read(OTHER).get(0);
        assertThat(mill.roll(newer).tally().buckets()).isPositive();
        String made = "select distinct definition_hash from state.rollup_interval";
        assertRefused(() -> mill.roll(older));
        assertRefused(() -> Fit.require(mill.site(), List.of(older)));
        assertThat(Fit.checks(mill.site(), older)).hasSize(1);
        assertThat(mill.rows(made)).containsExactly(newer.hash());
        assertThat(mill.roll(newer).state()).isEqualTo(RollResult.State.IDLE);
        new Standing(mill.site(), older).renew("test");
        mill.roll(older);
        assertThat(mill.rows(made)).containsExactly(older.hash());
        assertRefused(() -> mill.roll(newer));
        assertThat(mill.rows("select definition_hash from state.rollup_definition order by definition_id"))
                .containsExactly(older.hash(), newer.hash(), older.hash());
    }

    @Test
    void run_whose_definition_is_replaced_amid_its_transactions_keeps_nothing_more(Mill mill) {
        Rollup usage = Watched.filled(mill, Mill.USAGE);
        List<String> sums = mill.usage("hour");
        mill.event("2026-01-11 09:20:00+00", 4, 0, "success", 1000, "1");
        assertRefused(
                () -> Watched.rollAmid(
                        mill,
                        usage,
                        "insert into state.rollup_definition (rollup, definition_hash, app_version) values ('usage', 'other', 'test')"));
        assertThat(mill.usage("hour")).isEqualTo(sums);
        assertThat(mill.rows("select state from state.rollup_run order by run_id desc limit 1"))
                .containsExactly("failed");
        assertThat(mill.rows("select 1 from state.rollup_dirty")).isNotEmpty();
    }
}
