package dev.lockkeeper.schemas.weekplanner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The log as copies and plans of the server meet it. */
@Tag("WP-07")
final class AuditMaintenanceTest {
    @RegisterExtension
    final Migrated wp = Migrated.of("week-planner");

    private Planner ann;
    private Session session;

    @BeforeEach
    void write_rows() throws SQLException {
        ann = Planner.in(wp.session());
        session = wp.session();
    }

    /** The worker fires triggers of rows that are ENABLE ALWAYS, and no trigger of statements. */
    @Test
    void the_worker_of_a_subscription_fires_no_trigger_that_changes_or_refuses_what_it_copies() throws SQLException {
        assertThat(session.lines("select tgname from pg_trigger join pg_class as c on c.oid = tgrelid"
                        + " where tgenabled in ('A', 'R') and tgtype & 1 = 1"
                        + " and relnamespace in ('public'::regnamespace, 'planner'::regnamespace)"))
                .as("it fills what is null")
                .containsExactly("plan_item_completed");
    }

    @Test
    void evidence_that_is_copied_stays_what_it_was() throws SQLException {
        session.run("set session_replication_role = replica");
        session.run("insert into planner.audit_removal"
                + " (kind, user_id, reason, entries, actor, transaction_id, occurred_at)"
                + " values ('words', gen_random_uuid(), 'Asked for', 7, 'somebody', '3', '2020-01-01Z')");

        assertThat(session.text("select concat_ws(' ', entries, actor, transaction_id, occurred_at at time zone 'UTC')"
                        + " from planner.audit_removal"))
                .isEqualTo("7 somebody 3 2020-01-01 00:00:00");
        assertThat(session.refused("update planner.audit_removal set entries = 0")
                        .rule())
                .isEqualTo("23001 audit_removal_append_only");
        assertThat(session.refused("update public.audit_log set words_removed_at = now()")
                        .rule())
                .as("evidence of another transaction permits nothing")
                .isEqualTo("23001 audit_log_append_only");
    }

    @Test
    void no_more_entries_are_retired_than_were_asked_for_whatever_the_plan() throws SQLException {
        session.run(
                "insert into public.audit_log (user_id, actor, action, occurred_at)"
                        + " select ?, 'system', 'note', '2020-01-01Z' from generate_series(1, 100)",
                ann.user());
        session.script("set enable_hashjoin = off; set enable_mergejoin = off; set enable_hashagg = off;"
                + " set enable_sort = off; set enable_material = off");

        assertThat(session.number("select count(*) from planner.retire_entries('2021-01-01Z', 'Old', 10)"))
                .isEqualTo(10);

        session.begin();
        session.run("insert into planner.audit_removal (kind, older_than, reason)"
                + " values ('entries', '2021-01-01Z', 'Old')");
        assertThat(session.run("delete from public.audit_log where id in (select id from public.audit_log"
                        + " where occurred_at < '2021-01-01Z' limit 10 for update skip locked)"))
                .as("the naive one takes its inner query up for each row")
                .isGreaterThan(10);
        session.abort();
    }
}
