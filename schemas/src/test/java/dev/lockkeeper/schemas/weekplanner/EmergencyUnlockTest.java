package dev.lockkeeper.schemas.weekplanner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Refusal;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ann's week 8 is locked. */
@Tag("WP-06")
final class EmergencyUnlockTest {
    private static final String EDIT = "update public.plan_item set qty = qty - 2 where id = ?";
    private static final String UNLOCK = "select public.unlock_week(?, ?)";

    @RegisterExtension
    final Migrated wp = Migrated.of("week-planner");

    private Planner ann;
    private Planner.Locked locked;
    private Session session;

    @BeforeEach
    void lock_week_8() throws SQLException {
        ann = Planner.in(wp.session());
        locked = ann.locked(wp.session());
        session = ann.asks(wp.session());
    }

    @Test
    void the_quotas_are_open_until_the_end_of_the_transaction() throws SQLException {
        session.begin();
        session.text(UNLOCK, locked.plan(), "Flu");
        assertThat(session.run(EDIT, locked.item())).isEqualTo(1);
        assertThat(session.run(
                        "update public.plan_item set weekly_plan_id = ? where id = ?", ann.plan(), locked.item()))
                .isEqualTo(1);
        assertThat(session.run(
                        "update public.plan_item set weekly_plan_id = ? where id = ?", locked.plan(), locked.item()))
                .isEqualTo(1);
        session.commit();

        assertThat(session.refused(EDIT, locked.item()).rule()).isEqualTo("23001 plan_item_locked");
        assertThat(session.number("select qty::int from public.plan_item where id = ?", locked.item()))
                .isEqualTo(3);
    }

    @Test
    void what_a_locked_quota_is_a_quota_of_stands_still_and_a_task_is_renamed_for_a_reason() throws SQLException {
        String title = "update public.task set title = ? where id = ?";
        assertThat(session.refused(title, "Sleep", ann.task()).rule()).isEqualTo("23001 task_title_locked");
        assertThat(session.refused("update public.task set unit = 'km' where id = ?", ann.task())
                        .rule())
                .isEqualTo("23001 task_unit_locked");
        assertThat(session.run("update public.task set tags = '{book}', status = 'completed' where id = ?", ann.task()))
                .isEqualTo(1);

        session.run("select public.rename_task(?, 'Write more', 'A slip')", ann.task());

        assertThat(session.text("select title from public.task")).isEqualTo("Write more");
        assertThat(session.lines("select concat_ws(' ', action, target_table, reason, before ->> 'title',"
                        + " after ->> 'title') from public.audit_log where unlock_transaction is not null order by 1"))
                .containsExactly(
                        "emergency_unlock weekly_plan A slip", "locked_quota_change task A slip Write Write more");
        assertThat(session.refused("select public.rename_task(gen_random_uuid(), 'x', 'y')")
                        .rule())
                .isEqualTo("42501");
        assertThat(session.refused("select public.rename_task(?, 'x', ' ')", ann.task())
                        .sqlState())
                .isEqualTo("23514");
    }

    @Test
    void an_item_that_moves_to_a_task_with_another_unit_names_its_own() throws SQLException {
        String run = session.text(ann.sql("insert into public.task (user_id, cycle_id, goal_id, title, unit)"
                + " values ('{user}', '{cycle}', '{goal}', 'Run', 'km') returning id"));
        String change = "select public.change_locked_quotas(?, 'Flu', '[{\"id\": \"" + locked.item()
                + "\", \"task_id\": \"" + run + "\"%s}]')";

        assertThat(session.refused(change.formatted(""), locked.plan()).sqlState())
                .isEqualTo("22023");
        session.run(change.formatted(", \"unit\": \"km\", \"qty\": 3"), locked.plan());

        assertThat(session.text("select qty || ' ' || unit from public.plan_item where id = ?", locked.item()))
                .isEqualTo("3.00 km");
    }

    @Test
    @Tag("WP-07")
    void an_entry_tells_who_unlocked_what_and_why_and_the_quotas_as_they_were() throws SQLException {
        String entry = session.text(UNLOCK, locked.plan(), "Flu");

        assertThat(session.text(
                        "select concat_ws(' ', user_id, actor, action, target_table, target_id, reason)"
                                + " from public.audit_log where id = ?::uuid",
                        entry))
                .isEqualTo(ann.user() + " user emergency_unlock weekly_plan " + locked.plan() + " Flu");
        assertThat(session.text("select before from public.audit_log where id = ?::uuid", entry))
                .isEqualTo("{\"quotas\": {\"" + locked.item() + "\": 5.00}, \"week_no\": 8, \"locked_after_week\": 6}");
        assertThat(session.number("select masklen(source_address) from public.audit_log where id = ?::uuid", entry))
                .isEqualTo(32);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {"", " ", "\t", "\r\n", "\u00a0", "\u200b", "\u2003\u3000\ufeff", "\u2800\u3164", "\uDB40\uDC41"})
    void an_unlock_needs_a_reason(String reason) throws SQLException {
        Refusal refusal = session.refused("select public.unlock_week(?, ?::text)", locked.plan(), reason);

        assertThat(refusal.rule()).isIn("23514 audit_log_unlock_has_reason", "23514 not_blank_shows_something");
        assertThat(session.number("select count(*) from public.audit_log where action = 'emergency_unlock'"))
                .isZero();
    }

    @Test
    void an_unlock_that_is_taken_back_to_a_savepoint_locks_again() throws SQLException {
        session.begin();
        session.run("savepoint before_unlock");
        session.text(UNLOCK, locked.plan(), "Flu");
        session.run("rollback to savepoint before_unlock");

        assertThat(session.refused(EDIT, locked.item()).rule()).isEqualTo("23001 plan_item_locked");
        session.abort();
    }

    @Test
    void the_transaction_of_another_session_waits_and_stays_locked() throws Exception {
        session.begin();
        session.text(UNLOCK, locked.plan(), "Flu");

        Future<Refusal> refusal = wp.blocked(ann.asks(wp.session()), rival -> rival.refused(EDIT, locked.item()));
        assertThat(session.run(EDIT, locked.item())).as("not in a circle").isEqualTo(1);
        session.commit();

        assertThat(refusal.get().rule()).isEqualTo("23001 plan_item_locked");
    }

    @Test
    void one_unlock_opens_one_week() throws SQLException {
        UUID other = ann.plan(session, 9, 6);
        session.begin();
        session.text(UNLOCK, locked.plan(), "Flu");

        assertThat(session.refused("update public.plan_item set weekly_plan_id = ? where id = ?", other, locked.item())
                        .rule())
                .isEqualTo("23001 plan_item_locked");
        session.abort();
    }

    @ParameterizedTest
    @ValueSource(strings = {"update public.weekly_plan set locked_after_week = 12", "delete from public.weekly_plan"})
    void the_plan_itself_is_not_unlocked_for_good(String change) throws SQLException {
        session.begin();
        session.text(UNLOCK, locked.plan(), "Flu");

        assertThat(session.refused(change + " where id = ?", locked.plan()).rule())
                .isEqualTo("23001 weekly_plan_locked");
        session.abort();
    }

    @Test
    void a_cycle_goes_when_each_of_its_locked_weeks_is_unlocked() throws SQLException {
        UUID other = ann.plan(session, 9, 6);
        session.begin();
        session.text(UNLOCK, locked.plan(), "Gave up");
        session.run("savepoint one");
        assertThat(session.refused("delete from public.cycle").rule()).isEqualTo("23001 cycle_locked");
        session.run("rollback to savepoint one");
        session.text(UNLOCK, other, "Gave up");

        assertThat(session.run("delete from public.cycle")).isEqualTo(1);
        session.commit();

        assertThat(session.number("select count(*) from public.plan_item")).isZero();
        assertThat(session.number("select count(*) from public.audit_log where action = 'emergency_unlock'"))
                .isEqualTo(2);
    }

    @Test
    void a_week_that_is_open_or_of_another_account_or_missing_is_not_unlocked() throws SQLException {
        Planner bob = Planner.in(wp.session());
        Session other = bob.asks(wp.session());

        assertThat(session.refused(UNLOCK, ann.plan(), "Flu").rule()).isEqualTo("55000");
        assertThat(other.refused(UNLOCK, locked.plan(), "Flu").rule()).isEqualTo("42501");
        assertThat(other.refused(UNLOCK, locked.plan(), "Flu").message())
                .isEqualTo("there is no week plan " + locked.plan() + " of yours");
        UUID missing = UUID.randomUUID();
        assertThat(other.refused(UNLOCK, missing, "Flu").message())
                .isEqualTo("there is no week plan " + missing + " of yours");
    }

    @ParameterizedTest
    @ValueSource(strings = {"anon", "service_role"})
    void only_an_account_unlocks(String role) throws SQLException {
        Session request = Planner.request(wp.session(), role, Planner.claims(ann.user()));

        assertThat(request.refused(UNLOCK, locked.plan(), "Flu").rule()).isEqualTo("42501");
    }

    @Test
    void no_setting_forges_an_unlock() throws SQLException {
        session.begin();
        for (String setting : new String[] {
            "planner.unlocked", "planner.unlock", "app.unlocked", "request.unlock", "planner.emergency_unlock"
        }) {
            session.run("select set_config(?, ?, true)", setting, locked.plan().toString());
        }

        assertThat(session.refused(EDIT, locked.item()).rule()).isEqualTo("23001 plan_item_locked");
        session.abort();
    }

    @ParameterizedTest
    @ValueSource(strings = {"authenticated", "service_role"})
    void no_entry_forges_an_unlock(String role) throws SQLException {
        Session forger = Planner.request(wp.session(), role, Planner.claims(ann.user()));
        String columns = "insert into public.audit_log (user_id, actor, action, target_table, target_id, reason";
        String values = " select '{user}', 'user', 'emergency_unlock', 'weekly_plan', ?, 'Flu'";

        assertThat(forger.refused(ann.sql(columns + ")" + values), locked.plan())
                        .rule())
                .isEqualTo("23514 audit_log_unlock_is_marked");
        assertThat(forger.refused(
                                ann.sql(columns + ", unlock_transaction)" + values + ", pg_current_xact_id()"),
                                locked.plan())
                        .rule())
                .isEqualTo("42501");
        assertThat(forger.refused(ann.sql("insert into public.audit_log (user_id, actor, action, target_table,"
                                + " target_id, reason, before, after) values ('{user}', 'user',"
                                + " 'locked_quota_change', 'plan_item', '{item}', 'Flu', '{}', '{}')"))
                        .rule())
                .as("an entry like those of the guard")
                .isEqualTo("23514 audit_log_unlock_is_marked");
        assertThat(forger.refused(ann.sql(columns + ", occurred_at)" + values + ", now()"), locked.plan())
                        .rule())
                .isEqualTo("42501");
    }

    /** A restored database counts its transactions anew, and transactions may start at the same time. */
    @ParameterizedTest
    @ValueSource(strings = {"pg_current_xact_id(), '2020-01-01Z'", "'3', now()"})
    void a_mark_of_another_transaction_or_time_unlocks_nothing(String mark) throws SQLException {
        Session restored = wp.session();
        restored.begin();
        restored.run(
                ann.sql("insert into public.audit_log (user_id, actor, action, target_table, target_id, reason,"
                        + " unlock_transaction, occurred_at) values ('{user}', 'user', 'emergency_unlock',"
                        + " 'weekly_plan', ?, 'Flu', " + mark + ")"),
                locked.plan());

        assertThat(restored.refused(EDIT, locked.item()).rule()).isEqualTo("23001 plan_item_locked");
        restored.abort();
    }

    @Test
    void the_naive_unlock_by_a_setting_is_forged_by_anybody() throws SQLException {
        wp.session().script("""
                create or replace function planner.guard_quota() returns trigger language plpgsql as $$
                begin
                    if current_setting('planner.unlocked', true) is distinct from new.weekly_plan_id::text then
                        raise 'locked';
                    end if;
                    return new;
                end $$;
                """);
        session.begin();
        session.run(
                "select set_config('planner.unlocked', ?, true)", locked.plan().toString());

        assertThat(session.run(EDIT, locked.item())).isEqualTo(1);
        session.abort();
    }

    private static final String DELETE = "select public.delete_cycle(?, ?)";

    @Test
    void a_cycle_with_locked_weeks_goes_in_one_request_and_leaves_what_they_held() throws SQLException {
        ann.plan(session, 9, 6);
        assertThat(session.refused("delete from public.cycle").rule()).isEqualTo("23001 cycle_locked");

        session.text(DELETE, ann.cycle(), "Gave up");

        assertThat(session.number("select count(*) from public.cycle")).isZero();
        assertThat(session.number("select count(*) from public.plan_item")).isZero();
        assertThat(session.lines(
                        "select action || ' ' || reason from public.audit_log where actor = 'user' order by 1"))
                .containsExactly("emergency_unlock Gave up", "emergency_unlock Gave up", "locked_quota_change Gave up");
    }

    @Test
    void a_cycle_without_locked_weeks_goes_in_the_same_way() throws SQLException {
        Planner bob = Planner.in(wp.session());

        assertThat(bob.asks(session).text(DELETE, bob.cycle(), "Gave up")).isEmpty();
        assertThat(session.number("select count(*) from public.cycle")).isZero();
    }

    @Test
    void a_cycle_of_another_account_does_not_go_nor_one_for_no_reason() throws SQLException {
        Session bob = Planner.in(wp.session()).asks(wp.session());

        assertThat(bob.refused(DELETE, ann.cycle(), "Flu").rule()).isEqualTo("42501");
        assertThat(session.refused(DELETE, ann.cycle(), " ").rule()).isEqualTo("23514 not_blank_shows_something");
        assertThat(Planner.request(wp.session(), "service_role", Planner.claims(ann.user()))
                        .refused(DELETE, ann.cycle(), "Flu")
                        .rule())
                .isEqualTo("42501");
        assertThat(session.number("select count(*) from public.cycle")).isEqualTo(1);
    }

    /** The entry of a change bears the mark as well, and clients choose the keys of items. */
    @Test
    void the_entry_of_a_change_opens_no_other_week_whose_key_the_item_bears() throws SQLException {
        UUID other = ann.plan(session, 9, 6);
        session.begin();
        session.text(UNLOCK, locked.plan(), "Flu");
        String insert = "insert into public.plan_item (id, user_id, cycle_id, weekly_plan_id, task_id, qty)"
                + " values (?, '{user}', '{cycle}', ?, '{task}', 1)";
        assertThat(session.run(ann.sql(insert), other, locked.plan())).isEqualTo(1);

        assertThat(session.refused(ann.sql(insert), UUID.randomUUID(), other).rule())
                .isEqualTo("23001 plan_item_locked");
        session.abort();
    }

    @Test
    void an_item_whose_id_is_null_is_a_new_one() throws SQLException {
        assertThat(session.number(
                        "select count(*) from public.change_locked_quotas(?, 'Flu', ?::jsonb)",
                        locked.plan(),
                        ann.sql("[{\"id\": null, \"task_id\": \"{task}\", \"qty\": 1}]")))
                .isEqualTo(2);
    }

    @Test
    void a_second_emergency_waits_and_tells_the_quotas_that_the_first_one_left() throws Exception {
        Session rival = ann.asks(wp.session());
        session.begin();
        session.text(UNLOCK, locked.plan(), "First");
        session.run(EDIT, locked.item());

        Future<String> second = wp.blocked(rival, s -> s.text(UNLOCK, locked.plan(), "Second"));
        session.commit();

        assertThat(session.text(
                        "select before #>> array['quotas', ?] from public.audit_log where id = ?::uuid",
                        locked.item().toString(),
                        second.get()))
                .isEqualTo("3.00");
    }

    @Test
    @Tag("WP-07")
    void an_item_that_moves_between_two_unlocked_weeks_leaves_an_entry_in_each() throws SQLException {
        UUID other = ann.plan(wp.session(), 9, 6);
        session.begin();
        session.text(UNLOCK, locked.plan(), "Out");
        session.text(UNLOCK, other, "In");
        session.run("update public.plan_item set weekly_plan_id = ? where id = ?", other, locked.item());
        session.commit();

        assertThat(session.lines(
                        "select concat_ws(' ', reason, before ->> 'weekly_plan_id', after ->> 'weekly_plan_id')"
                                + " from public.audit_log where action = 'locked_quota_change' order by 1"))
                .containsExactly("In " + locked.plan() + " " + other, "Out " + locked.plan() + " " + other);
    }

    /** The naive one returns the row of the table, and the second call of a session knows the row of before. */
    @Test
    void a_change_goes_through_while_the_table_gets_another_column() throws Exception {
        String change = "select string_agg(qty::text, ' ') from public.%s(?, 'Flu', '[{\"id\": \"" + locked.item()
                + "\", \"qty\": 4}]')";
        Session owner = wp.session();
        owner.script(owner.text("select replace(regexp_replace(replace(pg_get_functiondef("
                + "'public.change_locked_quotas'::regproc), 'change_locked_quotas', 'naive'),"
                + " 'RETURNS TABLE\\([^)]*\\)', 'RETURNS SETOF public.plan_item'),"
                + " substring(prosrc from 'select i.id, i.weekly_plan_id.*?(?=from public.plan_item as i)'),"
                + " 'select i.* ') from pg_proc where proname = 'change_locked_quotas'"));
        assertThat(session.text(change.formatted("naive"), locked.plan())).isEqualTo("4.00");
        assertThat(session.text(change.formatted("change_locked_quotas"), locked.plan()))
                .isEqualTo("4.00");

        for (String function : List.of("naive", "change_locked_quotas")) {
            owner.begin();
            owner.run("alter table public.plan_item add column of_" + function + " text");
            Future<String> changed = wp.blocked(session, s -> {
                try {
                    return s.text(change.formatted(function), locked.plan());
                } catch (SQLException e) {
                    return e.getSQLState();
                }
            });
            owner.commit();

            assertThat(changed.get()).isEqualTo(function.equals("naive") ? "42804" : "4.00");
        }
    }
}
