package dev.lockkeeper.schemas.playerengagement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("PE-08")
final class AwardsTest {
    private static final UUID RECEIPT = UUID.fromString("00000000-0000-4000-8000-000000000001");
    private static final String CLAIM =
            "select (xp.claim_daily_award(?, (now() at time zone 'utc')::date, ?, 0, 'daily', 1)).receipt_id";

    @RegisterExtension
    final Migrated xp = Migrated.of("player-engagement");

    @BeforeEach
    void publish_a_policy() throws SQLException {
        Session session = xp.session();
        Given.draft(session, "daily");
        Given.publish(session, "daily", 1);
    }

    @Test
    void a_claim_books_an_award_with_its_ledger_entry() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);

        String receipt = session.text(CLAIM, user, 100L);

        assertThat(session.text(
                        "select concat_ws(' ', l.user_id = a.user_id, l.amount, l.reason, l.policy_key, l.policy_version,"
                                + " a.xp_awarded, a.reward_day = (now() at time zone 'utc')::date) from xp.xp_awards a"
                                + " join xp.xp_ledger l on l.correlation_id = a.receipt_id where a.receipt_id = ?::uuid",
                        receipt))
                .isEqualTo("t 100 daily-login daily 1 100 t");
        assertThat(session.number("select current_xp from xp.xp_balance where user_id = ?", user))
                .isEqualTo(100);
    }

    @Test
    void a_claim_keeps_season_and_state() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        long season = Given.season(session, "2024-01-01", "2024-04-01");

        session.run(
                "select xp.claim_daily_award(?, (now() at time zone 'utc')::date, 100, 4, 'daily', 1, ?, '{\"streak\": 4}')",
                user,
                season);

        assertThat(session.text("select concat_ws(' ', streak_day, state_snapshot) from xp.xp_awards"))
                .isEqualTo("4 {\"streak\": 4}");
        assertThat(session.text("select concat_ws(' ', season_id = ?, season_xp) from xp.xp_balance", season))
                .isEqualTo("t 100");
    }

    @Test
    void a_repeated_claim_gets_the_first_receipt_whatever_it_asks_for() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);

        String first = session.text(CLAIM, user, 100L);
        String second = session.text(CLAIM, user, 999L);

        assertThat(second).isEqualTo(first);
        assertThat(session.number("select current_xp from xp.xp_balance where user_id = ?", user))
                .isEqualTo(100);
    }

    @Test
    void every_day_and_every_user_has_an_award_of_its_own() throws SQLException {
        Session session = xp.session();
        long one = Given.user(session);
        long two = Given.user(session);

        Given.awards(session, one, "2026-01-01");
        session.run("select xp.claim_daily_award(?, (now() at time zone 'utc')::date, 10, 0, 'daily', 1)", one);
        session.run("select xp.claim_daily_award(?, (now() at time zone 'utc')::date, 10, 0, 'daily', 1)", two);

        assertThat(session.number("select count(distinct receipt_id) from xp.xp_awards"))
                .isEqualTo(3);
    }

    @Test
    void a_hundred_parallel_claims_leave_one_award_and_all_get_its_receipt() throws Exception {
        long user = Given.user(xp.session());

        List<String> receipts = xp.crowd(100, session -> session.text(CLAIM, user, 100L));

        Session session = xp.session();
        assertThat(receipts).hasSize(100);
        assertThat(session.lines("select receipt_id from xp.xp_awards"))
                .containsExactlyElementsOf(List.of(receipts.get(0)));
        assertThat(receipts).containsOnly(receipts.get(0));
        assertThat(session.number("select count(*) from xp.xp_ledger")).isEqualTo(1);
        assertThat(session.number("select current_xp from xp.xp_balance where user_id = ?", user))
                .isEqualTo(100);
    }

    @Test
    void claims_that_wait_for_an_uncommitted_claim_get_its_receipt() throws Exception {
        Session winner = xp.session();
        long user = Given.user(winner);
        winner.begin();
        String receipt = winner.text(CLAIM, user, 100L);

        List<Future<String>> rivals = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            rivals.add(xp.blocked(xp.session(), session -> session.text(CLAIM, user, 100L)));
        }
        winner.commit();

        for (Future<String> rival : rivals) {
            assertThat(rival.get()).isEqualTo(receipt);
        }
        assertThat(winner.number("select count(*) from xp.xp_ledger")).isEqualTo(1);
    }

    @Test
    void when_the_first_claim_aborts_a_waiting_one_wins() throws Exception {
        Session first = xp.session();
        Session second = xp.session();
        long user = Given.user(first);
        first.begin();
        String lost = first.text(CLAIM, user, 100L);

        Future<String> receipt = xp.blocked(second, session -> session.text(CLAIM, user, 100L));
        first.abort();

        assertThat(receipt.get()).isNotEqualTo(lost);
        assertThat(first.lines("select receipt_id from xp.xp_awards")).containsExactly(receipt.get());
        assertThat(first.lines("select correlation_id from xp.xp_ledger")).containsExactly(receipt.get());
    }

    @Test
    void under_repeatable_read_a_rival_claim_is_a_serialization_failure() throws SQLException {
        Session winner = xp.session();
        Session rival = xp.session();
        long user = Given.user(winner);
        rival.begin();
        rival.run("set transaction isolation level repeatable read");
        rival.number("select count(*) from xp.xp_awards");
        winner.run(CLAIM, user, 100L);

        assertThat(rival.refused(CLAIM, user, 100L).sqlState()).isEqualTo("40001");
    }

    @Test
    void the_naive_look_then_insert_gives_two_awards() throws SQLException {
        Session first = xp.session();
        Session second = xp.session();
        first.run("create table naive (user_id bigint, reward_day date)");
        first.run("create function naive_claim() returns void language sql as"
                + " $$ insert into naive select 1, '2026-01-01' where not exists (select from naive) $$");

        first.begin();
        first.run("select naive_claim()");
        second.run("select naive_claim()");
        first.commit();

        assertThat(first.number("select count(*) from naive")).isEqualTo(2);
    }

    @Test
    void a_second_award_of_a_day_is_refused_also_without_the_function() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        session.run(CLAIM, user, 100L);

        assertThat(session.refused(
                                "insert into xp.xp_awards"
                                        + " (user_id, reward_day, xp_awarded, streak_day, policy_key, policy_version)"
                                        + " values (?, (now() at time zone 'utc')::date, 1, 0, 'daily', 1)",
                                user)
                        .rule())
                .isEqualTo("23505 xp_awards_user_id_reward_day_key");
    }

    @Test
    void an_award_without_its_ledger_entry_does_not_commit() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        session.begin();
        session.run(
                "insert into xp.xp_awards (user_id, reward_day, xp_awarded, streak_day, policy_key, policy_version)"
                        + " values (?, (now() at time zone 'utc')::date, 1, 0, 'daily', 1)",
                user);

        assertThat(session.commitRefused().rule()).isEqualTo("23503 xp_awards_receipt_id_fkey");
    }

    @Test
    void a_claim_holds_where_a_client_wants_constraints_immediate() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        session.begin();
        session.run("set constraints all immediate");

        String receipt = session.text(CLAIM, user, 100L);

        assertThat(session.text(CLAIM, user, 50L)).isEqualTo(receipt);
        session.commit();
    }

    @Test
    void a_receipt_stands_for_one_award() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        session.run(CLAIM, user, 100L);

        assertThat(session.refused("insert into xp.xp_awards (user_id, reward_day, xp_awarded, streak_day, policy_key,"
                                + " policy_version, receipt_id)"
                                + " select user_id, '2020-01-02', 1, 0, 'daily', 1, receipt_id from xp.xp_awards")
                        .rule())
                .isEqualTo("23505 xp_awards_receipt_id_key");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "delete from xp.xp_awards",
                "update xp.xp_awards set reward_day = reward_day - 1000",
                "truncate xp.xp_awards cascade"
            })
    void a_day_is_paid_once_for_ever(String statement) throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        session.run(CLAIM, user, 100L);

        assertThat(session.refused(statement).rule()).isEqualTo("23001 xp_awards_append_only");
        session.run("set session_replication_role = replica");
        assertThat(session.refused(statement).rule()).isEqualTo("23001 xp_awards_append_only");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "1000", "-3", "-1000"})
    void a_day_that_is_far_away_is_not_paid(int offset) throws SQLException {
        Session session = xp.session();
        String claim = "select xp.claim_daily_award(?, (now() at time zone 'utc')::date + ?, 100, 0, 'daily', 1)";

        assertThat(session.refused(claim, Given.user(session), offset).rule())
                .isEqualTo("23514 xp_awards_reward_day_open");
    }

    @ParameterizedTest
    @ValueSource(strings = {"infinity", "-infinity"})
    void a_day_is_a_day(String day) throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);

        assertThat(session.refused("select xp.claim_daily_award(?, ?::date, 100, 0, 'daily', 1)", user, day)
                        .rule())
                .isEqualTo("23514 xp_awards_reward_day_open");
        assertThat(session.refused(
                                "insert into xp.xp_awards"
                                        + " (user_id, reward_day, xp_awarded, streak_day, policy_key, policy_version)"
                                        + " values (?, ?::date, 1, 0, 'daily', 1)",
                                user,
                                day)
                        .rule())
                .isEqualTo("23514 xp_awards_reward_day_not_ahead");
    }

    /** The window opened twelve hours ago and closes in twelve hours, whenever this runs. */
    private static void windowAroundNow(Session session) throws SQLException {
        Given.draft(session, "daily", 2);
        session.run("update xp.xp_policy_versions set claim_window_start_minutes ="
                + " (extract(hour from now() at time zone 'utc')::int + 12) % 24 * 60 where version = 2");
        session.begin();
        Given.archive(session, "daily", 1);
        Given.publish(session, "daily", 2);
        session.commit();
    }

    @ParameterizedTest
    @ValueSource(ints = {-2, -1, 1, 2})
    void a_player_has_one_day_at_a_time(int offset) throws SQLException {
        Session session = xp.session();
        windowAroundNow(session);
        long user = Given.user(session);
        String claim = "select xp.claim_daily_award(?, xp.open_reward_day(?, 'daily') + ?, 100, 0, 'daily', null)";

        assertThat(session.refused(claim, user, user, offset).rule()).isEqualTo("23514 xp_awards_reward_day_open");
        session.run(claim, user, user, 0);
        assertThat(session.refused(claim, user, user, offset).rule()).isEqualTo("23514 xp_awards_reward_day_open");
        assertThat(session.number("select count(*) from xp.xp_awards")).isEqualTo(1);
    }

    @Test
    void nothing_is_paid_while_the_window_is_closed() throws SQLException {
        Session session = xp.session();
        Given.draft(session, "daily", 2);
        session.run("update xp.xp_policy_versions set claim_window_duration_hours = 1, claim_window_start_minutes ="
                + " (extract(hour from now() at time zone 'utc')::int + 12) % 24 * 60 where version = 2");
        Given.archive(session, "daily", 1);
        Given.publish(session, "daily", 2);
        long user = Given.user(session);

        assertThat(session.text("select xp.open_reward_day(?, 'daily')", user)).isEqualTo("null");
        for (int offset = -1; offset <= 1; offset++) {
            assertThat(session.refused(
                                    "select xp.claim_daily_award(?, (now() at time zone 'utc')::date + ?, 100, 0, 'daily', 2)",
                                    user,
                                    offset)
                            .rule())
                    .isEqualTo("23514 xp_awards_reward_day_open");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "AnchorTimezone, 0, 24, 2026-03-28 22:59:59Z, 2026-03-28",
        "AnchorTimezone, 0, 24, 2026-03-28 23:00:00Z, 2026-03-29",
        "AnchorTimezone, 0, 24, 2026-03-29 21:59:59Z, 2026-03-29",
        "AnchorTimezone, 0, 24, 2026-03-29 22:00:00Z, 2026-03-30",
        "FixedUtc,       0, 24, 2026-03-28 23:59:59Z, 2026-03-28",
        "FixedUtc,       0, 24, 2026-03-29 00:00:00Z, 2026-03-29",
        "ServerLocal,    0, 24, 2026-03-28 11:59:59Z, 2026-03-28",
        "ServerLocal,    0, 24, 2026-03-28 12:00:00Z, 2026-03-29",
        "FixedUtc,    1200, 24, 2026-03-28 19:59:59Z, 2026-03-27",
        "FixedUtc,    1200, 24, 2026-03-28 20:00:00Z, 2026-03-28",
        "FixedUtc,    1200,  5, 2026-03-29 00:59:59Z, 2026-03-28",
        "FixedUtc,    1200,  5, 2026-03-29 01:00:00Z, null",
        "FixedUtc,    1200,  5, 2026-03-28 19:59:59Z, null",
    })
    void anchor_and_window_of_the_version_say_which_day_is_open(
            String anchor, int start, int hours, String at, String day) throws SQLException {
        Session session = xp.session();
        session.run("set timezone = 'Asia/Kamchatka'");
        Given.draft(session, "other");
        session.run(
                "update xp.xp_policy_versions set anchor_strategy = ?, claim_window_start_minutes = ?,"
                        + " claim_window_duration_hours = ? where policy_key = 'other'",
                anchor,
                start,
                hours);

        assertThat(session.text("select xp.open_reward_day(?, 'other', 1, ?::timestamptz)", Given.user(session), at))
                .isEqualTo(day);
    }

    @Test
    void a_version_that_was_superseded_a_day_ago_is_paid_no_more() throws SQLException {
        Session session = xp.session();
        session.run("set session_replication_role = replica");
        session.run("update xp.xp_policy_versions set status = 'Archived', effective_at = now() - interval '9 days',"
                + " published_at = now() - interval '9 days', superseded_at = now() - interval '25 hours'");
        session.run("set session_replication_role = origin");
        Given.draft(session, "daily", 2);
        Given.publish(session, "daily", 2);
        long user = Given.user(session);

        assertThat(session.refused(CLAIM, user, 100L).rule()).isEqualTo("23514 xp_awards_policy_effective");
        session.run("update xp.xp_users set segment_key = 'old'");
        Given.override(session, "old", "daily", 1);
        session.run(CLAIM, user, 100L);
    }

    @Test
    void a_draft_that_is_written_while_a_claim_or_an_entry_waits_is_not_paid() throws Exception {
        Session rival = xp.session();
        long user = Given.user(rival);
        rival.begin();
        rival.run(CLAIM, user, 100L);
        rival.run("select xp.book_entry(?, 5, 'gift', ?)", user, RECEIPT);
        Future<String> claim = xp.blocked(
                xp.session(),
                s -> s.refused(CLAIM.replace("'daily', 1", "'daily', 9"), user, 100L)
                        .rule());
        Future<String> entry = xp.blocked(
                xp.session(),
                s -> s.refused("select xp.book_entry(?, 5, 'gift', ?, null, 'daily', 9)", user, RECEIPT)
                        .rule());
        Given.draft(xp.session(), "daily", 9);
        rival.abort();

        assertThat(claim.get()).isEqualTo("23514 xp_awards_policy_released");
        assertThat(entry.get()).isEqualTo("23514 xp_ledger_policy_released");
    }

    @Test
    void an_award_of_long_ago_is_still_returned() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        session.begin();
        session.run(
                "insert into xp.xp_awards (user_id, reward_day, xp_awarded, streak_day, policy_key, policy_version,"
                        + " receipt_id) values (?, '2020-01-01', 5, 0, 'daily', 1, ?)",
                user,
                RECEIPT);
        session.run(
                "insert into xp.xp_ledger (user_id, amount, reason, correlation_id, policy_key, policy_version)"
                        + " values (?, 5, 'daily-login', ?, 'daily', 1)",
                user,
                RECEIPT);
        session.commit();

        assertThat(session.text("select (xp.claim_daily_award(?, '2020-01-01', 100, 0, 'daily', 1)).receipt_id", user))
                .isEqualTo(RECEIPT.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "user_id + 1, 5, 'daily', 1",
                "user_id, 6, 'daily', 1",
                "user_id, 5, 'daily', 2",
                "user_id, 5, null, null"
            })
    void the_entry_of_a_receipt_books_that_player_amount_and_policy(String entry) throws SQLException {
        Session session = xp.session();
        Given.draft(session, "daily", 2);
        long user = Given.user(session);
        Given.user(session);
        session.begin();
        session.run(
                "insert into xp.xp_awards (user_id, reward_day, xp_awarded, streak_day, policy_key, policy_version,"
                        + " receipt_id) values (?, (now() at time zone 'utc')::date, 5, 0, 'daily', 1, ?)",
                user,
                RECEIPT);
        session.run(
                "insert into xp.xp_ledger (user_id, amount, policy_key, policy_version, reason, correlation_id)"
                        + " select " + entry + ", 'x', ? from xp.xp_users where user_id = ?",
                RECEIPT,
                user);

        assertThat(session.commitRefused().rule()).isEqualTo("23514 xp_awards_receipt_matches");
    }

    @Test
    void the_override_of_a_segment_wins_for_its_players() throws SQLException {
        Session session = xp.session();
        Given.draft(session, "daily", 2);
        Given.override(session, "vip", "daily", 2);
        long vip = Given.user(session);
        long other = Given.user(session);
        session.run("update xp.xp_users set segment_key = 'vip' where user_id = ?", vip);
        String claim = "select (xp.claim_daily_award(?, (now() at time zone 'utc')::date, 100, 0, 'daily', %s))"
                + ".policy_version";

        assertThat(session.refused(claim.formatted("1"), vip).rule()).isEqualTo("23514 xp_awards_policy_of_segment");
        assertThat(session.number(claim.formatted("null"), vip)).isEqualTo(2);
        assertThat(session.number(claim.formatted("null"), other)).isEqualTo(1);
    }

    @Test
    void a_version_for_a_segment_is_claimed_by_nobody_else() throws SQLException {
        Session session = xp.session();
        Given.draft(session, "daily", 2);
        Given.override(session, "vip", "daily", 2);
        long vip = Given.user(session);
        session.run("update xp.xp_users set segment_key = 'vip' where user_id = ?", vip);
        String claim = "select (xp.claim_daily_award(?, (now() at time zone 'utc')::date, 100, 0, 'daily', 2))"
                + ".policy_version";

        assertThat(session.number(claim, vip)).isEqualTo(2);
        assertThat(session.refused(claim, Given.user(session)).rule()).isEqualTo("23514 xp_awards_policy_of_segment");
    }

    @Test
    void what_is_published_ahead_is_paid_from_its_time_on_and_the_version_before_until_then() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        Given.draft(session, "daily", 2);
        session.begin();
        session.run("update xp.xp_policy_versions set status = 'Archived', superseded_at = now() + interval '1 day'"
                + " where version = 1");
        session.run("update xp.xp_policy_versions set status = 'Published', published_at = now(),"
                + " effective_at = now() + interval '1 day' where version = 2");
        session.commit();
        String claim = "select (xp.claim_daily_award(?, (now() at time zone 'utc')::date, 100, 0, 'daily', %s))"
                + ".policy_version";

        assertThat(session.refused(claim.formatted("2"), user).rule()).isEqualTo("23514 xp_awards_policy_effective");
        assertThat(session.number(claim.formatted("null"), user)).isEqualTo(1);
        assertThat(session.number("select xp.policy_version_in_force('daily', null, now() + interval '1 day')"))
                .isEqualTo(2);
    }

    @Test
    void a_claim_without_a_version_needs_one_in_force() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        String claim = "select xp.claim_daily_award(?, (now() at time zone 'utc')::date, 100, 0, 'daily', null)";
        Given.archive(session, "daily", 1);

        assertThat(session.refused(claim, user).rule()).isEqualTo("23514 xp_awards_policy_in_force");
        Given.draft(session, "daily", 2);
        Given.publish(session, "daily", 2);
        session.run(claim, user);
    }

    @Test
    void nothing_is_booked_under_a_draft() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        Given.draft(session, "daily", 2);
        String book = "select xp.book_entry(?, 5, 'gift', gen_random_uuid(), null, 'daily', %d)";

        session.run(book.formatted(1), user);
        assertThat(session.refused(book.formatted(2), user).rule()).isEqualTo("23514 xp_ledger_policy_released");
    }

    @Test
    void nothing_is_paid_under_a_draft() throws SQLException {
        Session session = xp.session();
        Given.draft(session, "daily", 2);

        assertThat(session.refused(
                                "select xp.claim_daily_award(?, (now() at time zone 'utc')::date, 100, 0, 'daily', 2)",
                                Given.user(session))
                        .rule())
                .isEqualTo("23514 xp_awards_policy_released");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "23514 xp_awards_xp_awarded_positive | 0, 0, 'daily', 1, null, '{}'",
                "23514 xp_awards_streak_day_not_negative | 1, -1, 'daily', 1, null, '{}'",
                "23514 xp_awards_state_snapshot_is_object | 1, 0, 'daily', 1, null, '[]'",
                "23503 xp_awards_policy_version_fkey | 1, 0, 'daily', 2, null, '{}'",
                "23503 xp_ledger_season_id_fkey | 1, 0, 'daily', 1, 7, '{}'",
            })
    void a_claim_against_a_rule_is_refused_and_leaves_nothing(String rule, String arguments) throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);

        assertThat(session.refused(
                                "select xp.claim_daily_award(?, (now() at time zone 'utc')::date, " + arguments + ")",
                                user)
                        .rule())
                .isEqualTo(rule);
        assertThat(session.number("select count(*) from xp.xp_awards")).isZero();
        assertThat(session.number("select count(*) from xp.xp_ledger")).isZero();
    }

    @Test
    void a_claim_for_an_unknown_user_is_refused() throws SQLException {
        assertThat(xp.session().refused(CLAIM, 404L, 1L).sqlState()).isEqualTo("23503");
    }
}
