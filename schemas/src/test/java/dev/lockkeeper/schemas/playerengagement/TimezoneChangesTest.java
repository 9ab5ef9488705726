package dev.lockkeeper.schemas.playerengagement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Refusal;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("PE-03")
final class TimezoneChangesTest {
    private static final String CHANGE = "insert into xp.xp_user_timezone_changes (user_id, new_tz) values (?, ?)";
    private static final String CHANGE_AT =
            "insert into xp.xp_user_timezone_changes (user_id, new_tz, requested_at) values (?, ?, %s)";
    private static final String APPLY_DUE = "select xp.apply_due_timezone_changes()";

    @RegisterExtension
    final Migrated xp = Migrated.of("player-engagement");

    /** A change that was made some time ago, which nobody can ask for. */
    private static void changed(Session session, long user, String zone, String requestedAt, String effectiveFrom)
            throws SQLException {
        session.run("set session_replication_role = replica");
        session.run(
                "insert into xp.xp_user_timezone_changes (user_id, old_tz, new_tz, requested_at, effective_from)"
                        + " select user_id, reward_tz, ?, " + requestedAt + ", " + effectiveFrom
                        + " from xp.xp_users where user_id = ?",
                zone,
                user);
        session.run(
                "update xp.xp_users set reward_tz = ? where user_id = ? and " + effectiveFrom + " <= " + requestedAt,
                zone,
                user);
        session.run(
                "update xp.xp_users set zone_changes_at = " + effectiveFrom + " where user_id = ? and " + effectiveFrom
                        + " > " + requestedAt,
                user);
        session.run("set session_replication_role = origin");
    }

    private static void changed(Session session, long user, String zone, String requestedAt) throws SQLException {
        changed(session, user, zone, requestedAt, requestedAt);
    }

    private static String zoneOf(Session session, long user) throws SQLException {
        return session.text("select reward_tz from xp.xp_users where user_id = ?", user);
    }

    @Test
    void a_history_row_changes_the_zone_of_the_user() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);

        session.run(CHANGE, user, "Asia/Tokyo");

        assertThat(zoneOf(session, user)).isEqualTo("Asia/Tokyo");
        assertThat(session.text("select (old_tz, new_tz) from xp.xp_user_timezone_changes where user_id = ?", user))
                .isEqualTo("(Europe/Berlin,Asia/Tokyo)");
    }

    @Test
    void the_zone_does_not_change_without_a_history_row() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);

        Refusal refusal = session.refused("update xp.xp_users set reward_tz = 'Asia/Tokyo' where user_id = ?", user);

        assertThat(refusal.rule()).isEqualTo("23001 xp_users_reward_tz_has_history");
        assertThat(refusal.hint()).contains("xp_user_timezone_changes");
        assertThat(zoneOf(session, user)).isEqualTo("Europe/Berlin");
    }

    @Test
    void an_old_history_row_does_not_allow_a_change() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        changed(session, user, "Asia/Tokyo", "now() - interval '20 days'");
        changed(session, user, "Europe/Berlin", "now() - interval '10 days'");

        assertThat(session.refused("update xp.xp_users set reward_tz = 'Asia/Tokyo' where user_id = ?", user)
                        .rule())
                .isEqualTo("23001 xp_users_reward_tz_has_history");
    }

    @Test
    void a_change_to_the_same_zone_needs_no_history() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);

        assertThat(session.run("update xp.xp_users set reward_tz = 'Europe/Berlin' where user_id = ?", user))
                .isEqualTo(1);
    }

    @Test
    void the_user_and_the_history_change_together_or_not_at_all() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        session.begin();
        session.run(CHANGE, user, "Asia/Tokyo");
        session.abort();

        assertThat(zoneOf(session, user)).isEqualTo("Europe/Berlin");
        assertThat(session.number("select count(*) from xp.xp_user_timezone_changes"))
                .isZero();
    }

    @Test
    void a_second_change_within_the_cooldown_is_refused() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        changed(session, user, "Asia/Tokyo", "now() - interval '167 hours 59 minutes'");

        Refusal refusal = session.refused(CHANGE, user, "Europe/Paris");

        assertThat(refusal.rule()).isEqualTo("23514 xp_user_timezone_changes_cooldown");
        assertThat(refusal.hint()).startsWith("The next change is possible from ");
        assertThat(zoneOf(session, user)).isEqualTo("Asia/Tokyo");
    }

    @Test
    void a_second_change_after_the_cooldown_is_accepted() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        changed(session, user, "Asia/Tokyo", "now() - interval '168 hours'");

        session.run(CHANGE, user, "Europe/Paris");

        assertThat(zoneOf(session, user)).isEqualTo("Europe/Paris");
    }

    @Test
    void the_cooldown_counts_from_the_effect_of_a_change_that_was_asked_for_ahead() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        long other = Given.user(session);
        changed(session, user, "Asia/Tokyo", "now() - interval '169 hours'", "now() - interval '1 hour'");
        changed(session, other, "Asia/Tokyo", "now() - interval '336 hours'", "now() - interval '168 hours'");

        assertThat(session.refused(CHANGE, user, "Europe/Paris").rule())
                .isEqualTo("23514 xp_user_timezone_changes_cooldown");
        session.run(CHANGE, other, "Europe/Paris");
    }

    @Test
    void two_changes_in_one_statement_are_refused() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);

        assertThat(session.refused(
                                "insert into xp.xp_user_timezone_changes (user_id, new_tz)"
                                        + " values (?, 'Asia/Tokyo'), (?, 'Europe/Paris')",
                                user,
                                user)
                        .rule())
                .isEqualTo("23514 xp_user_timezone_changes_cooldown");
    }

    @ParameterizedTest
    @ValueSource(strings = {"now() + interval '8 days'", "now() - interval '30 days'", "'-infinity'", "'infinity'"})
    void the_clock_of_the_server_dates_a_request_whatever_the_caller_says(String requestedAt) throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        session.run(CHANGE_AT.formatted(requestedAt), user, "Asia/Tokyo");

        assertThat(session.text("select requested_at between now() - interval '1 minute' and now()"
                        + " from xp.xp_user_timezone_changes"))
                .isEqualTo("t");
        assertThat(session.refused(CHANGE_AT.formatted(requestedAt), user, "Europe/Paris")
                        .rule())
                .isEqualTo("23514 xp_user_timezone_changes_cooldown");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTC", "America/New_York", "Pacific/Chatham"})
    void the_cooldown_lasts_168_hours_in_every_session_zone(String zone) throws SQLException {
        Session session = xp.session();
        session.run("set timezone = '" + zone + "'");
        long early = Given.user(session);
        changed(session, early, "Asia/Tokyo", "now() - interval '167 hours 59 minutes'");
        long late = Given.user(session);
        changed(session, late, "Asia/Tokyo", "now() - interval '168 hours'");

        assertThat(session.refused(CHANGE, early, "Europe/Paris").rule())
                .isEqualTo("23514 xp_user_timezone_changes_cooldown");
        assertThat(session.run(CHANGE, late, "Europe/Paris")).isEqualTo(1);
    }

    @Test
    void a_change_that_counts_later_moves_the_user_when_its_time_has_come() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        session.run(
                "insert into xp.xp_user_timezone_changes (user_id, new_tz, effective_from)"
                        + " values (?, 'Asia/Tokyo', now() + interval '1 day')",
                user);

        assertThat(zoneOf(session, user)).isEqualTo("Europe/Berlin");
        assertThat(session.number(APPLY_DUE)).isZero();
        assertThat(session.refused("update xp.xp_users set reward_tz = 'Asia/Tokyo' where user_id = ?", user)
                        .rule())
                .isEqualTo("23001 xp_users_reward_tz_has_history");
        assertThat(session.text("select xp.reward_zone_at(?)", user)).isEqualTo("Europe/Berlin");
        assertThat(session.text("select xp.reward_zone_at(?, now() + interval '1 day')", user))
                .isEqualTo("Asia/Tokyo");
    }

    @Test
    void a_change_whose_time_has_come_is_carried_out_once() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        changed(session, user, "Asia/Tokyo", "now() - interval '2 days'", "now() - interval '1 day'");

        assertThat(session.number(APPLY_DUE)).isEqualTo(1);
        assertThat(zoneOf(session, user)).isEqualTo("Asia/Tokyo");
        assertThat(session.number(APPLY_DUE)).isZero();
    }

    @Test
    void a_player_whose_change_fails_does_not_hold_up_the_others() throws SQLException {
        Session session = xp.session();
        for (String zone : new String[] {"Asia/Tokyo", "Europe/Paris", "America/Lima"}) {
            changed(session, Given.user(session), zone, "now() - interval '2 days'", "now() - interval '1 day'");
        }
        session.script("create function lost() returns trigger language plpgsql as $$ begin"
                + " raise exception 'the server has lost this zone'; end $$;"
                + " create trigger lost before update on xp.xp_users for each row"
                + " when (new.reward_tz = 'Europe/Paris') execute function lost()");

        assertThat(session.number(APPLY_DUE)).isEqualTo(2);
        session.run("drop trigger lost on xp.xp_users");
        assertThat(session.number(APPLY_DUE)).as("it stays due").isEqualTo(1);
        assertThat(session.lines("select reward_tz from xp.xp_users order by user_id"))
                .containsExactly("Asia/Tokyo", "Europe/Paris", "America/Lima");
    }

    @Test
    void the_scheduler_reads_those_that_are_due_and_nobody_else() throws SQLException {
        Session session = xp.session();
        session.run("insert into xp.xp_users (external_user_id, reward_tz) select 'u' || g, 'UTC'"
                + " from generate_series(1, 2000) g");
        session.run("set session_replication_role = replica");
        session.run("update xp.xp_users set zone_changes_at = now() + interval '1 day' where user_id % 100 = 0");
        session.run("set session_replication_role = origin");
        session.run("analyze xp.xp_users");

        assertThat(String.join(
                        "\n",
                        session.lines("explain select u.user_id from xp.xp_users as u"
                                + " where u.zone_changes_at <= now() order by u.user_id")))
                .contains("xp_users_zone_changes_idx");
    }

    @Test
    void a_new_request_finds_the_last_one_carried_out() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        changed(session, user, "Asia/Tokyo", "now() - interval '8 days'", "now() - interval '7 days'");

        session.run(CHANGE, user, "Europe/Paris");

        assertThat(zoneOf(session, user)).isEqualTo("Europe/Paris");
        assertThat(session.lines("select old_tz || ' ' || new_tz from xp.xp_user_timezone_changes order by change_id"))
                .containsExactly("Europe/Berlin Asia/Tokyo", "Asia/Tokyo Europe/Paris");
    }

    @Test
    void the_naive_cooldown_in_days_lasts_longer_where_clocks_are_set_back() throws SQLException {
        Session session = xp.session();
        String naive = "select timestamptz '2024-10-31 00:00+00' + interval '7 days'"
                + " = timestamptz '2024-10-31 00:00+00' + interval '168 hours'";

        session.run("set timezone = 'UTC'");
        assertThat(session.text(naive)).isEqualTo("t");
        session.run("set timezone = 'America/New_York'");
        assertThat(session.text(naive)).isEqualTo("f");
    }

    @Test
    void of_two_concurrent_changes_the_second_waits_and_is_refused() throws Exception {
        Session first = xp.session();
        Session second = xp.session();
        long user = Given.user(first);
        first.begin();
        first.run(CHANGE, user, "Asia/Tokyo");

        Future<Refusal> refusal = xp.blocked(second, session -> session.refused(CHANGE, user, "Europe/Paris"));
        first.commit();

        assertThat(refusal.get().rule()).isEqualTo("23514 xp_user_timezone_changes_cooldown");
        assertThat(zoneOf(first, user)).isEqualTo("Asia/Tokyo");
    }

    @Test
    void when_the_first_of_two_concurrent_changes_aborts_the_second_is_accepted() throws Exception {
        Session first = xp.session();
        Session second = xp.session();
        long user = Given.user(first);
        first.begin();
        first.run(CHANGE, user, "Asia/Tokyo");

        Future<Integer> rows = xp.blocked(second, session -> session.run(CHANGE, user, "Europe/Paris"));
        first.abort();

        assertThat(rows.get()).isEqualTo(1);
        assertThat(zoneOf(first, user)).isEqualTo("Europe/Paris");
    }

    @Test
    void the_naive_cooldown_without_a_lock_lets_two_concurrent_changes_through() throws SQLException {
        Session first = xp.session();
        Session second = xp.session();
        first.run("create table naive (user_id bigint, requested_at timestamptz default now())");
        first.run("create function naive() returns trigger language plpgsql as $$ begin"
                + " if exists (select from naive n where n.user_id = new.user_id"
                + "     and n.requested_at + interval '168 hours' > new.requested_at) then"
                + "   raise 'cooldown'; end if; return new; end $$");
        first.run("create trigger naive before insert on naive for each row execute function naive()");

        first.begin();
        first.run("insert into naive (user_id) values (1)");
        second.run("insert into naive (user_id) values (1)");
        first.commit();

        assertThat(first.number("select count(*) from naive")).isEqualTo(2);
    }

    @Test
    void under_repeatable_read_a_concurrent_change_is_a_serialization_failure() throws SQLException {
        Session first = xp.session();
        Session second = xp.session();
        long user = Given.user(first);
        second.begin();
        second.run("set transaction isolation level repeatable read");
        second.number("select count(*) from xp.xp_users");
        first.run(CHANGE, user, "Asia/Tokyo");

        assertThat(second.refused(CHANGE, user, "Europe/Paris").sqlState()).isEqualTo("40001");
    }

    @Test
    void the_new_zone_must_be_known() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);

        assertThat(session.refused(CHANGE, user, "FOO+3").rule())
                .isEqualTo("23514 xp_user_timezone_changes_new_tz_known");
    }

    @Test
    void the_new_zone_is_another_one() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);

        assertThat(session.refused(CHANGE, user, "Europe/Berlin").rule())
                .isEqualTo("23514 xp_user_timezone_changes_zone_differs");
    }

    @Test
    void the_old_zone_is_the_current_one() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        String change = "insert into xp.xp_user_timezone_changes (user_id, old_tz, new_tz) values (?, ?, 'Asia/Tokyo')";

        assertThat(session.refused(change, user, "Asia/Seoul").rule())
                .isEqualTo("23514 xp_user_timezone_changes_old_tz_current");
        assertThat(session.run(change, user, "Europe/Berlin")).isEqualTo(1);
    }

    @Test
    void a_change_does_not_count_before_it_was_asked_for() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        String change = "insert into xp.xp_user_timezone_changes (user_id, new_tz, effective_from)"
                + " values (?, 'Asia/Tokyo', now() %s interval '1 hour')";

        assertThat(session.refused(change.formatted("-"), user).rule())
                .isEqualTo("23514 xp_user_timezone_changes_effective_after_request");
        assertThat(session.refused(change.formatted("+ interval '168 hours' +"), user)
                        .rule())
                .isEqualTo("23514 xp_user_timezone_changes_effective_within_cooldown");
        assertThat(session.run(change.formatted("+"), user)).isEqualTo(1);
    }

    @Test
    void the_user_must_exist() throws SQLException {
        assertThat(xp.session().refused(CHANGE, 404L, "Asia/Tokyo").rule())
                .isEqualTo("23503 xp_user_timezone_changes_user_id_fkey");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update xp.xp_user_timezone_changes set requested_at = 'epoch'",
                "delete from xp.xp_user_timezone_changes",
                "truncate xp.xp_user_timezone_changes"
            })
    void the_history_is_append_only(String statement) throws SQLException {
        Session session = xp.session();
        session.run(CHANGE, Given.user(session), "Asia/Tokyo");

        assertThat(session.refused(statement).rule()).isEqualTo("23001 xp_user_timezone_changes_append_only");
    }
}
