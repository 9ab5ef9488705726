package dev.lockkeeper.schemas.weekplanner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("WP-05")
final class TaskTest {
    private static final String INSERT = "insert into public.task"
            + " (user_id, cycle_id, goal_id, title, unit, target_qty, status) values (?, ?, ?, ?, ?, ?::numeric, ?)";

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
                "T, h, 0, planned, -",
                "T, h, 1.25, in_progress, -",
                "T, h, 1, completed, -",
                "T, h, 1, skipped, -",
                "T, h, 1, done, 23514 task_status_known",
                "T, h, -0.01, planned, 23514 quantity_from_zero",
                "T, h, NaN, planned, 23514 quantity_from_zero",
                "' ', h, 1, planned, 23514 not_blank_shows_something",
                "T, ' ', 1, planned, 23514 not_blank_shows_something",
            })
    void a_task_has_a_title_a_unit_a_target_and_a_status(
            String title, String unit, String target, String status, String refusal) throws SQLException {
        if (refusal == null) {
            assertThat(session.run(INSERT, ann.user(), ann.cycle(), ann.goal(), title, unit, target, status))
                    .isEqualTo(1);
        } else {
            assertThat(session.refused(INSERT, ann.user(), ann.cycle(), ann.goal(), title, unit, target, status)
                            .rule())
                    .isEqualTo(refusal);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "1", "\"text\"", "null"})
    void the_metadata_are_an_object(String metadata) throws SQLException {
        assertThat(session.run("update public.task set metadata = '{\"chapter\": 1}'"))
                .isEqualTo(1);
        assertThat(session.refused("update public.task set metadata = ?::jsonb", metadata)
                        .rule())
                .isEqualTo("23514 task_metadata_is_object");
    }

    @Test
    void a_task_does_not_hang_on_the_goal_of_another_account_or_cycle() throws SQLException {
        Planner bob = Planner.in(session);

        for (UUID[] keys : List.of(
                new UUID[] {ann.user(), ann.cycle(), bob.goal()},
                new UUID[] {ann.user(), bob.cycle(), bob.goal()},
                new UUID[] {ann.user(), bob.cycle(), ann.goal()})) {
            assertThat(session.refused(INSERT, keys[0], keys[1], keys[2], "T", "h", "1", "planned")
                            .rule())
                    .isEqualTo("23503 task_goal_fkey");
        }
    }
}
