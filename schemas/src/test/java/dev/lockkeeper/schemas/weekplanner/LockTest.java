package dev.lockkeeper.schemas.weekplanner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Refusal;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ann's week 3 is open, her week 8 is locked after week 6. */
@Tag("WP-06")
final class LockTest {
    @RegisterExtension
    final Migrated wp = Migrated.of("week-planner");

    private Planner ann;
    private Planner.Locked locked;

    @BeforeEach
    void lock_week_8() throws SQLException {
        ann = Planner.in(wp.session());
        locked = ann.locked(wp.session());
    }

    private String sql(String template) {
        return ann.sql(template)
                .replace("{locked plan}", locked.plan().toString())
                .replace("{locked item}", locked.item().toString());
    }

    /** Each with the guard that refuses it. */
    static List<String[]> changes() {
        String item = "insert into public.plan_item (user_id, cycle_id, weekly_plan_id, task_id, qty)"
                + " values ('{user}', '{cycle}', '{locked plan}', '{task}', 1)";
        String upsert = "insert into public.plan_item (id, user_id, cycle_id, weekly_plan_id, task_id, qty)"
                + " values ('{locked item}', '{user}', '{cycle}', '{locked plan}', '{task}', 1)"
                + " on conflict (id) do update set qty = excluded.qty";
        String merge = "merge into public.plan_item as i using (values (1)) as v (x)"
                + " on i.id = '{locked item}' when matched then ";
        return List.of(
                new String[] {"plan_item_locked", "update public.plan_item set qty = 6 where id = '{locked item}'"},
                new String[] {"plan_item_locked", "update public.plan_item set qty = 6, status = 'completed'"},
                new String[] {"plan_item_locked", item},
                new String[] {"plan_item_locked", upsert},
                new String[] {"plan_item_locked", "delete from public.plan_item where id = '{locked item}'"},
                new String[] {"plan_item_locked", merge + "update set qty = 0"},
                new String[] {"plan_item_locked", merge + "delete"},
                new String[] {
                    "plan_item_locked",
                    "update public.plan_item set weekly_plan_id = '{plan}' where id = '{locked item}'"
                },
                new String[] {
                    "plan_item_locked",
                    "update public.plan_item set weekly_plan_id = '{locked plan}' where id = '{item}'"
                },
                new String[] {
                    "plan_item_locked",
                    "update public.plan_item set task_id = gen_random_uuid() where id = '{locked item}'"
                },
                new String[] {
                    "plan_item_locked", "update public.plan_item set id = gen_random_uuid() where id = '{locked item}'"
                },
                new String[] {"plan_item_locked", "delete from public.task where id = '{task}'"},
                new String[] {"plan_item_locked", "delete from public.goal where id = '{goal}'"},
                new String[] {"cycle_locked", "delete from public.cycle where id = '{cycle}'"},
                new String[] {"weekly_plan_locked", "delete from public.weekly_plan where id = '{locked plan}'"},
                new String[] {
                    "weekly_plan_locked", "update public.weekly_plan set week_no = 4 where id = '{locked plan}'"
                },
                new String[] {
                    "weekly_plan_locked", "update public.weekly_plan set week_no = 9 where id = '{locked plan}'"
                },
                new String[] {"weekly_plan_locked", "update public.weekly_plan set week_no = 7 where id = '{plan}'"},
                new String[] {
                    "weekly_plan_locked",
                    "update public.weekly_plan set locked_after_week = 12 where id = '{locked plan}'"
                },
                new String[] {
                    "weekly_plan_locked",
                    "update public.weekly_plan set locked_after_week = 7 where id = '{locked plan}'"
                },
                new String[] {
                    "weekly_plan_locked",
                    "update public.weekly_plan set week_no = 9, locked_after_week = 12 where id = '{locked plan}'"
                },
                new String[] {
                    "weekly_plan_locked",
                    "update public.weekly_plan set cycle_id = gen_random_uuid() where id = '{locked plan}'"
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"authenticated", "service_role"})
    void no_role_of_the_api_changes_a_quota_of_a_locked_week(String role) throws SQLException {
        Session session = Planner.request(wp.session(), role, Planner.claims(ann.user()));

        for (String[] change : changes()) {
            assertThat(session.refused(sql(change[1])).rule()).as(change[1]).isEqualTo("23001 " + change[0]);
        }
    }

    @Test
    void a_superuser_changes_no_quota_of_a_locked_week_either() throws SQLException {
        for (String[] change : changes()) {
            assertThat(wp.session().refused(sql(change[1])).rule())
                    .as(change[1])
                    .isEqualTo("23001 " + change[0]);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"plan_item", "weekly_plan", "cycle", "task", "goal"})
    void truncating_does_not_pass_the_lock_by(String table) throws SQLException {
        assertThat(wp.session().refused("truncate public." + table + " cascade").rule())
                .isEqualTo("23001 plan_item_not_truncated");
    }

    @Test
    void the_refusal_names_the_week_and_the_way_out() throws SQLException {
        Refusal refusal = ann.asks(wp.session()).refused("update public.plan_item set qty = 6");

        assertThat(refusal.message()).isEqualTo("week 8 is locked (after week 6): its quotas stand still");
        assertThat(refusal.hint()).contains("done_qty", "unlock_week(plan, reason)");
        assertThat(refusal.table()).isEqualTo("plan_item");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status = 'completed'",
                "done_qty = 4",
                "notes = 'slow'",
                "position = 2",
                "starts_at = '2026-02-23 09:00Z', ends_at = '2026-02-23 10:00Z'",
                "qty = qty, status = 'skipped'",
                "qty = 5.00"
            })
    void the_execution_of_a_locked_week_stays_editable(String change) throws SQLException {
        Session session = ann.asks(wp.session());

        assertThat(session.run(sql("update public.plan_item set " + change + " where id = '{locked item}'")))
                .isEqualTo(1);
    }

    /** The API writes so when it is told to merge duplicates. */
    @Test
    void an_upsert_of_what_is_done_in_a_locked_week_is_no_change_of_its_quotas() throws SQLException {
        Session session = ann.asks(wp.session());
        String upsert = "insert into public.plan_item (id, user_id, cycle_id, weekly_plan_id, task_id, qty, done_qty)"
                + " select id, user_id, cycle_id, weekly_plan_id, task_id, qty, 4"
                + " from public.plan_item where id = '{locked item}'";

        assertThat(session.run(sql(upsert + " on conflict (id) do update set qty = excluded.qty,"
                        + " task_id = excluded.task_id, done_qty = excluded.done_qty")))
                .isEqualTo(1);
        assertThat(session.refused(sql(upsert + " on conflict (id) do update set qty = excluded.qty + 1"))
                        .rule())
                .isEqualTo("23001 plan_item_locked");
        assertThat(session.refused(sql(upsert)).rule()).isEqualTo("23505 plan_item_pkey");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mode = 'priority_queue'", "notes = 'busy'", "locked_after_week = 5"})
    void a_locked_plan_changes_its_mode_and_notes_and_may_lock_earlier(String change) throws SQLException {
        Session session = ann.asks(wp.session());

        assertThat(session.run(sql("update public.weekly_plan set " + change + " where id = '{locked plan}'")))
                .isEqualTo(1);
    }

    @Test
    void the_quotas_of_an_open_week_change_freely() throws SQLException {
        Session session = ann.asks(wp.session());

        assertThat(session.run(sql("update public.plan_item set qty = 6 where id = '{item}'")))
                .isEqualTo(1);
        assertThat(session.run(sql("update public.weekly_plan set week_no = 4 where id = '{plan}'")))
                .isEqualTo(1);
        assertThat(session.run(sql("update public.weekly_plan set locked_after_week = 12 where id = '{plan}'")))
                .isEqualTo(1);
        assertThat(session.run(sql("delete from public.plan_item where id = '{item}'")))
                .isEqualTo(1);
        assertThat(session.run(sql("delete from public.weekly_plan where id = '{plan}'")))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"6, 6, true", "7, 6, false", "1, 0, false", "12, 12, true", "12, 11, false"})
    void a_week_is_locked_when_it_comes_after_the_lock(int week, int lockedAfterWeek, boolean open)
            throws SQLException {
        Session session = ann.asks(wp.session());
        var plan = ann.plan(session, week, lockedAfterWeek);
        String item = ann.sql("insert into public.plan_item (user_id, cycle_id, weekly_plan_id, task_id, qty)"
                + " values ('{user}', '{cycle}', ?, '{task}', 1)");

        if (open) {
            assertThat(session.run(item, plan)).isEqualTo(1);
        } else {
            assertThat(session.refused(item, plan).rule()).isEqualTo("23001 plan_item_locked");
        }
    }

    @Test
    void a_cycle_without_locked_weeks_is_deleted_with_all_that_hangs_on_it() throws SQLException {
        Planner bob = Planner.in(wp.session());
        Session session = bob.asks(wp.session());

        assertThat(session.run("delete from public.cycle")).isEqualTo(1);
        assertThat(session.number("select count(*) from public.plan_item")).isZero();
    }

    @Test
    void the_naive_lock_that_looks_at_changes_of_the_quantity_alone_is_walked_around() throws SQLException {
        Session session = wp.session();
        session.script("""
                create table naive_plan (id int primary key, week_no int, locked_after_week int);
                create table naive_item (plan_id int references naive_plan, qty int);
                create function naive_lock() returns trigger language plpgsql as $$
                begin
                    if new.qty <> old.qty and exists (
                        select from naive_plan where id = old.plan_id and week_no > locked_after_week
                    ) then
                        raise 'locked';
                    end if;
                    return new;
                end $$;
                create trigger naive_lock before update on naive_item for each row execute function naive_lock();
                insert into naive_plan values (1, 8, 6), (2, 3, 6);
                insert into naive_item values (1, 5);
                """);
        session.refused("update naive_item set qty = 1");

        assertThat(session.run("insert into naive_item values (1, 9)")).isEqualTo(1);
        assertThat(session.run("delete from naive_item where qty = 9")).isEqualTo(1);
        assertThat(session.run("update naive_item set plan_id = 2")).isEqualTo(1);
        assertThat(session.run("update naive_item set qty = 1")).isEqualTo(1);
        assertThat(session.run("update naive_item set plan_id = 1")).isEqualTo(1);
        assertThat(session.run("update naive_plan set locked_after_week = 12 where id = 1"))
                .isEqualTo(1);
        assertThat(session.run("update naive_item set qty = 2")).isEqualTo(1);
    }

    @Test
    void a_cycle_that_is_written_again_as_it_is_leaves_its_plans_alone() throws SQLException {
        wp.session().run("update public.cycle set current_week = 6");
        ann.plan(wp.session(), 9, 6);
        Session session = ann.asks(wp.session());
        String versions = "select xmin || ' ' || id from public.weekly_plan order by id";
        List<String> before = session.lines(versions);

        assertThat(session.run("update public.cycle set current_week = current_week, end_date = end_date"))
                .isEqualTo(1);

        assertThat(session.lines(versions)).isEqualTo(before);
    }

    @Test
    void the_day_of_a_lock_has_come_when_it_has_come_in_every_zone() throws SQLException {
        Session session = wp.session();
        assertThat(session.text("select public.lock_today() = (now() at time zone interval '-12 hours')::date"
                        + " and public.lock_today() <= (now() at time zone 'Pacific/Pago_Pago')::date"))
                .isEqualTo("t");
        assertThat(session.lines("select proname from pg_proc where pronamespace in"
                        + " ('public'::regnamespace, 'planner'::regnamespace) and proname <> 'lock_today'"
                        + " and prosrc ~ $$time zone '[^']*'\\)::date$$"))
                .as("no other function has a day of its own")
                .isEmpty();
        session.run("update public.weekly_plan set locked_after_week = 12 where id = ?", ann.plan());
        session.run("set session_replication_role = replica");
        session.run("update public.weekly_plan set locks_on = public.lock_today() + 1 where id = ?", locked.plan());
        session.run("set session_replication_role = origin");
        assertThat(session.run("update public.plan_item set qty = 6 where id = ?", locked.item()))
                .as("where today is over in some zones only")
                .isEqualTo(1);
    }
}
