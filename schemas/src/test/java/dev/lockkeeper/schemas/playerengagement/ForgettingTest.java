package dev.lockkeeper.schemas.playerengagement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Reference;
import dev.lockkeeper.schemas.Session;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a player said goes on request, with evidence; what was booked stays. */
@Tag("PE-04")
final class ForgettingTest {
    private static final String FORGET = "select xp.forget_player(?, 'Request 7')";
    private static final String BOOK =
            "select xp.book_entry(?, 5, ?, gen_random_uuid(), p_context => '{\"note\": \"Dr. X\"}')";

    @RegisterExtension
    final Migrated xp = Migrated.of("player-engagement");

    private static long player(Session session) throws SQLException {
        long user = session.number("insert into xp.xp_users (external_user_id, reward_tz, segment_key)"
                + " values (gen_random_uuid()::text, 'Europe/Berlin', 'Dr. X') returning user_id");
        Given.awards(session, user, "2026-01-01");
        session.run(BOOK, user, "Dr. X");
        session.run(
                "insert into xp.xp_streaks (user_id, current_streak, longest_streak, last_reward_day, model_state)"
                        + " values (?, 1, 1, '2026-01-01', '{\"note\": \"Dr. X\"}')",
                user);
        session.run("insert into xp.xp_user_timezone_changes (user_id, new_tz) values (?, 'Asia/Tokyo')", user);
        return user;
    }

    private static String said(Session session, long user) throws SQLException {
        return session.text(
                "select string_agg(r, '') from (select to_jsonb(l)::text r from xp.xp_ledger l where user_id = ?"
                        + " union all select to_jsonb(a)::text from xp.xp_awards a where user_id = ?"
                        + " union all select to_jsonb(u)::text from xp.xp_users u where user_id = ?"
                        + " union all select to_jsonb(s)::text from xp.xp_streaks s where user_id = ?"
                        + " union all select to_jsonb(c)::text from xp.xp_user_timezone_changes c where user_id = ?) r",
                user,
                user,
                user,
                user,
                user);
    }

    @Test
    void the_words_of_a_player_go_and_the_amounts_and_those_of_others_stay() throws SQLException {
        Session session = xp.session();
        long user = player(session);
        long other = player(session);
        String words = said(session, other);

        session.run(FORGET, user);

        assertThat(said(session, user)).doesNotContain("Dr. X", "Tokyo", "Berlin", "daily-login");
        assertThat(said(session, other)).isEqualTo(words);
        assertThat(session.text("select concat_ws(' ', reason, actor = session_user, entries, awards, zone_changes)"
                        + " from xp.xp_erasures"))
                .isEqualTo("Request 7 t 2 1 1");
        assertThat(session.number("select current_xp from xp.xp_balance where user_id = ?", user))
                .isEqualTo(6);
        assertThat(session.lines("select d::text from xp.xp_balance_differences d"))
                .isEmpty();
        session.run(FORGET, user);
        assertThat(session.number("select count(*) from xp.xp_erasures")).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update xp.xp_ledger set amount = 1 where user_id = %1$d",
                "update xp.xp_ledger set reason = 'better' where user_id = %1$d",
                "update xp.xp_ledger set reason = 'erased', context = '{}' where user_id <> %1$d",
                "delete from xp.xp_ledger where user_id = %1$d",
                "update xp.xp_awards set reward_day = reward_day - 1 where user_id = %1$d",
                "update xp.xp_awards set state_snapshot = '{}' where user_id <> %1$d",
                "delete from xp.xp_awards where user_id = %1$d",
                "update xp.xp_user_timezone_changes set new_tz = 'UTC' where user_id = %1$d",
                "delete from xp.xp_user_timezone_changes where user_id <> %1$d",
                "truncate xp.xp_user_timezone_changes",
                "update xp.xp_erasures set reason = 'other'",
                "delete from xp.xp_erasures",
            })
    void an_erasure_takes_no_more_than_it_says(String statement) throws SQLException {
        Session session = xp.session();
        long user = player(session);
        player(session);
        session.begin();
        session.run("insert into xp.xp_erasures (user_id, reason) values (?, 'Request 7')", user);
        String change = statement.formatted(user);

        assertThat(session.refused(change).rule()).matches("23001 xp_\\w+_append_only");
        session.abort();
        session.run(FORGET, user);
        assertThat(session.refused(change).rule())
                .as("and nothing once the transaction is over")
                .matches("23001 xp_\\w+_append_only");
    }

    @Test
    void the_evidence_says_who_and_when_whatever_the_statement_says() throws SQLException {
        Session session = xp.session();
        long user = player(session);

        session.run(
                "insert into xp.xp_erasures (user_id, reason, actor, entries, transaction_id, erased_at)"
                        + " values (?, 'r', 'Eve', 99, '3', '2020-01-01Z')",
                user);

        assertThat(session.text("select concat_ws(' ', actor = session_user, entries,"
                        + " erased_at > now() - interval '1 minute', transaction_id <> '3') from xp.xp_erasures"))
                .isEqualTo("t 2 t t");
    }

    @Test
    void a_request_that_is_sent_again_after_the_erasure_gets_its_entry_without_the_words() throws SQLException {
        Session session = xp.session();
        long user = player(session);
        String book = "select (xp.book_entry(?, 7, ?, '00000000-0000-4000-8000-000000000007')).reason";
        session.run(book, user, "Dr. X");
        assertThat(session.refused(book, user, "erased").rule()).isEqualTo("23505 xp_ledger_correlation_id_key");
        session.run(FORGET, user);

        assertThat(session.text(book, user, "Dr. X")).isEqualTo("erased");
        assertThat(session.number("select count(*) from xp.xp_ledger where amount = 7"))
                .isEqualTo(1);
        assertThat(session.refused(book.replace("7,", "8,"), user, "Dr. X").rule())
                .as("another amount is another request")
                .isEqualTo("23505 xp_ledger_correlation_id_key");
    }

    @Test
    void an_entry_whose_reason_is_erased_was_erased_only_with_evidence() throws SQLException {
        Session session = xp.session();
        long user = player(session);
        String book = "select (xp.book_entry(?, 7, ?, '00000000-0000-4000-8000-000000000007')).reason";
        session.run(book, user, "erased");

        assertThat(session.refused(book, user, "Dr. X").rule()).isEqualTo("23505 xp_ledger_correlation_id_key");
    }

    @Test
    void replication_copies_the_evidence_as_it_is() throws SQLException {
        Session session = xp.session();
        long user = player(session);
        session.run("set session_replication_role = replica");

        session.run(
                "insert into xp.xp_erasures (erasure_id, user_id, reason, actor, entries, transaction_id, erased_at)"
                        + " overriding system value values (9, ?, 'r', 'Eve', 99, '3', '2026-01-01Z')",
                user);

        assertThat(session.text("select concat_ws(' ', actor, entries, transaction_id,"
                        + " erased_at = '2026-01-01Z') from xp.xp_erasures"))
                .isEqualTo("Eve 99 3 t");
        assertThat(session.refused("update xp.xp_ledger set reason = 'erased'").rule())
                .as("in a session it permits nothing")
                .isEqualTo("23001 xp_ledger_append_only");
    }

    @Test
    void what_is_being_booked_is_waited_for_and_goes_too() throws Exception {
        Session session = xp.session();
        long user = player(session);
        Session game = xp.session();
        game.begin();
        game.run(BOOK, user, "In hospital");

        Future<Long> forgetting = xp.blocked(xp.session(), s -> s.number(FORGET, user));
        game.commit();

        assertThat(forgetting.get()).isEqualTo(1);
        assertThat(said(session, user)).doesNotContain("hospital");
        session.run("set default_transaction_isolation = 'repeatable read'");
        assertThat(session.refused(FORGET, user).sqlState())
                .as("a snapshot from before the waiting would leave it")
                .isEqualTo("55000");
    }

    @Test
    void only_the_role_for_it_forgets() throws Exception {
        Session session = xp.session();
        session.script(Files.readString(Reference.folder("player-engagement").resolve("grants.sql")));
        long user = player(session);
        for (String role : new String[] {"service", "editor", "reader"}) {
            session.run("set role engagement_" + role);
            assertThat(session.refused(FORGET, user).sqlState()).isEqualTo("42501");
        }
        session.run("set role engagement_privacy");

        assertThat(session.number(FORGET, user)).isPositive();
        assertThat(session.refused("select * from xp.xp_ledger").sqlState()).isEqualTo("42501");
    }
}
