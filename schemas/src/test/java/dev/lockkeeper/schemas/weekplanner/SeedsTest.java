package dev.lockkeeper.schemas.weekplanner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("WP-11")
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
