package dev.lockkeeper.schemas.weekplanner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import dev.lockkeeper.source.Migration;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rollbacks of a database in use. That they restore the catalog is what smoke proves. */
final class RoundTripTest {
    private static final String CHAT = "202601050940";
    private static final String EXPAND = "202603020900";
    private static final String CONTRACT = "202603090900";
    private static final String MESSAGE =
            "insert into public.chat_message (user_id, chat_session_id, role, content) values ('{user}', '{chat}', ?, 'Hi')";

    @RegisterExtension
    final Migrated wp = Migrated.of("week-planner").to(CHAT);

    @Test
    void every_rollback_brings_back_the_rows() throws SQLException {
        Session session = wp.session();
        Planner ann = Planner.in(session);
        ann.locked(session);
        session.run(ann.sql(MESSAGE), "assistant");
        List<Migration> later = wp.reference().migrations().all().stream()
                .filter(m -> m.version().toString().compareTo(CHAT) > 0)
                .toList();
        assertThat(later).hasSize(5);
        for (Migration migration : later) {
            String version = migration.version().toString();
            List<String> before = rows(session);
            wp.up(version);
            wp.down();
            assertThat(rows(session))
                    .as("rows after the rollback of %s", version)
                    .isEqualTo(before);
            wp.up(version);
        }
        assertThat(session.lines("select role from public.chat_message order by 1"))
                .containsExactly("ai", "user");
    }

    @Test
    @Tag("WP-06")
    void a_week_that_was_planned_anew_while_there_was_no_lock_is_not_locked_by_the_day_from_before()
            throws SQLException {
        Session session = wp.session();
        Planner ann = Planner.in(session);
        Planner.Locked locked = ann.locked(session);
        wp.down();
        wp.down();
        session.run("update public.weekly_plan set locked_after_week = 12");
        session.run(ann.sql("insert into public.weekly_plan (user_id, cycle_id, week_no, locks_on)"
                + " values ('{user}', '{cycle}', 9, '2999-01-01')"));

        wp.up("202601050930");

        assertThat(session.run("update public.plan_item set qty = 6 where id = ?", locked.item()))
                .isEqualTo(1);
        assertThat(session.lines("select week_no || ' ' || (locks_on <= now()) from public.weekly_plan"
                        + " where locks_on is not null"))
                .as("what the calendar says, and not what was written meanwhile")
                .containsExactly("9 true");
    }

    @Test
    @Tag("WP-08")
    void while_the_rename_goes_on_both_names_are_known() throws SQLException {
        wp.up(EXPAND);
        Session session = wp.session();
        Planner ann = Planner.in(session);

        assertThat(session.run(ann.sql(MESSAGE), "assistant")).isEqualTo(1);
        assertThat(session.run(ann.sql(MESSAGE), "ai")).isEqualTo(1);
        assertThat(session.refused(ann.sql(MESSAGE), "robot").rule()).isEqualTo("23514 chat_message_role_known");

        wp.down();
        assertThat(session.lines("select role from public.chat_message order by 1"))
                .as("the rollback keeps what was said under the new name")
                .containsExactly("assistant", "assistant", "user");
    }

    @Test
    @Tag("WP-08")
    void a_late_program_holds_the_contract_back_and_nothing_is_refused_or_lost() throws SQLException {
        wp.up("202603020910");
        Session session = wp.session();
        Planner ann = Planner.in(session);
        session.run(ann.sql(MESSAGE), "assistant");

        assertThatThrownBy(() -> wp.up(CONTRACT)).hasMessageContaining("check failed");

        assertThat(session.run(ann.sql(MESSAGE), "assistant")).isEqualTo(1);
        session.run("update public.chat_message set role = 'ai' where role = 'assistant'");
        wp.up(CONTRACT);
        assertThat(session.refused(ann.sql(MESSAGE), "assistant").rule()).isEqualTo("23514 chat_message_role_known");
        wp.up("202603160900");
        assertThat(session.lines("select role from public.chat_message order by 1"))
                .containsExactly("ai", "ai", "user");
    }

    @Test
    @Tag("WP-07")
    void the_index_of_the_large_log_is_built_while_writers_go_on_and_is_valid() throws SQLException {
        wp.up("202603160900");

        assertThat(wp.session()
                        .lines("select indexrelid::regclass || ' ' || indisvalid from pg_index"
                                + " where indexrelid = 'public.audit_log_correlation_idx'::regclass"))
                .containsExactly("audit_log_correlation_idx true");
        assertThat(wp.reference().up("202603160900")).contains("create index concurrently");
    }

    private static List<String> rows(Session session) throws SQLException {
        List<String> rows = new ArrayList<>();
        for (String table : session.lines("select oid::regclass from pg_class"
                + " where relnamespace = 'public'::regnamespace and relkind = 'r' order by relname")) {
            rows.addAll(session.lines("select '" + table + " ' || r::text from public." + table + " r order by 1"));
        }
        return rows;
    }
}
