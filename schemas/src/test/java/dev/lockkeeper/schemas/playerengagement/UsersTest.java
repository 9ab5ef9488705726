package dev.lockkeeper.schemas.playerengagement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Refusal;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("PE-02")
final class UsersTest {
    private static final String INSERT =
            "insert into xp.xp_users (external_user_id, reward_tz, segment_key) values (?, ?, ?)";

    @RegisterExtension
    final Migrated xp = Migrated.of("player-engagement");

    @Test
    void every_zone_that_the_server_lists_is_accepted() throws SQLException {
        Session session = xp.session();

        int users = session.run("insert into xp.xp_users (external_user_id, reward_tz)"
                + " select name, name from pg_timezone_names"
                + " where name not in ('localtime', 'posixrules', 'Factory') and name not like 'posix/%'");

        assertThat(users).isGreaterThan(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Atlantis/Capital",
                "Factory",
                "PDT",
                "CEST",
                "FOO+3",
                "Foo/Bar3",
                "<x>3",
                "EST5EDT,M3.2.0,M11.1.0",
                "Etc/GMT+13",
                "Etc/GMT-15",
                "GMT+5",
                "Etc/GMT+05",
                "5",
                "-3",
                "0x10",
                "nan",
                "inf",
                "interval '5 hours'",
                "",
                " ",
                "UTC ",
                " UTC",
                "europe/berlin",
                "EUROPE/BERLIN",
                "Europe",
                "Europe/",
                "Europe/../UTC",
                "../zone.tab",
                "/etc/localtime",
                "local",
                "localtime",
                "default",
                "posix/Europe/Berlin",
                "right/UTC",
                "Ünited/Zone"
            })
    void what_is_not_the_exact_name_of_a_known_zone_is_refused(String zone) throws SQLException {
        Refusal refusal = xp.session().refused(INSERT, "a", zone, null);

        assertThat(refusal.rule()).isEqualTo("23514 xp_users_reward_tz_known");
    }

    @ParameterizedTest
    @ValueSource(strings = {"FOO+3", "Foo/Bar3", "PDT", "europe/berlin"})
    void the_naive_at_time_zone_check_accepts_what_is_no_zone_name(String zone) throws SQLException {
        Session session = xp.session();
        session.run("create table naive (reward_tz text check ((now() at time zone reward_tz) is not null))");

        assertThat(session.run("insert into naive values (?)", zone)).isEqualTo(1);
    }

    @Test
    void looking_at_a_zone_leaves_the_session_zone_alone() throws SQLException {
        Session session = xp.session();
        session.run("set timezone = 'Pacific/Chatham'");
        session.run(INSERT, "a", "Europe/Berlin", null);
        session.refused(INSERT, "b", "Nowhere", null);

        assertThat(session.text("show timezone")).isEqualTo("Pacific/Chatham");
    }

    @Test
    void a_zone_is_required() throws SQLException {
        Refusal refusal = xp.session().refused(INSERT, "a", null, null);

        assertThat(refusal.sqlState()).isEqualTo("23502");
        assertThat(refusal.column()).isEqualTo("reward_tz");
    }

    @Test
    void an_external_user_is_known_once() throws SQLException {
        Session session = xp.session();
        session.run(INSERT, "a", "UTC", null);
        session.run(INSERT, "b", "UTC", null);

        assertThat(session.refused(INSERT, "a", "UTC", null).rule()).isEqualTo("23505 xp_users_external_user_id_key");
    }

    @Test
    void an_external_user_id_says_something() throws SQLException {
        for (String nothing : new String[] {"  ", "\t", "\u00a0", "\u200b\ufeff", "\u2003", "\u3164", "\udb40\udc41"}) {
            assertThat(xp.session().refused(INSERT, nothing, "UTC", null).rule())
                    .isEqualTo("23514 words_not_blank");
        }
    }

    @Test
    void a_segment_is_a_name_or_null() throws SQLException {
        Session session = xp.session();
        @Nullable Object none = null;

        assertThat(session.run(INSERT, "a", "UTC", "whales")).isEqualTo(1);
        assertThat(session.run(INSERT, "b", "UTC", none)).isEqualTo(1);
        assertThat(session.refused(INSERT, "c", "UTC", " ").rule()).isEqualTo("23514 words_not_blank");
    }

    @Test
    void the_key_is_given_by_the_database() throws SQLException {
        Refusal refusal = xp.session()
                .refused("insert into xp.xp_users (user_id, external_user_id, reward_tz) values (7, 'a', 'UTC')");

        assertThat(refusal.sqlState()).isEqualTo("428C9");
    }

    @Test
    void updated_at_follows_each_change() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);

        session.run("update xp.xp_users set segment_key = 'new', updated_at = 'epoch' where user_id = ?", user);

        assertThat(session.text("select updated_at > created_at from xp.xp_users where user_id = ?", user))
                .isEqualTo("t");
    }

    @Test
    void a_user_without_entries_can_be_deleted_and_one_with_entries_cannot() throws SQLException {
        Session session = xp.session();
        long idle = Given.user(session);
        long player = Given.user(session);
        Given.entry(session, player, 5);

        assertThat(session.run("delete from xp.xp_users where user_id = ?", idle))
                .isEqualTo(1);
        assertThat(session.refused("delete from xp.xp_users where user_id = ?", player)
                        .rule())
                .isEqualTo("23503 xp_ledger_user_id_fkey");
    }
}
