package dev.lockkeeper.schemas.playerengagement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("PE-18a")
final class SeedsTest {
    @RegisterExtension
    final Migrated xp = Migrated.of("player-engagement");

    private static List<String> rows(Session session) throws SQLException {
        List<String> rows = new ArrayList<>();
        for (String table : List.of("xp_policies", "xp_policy_versions", "xp_policy_streak_curve", "xp_seasons")) {
            rows.addAll(session.lines("select r::text from xp." + table + " r order by 1"));
        }
        return rows;
    }

    @Test
    void the_policy_is_published_with_a_curve_of_seven_days_and_a_season() throws SQLException {
        Session session = xp.session();
        xp.seed(session);

        assertThat(session.text("select status || ' ' || base_xp_amount from xp.xp_policy_versions"
                        + " where policy_key = 'daily-login-xp' and version = 1"))
                .isEqualTo("Published 100");
        assertThat(session.lines("select multiplier || ' ' || additive_bonus_xp || ' ' || cap_next_day"
                        + " from xp.xp_policy_streak_curve order by day_index"))
                .containsExactly(
                        "1.0000 0 false",
                        "1.1000 0 false",
                        "1.2000 0 false",
                        "1.3000 0 false",
                        "1.4000 0 false",
                        "1.5000 0 false",
                        "1.6000 50 true");
        assertThat(session.lines("select concat_ws(' ', label = 'Season ' || to_char(starts_on, 'YYYY'),"
                        + " starts_on = date_trunc('year', created_at at time zone 'utc'),"
                        + " ends_on = starts_on + interval '1 year') from xp.xp_seasons"))
                .containsExactly("t t t");
    }

    @Test
    void a_player_can_claim_under_it() throws SQLException {
        Session session = xp.session();
        xp.seed(session);

        long user = Given.user(session);
        session.run(
                "select xp.claim_daily_award(?, xp.open_reward_day(?, 'daily-login-xp'), 100, 0, 'daily-login-xp', 1)",
                user,
                user);
        assertThat(session.number("select count(*) from xp.xp_awards")).isEqualTo(1);
    }

    @Test
    void a_second_run_changes_nothing() throws SQLException {
        Session session = xp.session();
        xp.seed(session);
        List<String> rows = rows(session);
        xp.seed(session);

        assertThat(rows(session)).isEqualTo(rows);
    }

    @Test
    void what_the_team_has_done_meanwhile_stays() throws SQLException {
        Session session = xp.session();
        xp.seed(session);
        Given.archive(session, "daily-login-xp", 1);
        session.run("update xp.xp_policies set display_name = 'Come back'");
        session.run("update xp.xp_seasons set label = 'Our year'");
        List<String> rows = rows(session);
        xp.seed(session);

        assertThat(rows(session)).isEqualTo(rows);
    }

    @Test
    void no_season_comes_before_those_that_the_ledger_knew_have_their_dates() throws SQLException {
        Session session = xp.session();
        session.run("insert into xp.xp_seasons (label) values ('From before')");

        xp.seed(session);
        assertThat(session.lines("select label from xp.xp_seasons")).containsExactly("From before");

        session.run("update xp.xp_seasons set starts_on = '2020-01-01', ends_on = '2021-01-01'");
        xp.seed(session);
        assertThat(session.lines("select label like 'Season ____' from xp.xp_seasons order by starts_on"))
                .containsExactly("f", "t");
    }

    @Test
    void a_draft_of_somebody_else_is_neither_changed_nor_published() throws SQLException {
        Session session = xp.session();
        Given.draft(session, "daily-login-xp");
        Given.day(session, "daily-login-xp", 1, 0);
        String parts = "select v::text || c::text from xp.xp_policy_versions v"
                + " join xp.xp_policy_streak_curve c on c.policy_version = v.version";
        List<String> rows = session.lines(parts);

        xp.seed(session);

        assertThat(session.lines(parts)).isEqualTo(rows);
    }

    @Test
    void after_an_upgrade_the_version_gets_the_number_after_the_adopted_ones_once() throws SQLException {
        Session session = xp.session();
        session.run("set session_replication_role = replica");
        session.run("insert into xp.xp_ledger (user_id, amount, reason, correlation_id, policy_key, policy_version)"
                + " values (1, 1, 'x', gen_random_uuid(), 'daily-login-xp', 1)");
        session.run("set session_replication_role = origin");
        assertThat(session.number("select xp.adopt_policy_versions()")).isEqualTo(1);

        xp.seed(session);
        xp.seed(session);

        assertThat(session.lines("select concat_ws(' ', version, status, base_xp_amount) from xp.xp_policy_versions"
                        + " order by version"))
                .containsExactly("1 Archived 1", "2 Published 100");
        assertThat(session.number("select xp.policy_version_in_force('daily-login-xp', null)"))
                .isEqualTo(2);
    }

    @Test
    void what_was_deleted_in_part_comes_again() throws SQLException {
        Session session = xp.session();
        xp.seed(session);
        List<String> rows = rows(session);
        session.run("delete from xp.xp_seasons");

        xp.seed(session);

        assertThat(rows(session)).hasSameSizeAs(rows);
    }

    @Test
    @Tag("SEED-01")
    void the_package_that_the_project_declares_brings_the_same_twice() {
        String digest = xp.bring("local-dev", Map.of()).digest();

        assertThat(xp.bring("local-dev", Map.of()).digest()).isEqualTo(digest);
        assertThat(xp.holds("local-dev", Map.of())).isTrue();
    }
}
