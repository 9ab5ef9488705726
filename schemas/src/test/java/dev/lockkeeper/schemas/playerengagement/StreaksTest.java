package dev.lockkeeper.schemas.playerengagement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("PE-06")
final class StreaksTest {
    private static final String INSERT =
            "insert into xp.xp_streaks (user_id, current_streak, longest_streak, grace_used, last_reward_day, model_state)"
                    + " values (?, %s)";

    @RegisterExtension
    final Migrated xp = Migrated.of("player-engagement");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0, 0, 0, null, '{}'",
                "3, 3, 0, '2026-01-03', '{\"tier\": 1}'",
                "2, 3, 0, '2026-01-03', '{}'",
            })
    void a_streak_within_the_rules_is_accepted(String values) throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        Given.awards(session, user, "2026-01-01", "2026-01-02", "2026-01-03");

        assertThat(session.run(INSERT.formatted(values), user)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "current_not_negative     | -1, 0, 0, '2026-01-03', '{}'",
                "longest_covers_current   | 3, 2, 0, '2026-01-03', '{}'",
                "grace_used_not_negative  | 1, 1, -1, '2026-01-03', '{}'",
                "running_has_last_day     | 1, 1, 0, null, '{}'",
                "model_state_is_object    | 1, 1, 0, '2026-01-03', '[]'",
                "last_day_was_awarded     | 1, 1, 0, '2026-01-04', '{}'",
                "last_day_was_awarded     | 0, 0, 0, '2025-12-31', '{}'",
                "one_day_counts_once      | 4, 4, 0, '2026-01-03', '{}'",
                "one_day_counts_once      | 4, 4, 9, '2026-01-03', '{}'",
                "one_day_counts_once      | 3, 3, 0, '2026-01-02', '{}'",
                "longest_was_reached      | 3, 4, 0, '2026-01-03', '{}'",
                "longest_was_reached      | 3, 9, 99, '2026-01-03', '{}'",
                "longest_was_reached      | 0, 5, 9, null, '{}'",
                "last_day_not_ahead       | 1, 1, 0, 'infinity', '{}'",
                "last_day_not_ahead       | 1, 1, 0, '-infinity', '{}'",
                "last_day_not_ahead       | 1, 1, 0, (now() at time zone 'utc')::date + 2, '{}'",
            })
    void a_streak_against_a_rule_is_refused_by_that_rule(String rule, String values) throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        Given.awards(session, user, "2026-01-01", "2026-01-02", "2026-01-03");

        assertThat(session.refused(INSERT.formatted(values), user).rule()).isEqualTo("23514 xp_streaks_" + rule);
    }

    @Test
    void a_user_has_one_streak() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        session.run("insert into xp.xp_streaks (user_id) values (?)", user);

        assertThat(session.refused("insert into xp.xp_streaks (user_id) values (?)", user)
                        .rule())
                .isEqualTo("23505 xp_streaks_pkey");
        assertThat(session.refused("insert into xp.xp_streaks (user_id) values (404)")
                        .rule())
                .isEqualTo("23503 xp_streaks_user_id_fkey");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "one_day_counts_once  | current_streak = 4, longest_streak = 4, last_reward_day = '2026-01-03'",
                "one_day_counts_once  | current_streak = 4, longest_streak = 4",
                "one_day_counts_once  | current_streak = 5, longest_streak = 5, last_reward_day = '2026-01-04'",
                "one_day_counts_once  | current_streak = 7, longest_streak = 7, grace_used = 9, last_reward_day = '2026-01-05'",
                "last_day_was_awarded | current_streak = 4, longest_streak = 4, last_reward_day = '2026-01-06'",
                "longest_was_reached  | longest_streak = 9",
                "longest_kept         | current_streak = 0, longest_streak = 0",
                "last_day_not_back    | last_reward_day = '2026-01-02'",
                "last_day_not_back    | current_streak = 0, last_reward_day = null",
            })
    void a_streak_counts_each_award_once_and_does_not_go_back(String rule, String change) throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        Given.awards(session, user, "2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04", "2026-01-05", "2026-01-09");
        session.run(INSERT.formatted("3, 3, 0, '2026-01-03', '{}'"), user);

        assertThat(session.refused("update xp.xp_streaks set " + change).rule()).isEqualTo("23514 xp_streaks_" + rule);
        assertThat(session.run("update xp.xp_streaks set current_streak = 5, longest_streak = 5,"
                        + " last_reward_day = '2026-01-05'"))
                .as("two awards at once")
                .isEqualTo(1);
        assertThat(session.run("update xp.xp_streaks set current_streak = 1, last_reward_day = '2026-01-09'"))
                .as("a new streak")
                .isEqualTo(1);
    }

    @Test
    void forgiven_days_count_where_the_model_counts_them() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        Given.awards(session, user, "2026-01-01", "2026-01-03");
        session.run(INSERT.formatted("1, 1, 0, '2026-01-01', '{}'"), user);

        assertThat(session.run("update xp.xp_streaks set current_streak = 3, longest_streak = 3, grace_used = 1,"
                        + " last_reward_day = '2026-01-03'"))
                .isEqualTo(1);
    }

    @Test
    void two_sessions_that_claim_one_day_raise_the_streak_once() throws Exception {
        Session first = xp.session();
        Session second = xp.session();
        long user = Given.user(first);
        Given.awards(first, user, "2026-01-01");
        first.run("insert into xp.xp_streaks (user_id) values (?)", user);
        String raise = "update xp.xp_streaks set current_streak = current_streak + 1,"
                + " longest_streak = greatest(longest_streak, current_streak + 1), last_reward_day = '2026-01-01'";
        first.begin();
        first.run(raise);
        Future<String> rival = xp.blocked(second, s -> s.refused(raise).rule());
        first.commit();

        assertThat(rival.get()).isEqualTo("23514 xp_streaks_one_day_counts_once");
        assertThat(first.number("select current_streak from xp.xp_streaks")).isEqualTo(1);
    }

    @Test
    void the_naive_nullable_longest_streak_passes_its_check() throws SQLException {
        Session session = xp.session();
        session.run(
                "create table naive (current_streak int, longest_streak int check (longest_streak >= current_streak))");

        assertThat(session.run("insert into naive values (5, null)")).isEqualTo(1);
        assertThat(session.refused(
                                "insert into xp.xp_streaks (user_id, longest_streak) values (?, null)",
                                Given.user(session))
                        .sqlState())
                .isEqualTo("23502");
    }

    @Test
    void updated_at_follows_each_change() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        for (String change : new String[] {
            "insert into xp.xp_streaks (user_id, updated_at) values (" + user + ", 'infinity')",
            "update xp.xp_streaks set grace_used = 1, updated_at = 'epoch'"
        }) {
            session.run(change);
            assertThat(session.text(
                            "select updated_at between now() - interval '1 minute' and now() from xp.xp_streaks"))
                    .isEqualTo("t");
        }
    }
}
