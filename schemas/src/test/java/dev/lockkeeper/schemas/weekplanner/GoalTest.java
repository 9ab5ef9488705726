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

@Tag("WP-03")
final class GoalTest {
    private static final String INSERT =
            "insert into public.goal (user_id, cycle_id, type, title, start_week, end_week)"
                    + " values (?, ?, ?, ?, ?, ?)";

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
                "professional, Job, 1, 12, -",
                "professional, Job, 5, 5, -",
                "personal, Another, 1, 12, 23505 goal_user_id_cycle_id_type_key",
                "social, Job, 1, 12, 23514 goal_type_known",
                "professional, ' ', 1, 12, 23514 not_blank_shows_something",
                "professional, Job, 6, 5, 23514 goal_weeks_in_order",
                "professional, Job, 0, 5, 23514 goal_weeks_in_order",
                "professional, Job, 1, 13, 23514 goal_weeks_in_order",
            })
    void a_cycle_has_one_goal_of_each_type_with_weeks_in_order(
            String type, String title, int start, int end, String refusal) throws SQLException {
        if (refusal == null) {
            assertThat(session.run(INSERT, ann.user(), ann.cycle(), type, title, start, end))
                    .isEqualTo(1);
        } else {
            assertThat(session.refused(INSERT, ann.user(), ann.cycle(), type, title, start, end)
                            .rule())
                    .isEqualTo(refusal);
        }
    }

    @Test
    void every_cycle_has_goals_of_its_own() throws SQLException {
        UUID next =
                UUID.fromString(session.text(ann.sql("insert into public.cycle (user_id, title, start_date, end_date)"
                        + " values ('{user}', 'Summer', '2026-04-06', '2026-06-29') returning id")));

        assertThat(session.run(INSERT, ann.user(), next, "personal", "A book", 1, 12))
                .isEqualTo(1);
    }

    /** Service and superuser pass the policies by, and are held by the reference. */
    @ParameterizedTest
    @ValueSource(strings = {"authenticated", "service_role", "none"})
    void a_goal_does_not_hang_on_the_cycle_of_another_account(String role) throws SQLException {
        Planner bob = Planner.in(session);
        Planner.request(session, role, Planner.claims(ann.user()));

        assertThat(session.refused(INSERT, ann.user(), bob.cycle(), "professional", "Job", 1, 12)
                        .rule())
                .isEqualTo("23503 goal_cycle_fkey");
        assertThat(session.refused(INSERT, ann.user(), UUID.randomUUID(), "professional", "Job", 1, 12)
                        .rule())
                .isEqualTo("23503 goal_cycle_fkey");
        assertThat(session.refused("update public.goal set cycle_id = ? where id = ?", bob.cycle(), ann.goal())
                        .sqlState())
                .isEqualTo("23503");
    }

    @Test
    void the_naive_reference_to_the_cycle_alone_accepts_the_cycle_of_another_account_under_policies()
            throws SQLException {
        Planner bob = Planner.in(session);
        session.script("""
                create table public.naive (
                    user_id uuid not null references auth.users, cycle_id uuid not null references public.cycle (id)
                );
                alter table public.naive enable row level security;
                create policy naive_own on public.naive to authenticated using (user_id = (select auth.uid()));
                """);
        ann.asks(session);

        assertThat(session.number("select count(*) from public.cycle where id = ?", bob.cycle()))
                .isZero();
        assertThat(session.run("insert into public.naive values (?, ?)", ann.user(), bob.cycle()))
                .isEqualTo(1);
    }

    @Test
    void the_rule_holds_when_two_requests_write_at_once() throws Exception {
        List<String> outcomes = wp.crowd(8, rival -> {
            try {
                return String.valueOf(ann.asks(rival).run(INSERT, ann.user(), ann.cycle(), "professional", "J", 1, 12));
            } catch (SQLException e) {
                return e.getSQLState();
            }
        });

        assertThat(outcomes).containsOnlyOnce("1").filteredOn("23505"::equals).hasSize(7);
    }
}
