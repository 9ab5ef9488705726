package dev.lockkeeper.schemas.weekplanner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Plans at volume: 1,000 accounts, 100,000 rows in each of the three large tables. */
@Tag("WP-09")
final class AccessPathsTest {
    private static final UUID ACCOUNT = UUID.fromString("00000000-0000-0000-0001-000000000007");

    @RegisterExtension
    final Migrated wp = Migrated.of("week-planner");

    /** Triggers are off meanwhile: they are not what is looked at here. */
    private void fill() throws SQLException {
        Session session = wp.session();
        session.run("set session_replication_role = replica");
        session.script("""
                create function pg_temp.key(kind int, n int) returns uuid language sql immutable
                return ('00000000-0000-0000-' || lpad(kind::text, 4, '0') || '-' || lpad(n::text, 12, '0'))::uuid;

                insert into auth.users select pg_temp.key(1, u) from generate_series(0, 999) as u;
                insert into public.vision (user_id, daily, life)
                select pg_temp.key(1, u), repeat('d', 100), repeat('l', 100) from generate_series(0, 999) as u;
                insert into public.cycle (id, user_id, title, start_date, end_date)
                select pg_temp.key(2, n), pg_temp.key(1, n % 1000), 'Cycle', date '2026-01-05' + n / 1000 * 84,
                    date '2026-03-30' + n / 1000 * 84
                from generate_series(0, 1999) as n;
                insert into public.goal (id, user_id, cycle_id, type, title)
                select pg_temp.key(3, n), pg_temp.key(1, n % 1000), pg_temp.key(2, n % 2000),
                    case when n < 2000 then 'personal' else 'professional' end, 'Goal'
                from generate_series(0, 3999) as n;
                insert into public.weekly_plan (id, user_id, cycle_id, week_no, locked_after_week)
                select pg_temp.key(4, n), pg_temp.key(1, n % 1000), pg_temp.key(2, n % 2000), 1 + n / 2000, 12
                from generate_series(0, 23999) as n;
                insert into public.task (id, user_id, cycle_id, goal_id, title)
                select pg_temp.key(5, n), pg_temp.key(1, n % 1000), pg_temp.key(2, n % 2000), pg_temp.key(3, n % 4000),
                    'Task'
                from generate_series(0, 19999) as n;
                insert into public.plan_item (user_id, cycle_id, weekly_plan_id, task_id, qty)
                select pg_temp.key(1, n % 1000), pg_temp.key(2, n % 2000), pg_temp.key(4, n % 24000),
                    pg_temp.key(5, n % 20000), 1
                from generate_series(0, 99999) as n;
                insert into public.audit_log (user_id, actor, action)
                select pg_temp.key(1, n % 1000), 'system', 'note' from generate_series(0, 99999) as n;
                insert into public.chat_session (id, user_id)
                select pg_temp.key(6, n), pg_temp.key(1, n % 1000) from generate_series(0, 4999) as n;
                insert into public.chat_message (user_id, chat_session_id, role, content)
                select pg_temp.key(1, n % 1000), pg_temp.key(6, n % 5000), 'user', 'Hello'
                from generate_series(0, 99999) as n;
                """);
        session.run("vacuum (analyze)");
    }

    @Test
    void no_verb_of_an_account_reads_a_whole_table() throws SQLException {
        fill();
        Session session = Planner.request(wp.session(), "authenticated", Planner.claims(ACCOUNT));
        for (RowSecurityTest.Table table : RowSecurityTest.Table.values()) {
            for (String verb : new String[] {"select", "update", "delete"}) {
                if (table != RowSecurityTest.Table.AUDIT_LOG || verb.equals("select")) {
                    // without a condition: the policy alone chooses the rows
                    String sql = table.verbs().getOrDefault(verb, "").replaceAll(" where .*", "");
                    assertThat(session.plan(sql))
                            .as(sql)
                            .contains("Index Name")
                            .contains("\"Subplan Name\": \"InitPlan 1", "\"Index Cond\": \"(user_id = ")
                            .doesNotContain("Seq Scan");
                }
            }
        }
        assertThat(session.number("select count(*) from public.plan_item")).isEqualTo(100);
        assertThat(session.plan("select * from public.plan_item where weekly_plan_id = '" + ACCOUNT + "'"))
                .contains("plan_item_weekly_plan_idx")
                .doesNotContain("Seq Scan");
        assertThat(session.plan("select * from public.audit_log where correlation_id = '" + ACCOUNT + "'"))
                .contains("audit_log_correlation_idx");
        // what the lock asks for every change of a quota
        assertThat(session.plan("select from public.audit_log where target_id = '" + ACCOUNT
                        + "' and action = 'emergency_unlock'"
                        + " and unlock_transaction = pg_current_xact_id() and occurred_at = now()"))
                .contains("audit_log_unlock_idx");
    }

    @Test
    void a_policy_without_an_index_reads_the_whole_table() throws SQLException {
        fill();
        wp.session().run("drop index public.plan_item_weekly_plan_idx, public.plan_item_task_idx");
        Session session = Planner.request(wp.session(), "authenticated", Planner.claims(ACCOUNT));

        assertThat(session.plan("select * from public.plan_item")).contains("Seq Scan");
    }
}
