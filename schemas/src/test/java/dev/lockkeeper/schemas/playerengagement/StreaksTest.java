package dev.lockkeeper.schemas.playerengagement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
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
                "3, 9, 2, '2026-01-03', '{}'",
            })
    void a_streak_within_the_rules_is_accepted(String values) throws SQLException {
        Session session = xp.session();

        assertThat(session.run(INSERT.formatted(values), Given.user(session))).isEqualTo(1);
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
                "last_day_not_ahead       | 1, 1, 0, 'infinity', '{}'",
                "last_day_not_ahead       | 1, 1, 0, '-infinity', '{}'",
                "last_day_not_ahead       | 1, 1, 0, (now() at time zone 'utc')::date + 2, '{}'",
            })
    void a_streak_against_a_rule_is_refused_by_that_rule(String rule, String values) throws SQLException {
        Session session = xp.session();

        assertThat(session.refused(INSERT.formatted(values), Given.user(session))
                        .rule())
                .isEqualTo("23514 xp_streaks_" + rule);
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
                "one_day_counts_once | current_streak = current_streak + 1, last_reward_day = '2026-01-03'",
                "longest_kept        | current_streak = 0, longest_streak = 0",
                "last_day_not_back   | last_reward_day = '2026-01-02'",
                "last_day_not_back   | current_streak = 0, last_reward_day = null",
            })
    void a_streak_does_not_count_a_day_again_and_does_not_go_back(String rule, String change) throws SQLException {
        Session session = xp.session();
        session.run(INSERT.formatted("3, 9, 2, '2026-01-03', '{}'"), Given.user(session));

        assertThat(session.refused("update xp.xp_streaks set " + change).rule()).isEqualTo("23514 xp_streaks_" + rule);
        assertThat(session.run("update xp.xp_streaks set current_streak = 4, last_reward_day = '2026-01-04'"))
                .isEqualTo(1);
        assertThat(session.run("update xp.xp_streaks set current_streak = 1, last_reward_day = '2026-01-09'"))
                .isEqualTo(1);
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
            "update xp.xp_streaks set longest_streak = 1, updated_at = 'epoch'"
        }) {
            session.run(change);
            assertThat(session.text(
                            "select updated_at between now() - interval '1 minute' and now() from xp.xp_streaks"))
                    .isEqualTo("t");
        }
    }
}
