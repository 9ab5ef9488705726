package dev.lockkeeper.schemas.weekplanner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is kept about a person, in one answer. */
@Tag("WP-09")
final class ExportTest {
    @RegisterExtension
    final Migrated wp = Migrated.of("week-planner");

    @Test
    void an_account_gets_every_row_of_its_own_and_none_of_others() throws SQLException {
        Planner ann = Planner.in(wp.session());
        Planner bob = Planner.in(wp.session());
        String export = ann.asks(wp.session()).text("select public.export_account()");

        assertThat(export)
                .contains(ann.user().toString())
                .doesNotContain(bob.user().toString());
        assertThat(ann.asks(wp.session())
                        .lines("select t.key || ' ' || jsonb_array_length(t.value)"
                                + " from jsonb_each(public.export_account() -> 'tables') as t order by 1"))
                .as("every table that has an account")
                .containsExactlyElementsOf(wp.session()
                        .lines("select c.relname || ' 1' from pg_class as c"
                                + " join pg_attribute as a on a.attrelid = c.oid and a.attname = 'user_id'"
                                + " where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by 1"));
    }

    @Test
    void only_the_service_exports_another_account() throws SQLException {
        Planner ann = Planner.in(wp.session());
        Planner bob = Planner.in(wp.session());
        Session service = Planner.request(wp.session(), "service_role", "{}");

        assertThat(ann.asks(wp.session())
                        .refused("select public.export_account(?)", bob.user())
                        .rule())
                .isEqualTo("42501");
        assertThat(service.text("select public.export_account(?) -> 'tables' -> 'cycle' -> 0 ->> 'id'", bob.user()))
                .isEqualTo(bob.cycle().toString());
        assertThat(service.refused("select public.export_account()").rule()).isEqualTo("42501");
        assertThat(Planner.request(wp.session(), "anon", "{}")
                        .refused("select public.export_account()")
                        .rule())
                .isEqualTo("42501");
    }

    @Test
    void rows_stand_in_the_order_in_which_they_were_written_whatever_the_zone_makes_of_their_times()
            throws SQLException {
        Planner ann = Planner.in(wp.session());
        wp.session()
                .run(
                        "insert into public.chat_message (user_id, chat_session_id, role, content, created_at) values"
                                + " (?, ?, 'user', 'First', '2025-10-26 00:30Z'), (?, ?, 'user', 'Second', '2025-10-26 01:10Z')",
                        ann.user(),
                        ann.chat(),
                        ann.user(),
                        ann.chat());
        Session session = ann.asks(wp.session());
        session.run("set timezone = 'Europe/Berlin'");

        assertThat(session.text("select jsonb_path_query_array(public.export_account(),"
                        + " '$.tables.chat_message[*].content')"))
                .as("02:30 of summer, then 02:10 of winter")
                .isEqualTo("[\"First\", \"Second\", \"Hello\"]");
    }
}
