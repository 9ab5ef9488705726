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
import org.junit.jupiter.params.provider.CsvSource;

@Tag("PE-15")
final class SeasonsTest {
    private static final String INSERT =
            "insert into xp.xp_seasons (label, starts_on, ends_on) values (?, ?::date, ?::date)";

    @RegisterExtension
    final Migrated xp = Migrated.of("player-engagement");

    @ParameterizedTest
    @CsvSource({"2026-01-01, 2026-04-01", "2026-07-01, 2026-07-02", "2026-12-01, infinity"})
    void a_season_that_touches_another_or_stands_apart_is_accepted(String start, String end) throws SQLException {
        Session session = xp.session();
        session.run(INSERT, "Spring", "2026-04-01", "2026-07-01");

        assertThat(session.run(INSERT, "Other", start, end)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "Other, 2026-01-01, 2026-04-02, 23P01 xp_seasons_no_overlap",
        "Other, 2026-06-30, 2026-08-01, 23P01 xp_seasons_no_overlap",
        "Other, 2026-05-01, 2026-05-02, 23P01 xp_seasons_no_overlap",
        "Other, 2026-05-01, 2026-05-01, 23514 xp_seasons_ends_after_start",
        "Other, 2027-05-02, 2027-05-01, 23514 xp_seasons_ends_after_start",
        "Spring, 2027-01-01, 2027-02-01, 23505 xp_seasons_label_key",
        "' ', 2027-01-01, 2027-02-01, 23514 words_not_blank"
    })
    void a_season_against_a_rule_is_refused_by_that_rule(String label, String start, String end, String rule)
            throws SQLException {
        Session session = xp.session();
        session.run(INSERT, "Spring", "2026-04-01", "2026-07-01");

        assertThat(session.refused(INSERT, label, start, end).rule()).isEqualTo(rule);
    }

    @Test
    void one_season_at_most_is_current() throws SQLException {
        Session session = xp.session();
        session.run("insert into xp.xp_seasons (label, starts_on, ends_on, is_current) values"
                + " ('Now', (now() at time zone 'utc')::date - 1, (now() at time zone 'utc')::date + 1, true)");
        // the rule about the days would refuse it first
        session.run("set session_replication_role = replica");

        assertThat(session.refused("insert into xp.xp_seasons (label, is_current) values ('Then', true)")
                        .rule())
                .isEqualTo("23505 xp_seasons_one_current");
    }

    @ParameterizedTest
    @CsvSource({"1, 2", "-2, 0", "-9999, -9990"})
    void a_season_that_does_not_run_is_not_called_current(int start, int end) throws SQLException {
        Session session = xp.session();
        String season = "insert into xp.xp_seasons (label, starts_on, ends_on, is_current) values"
                + " ('S', (now() at time zone 'utc')::date + ?, (now() at time zone 'utc')::date + ?, ?)";

        assertThat(session.refused(season, start, end, true).rule()).isEqualTo("23514 xp_seasons_current_is_running");
        assertThat(session.run(season, start, end, false)).isEqualTo(1);
        assertThat(session.refused("update xp.xp_seasons set is_current = true").rule())
                .isEqualTo("23514 xp_seasons_current_is_running");
        assertThat(session.lines("select label from xp.xp_running_season")).isEmpty();
    }

    @Test
    void the_running_season_is_the_one_of_today() throws SQLException {
        Session session = xp.session();
        String season = "insert into xp.xp_seasons (label, starts_on, ends_on) values"
                + " (?, (now() at time zone 'utc')::date + ?, (now() at time zone 'utc')::date + ?)";
        session.run(season, "Last", -10, 0);
        session.run(season, "This", 0, 10);
        session.run(season, "Next", 10, 20);

        assertThat(session.lines("select label from xp.xp_running_season")).containsExactly("This");
    }

    @Test
    void seasons_without_dates_do_not_overlap_and_both_dates_are_known_or_neither() throws SQLException {
        Session session = xp.session();

        assertThat(session.run(INSERT, "Beta", null, null)).isEqualTo(1);
        assertThat(session.run(INSERT, "Gamma", null, null)).isEqualTo(1);
        assertThat(session.refused(INSERT, "Half", "2026-01-01", null).rule())
                .isEqualTo("23514 xp_seasons_dates_complete");
        assertThat(session.refused(INSERT, "Ever", "-infinity", "2026-01-01").rule())
                .isEqualTo("23514 xp_seasons_starts_on_a_day");
    }

    @Test
    void of_two_concurrent_seasons_that_overlap_one_is_refused() throws Exception {
        Session first = xp.session();
        Session second = xp.session();
        first.begin();
        first.run(INSERT, "Spring", "2026-04-01", "2026-07-01");

        Future<Refusal> refusal =
                xp.blocked(second, session -> session.refused(INSERT, "Other", "2026-05-01", "2026-06-01"));
        first.commit();

        assertThat(refusal.get().rule()).isEqualTo("23P01 xp_seasons_no_overlap");
    }

    @Test
    void a_season_with_entries_is_not_deleted() throws SQLException {
        Session session = xp.session();
        long season = Given.season(session, "2024-01-01", "2024-04-01");
        session.run(
                "insert into xp.xp_ledger (user_id, amount, reason, correlation_id, season_id)"
                        + " values (?, 1, 'gift', gen_random_uuid(), ?)",
                Given.user(session),
                season);

        assertThat(session.refused("delete from xp.xp_seasons").sqlState()).isEqualTo("23503");
    }

    @Test
    void the_naive_current_flag_accepts_two_current_seasons() throws SQLException {
        Session session = xp.session();
        session.run("create table naive (label text, is_current boolean, unique (label, is_current))");

        assertThat(session.run("insert into naive values ('Winter', true), ('Spring', true)"))
                .isEqualTo(2);
    }

    @Test
    void a_season_that_the_ledger_knew_before_the_calendar_can_be_given_its_key() throws SQLException {
        Session session = xp.session();

        assertThat(session.run("insert into xp.xp_seasons (season_id, label, starts_on, ends_on)"
                        + " values (42, 'Beta', '2025-01-01', '2025-04-01')"))
                .isEqualTo(1);
    }
}
