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

@Tag("PE-13")
final class SeasonalBoostsTest {
    private static final String INSERT = "insert into xp.xp_policy_seasonal_boosts"
            + " (policy_key, policy_version, label, multiplier, starts_at, ends_at)"
            + " values ('p', ?, ?, ?::numeric, ?::timestamptz, ?::timestamptz)";

    @RegisterExtension
    final Migrated xp = Migrated.of("player-engagement");

    @BeforeEach
    void write_two_drafts_with_a_boost_in_the_first() throws SQLException {
        Session session = xp.session();
        Given.draft(session, "p", 1);
        Given.draft(session, "p", 2);
        Given.boost(session, "p", 1, "2026-02-01 00:00Z", "2026-03-01 00:00Z");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-01 00:00Z, 2026-02-01 00:00Z",
        "2026-03-01 00:00Z, 2026-04-01 00:00Z",
        "2026-03-01 00:00Z, infinity"
    })
    void a_boost_that_touches_another_is_accepted(String start, String end) throws SQLException {
        assertThat(xp.session().run(INSERT, 1, "Boost", "1", start, end)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-01 00:00Z, 2026-02-01 00:00:00.000001Z",
        "2026-02-28 23:59:59.999999Z, 2026-04-01 00:00Z",
        "2026-02-10 00:00Z, 2026-02-11 00:00Z",
        "2026-01-01 00:00Z, 2026-12-01 00:00Z",
        "-infinity, infinity"
    })
    void a_boost_that_overlaps_another_of_its_version_is_refused(String start, String end) throws SQLException {
        assertThat(xp.session().refused(INSERT, 1, "Boost", "1.5", start, end).rule())
                .isEqualTo("23P01 xp_policy_seasonal_boosts_no_overlap");
    }

    @Test
    void another_version_has_its_own_boosts() throws SQLException {
        assertThat(xp.session().run(INSERT, 2, "Boost", "1.5", "2026-02-01 00:00Z", "2026-03-01 00:00Z"))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "Boost, 0.9999, 2027-01-01, 2027-02-01, 23514 xp_policy_seasonal_boosts_multiplier_at_least_one",
        "Boost, NaN, 2027-01-01, 2027-02-01, 23514 xp_policy_seasonal_boosts_multiplier_at_least_one",
        "Boost, 2, 2027-01-01, 2027-01-01, 23514 xp_policy_seasonal_boosts_ends_after_start",
        "Boost, 2, 2027-01-01, 2026-12-01, 23514 xp_policy_seasonal_boosts_ends_after_start",
        "' ', 2, 2027-01-01, 2027-02-01, 23514 words_not_blank"
    })
    void a_boost_against_a_rule_is_refused_by_that_rule(
            String label, String multiplier, String start, String end, String rule) throws SQLException {
        assertThat(xp.session()
                        .refused(INSERT, 1, label, multiplier, start, end)
                        .rule())
                .isEqualTo(rule);
    }

    @Test
    void a_boost_belongs_to_a_version() throws SQLException {
        assertThat(xp.session()
                        .refused(INSERT, 3, "Boost", "2", "2026-01-01", "2026-02-01")
                        .rule())
                .isEqualTo("23503 xp_policy_seasonal_boosts_version_fkey");
    }

    @Test
    void of_two_concurrent_boosts_that_overlap_one_is_refused() throws Exception {
        Session first = xp.session();
        Session second = xp.session();
        first.begin();
        first.run(INSERT, 2, "Boost", "2", "2026-01-01", "2026-02-01");

        Future<Refusal> refusal =
                xp.blocked(second, session -> session.refused(INSERT, 2, "Boost", "2", "2026-01-15", "2026-02-15"));
        first.commit();

        assertThat(refusal.get().rule()).isEqualTo("23P01 xp_policy_seasonal_boosts_no_overlap");
    }

    @Test
    void the_naive_closed_range_refuses_boosts_that_touch() throws SQLException {
        Session session = xp.session();
        session.run("create table naive (s timestamptz, e timestamptz,"
                + " constraint naive_no_overlap exclude using gist (tstzrange(s, e, '[]') with &&))");
        session.run("insert into naive values ('2026-01-01', '2026-02-01')");

        assertThat(session.refused("insert into naive values ('2026-02-01', '2026-03-01')")
                        .rule())
                .isEqualTo("23P01 naive_no_overlap");
    }

    @Test
    void the_naive_exclusion_without_an_order_check_accepts_an_empty_boost_inside_another() throws SQLException {
        Session session = xp.session();
        session.run("create table naive (s timestamptz, e timestamptz,"
                + " exclude using gist (tstzrange(s, e, '[)') with &&))");
        session.run("insert into naive values ('2026-01-01', '2026-03-01')");

        assertThat(session.run("insert into naive values ('2026-02-01', '2026-02-01')"))
                .isEqualTo(1);
    }

    @Test
    void the_naive_at_least_one_check_accepts_NaN() throws SQLException {
        Session session = xp.session();
        session.run("create table naive (multiplier numeric(8, 4) check (multiplier >= 1))");

        assertThat(session.run("insert into naive values ('NaN')")).isEqualTo(1);
    }
}
