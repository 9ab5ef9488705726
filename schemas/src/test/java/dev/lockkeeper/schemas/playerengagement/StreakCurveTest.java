package dev.lockkeeper.schemas.playerengagement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Refusal;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("PE-12")
final class StreakCurveTest {
    @RegisterExtension
    final Migrated xp = Migrated.of("player-engagement");

    @BeforeEach
    void write_a_draft() throws SQLException {
        Given.draft(xp.session(), "p");
    }

    private static void days(Session session, int... days) throws SQLException {
        for (int day : days) {
            Given.day(session, "p", 1, day);
        }
    }

    @Test
    void the_days_may_come_in_any_order_within_a_transaction() throws SQLException {
        Session session = xp.session();
        session.begin();
        days(session, 2, 0, 1);
        session.commit();

        assertThat(session.number("select count(*) from xp.xp_policy_streak_curve"))
                .isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "0, 2", "0, 1, 3", "1, 2, 3"})
    void a_curve_with_a_gap_does_not_commit(String days) throws SQLException {
        Session session = xp.session();
        session.begin();
        session.run("insert into xp.xp_policy_streak_curve (policy_key, policy_version, day_index)"
                + " select 'p', 1, unnest(array[" + days + "])");

        Refusal refusal = session.commitRefused();

        assertThat(refusal.rule()).isEqualTo("23514 xp_policy_streak_curve_contiguous");
        assertThat(refusal.message()).startsWith("the curve of version 1 of policy p has ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "delete from xp.xp_policy_streak_curve where day_index = 1",
                "delete from xp.xp_policy_streak_curve where day_index = 0",
                "update xp.xp_policy_streak_curve set day_index = 7 where day_index = 1",
                "update xp.xp_policy_streak_curve set policy_version = 2, day_index = 0 where day_index = 1",
                "update xp.xp_policy_streak_curve set policy_version = 2 where day_index = 2"
            })
    void a_change_that_leaves_a_gap_in_one_of_the_curves_does_not_commit(String change) throws SQLException {
        Session session = xp.session();
        Given.draft(session, "p", 2);
        session.begin();
        days(session, 0, 1, 2);
        session.commit();

        session.begin();
        session.run(change);

        assertThat(session.commitRefused().rule()).isEqualTo("23514 xp_policy_streak_curve_contiguous");
    }

    @Test
    void the_end_of_a_curve_and_the_whole_curve_can_go() throws SQLException {
        Session session = xp.session();
        session.begin();
        days(session, 0, 1, 2);
        session.commit();

        assertThat(session.run("delete from xp.xp_policy_streak_curve where day_index = 2"))
                .isEqualTo(1);
        assertThat(session.run("delete from xp.xp_policy_streak_curve")).isEqualTo(2);
    }

    @Test
    void days_can_trade_places_within_a_transaction() throws SQLException {
        Session session = xp.session();
        session.begin();
        days(session, 0, 1);
        session.commit();
        session.begin();
        session.run("delete from xp.xp_policy_streak_curve where day_index = 0");
        session.run("update xp.xp_policy_streak_curve set day_index = 0");
        days(session, 1);
        session.commit();

        assertThat(session.number("select count(*) from xp.xp_policy_streak_curve"))
                .isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "-1, 1, 0, 23514 xp_policy_streak_curve_day_index_not_negative",
        "0, -0.0001, 0, 23514 xp_policy_streak_curve_multiplier_not_negative",
        "0, NaN, 0, 23514 xp_policy_streak_curve_multiplier_not_negative",
        "0, 1, -1, 23514 xp_policy_streak_curve_bonus_not_negative",
        "0, 10000, 0, 22003",
        "0, Infinity, 0, 22003"
    })
    void a_day_against_a_rule_is_refused_by_that_rule(int day, String multiplier, long bonus, String rule)
            throws SQLException {
        assertThat(xp.session()
                        .refused(
                                "insert into xp.xp_policy_streak_curve values ('p', 1, ?, ?::numeric, ?, false)",
                                day,
                                multiplier,
                                bonus)
                        .rule())
                .isEqualTo(rule);
    }

    @ParameterizedTest
    @CsvSource({"0, 0, false", "9999.9999, 0, true", "1.5, 1000, false"})
    void a_day_within_the_rules_is_accepted(String multiplier, long bonus, boolean cap) throws SQLException {
        Session session = xp.session();
        session.run(
                "insert into xp.xp_policy_streak_curve values ('p', 1, 0, ?::numeric, ?, ?)", multiplier, bonus, cap);

        assertThat(session.text("select multiplier = ?::numeric from xp.xp_policy_streak_curve", multiplier))
                .isEqualTo("t");
    }

    @Test
    void the_naive_not_negative_check_accepts_NaN() throws SQLException {
        Session session = xp.session();
        session.run("create table naive (multiplier numeric(8, 4) check (multiplier >= 0))");

        assertThat(session.run("insert into naive values ('NaN')")).isEqualTo(1);
    }

    @Test
    void a_day_of_a_curve_exists_once_and_belongs_to_a_version() throws SQLException {
        Session session = xp.session();
        days(session, 0);
        String insert =
                "insert into xp.xp_policy_streak_curve (policy_key, policy_version, day_index) values ('p', ?, 0)";

        assertThat(session.refused(insert, 1).rule()).isEqualTo("23505 xp_policy_streak_curve_pkey");
        assertThat(session.refused(insert, 2).rule()).isEqualTo("23503 xp_policy_streak_curve_version_fkey");
    }

    @Test
    void the_naive_immediate_check_refuses_a_good_curve_that_comes_in_another_order() throws SQLException {
        Session session = xp.session();
        session.run("create table naive (day_index int primary key)");
        session.run("create function naive() returns trigger language plpgsql as $$ begin"
                + " if (select count(*) <> max(day_index) + 1 from naive) then raise 'gap'; end if;"
                + " return null; end $$");
        session.run("create trigger naive after insert on naive for each row execute function naive()");

        session.begin();
        assertThat(session.refused("insert into naive values (1)").message()).isEqualTo("gap");
        session.abort();
    }

    @Test
    void two_transactions_that_together_would_leave_a_gap_do_not_both_commit() throws Exception {
        Session shortener = xp.session();
        Session extender = xp.session();
        shortener.begin();
        days(shortener, 0, 1, 2);
        shortener.commit();
        shortener.begin();
        shortener.run("delete from xp.xp_policy_streak_curve where day_index = 2");

        Future<Refusal> refusal = xp.blocked(extender, session -> {
            session.begin();
            days(session, 3);
            return session.commitRefused();
        });
        shortener.commit();

        assertThat(refusal.get().rule()).isEqualTo("23514 xp_policy_streak_curve_contiguous");
    }

    @Test
    void under_repeatable_read_the_second_editor_of_a_curve_gets_a_serialization_failure() throws SQLException {
        Session shortener = xp.session();
        Session extender = xp.session();
        shortener.begin();
        days(shortener, 0, 1, 2);
        shortener.commit();
        extender.begin();
        extender.run("set transaction isolation level repeatable read");
        extender.number("select count(*) from xp.xp_policy_streak_curve");
        shortener.run("delete from xp.xp_policy_streak_curve where day_index = 2");

        assertThat(extender.refused("insert into xp.xp_policy_streak_curve (policy_key, policy_version, day_index)"
                                + " values ('p', 1, 3)")
                        .sqlState())
                .isEqualTo("40001");
    }
}
