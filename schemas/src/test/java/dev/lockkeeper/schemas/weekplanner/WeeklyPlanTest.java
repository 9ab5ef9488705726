package dev.lockkeeper.schemas.weekplanner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("WP-04")
final class WeeklyPlanTest {
    private static final String INSERT =
            "insert into public.weekly_plan (user_id, cycle_id, week_no, mode, locked_after_week) values (?, ?, ?, ?, ?)";

    @RegisterExtension
    final Migrated wp = Migrated.of("week-planner");

    private Planner ann;
    private Session session;

    @BeforeEach
    void write_rows() throws SQLException {
        ann = Planner.in(wp.session());
        session = wp.session();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "1, time_block, 6, -",
                "12, priority_queue, 12, -",
                "2, time_block, 0, -",
                "3, time_block, 6, 23505 weekly_plan_user_id_cycle_id_week_no_key",
                "0, time_block, 6, 23514 weekly_plan_week_no_in_range",
                "13, time_block, 6, 23514 weekly_plan_week_no_in_range",
                "4, calendar, 6, 23514 weekly_plan_mode_known",
                "4, time_block, -1, 23514 weekly_plan_locked_after_week_in_range",
                "4, time_block, 13, 23514 weekly_plan_locked_after_week_in_range",
            })
    void a_cycle_has_one_plan_per_week(int week, String mode, int lock, String refusal) throws SQLException {
        if (refusal == null) {
            assertThat(session.run(INSERT, ann.user(), ann.cycle(), week, mode, lock))
                    .isEqualTo(1);
        } else {
            assertThat(session.refused(INSERT, ann.user(), ann.cycle(), week, mode, lock)
                            .rule())
                    .isEqualTo(refusal);
        }
    }

    @Test
    void a_plan_locks_after_week_6_unless_it_says_otherwise() throws SQLException {
        assertThat(session.text("select mode || ' ' || locked_after_week from public.weekly_plan"))
                .isEqualTo("time_block 6");
    }

    @Test
    void a_plan_does_not_hang_on_the_cycle_of_another_account() throws SQLException {
        Planner bob = Planner.in(session);

        assertThat(ann.asks(session)
                        .refused(INSERT, ann.user(), bob.cycle(), 5, "time_block", 6)
                        .rule())
                .isEqualTo("23503 weekly_plan_cycle_fkey");
    }
}
