package dev.lockkeeper.schemas.weekplanner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import dev.lockkeeper.source.Migration;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The schema in the hands of an ordinary role, which runs the migrations and owns everything. */
@Tag("WP-09")
final class OwnerTest {
    @RegisterExtension
    final Migrated wp = Migrated.of("week-planner").to("0");

    private Planner ann = Planner.NOBODY;
    private List<String> early = List.of();

    @BeforeEach
    void migrate_as_an_ordinary_role() throws SQLException {
        Session session = wp.session();
        session.script("""
                create role keeper;
                grant create, usage on schema public to keeper;
                grant usage on schema auth to keeper;
                grant select, references on auth.users to keeper;
                do $$ begin execute format('grant create on database %I to keeper', current_database()); end $$;
                """);
        Session keeper = keeper();
        for (Migration migration : wp.reference().migrations().all()) {
            if (!migration.up().text().contains("concurrently")) {
                keeper.script(migration
                        .up()
                        .text()
                        .replace(
                                ":low and :high",
                                "(select min(id::text)::uuid from public.chat_message)"
                                        + " and (select max(id::text)::uuid from public.chat_message)"));
            }
            if (migration.version().toString().equals("202601050910")) {
                session.script("insert into auth.users values ('c0000000-0000-4000-8000-000000000001');"
                        + " insert into public.cycle (user_id, title, start_date, end_date)"
                        + " select id, 'C', '2999-01-07', '2999-04-01' from auth.users;"
                        + " insert into public.weekly_plan (user_id, cycle_id, week_no)"
                        + " select user_id, id, 9 from public.cycle");
                early = session.lines("select locks_on from public.weekly_plan");
            }
            if (migration.version().toString().equals("202601050930")) {
                early.addAll(session.lines("select locks_on from public.weekly_plan"));
                session.run("delete from auth.users");
            }
            if (migration.version().toString().equals("202601050940")) {
                ann = Planner.in(session);
                session.run(ann.sql("insert into public.chat_message (user_id, chat_session_id, role, content)"
                        + " values ('{user}', '{chat}', 'assistant', 'Hello back')"));
            }
        }
    }

    @AfterEach
    void drop_the_role() throws SQLException {
        wp.session().script("reassign owned by keeper to current_user; drop owned by keeper; drop role keeper");
    }

    private Session keeper() throws SQLException {
        Session keeper = wp.session();
        keeper.run("set role keeper");
        return keeper;
    }

    @Test
    void the_owner_without_claims_sees_and_changes_nothing() throws SQLException {
        Session keeper = keeper();

        for (RowSecurityTest.Table table : RowSecurityTest.Table.values()) {
            assertThat(keeper.number("select count(*) from " + table.sqlName()))
                    .as(table.sqlName())
                    .isZero();
            assertThat(keeper.refused(ann.sql(table.verbs().getOrDefault("insert", "")))
                            .sqlState())
                    .as(table.sqlName())
                    .isEqualTo("42501");
            if (table != RowSecurityTest.Table.AUDIT_LOG) {
                assertThat(keeper.run(ann.sql(table.verbs().getOrDefault("update", ""))))
                        .isZero();
                assertThat(keeper.run(ann.sql(table.verbs().getOrDefault("delete", ""))))
                        .isZero();
            }
        }
    }

    @Test
    @Tag("WP-06")
    void the_plans_from_before_the_lock_that_forced_security_hides_from_the_owner_lock_too() {
        assertThat(early).containsExactly("null", "2999-02-18");
    }

    @Test
    void the_owner_removes_words_and_retires_entries_that_it_cannot_read() throws SQLException {
        wp.session()
                .run(ann.sql("insert into public.audit_log (user_id, actor, action, reason, occurred_at)"
                        + " values ('{user}', 'user', 'note', 'Flu', '2020-01-01Z')"));
        Session service = Planner.request(wp.session(), "service_role", "{}");
        Session keeper = keeper();

        assertThat(service.number("select public.remove_words(?, 'Asked for')", ann.user()))
                .isEqualTo(2);
        assertThat(keeper.number("select count(*) from planner.retire_entries('2021-01-01Z', 'Old')"))
                .isEqualTo(1);
        assertThat(keeper.number("select count(*) from public.audit_log")).isZero();
        assertThat(keeper.lines("select kind || ' ' || entries from planner.audit_removal order by 1"))
                .containsExactly("entries 1", "words 2");
    }

    @Test
    void the_naive_owner_of_a_table_whose_security_is_not_forced_sees_everything() throws SQLException {
        Session keeper = keeper();
        keeper.run("alter table public.vision no force row level security");

        assertThat(keeper.number("select count(*) from public.vision")).isEqualTo(1);
    }

    @Test
    @Tag("WP-06")
    void the_lock_and_the_emergency_unlock_work_without_a_superuser() throws SQLException {
        Planner.Locked locked = ann.locked(wp.session());
        Session session = ann.asks(wp.session());
        assertThat(session.refused("update public.plan_item set qty = 9 where id = ?", locked.item())
                        .rule())
                .isEqualTo("23001 plan_item_locked");
        assertThat(session.refused("delete from public.task where id = ?", ann.task())
                        .rule())
                .isEqualTo("23001 plan_item_locked");
        assertThat(session.refused("delete from public.cycle").rule()).isEqualTo("23001 cycle_locked");

        session.begin();
        session.text("select public.unlock_week(?, 'Flu')", locked.plan());
        assertThat(session.run("update public.plan_item set qty = 9 where id = ?", locked.item()))
                .isEqualTo(1);
        session.commit();
    }

    @Test
    @Tag("WP-06")
    void the_owner_with_the_claims_of_an_account_is_bound_by_the_lock_as_the_account_is() throws SQLException {
        Planner.Locked locked = ann.locked(wp.session());
        Session keeper = keeper();
        keeper.run("select set_config('request.jwt.claims', ?, false)", Planner.claims(ann.user()));

        assertThat(keeper.refused("delete from public.weekly_plan where id = ?", locked.plan())
                        .rule())
                .isEqualTo("23001 weekly_plan_locked");
        assertThat(keeper.refused("delete from public.plan_item where id = ?", locked.item())
                        .rule())
                .isEqualTo("23001 plan_item_locked");
        assertThat(keeper.refused("delete from public.cycle").rule()).isEqualTo("23001 cycle_locked");
        UUID late = ann.plan(keeper, 9, 6);
        assertThat(keeper.text("select locks_on <= public.lock_today() from public.weekly_plan where id = ?", late))
                .isEqualTo("t");
    }

    /** A plan of the server knows who made it, and not whether forced security was in force then. */
    @Test
    @Tag("WP-06")
    void a_cascade_meets_the_lock_after_the_owner_has_changed_an_item_in_the_same_session() throws SQLException {
        Planner.Locked locked = ann.locked(wp.session());
        Session keeper = keeper();
        keeper.run("select set_config('request.jwt.claims', ?, false)", Planner.claims(ann.user()));
        assertThat(keeper.run("update public.plan_item set qty = qty + 1 where id = ?", ann.item()))
                .isEqualTo(1);
        keeper.run("reset role");
        Planner.request(keeper, "service_role", "{}");

        assertThat(keeper.refused("delete from public.task").rule()).isEqualTo("23001 plan_item_locked");
        assertThat(keeper.number("select count(*) from public.plan_item where id = ?", locked.item()))
                .isEqualTo(1);
    }

    @Test
    @Tag("WP-06")
    void a_change_after_the_unlock_leaves_its_entry_also_when_the_claims_have_changed() throws SQLException {
        Planner.Locked locked = ann.locked(wp.session());
        Session session = ann.asks(wp.session());
        session.begin();
        session.text("select public.unlock_week(?, 'Flu')", locked.plan());
        session.run("reset role");
        Planner.request(session, "service_role", "{}");
        session.run("update public.plan_item set qty = 9 where id = ?", locked.item());
        session.run("update public.task set title = 'Sleep'");
        session.commit();

        assertThat(session.lines(
                        "select concat_ws(' ', target_table, actor_user_id, after ->> 'qty', after ->> 'title')"
                                + " from public.audit_log where action = 'locked_quota_change' order by 1"))
                .containsExactly("plan_item " + ann.user() + " 9.00", "task " + ann.user() + " Sleep");
    }

    @Test
    @Tag("WP-06")
    void nobody_unlocks_the_plan_of_another_account_through_the_owner_of_the_function() throws SQLException {
        Planner.Locked locked = ann.locked(wp.session());
        Session session = Planner.in(wp.session()).asks(wp.session());

        assertThat(session.refused("select public.unlock_week(?, 'Flu')", locked.plan())
                        .rule())
                .isEqualTo("42501");
    }

    @Test
    void an_account_goes_with_all_its_rows_and_its_locked_weeks_and_the_log_stays() throws SQLException {
        Session session = wp.session();
        ann.locked(session);

        session.run("delete from auth.users where id = ?", ann.user());

        for (RowSecurityTest.Table table : RowSecurityTest.Table.values()) {
            assertThat(session.number("select count(*) from " + table.sqlName()))
                    .as(table.sqlName())
                    .isEqualTo(table == RowSecurityTest.Table.AUDIT_LOG ? 1 : 0);
        }
    }

    @Test
    @Tag("WP-07")
    void the_owner_does_not_change_the_log() throws SQLException {
        Session keeper = keeper();

        assertThat(keeper.refused("update public.audit_log set action = 'x'").rule())
                .isEqualTo("23001 audit_log_append_only");
        assertThat(keeper.refused("delete from public.audit_log").rule()).isEqualTo("23001 audit_log_append_only");
        assertThat(keeper.refused("truncate public.audit_log").rule()).isEqualTo("23001 audit_log_append_only");
    }

    @Test
    @Tag("WP-08")
    void the_rename_reached_the_rows_that_forced_security_hides_from_the_owner() throws SQLException {
        assertThat(wp.session().lines("select role from public.chat_message order by 1"))
                .containsExactly("ai", "user");
        assertThat(keeper().run("update public.chat_message set role = 'ai'"))
                .as("the naive rename, without a policy for the owner, changes nothing and says nothing")
                .isZero();
    }
}
