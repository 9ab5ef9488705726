package dev.lockkeeper.schemas.weekplanner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("WP-02")
final class CycleTest {
    private static final String INSERT =
            "insert into public.cycle (user_id, title, start_date, end_date, current_week) values (?, ?, ?::date, ?::date, ?)";

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
                "C, 2027-01-04, 2027-03-29, 1, -",
                "C, 2027-01-04, 2027-03-29, 12, -",
                "C, 2027-01-04, 2027-03-22, 1, -",
                "C, 2027-01-04, 2028-01-10, 1, -",
                "C, 2026-03-30, 2026-06-22, 1, -",
                "C, 2027-01-04, 2027-01-04, 1, 23514 cycle_end_after_start",
                "C, 2027-01-04, 2027-01-03, 1, 23514 cycle_end_after_start",
                "C, 2027-01-04, infinity, 1, 23514 cycle_dates_finite",
                "C, 1899-12-31, 1900-04-01, 1, 23514 cycle_dates_of_an_age",
                "C, 4713-01-05 BC, 4713-03-30 BC, 1, 23514 cycle_dates_of_an_age",
                "C, 2027-01-04, 2027-03-21, 1, 23514 cycle_lasts_twelve_weeks",
                "C, 2027-01-04, 2028-01-11, 1, 23514 cycle_lasts_twelve_weeks",
                "C, 2026-03-29, 2026-06-21, 1, 23P01 cycle_one_at_a_time",
                "C, 2025-10-20, 2026-01-12, 1, 23P01 cycle_one_at_a_time",
                "C, 2027-01-04, 2027-03-29, 0, 23514 cycle_current_week_in_range",
                "C, 2027-01-04, 2027-03-29, 13, 23514 cycle_current_week_in_range",
                "' ', 2027-01-04, 2027-03-29, 1, 23514 not_blank_shows_something",
            })
    void a_cycle_ends_after_its_start_and_counts_twelve_weeks(
            String title, String start, String end, int week, String refusal) throws SQLException {
        if (refusal == null) {
            assertThat(session.run(INSERT, ann.user(), title, start, end, week)).isEqualTo(1);
        } else {
            assertThat(session.refused(INSERT, ann.user(), title, start, end, week)
                            .rule())
                    .isEqualTo(refusal);
        }
    }

    @Test
    void two_accounts_have_cycles_at_the_same_time() throws SQLException {
        Planner bob = Planner.in(session);

        assertThat(session.number(
                        "select count(distinct start_date) from public.cycle where user_id in (?, ?)",
                        ann.user(),
                        bob.user()))
                .isEqualTo(1);
    }

    @Test
    void the_account_exists() throws SQLException {
        assertThat(session.refused(INSERT, UUID.randomUUID(), "C", "2026-01-05", "2026-03-30", 1)
                        .rule())
                .isEqualTo("23503 cycle_user_id_fkey");
    }

    @Test
    void a_cycle_with_goals_does_not_change_its_owner() throws SQLException {
        Planner bob = Planner.in(session);
        session.run("delete from public.cycle where user_id = ?", bob.user());

        assertThat(session.refused("update public.cycle set user_id = ? where id = ?", bob.user(), ann.cycle())
                        .rule())
                .isEqualTo("23503 goal_cycle_fkey");
    }

    @Test
    void one_statement_moves_neighbouring_cycles_and_their_days_are_compared_at_its_end() throws SQLException {
        session.run(INSERT, ann.user(), "Next", "2026-03-30", "2026-06-22", 1);

        assertThat(session.run("update public.cycle set start_date = start_date + 7, end_date = end_date + 7"))
                .isEqualTo(2);
        assertThat(session.run("update public.cycle set start_date = start_date - 7, end_date = end_date - 7"))
                .isEqualTo(2);
        assertThat(session.refused("update public.cycle set start_date = start_date + 7, end_date = end_date + 7"
                                + " where title <> 'Next'")
                        .rule())
                .isEqualTo("23P01 cycle_one_at_a_time");
    }

    @Test
    void an_upsert_names_its_key_since_a_deferrable_rule_is_no_arbiter() throws SQLException {
        String upsert = "insert into public.cycle (id, user_id, title, start_date, end_date)"
                + " values (?, ?, 'Other', '2026-01-05', '2026-03-30') on conflict ";

        assertThat(session.refused(upsert + "do nothing", UUID.randomUUID(), ann.user())
                        .sqlState())
                .isEqualTo("55000");
        assertThat(session.run(upsert + "(id) do nothing", ann.cycle(), ann.user()))
                .isZero();
        assertThat(session.run(upsert + "(id) do update set title = excluded.title", ann.cycle(), ann.user()))
                .isEqualTo(1);
        assertThat(session.text("select obj_description(oid, 'pg_constraint') from pg_constraint"
                        + " where conname = 'cycle_one_at_a_time'"))
                .contains("(id)");
    }
}
