package dev.lockkeeper.schemas.weekplanner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Refusal;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.UUID;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("WP-05")
final class PlanItemTest {
    private static final String INSERT =
            "insert into public.plan_item (user_id, cycle_id, weekly_plan_id, task_id, qty)"
                    + " values (?, ?, ?, ?, 1)";

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
            delimiter = '|',
            value = {
                "qty = 0 | -",
                "qty = 2.5 | -",
                "qty = -0.01 | 23514 quantity_from_zero",
                "qty = 'NaN' | 23514 quantity_from_zero",
                "done_qty = 0 | -",
                "done_qty = 9 | -",
                "done_qty = -1 | 23514 quantity_from_zero",
                "done_qty = 'NaN' | 23514 quantity_from_zero",
                "status = 'planned' | -",
                "status = 'in_progress' | -",
                "status = 'completed' | -",
                "status = 'skipped' | -",
                "status = 'done' | 23514 plan_item_status_known",
                "position = 0 | -",
                "position = -1 | 23514 plan_item_position_not_negative",
                "starts_at = '2026-01-20 09:00Z', ends_at = '2026-01-20 10:00Z' | -",
                "starts_at = '2026-01-20 09:00Z', ends_at = 'infinity' | 23514 plan_item_block_finite",
                "starts_at = '-infinity', ends_at = '2026-01-20 09:00Z' | 23514 plan_item_block_finite",
                "starts_at = '2026-01-04 00:00Z', ends_at = '2026-03-31 00:00Z' | -",
                "starts_at = '2026-01-03 23:59Z', ends_at = '2026-01-05 00:00Z' | 23514 plan_item_block_in_cycle",
                "starts_at = '2026-03-30 23:00Z', ends_at = '2026-03-31 00:01Z' | 23514 plan_item_block_in_cycle",
                "starts_at = '2027-01-20 09:00Z', ends_at = '2027-01-20 10:00Z' | 23514 plan_item_block_in_cycle",
                "unit = 'hours' | -",
                "unit = ' ' | 23514 not_blank_shows_something",
                "unit = null | 23502",
                "starts_at = '2026-01-20 09:00Z' | 23514 plan_item_block_complete",
                "ends_at = '2026-01-20 09:00Z' | 23514 plan_item_block_complete",
                "starts_at = '2026-01-20 09:00Z', ends_at = '2026-01-20 09:00Z' | 23514 plan_item_block_ends_after_start",
            })
    void an_item_has_quantities_a_status_and_a_place(String change, String refusal) throws SQLException {
        String update = "update public.plan_item set " + change;
        if (refusal == null) {
            assertThat(session.run(update)).isEqualTo(1);
        } else {
            assertThat(session.refused(update).rule()).isEqualTo(refusal);
        }
    }

    @Test
    void an_item_does_not_hang_on_the_plan_or_the_task_of_another_account() throws SQLException {
        Planner bob = Planner.in(session);

        assertThat(session.run(INSERT, ann.user(), ann.cycle(), ann.plan(), ann.task()))
                .isEqualTo(1);
        assertThat(session.refused(INSERT, ann.user(), ann.cycle(), bob.plan(), ann.task())
                        .rule())
                .isEqualTo("23503 plan_item_weekly_plan_fkey");
        assertThat(session.refused(INSERT, ann.user(), ann.cycle(), ann.plan(), bob.task())
                        .rule())
                .isEqualTo("23503 plan_item_task_fkey");
    }

    @Test
    void the_week_and_the_task_of_an_item_belong_to_one_cycle() throws SQLException {
        UUID next =
                UUID.fromString(session.text(ann.sql("insert into public.cycle (user_id, title, start_date, end_date)"
                        + " values ('{user}', 'Summer', '2026-04-06', '2026-06-29') returning id")));
        UUID plan = UUID.fromString(session.text(
                "insert into public.weekly_plan (user_id, cycle_id, week_no) values (?, ?, 1) returning id",
                ann.user(),
                next));

        assertThat(session.refused(INSERT, ann.user(), next, plan, ann.task()).rule())
                .isEqualTo("23503 plan_item_task_fkey");
        assertThat(session.refused(INSERT, ann.user(), ann.cycle(), plan, ann.task())
                        .rule())
                .isEqualTo("23503 plan_item_weekly_plan_fkey");
    }

    private static final String BLOCK =
            "insert into public.plan_item (user_id, cycle_id, weekly_plan_id, task_id, starts_at, ends_at, qty)"
                    + " values (?, ?, ?, ?, ?::timestamptz, ?::timestamptz, 1)";

    private Refusal blockRefused(Session request, Planner who, String from, String to) {
        return request.refused(BLOCK, who.user(), who.cycle(), who.plan(), who.task(), from, to);
    }

    private int block(Session request, Planner who, String from, String to) throws SQLException {
        return request.run(BLOCK, who.user(), who.cycle(), who.plan(), who.task(), from, to);
    }

    @Test
    void nobody_does_two_things_at_once() throws SQLException {
        Planner bob = Planner.in(session);
        block(session, ann, "2026-01-20 09:00Z", "2026-01-20 10:00Z");

        assertThat(blockRefused(session, ann, "2026-01-20 09:30Z", "2026-01-20 09:40Z")
                        .rule())
                .isEqualTo("23P01 plan_item_one_at_a_time");
        assertThat(block(session, ann, "2026-01-20 10:00Z", "2026-01-20 11:00Z"))
                .as("touching")
                .isEqualTo(1);
        assertThat(block(session, bob, "2026-01-20 09:00Z", "2026-01-20 10:00Z"))
                .as("another account")
                .isEqualTo(1);
        assertThat(session.run(
                        "update public.plan_item set starts_at = starts_at + '1 h'::interval,"
                                + " ends_at = ends_at + '1 h'::interval where user_id = ?",
                        ann.user()))
                .as("one statement moves the day")
                .isEqualTo(3);
        session.run("update public.plan_item set status = 'skipped' where user_id = ?", ann.user());
        assertThat(block(session, ann, "2026-01-20 09:30Z", "2026-01-20 12:00Z"))
                .as("skipped")
                .isEqualTo(1);
    }

    @Test
    void an_upsert_names_the_key() throws SQLException {
        String insert = ann.sql("insert into public.plan_item (id, user_id, cycle_id, weekly_plan_id, task_id, qty)"
                + " values (?, '{user}', '{cycle}', '{plan}', '{task}', 5) on conflict ");

        assertThat(wp.session().run(insert + "(id) do nothing", ann.item())).isZero();
        assertThat(wp.session().run(insert + "(id) do nothing", UUID.randomUUID()))
                .isEqualTo(1);
        assertThat(wp.session()
                        .refused(insert + "do nothing", UUID.randomUUID())
                        .sqlState())
                .isEqualTo("55000");
    }

    @Test
    void nobody_does_two_things_at_once_in_two_requests_either() throws Exception {
        Session first = ann.asks(wp.session());
        first.begin();
        block(first, ann, "2026-01-20 09:00Z", "2026-01-20 10:00Z");

        Future<Refusal> refusal =
                wp.blocked(ann.asks(wp.session()), s -> blockRefused(s, ann, "2026-01-20 09:30Z", "2026-01-20 10:30Z"));
        first.commit();

        assertThat(refusal.get().rule()).isEqualTo("23P01 plan_item_one_at_a_time");
    }

    @Test
    void unit_and_quantity_come_from_the_task_where_the_item_names_none() throws SQLException {
        String insert = "insert into public.plan_item (user_id, cycle_id, weekly_plan_id, task_id)"
                + " values (?, ?, ?, ?) returning qty || ' ' || unit";
        ann.asks(session);
        assertThat(session.refused(insert, ann.user(), ann.cycle(), ann.plan(), ann.task())
                        .sqlState())
                .isEqualTo("23502");
        session.run("update public.task set default_qty = 7");

        assertThat(session.text(insert, ann.user(), ann.cycle(), ann.plan(), ann.task()))
                .isEqualTo("7.00 pages");
        session.run("update public.task set unit = 'words'");
        assertThat(session.text("select string_agg(unit, ' ') from public.plan_item"))
                .isEqualTo("pages pages");
    }

    @Test
    void the_naive_check_lets_nan_through() throws SQLException {
        session.run("create table naive (qty numeric(10, 2) check (qty >= 0))");

        assertThat(session.run("insert into naive values ('NaN')")).isEqualTo(1);
    }
}
