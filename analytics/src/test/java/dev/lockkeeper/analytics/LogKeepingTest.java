package dev.lockkeeper.analytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.roll.LogKeeping;
import dev.lockkeeper.analytics.roll.RollupStatus;
import dev.lockkeeper.problem.LockkeeperException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Mill.Extension.class)
class LogKeepingTest {
    private static Rollup kept(Mill mill) {
        return mill.install(Mill.USAGE + "    keep: 30d\n");
    }

    private static void run(Mill mill, String state, String cause, int daysAgo) {
        mill.sql(
                "insert into state.rollup_run (rollup, adapter, cause, state, started_at, finished_at, definition_hash, app_version)"
                        + " values ('usage', 'postgres', '" + cause + "', '" + state + "', now() - interval '" + daysAgo
                        + " days', " + (state.equals("running") || state.equals("lost") ? "null" : "now()")
                        + ", '', '')");
    }

    private static void result(Mill mill, String check, String bucket, String outcome, int daysAgo) {
        mill.sql(
                "insert into state.dq_result (run_id, rollup, check_id, check_hash, grain, bucket_from, outcome, blocking, at)"
                        + " values (1, 'usage', '" + check + "', '', 'hour', " + bucket + ", '" + outcome
                        + "', false, now() - interval '" + daysAgo + " days')");
    }

    private static void difference(Mill mill, String kind, int hour, int daysAgo) {
        mill.sql(
                "insert into state.recon_result (recon_run, rollup, grain, bucket_start, class, groups, difference, action, at)"
                        + " values (gen_random_uuid(), 'usage', 'hour', timestamptz '2026-01-10 00:00Z' + " + hour
                        + " * interval '1 h', '" + kind + "', 1, '{}', 'none', now() - interval '" + daysAgo
                        + " days')");
    }

    @Test
    void runs_older_than_they_are_kept_go_but_the_last_of_each_kind_and_those_that_nothing_has_put_right(Mill mill) {
        Rollup usage = kept(mill);
        run(mill, "failed", "every", 100); // put right by the next
        run(mill, "done", "every", 99); // not the last of its kind
        run(mill, "done", "once", 98); // the last of its kind
        run(mill, "done", "every", 97); // the last of its kind
        run(mill, "failed", "every", 96); // nothing has put it right
        run(mill, "failed", "every", 95);
        run(mill, "lost", "every", 94);
        run(mill, "running", "every", 93);
        run(mill, "failed", "every", 5);
        mill.sql(
                "insert into state.rollup_run (rollup, adapter, cause, state, started_at, definition_hash, app_version) select 'other',"
                        + " 'postgres', 'every', 'lost', now() - interval '1 year', '', '' from generate_series(1, 3)");
        assertThat(new LogKeeping(mill.site(), usage, () -> false).run()).isEqualTo(2);
        assertThat(mill.rows("select run_id from state.rollup_run where rollup = 'usage' order by 1"))
                .containsExactly("3", "4", "5", "6", "7", "8", "9");
        assertThat(mill.one("select count(*) from state.rollup_run where rollup = 'other'"))
                .isEqualTo("3");
    }

    @Test
    void result_of_a_check_stays_while_it_is_the_last_word_on_a_bucket_that_failed(Mill mill) {
        Rollup usage = kept(mill);
        String eight = "timestamptz '2026-01-10 08:00Z'";
        String nine = "timestamptz '2026-01-10 09:00Z'";
        result(mill, "errors", eight, "fail", 100); // passed later
        result(mill, "errors", eight, "pass", 99);
        result(mill, "errors", nine, "error", 98); // never made since
        result(mill, "errors", "null", "warn", 97);
        result(mill, "errors", eight, "pass", 96); // the last of its check
        result(mill, "volume", eight, "pass", 50); // the last of its check
        assertThat(new LogKeeping(mill.site(), usage, () -> false).run()).isEqualTo(3);
        assertThat(mill.rows("select result_id from state.dq_result order by 1"))
                .containsExactly("3", "5", "6");
    }

    @Test
    void difference_stays_until_its_bucket_is_computed_or_compared_again(Mill mill) {
        Rollup usage = kept(mill);
        mill.event("2026-01-10 01:00Z", 1, 1, "success", 1, "1");
        mill.roll(usage);
        difference(mill, "drift", 1, 100); // computed since
        difference(mill, "drift", 2, 99); // nobody has
        difference(mill, "sealed", 3, 98);
        difference(mill, "sealed", 3, 97); // told again, and the last of its kind
        difference(mill, "drift", 4, 2);
        assertThat(new LogKeeping(mill.site(), usage, () -> false).run()).isEqualTo(2);
        assertThat(mill.rows("select recon_id from state.recon_result order by 1"))
                .containsExactly("2", "4", "5");
    }

    @Test
    void many_go_a_thousand_at_a_time_with_each_run_and_what_became_of_partitions_is_never_cut(Mill mill) {
        Rollup usage = kept(mill);
        mill.sql(
                "insert into state.dq_result (run_id, rollup, check_id, check_hash, grain, outcome, blocking, at) select 1, 'usage', 'a',"
                        + " '', 'hour', 'pass', false, now() - interval '31 days' from generate_series(1, 25001)",
                "insert into state.partition_log (source, partition, partition_oid, lower_bound, upper_bound, dropped_at) values"
                        + " ('app.event', 'app.old', 1, '2020-01-01', '2020-01-02', '2020-03-01')",
                "insert into state.rollup_late (run_id, rollup, grain, bucket_start, whole, keys, marks, first_marked_at, action, at) values"
                        + " (1, 'usage', 'hour', '2020-01-01', true, '{}', 1, '2020-01-01', 'quarantined', '2020-01-01')");
        assertThat(mill.roll(usage).state()).isEqualTo(dev.lockkeeper.analytics.roll.RollResult.State.IDLE);
        assertThat(mill.one("select count(*) from state.dq_result")).isEqualTo("5001");
        mill.roll(usage);
        assertThat(mill.one("select count(*) from state.dq_result")).isEqualTo("1");
        assertThat(mill.one("select count(*) from state.partition_log")).isEqualTo("1");
        assertThat(RollupStatus.of(mill.site(), usage).quarantined()).isEqualTo(1);
    }

    @Test
    void less_than_status_tells_of_is_refused(Mill mill) {
        assertThatThrownBy(() -> mill.read(Mill.USAGE + "    keep: 6d\n"))
                .isInstanceOf(LockkeeperException.class)
                .hasMessageContaining("analytics status tells of the last 7 days");
        assertThat(mill.read(Mill.USAGE).get(0).keep()).isEqualTo(java.time.Duration.ofDays(90));
    }
}
