package dev.lockkeeper.schemas.weekplanner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("WP-01")
final class VisionTest {
    @RegisterExtension
    final Migrated wp = Migrated.of("week-planner");

    private Planner ann;
    private Session session;

    @BeforeEach
    void write_rows() throws SQLException {
        ann = Planner.in(wp.session());
        session = wp.session();
    }

    @Test
    void an_account_has_one_vision() throws SQLException {
        assertThat(session.refused("insert into public.vision (user_id) values (?)", ann.user())
                        .rule())
                .isEqualTo("23505 vision_pkey");
    }

    @Test
    void the_account_exists() throws SQLException {
        UUID account = UUID.randomUUID();
        assertThat(session.refused("insert into public.vision (user_id) values (?)", account)
                        .rule())
                .isEqualTo("23503 vision_user_id_fkey");
        session.run("insert into auth.users values (?)", account);
        assertThat(session.run("insert into public.vision (user_id) values (?)", account))
                .isEqualTo(1);
    }

    @Test
    void a_vision_speaks_of_four_distances_and_has_tags() throws SQLException {
        assertThat(session.run("update public.vision set daily = 'a', weekly = 'b', year = 'c', life = 'd',"
                        + " tags = '{health, books}'"))
                .isEqualTo(1);
        assertThat(session.refused("update public.vision set tags = '{health, null}'")
                        .rule())
                .isEqualTo("23514 vision_tags_not_null");
    }

    @ParameterizedTest
    @ValueSource(strings = {"vision", "cycle", "goal", "weekly_plan", "task", "plan_item", "chat_session"})
    @Tag("WP-05")
    void a_change_sets_updated_at_and_only_that_of_the_changed_row(String table) throws SQLException {
        Planner.in(session);
        session.run("update public." + table + " set created_at = '2020-01-01Z'");
        session.run("update public." + table + " set updated_at = '2020-01-01Z' where user_id = ?", ann.user());

        assertThat(session.number(
                        "select count(*) from public." + table + " where updated_at < now() - '1 day'::interval"))
                .as("a caller does not set it")
                .isZero();
        session.run("create table seen as select updated_at from public." + table + " where user_id <> '" + ann.user()
                + "'");
        session.run("update public." + table + " set created_at = now() where user_id = ?", ann.user());
        assertThat(session.number("select count(*) from public." + table + " join seen using (updated_at)"))
                .isEqualTo(1);
    }
}
