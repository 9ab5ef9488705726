package dev.lockkeeper.schemas.weekplanner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Refusal;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two requests of one account: one locks a week while the other one edits it. */
@Tag("WP-06")
final class LockConcurrencyTest {
    private static final String LOCK = "update public.weekly_plan set locked_after_week = 2 where id = ?";
    private static final String EDIT = "update public.plan_item set qty = qty + 4 where id = ?";

    @RegisterExtension
    final Migrated wp = Migrated.of("week-planner");

    private Planner ann;
    private Session locker;
    private Session editor;

    @BeforeEach
    void open_a_week() throws SQLException {
        ann = Planner.in(wp.session());
        locker = ann.asks(wp.session());
        editor = ann.asks(wp.session());
    }

    @Test
    void an_edit_waits_for_the_lock_that_is_being_set_and_comes_too_late() throws Exception {
        locker.begin();
        locker.run(LOCK, ann.plan());

        Future<Refusal> refusal = wp.blocked(editor, session -> session.refused(EDIT, ann.item()));
        locker.commit();

        assertThat(refusal.get().rule()).isEqualTo("23001 plan_item_locked");
    }

    @Test
    void an_edit_that_waits_for_a_lock_that_is_aborted_goes_through() throws Exception {
        locker.begin();
        locker.run(LOCK, ann.plan());

        Future<Integer> edited = wp.blocked(editor, session -> session.run(EDIT, ann.item()));
        locker.abort();

        assertThat(edited.get()).isEqualTo(1);
    }

    @Test
    void a_new_item_waits_for_the_lock_too() throws Exception {
        locker.begin();
        locker.run(LOCK, ann.plan());

        Future<Refusal> refusal = wp.blocked(
                editor,
                session -> session.refused(
                        ann.sql("insert into public.plan_item (user_id, cycle_id, weekly_plan_id, task_id, qty)"
                                + " values ('{user}', '{cycle}', '{plan}', '{task}', 1)")));
        locker.commit();

        assertThat(refusal.get().rule()).isEqualTo("23001 plan_item_locked");
    }

    @Test
    void two_requests_that_edit_an_item_and_then_its_plan_queue_and_do_not_meet_in_a_circle() throws Exception {
        String notes = "update public.weekly_plan set notes = notes || 'x' where id = ?";
        editor.begin();
        editor.run(EDIT, ann.item());

        Future<Integer> other = wp.blocked(locker, session -> {
            session.begin();
            session.run(ann.sql("insert into public.plan_item (user_id, cycle_id, weekly_plan_id, task_id, qty)"
                    + " values ('{user}', '{cycle}', '{plan}', '{task}', 1)"));
            int rows = session.run(notes, ann.plan());
            session.commit();
            return rows;
        });
        editor.run(notes, ann.plan());
        editor.commit();

        assertThat(other.get()).isEqualTo(1);
        assertThat(editor.text("select notes from public.weekly_plan")).isEqualTo("xx");
    }

    @Test
    void the_lock_waits_for_an_edit() throws Exception {
        editor.begin();
        editor.run(EDIT, ann.item());

        Future<Integer> done = wp.blocked(locker, session -> session.run(LOCK, ann.plan()));
        editor.commit();

        assertThat(done.get()).isEqualTo(1);
        assertThat(editor.number("select qty::int from public.plan_item")).isEqualTo(9);
        assertThat(editor.refused(EDIT, ann.item()).rule()).isEqualTo("23001 plan_item_locked");
    }

    @Test
    void an_edit_with_an_old_snapshot_fails_and_may_be_tried_again() throws SQLException {
        editor.run("set default_transaction_isolation = 'repeatable read'");
        editor.begin();
        editor.number("select count(*) from public.plan_item");
        locker.run(LOCK, ann.plan());

        assertThat(editor.refused(EDIT, ann.item()).sqlState()).isEqualTo("40001");
        editor.abort();
    }

    @Test
    void deleting_the_cycle_waits_for_the_lock_and_comes_too_late() throws Exception {
        locker.begin();
        locker.run(LOCK, ann.plan());

        Future<Refusal> refusal = wp.blocked(editor, session -> session.refused("delete from public.cycle"));
        locker.commit();

        assertThat(refusal.get().rule()).isEqualTo("23001 cycle_locked");
    }

    @Test
    void deleting_the_plan_waits_for_the_lock_and_comes_too_late() throws Exception {
        locker.begin();
        locker.run(LOCK, ann.plan());

        Future<Refusal> refusal = wp.blocked(
                editor, session -> session.refused("delete from public.weekly_plan where id = ?", ann.plan()));
        locker.commit();

        assertThat(refusal.get().rule()).isEqualTo("23001 weekly_plan_locked");
    }

    private static final String CALENDAR = "update public.cycle set current_week = ?";

    /** Week 8, which the calendar has not locked. */
    private UUID weekToCome() throws SQLException {
        wp.session().run(CALENDAR, 6);
        return ann.plan(wp.session(), 8, 6);
    }

    private static String newItem(Planner ann) {
        return ann.sql("insert into public.plan_item (user_id, cycle_id, weekly_plan_id, task_id, qty)"
                + " values ('{user}', '{cycle}', ?, '{task}', 1)");
    }

    @Test
    void an_edit_waits_for_the_calendar_that_moves_on_and_comes_too_late() throws Exception {
        UUID plan = weekToCome();
        assertThat(editor.run(newItem(ann), plan)).isEqualTo(1);
        locker.begin();
        locker.run(CALENDAR, 7);

        Future<Refusal> refusal = wp.blocked(editor, session -> session.refused(newItem(ann), plan));
        locker.commit();

        assertThat(refusal.get().rule()).isEqualTo("23001 plan_item_locked");
    }

    @Test
    void the_calendar_waits_for_an_edit() throws Exception {
        UUID plan = weekToCome();
        editor.begin();
        editor.run(newItem(ann), plan);

        Future<Integer> moved = wp.blocked(locker, session -> session.run(CALENDAR, 7));
        editor.commit();

        assertThat(moved.get()).isEqualTo(1);
        assertThat(editor.refused(newItem(ann), plan).rule()).isEqualTo("23001 plan_item_locked");
    }

    @Test
    void a_plan_that_is_written_while_the_calendar_moves_on_is_locked() throws Exception {
        weekToCome();
        locker.begin();
        locker.run(CALENDAR, 7);

        Future<UUID> plan = wp.blocked(editor, session -> ann.plan(session, 9, 6));
        locker.commit();

        assertThat(editor.refused(newItem(ann), plan.get()).rule()).isEqualTo("23001 plan_item_locked");
    }

    @Test
    void the_calendar_waits_for_a_plan_that_is_being_written_and_locks_it() throws Exception {
        weekToCome();
        editor.begin();
        UUID plan = ann.plan(editor, 9, 6);

        Future<Integer> moved = wp.blocked(locker, session -> session.run(CALENDAR, 7));
        editor.commit();

        assertThat(moved.get()).isEqualTo(1);
        assertThat(editor.refused(newItem(ann), plan).rule()).isEqualTo("23001 plan_item_locked");
    }

    @Test
    void the_calendar_waits_for_a_plan_that_comes_from_another_cycle_and_locks_it() throws Exception {
        UUID next = UUID.fromString(wp.session()
                .text(ann.sql("insert into public.cycle (user_id, title, start_date, end_date)"
                        + " values ('{user}', 'Next', '2999-01-07', '2999-04-01') returning id")));
        wp.session().run("delete from public.plan_item");
        editor.begin();
        editor.run("update public.weekly_plan set cycle_id = ?, week_no = 9 where id = ?", next, ann.plan());

        Future<Integer> moved = wp.blocked(
                locker, session -> session.run("update public.cycle set current_week = 8 where id = ?", next));
        editor.commit();

        assertThat(moved.get()).isEqualTo(1);
        assertThat(editor.text("select locks_on <= public.lock_today() from public.weekly_plan"))
                .isEqualTo("t");
    }

    @Test
    void a_later_lock_waits_for_the_calendar_and_comes_too_late() throws Exception {
        UUID plan = weekToCome();
        locker.begin();
        locker.run(CALENDAR, 7);

        Future<Refusal> refusal = wp.blocked(
                editor,
                session -> session.refused("update public.weekly_plan set locked_after_week = 12 where id = ?", plan));
        locker.commit();

        assertThat(refusal.get().rule()).isEqualTo("23001 weekly_plan_locked");
    }

    @Test
    void an_earlier_lock_waits_for_the_calendar_and_locks() throws Exception {
        wp.session().run(CALENDAR, 6);
        UUID plan = ann.plan(wp.session(), 8, 12);
        locker.begin();
        locker.run(CALENDAR, 7);

        Future<Integer> lowered = wp.blocked(
                editor,
                session -> session.run("update public.weekly_plan set locked_after_week = 6 where id = ?", plan));
        locker.commit();

        assertThat(lowered.get()).isEqualTo(1);
        assertThat(editor.refused(newItem(ann), plan).rule()).isEqualTo("23001 plan_item_locked");
    }

    @Test
    void items_that_move_between_two_plans_in_both_directions_do_not_deadlock() throws Exception {
        UUID other = ann.plan(wp.session(), 4, 6);
        String move = "update public.plan_item set weekly_plan_id = case weekly_plan_id when ?::uuid then ?::uuid"
                + " else ?::uuid end where id = ?";
        UUID second = UUID.fromString(wp.session()
                .text(
                        ann.sql("insert into public.plan_item (user_id, cycle_id, weekly_plan_id, task_id, qty)"
                                + " values ('{user}', '{cycle}', ?, '{task}', 1) returning id"),
                        other));

        AtomicInteger next = new AtomicInteger();
        List<Integer> moved = wp.crowd(2, session -> {
            ann.asks(session);
            UUID item = next.getAndIncrement() == 0 ? ann.item() : second;
            int moves = 0;
            for (int i = 0; i < 100; i++) {
                moves += session.run(move, ann.plan(), other, ann.plan(), item);
            }
            return moves;
        });

        assertThat(moved).containsExactly(100, 100);
    }

    @Test
    void the_naive_look_without_a_row_lock_lets_the_edit_through() throws SQLException {
        wp.session().script("""
                create or replace function planner.guard_quota() returns trigger language plpgsql as $$
                begin
                    if exists (
                        select from public.weekly_plan as p
                        where p.id = new.weekly_plan_id and p.week_no > p.locked_after_week
                    ) then
                        raise 'locked';
                    end if;
                    return new;
                end $$;
                """);
        locker.begin();
        locker.run(LOCK, ann.plan());

        assertThat(editor.run(EDIT, ann.item())).isEqualTo(1);
        locker.commit();
    }

    @ParameterizedTest
    @ValueSource(strings = {"repeatable read", "serializable"})
    void the_calendar_does_not_move_under_a_snapshot_that_misses_a_new_plan(String isolation) throws SQLException {
        wp.session().run(CALENDAR, 6);
        locker.run("set default_transaction_isolation = '" + isolation + "'");
        locker.begin();
        locker.number("select count(*) from public.weekly_plan");
        UUID plan = ann.plan(editor, 8, 6);

        assertThat(locker.refused(CALENDAR, 7).rule()).isEqualTo("55000 cycle_moves_locks");
        locker.abort();
        assertThat(locker.run("update public.cycle set title = 'Summer', current_week = 6"))
                .as("the calendar stays")
                .isEqualTo(1);

        locker.run("set default_transaction_isolation = 'read committed'");
        locker.run(CALENDAR, 7);
        assertThat(editor.refused(newItem(ann), plan).rule()).isEqualTo("23001 plan_item_locked");
    }

    @Test
    void two_requests_that_write_a_plan_and_then_the_calendar_queue_and_do_not_meet_in_a_circle() throws Exception {
        wp.session().run(CALENDAR, 1);
        editor.begin();
        ann.plan(editor, 8, 6);

        Future<Integer> other = wp.blocked(locker, session -> {
            session.begin();
            ann.plan(session, 9, 6);
            int rows = session.run(CALENDAR, 3);
            session.commit();
            return rows;
        });
        editor.run(CALENDAR, 2);
        editor.commit();

        assertThat(other.get()).isEqualTo(1);
        assertThat(editor.number("select current_week from public.cycle")).isEqualTo(3);
    }
}
