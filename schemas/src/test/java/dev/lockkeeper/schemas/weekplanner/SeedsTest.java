package dev.lockkeeper.schemas.weekplanner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("WP-11a")
final class SeedsTest {
    private static final UUID ANN = UUID.fromString("a0000000-0000-4000-8000-000000000001");

    /** When a row was written, which no fixture says. */
    private static final String WRITTEN = "{created_at, updated_at}";

    @RegisterExtension
    final Migrated wp = Migrated.of("week-planner");

    @BeforeEach
    void seed() throws SQLException {
        wp.seed(wp.session());
    }

    @Test
    void every_table_has_rows_and_a_second_run_changes_none() throws SQLException {
        List<String> before = rows("{}");
        assertThat(wp.session().lines("""
                                select c.relname from pg_class as c
                                where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
                                    and not (xpath('/row/n/text()', query_to_xml(
                                        format('select count(*) as n from public.%I', c.relname), false, true, '')
                                    ))[1]::text::int > 0
                                """)).isEmpty();

        wp.seed(wp.session());

        assertThat(rows("{}")).isEqualTo(before);
    }

    @Test
    void a_run_that_broke_off_anywhere_is_completed_by_the_next() throws SQLException {
        List<String> complete = rows(WRITTEN);
        Session session = wp.session();
        session.run("delete from public.chat_message where role = 'ai'");
        session.run("delete from public.goal where type = 'personal' and user_id <> ?", ANN);

        wp.seed(wp.session());

        assertThat(rows(WRITTEN)).isEqualTo(complete);
    }

    @Test
    void what_was_deleted_from_the_locked_week_comes_back_with_an_entry_that_says_so() throws SQLException {
        List<String> complete = rows(WRITTEN);
        Session session = Planner.request(wp.session(), "authenticated", Planner.claims(ANN));
        session.text("select count(*) from public.change_locked_quotas('a0000000-0000-4000-8000-000000000048', 'Flu',"
                + " '[{\"id\": \"a0000000-0000-4000-8000-000000000053\", \"remove\": true}]')");
        wp.seed(wp.session());

        assertThat(rows(WRITTEN)).containsAll(complete);
        assertThat(session.lines("select reason from public.audit_log where action = 'emergency_unlock' order by 1"))
                .containsExactly("Flu", "In bed with the flu", "The fixtures are completed.");
        wp.seed(wp.session());
        assertThat(session.number("select count(*) from public.audit_log where action = 'emergency_unlock'"))
                .isEqualTo(3);
    }

    @Test
    void rows_with_other_keys_are_found_by_what_makes_them_unique() throws SQLException {
        Session session = wp.session();
        session.run("delete from public.cycle where user_id <> ?", ANN);
        session.run("insert into public.cycle (user_id, title, start_date, end_date)"
                + " values ('b0000000-0000-4000-8000-000000000001', 'Mine', '2026-01-12', '2026-04-06')");
        wp.seed(session);
        session.run("update public.goal set id = gen_random_uuid() where type = 'professional'"
                + " and not exists (select from public.task where goal_id = goal.id)");
        wp.seed(session);

        assertThat(session.lines("select c.title || ' ' || t.title from public.plan_item i"
                        + " join public.task t on t.id = i.task_id join public.cycle c on c.id = i.cycle_id"
                        + " where i.user_id <> '" + ANN + "'"))
                .containsExactly("Mine Practice");
    }

    @Test
    void an_item_comes_back_once_where_two_goals_have_a_task_of_that_title() throws SQLException {
        String item = "a0000000-0000-4000-8000-000000000052";
        Session session = wp.session();
        session.run("insert into public.task (user_id, cycle_id, goal_id, title)"
                + " select g.user_id, g.cycle_id, g.id, 'Move a service' from public.goal as g"
                + " where g.id = 'a0000000-0000-4000-8000-000000000021'");
        session.run("delete from public.plan_item where id = ?::uuid", item);

        wp.seed(session);

        assertThat(session.text("select task_id from public.plan_item where id = ?::uuid", item))
                .isEqualTo("a0000000-0000-4000-8000-000000000032");
    }

    @Test
    void accounts_that_are_deleted_come_back() throws SQLException {
        List<String> complete = rows(WRITTEN);
        wp.session().run("delete from auth.users");

        wp.seed(wp.session());

        assertThat(rows(WRITTEN))
                .filteredOn(row -> !row.contains("correlation_id"))
                .containsExactlyElementsOf(complete.stream()
                        .filter(row -> !row.contains("correlation_id"))
                        .toList());
    }

    @Test
    void the_fixtures_show_each_account_its_own_rows_and_a_locked_week() throws SQLException {
        Session session = Planner.request(wp.session(), "authenticated", Planner.claims(ANN));

        assertThat(session.lines("select distinct user_id from public.plan_item"))
                .containsExactly(ANN.toString());
        assertThat(session.lines("select role from public.chat_message order by created_at"))
                .containsExactly("system", "user", "ai");
        assertThat(session.lines("select actor || ' ' || action from public.audit_log order by occurred_at"))
                .containsExactly("system welcome", "ai propose", "user accept", "user emergency_unlock");
        assertThat(session.refused("update public.plan_item set qty = qty + 1").rule())
                .isEqualTo("23001 plan_item_locked");
    }

    @Test
    @Tag("SEED-01")
    void the_package_that_the_project_declares_brings_the_same_twice() {
        String digest = wp.bring("local-dev", Map.of()).digest();

        assertThat(wp.bring("local-dev", Map.of()).digest()).isEqualTo(digest);
        assertThat(wp.holds("local-dev", Map.of())).isTrue();
    }

    private List<String> rows(String without) throws SQLException {
        Session session = wp.session();
        List<String> rows = new ArrayList<>();
        for (String table : session.lines("select relname from pg_class"
                + " where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1")) {
            rows.addAll(session.lines(
                    "select (to_jsonb(r) - ?::text[])::text from public." + table + " r order by 1", without));
        }
        return rows;
    }
}
