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
import org.junit.jupiter.params.provider.ValueSource;

final class PolicyVersionsTest {
    @RegisterExtension
    final Migrated xp = Migrated.of("player-engagement");

    @ParameterizedTest
    @Tag("PE-09")
    @ValueSource(
            strings = {
                "base_xp_amount = 1",
                "currency = 'GEM'",
                "claim_window_start_minutes = 0, claim_window_duration_hours = 1",
                "claim_window_start_minutes = 1439, claim_window_duration_hours = 24",
                "anchor_strategy = 'FixedUtc'",
                "anchor_strategy = 'ServerLocal'",
                "grace_allowed_misses = 2, grace_window_days = 2",
                "grace_allowed_misses = 0, grace_window_days = 7",
                "streak_model = 'WeeklyCycleReset'",
                "streak_model = 'DecayCurve'",
                "streak_model = 'TieredSeasonalReset'",
                "streak_model = 'MilestoneMetaReward', streak_model_parameters = '{\"every\": 30}'",
                "preview_window_days = 1",
                "preview_default_segment = 'new', seasonal_metadata = '{\"theme\": \"winter\"}'",
                "effective_at = '2030-01-01'"
            })
    void a_draft_within_the_rules_is_accepted(String change) throws SQLException {
        Session session = xp.session();
        Given.draft(session, "p");

        assertThat(session.run("update xp.xp_policy_versions set " + change)).isEqualTo(1);
    }

    @ParameterizedTest
    @Tag("PE-09")
    @CsvSource(
            delimiter = '|',
            value = {
                "version_positive               | version = 0",
                "status_known                   | status = 'published'",
                "base_xp_amount_positive        | base_xp_amount = 0",
                "claim_window_start_in_day      | claim_window_start_minutes = -1",
                "claim_window_start_in_day      | claim_window_start_minutes = 1440",
                "claim_window_duration_in_day   | claim_window_duration_hours = 0",
                "claim_window_duration_in_day   | claim_window_duration_hours = 25",
                "anchor_strategy_known          | anchor_strategy = 'Moon'",
                "grace_misses_not_negative      | grace_allowed_misses = -1",
                "grace_window_covers_misses     | grace_allowed_misses = 3, grace_window_days = 2",
                "streak_model_known             | streak_model = 'plateau'",
                "parameters_is_object           | streak_model_parameters = '[]'",
                "preview_window_positive        | preview_window_days = 0",
                "times_match_status             | published_at = now()",
                "times_match_status             | published_by = 'Ada'",
                "times_finite                   | effective_at = 'infinity'",
                "times_finite                   | status = 'Published', effective_at = now(), published_at = '-infinity'",
                "seasonal_metadata_is_object    | seasonal_metadata = '[]'",
                "times_match_status             | superseded_at = now()",
                "times_match_status             | status = 'Published'",
                "times_match_status             | status = 'Published', published_at = now()",
                "times_match_status             | status = 'Archived', published_at = now(), effective_at = now()",
                "superseded_after_published     | status = 'Archived', published_at = now(), effective_at = now(),"
                        + " superseded_at = now() - interval '1 day'",
            })
    void a_draft_against_a_rule_is_refused_by_that_rule(String rule, String change) throws SQLException {
        Session session = xp.session();
        Given.draft(session, "p");

        assertThat(session.refused("update xp.xp_policy_versions set " + change).rule())
                .isEqualTo("23514 xp_policy_versions_" + rule);
    }

    @ParameterizedTest
    @Tag("PE-09")
    @CsvSource({
        "currency, words_not_blank",
        "preview_default_segment, words_not_blank",
        "created_by, words_not_blank",
        "created_at, instant_is_finite"
    })
    void a_draft_says_something_a_reader_sees_and_was_written_at_a_time(String column, String rule)
            throws SQLException {
        Session session = xp.session();
        Given.draft(session, "p");
        String nothing = column.endsWith("_at") ? "'-infinity'" : "u&'\\200B\\FEFF'";

        assertThat(session.refused("update xp.xp_policy_versions set " + column + " = " + nothing)
                        .rule())
                .isEqualTo("23514 " + rule);
    }

    @Test
    void what_counted_is_not_archived_from_a_time_before_now_on() throws SQLException {
        Session session = xp.session();
        Given.draft(session, "p");
        session.run("update xp.xp_policy_versions set status = 'Published', effective_at = now() - interval '1 year',"
                + " published_at = now() - interval '1 year'");
        String archive = "update xp.xp_policy_versions set status = 'Archived', superseded_at = now() - interval ";

        assertThat(session.refused(archive + "'6 minutes'").rule())
                .isEqualTo("23514 xp_policy_versions_superseded_from_now");
        assertThat(session.run(archive + "'4 minutes'")).isEqualTo(1);
    }

    @Test
    void what_was_in_force_stays_so_whatever_is_published_later() throws SQLException {
        Session session = xp.session();
        Given.draft(session, "p");
        Given.publish(session, "p", 1);
        Given.draft(session, "p", 2);
        Given.archive(session, "p", 1);
        String publish = "update xp.xp_policy_versions set status = 'Published', effective_at = now() - interval '%s'"
                + " where version = 2";

        assertThat(session.refused(publish.formatted("6 minutes")).rule())
                .isEqualTo("23514 xp_policy_versions_effective_from_now");
        assertThat(session.run(publish.formatted("4 minutes"))).isEqualTo(1);
    }

    @Test
    @Tag("PE-09")
    void a_version_belongs_to_a_policy_and_exists_once() throws SQLException {
        Session session = xp.session();
        Given.draft(session, "p");
        String insert = "insert into xp.xp_policy_versions (policy_key, version, base_xp_amount, streak_model)"
                + " values (?, 1, 1, 'PlateauCap')";

        assertThat(session.refused(insert, "p").rule()).isEqualTo("23505 xp_policy_versions_pkey");
        assertThat(session.refused(insert, "q").rule()).isEqualTo("23503 xp_policy_versions_policy_key_fkey");
        assertThat(session.refused("delete from xp.xp_policies").rule())
                .isEqualTo("23503 xp_policy_versions_policy_key_fkey");
    }

    @Test
    @Tag("PE-09")
    void a_policy_has_a_key_and_a_name() throws SQLException {
        Session session = xp.session();
        String insert = "insert into xp.xp_policies (policy_key, display_name) values (?, ?)";

        assertThat(session.run(insert, "p", "P")).isEqualTo(1);
        assertThat(session.refused(insert, " ", "P").rule()).isEqualTo("23514 words_not_blank");
        assertThat(session.refused(insert, "q", "").rule()).isEqualTo("23514 words_not_blank");
        assertThat(session.refused(insert, "p", "P").rule()).isEqualTo("23505 xp_policies_pkey");
    }

    @Test
    @Tag("PE-10")
    void one_version_of_a_policy_is_published() throws SQLException {
        Session session = xp.session();
        Given.draft(session, "p", 1);
        Given.draft(session, "p", 2);
        Given.draft(session, "q", 1);
        Given.publish(session, "p", 1);
        Given.publish(session, "q", 1);

        assertThat(session.refused("update xp.xp_policy_versions set status = 'Published', effective_at = now(),"
                                + " published_at = now() where policy_key = 'p' and version = 2")
                        .rule())
                .isEqualTo("23505 xp_policy_versions_one_published");
    }

    @Test
    @Tag("PE-10")
    void one_transaction_replaces_the_published_version() throws SQLException {
        Session session = xp.session();
        Given.draft(session, "p", 1);
        Given.draft(session, "p", 2);
        Given.publish(session, "p", 1);

        session.begin();
        Given.archive(session, "p", 1);
        Given.publish(session, "p", 2);
        session.commit();

        assertThat(session.lines("select status from xp.xp_policy_versions order by version"))
                .containsExactly("Archived", "Published");
    }

    @Test
    @Tag("PE-10")
    void of_two_concurrent_publications_one_wins() throws Exception {
        Session first = xp.session();
        Session second = xp.session();
        Given.draft(first, "p", 1);
        Given.draft(first, "p", 2);
        first.begin();
        Given.publish(first, "p", 1);

        Future<Refusal> refusal = xp.blocked(
                second,
                session -> session.refused("update xp.xp_policy_versions set status = 'Published',"
                        + " effective_at = now(), published_at = now() where version = 2"));
        first.commit();

        assertThat(refusal.get().rule()).isEqualTo("23505 xp_policy_versions_one_published");
    }

    @ParameterizedTest
    @Tag("PE-11")
    @ValueSource(
            strings = {
                "update xp.xp_policy_versions set base_xp_amount = 1",
                "update xp.xp_policy_versions set version = 2",
                "update xp.xp_policy_versions set streak_model_parameters = '{\"a\": 1}'",
                "update xp.xp_policy_versions set effective_at = now() + interval '1 day'",
                "update xp.xp_policy_versions set status = 'Draft', published_at = null, superseded_at = null",
                "update xp.xp_policy_versions set superseded_at = now() + interval '1 day'",
                "update xp.xp_policy_versions set status = 'Archived', superseded_at = now(), base_xp_amount = 1",
                "delete from xp.xp_policy_versions"
            })
    void a_published_and_an_archived_version_are_immutable(String statement) throws SQLException {
        Session session = xp.session();
        Given.draft(session, "p");
        Given.publish(session, "p", 1);

        Refusal refusal = session.refused(statement);
        assertThat(refusal.rule()).isEqualTo("23001 xp_policy_versions_published_immutable");
        assertThat(refusal.message()).isEqualTo("version 1 of policy p is Published and immutable");
        assertThat(refusal.hint()).startsWith("Write a new version.");

        Given.archive(session, "p", 1);
        assertThat(session.refused(statement).rule()).isEqualTo("23001 xp_policy_versions_published_immutable");
    }

    @Test
    @Tag("PE-11")
    void an_archived_version_is_not_published_again() throws SQLException {
        Session session = xp.session();
        Given.draft(session, "p");
        Given.publish(session, "p", 1);
        Given.archive(session, "p", 1);

        assertThat(session.refused("update xp.xp_policy_versions set status = 'Published', superseded_at = null")
                        .rule())
                .isEqualTo("23001 xp_policy_versions_published_immutable");
    }

    @Test
    @Tag("PE-11")
    void truncate_does_not_get_round_it() throws SQLException {
        Session session = xp.session();

        assertThat(session.refused("truncate xp.xp_policy_versions cascade").rule())
                .isEqualTo("23001 xp_policy_versions_not_truncated");
    }

    @Test
    @Tag("PE-11")
    void a_draft_can_be_deleted_with_its_parts() throws SQLException {
        Session session = xp.session();
        Given.draft(session, "p");
        Given.day(session, "p", 1, 0);
        Given.boost(session, "p", 1, "2026-01-01", "2026-02-01");

        session.run("delete from xp.xp_policy_versions");

        assertThat(session.number("select (select count(*) from xp.xp_policy_streak_curve)"
                        + " + (select count(*) from xp.xp_policy_seasonal_boosts)"))
                .isZero();
    }

    @ParameterizedTest
    @Tag("PE-11")
    @ValueSource(
            strings = {
                "insert into xp.xp_policy_streak_curve (policy_key, policy_version, day_index) values ('p', 1, 1)",
                "update xp.xp_policy_streak_curve set multiplier = 9 where policy_version = 1",
                "update xp.xp_policy_streak_curve set policy_version = 3 where policy_version = 1",
                "update xp.xp_policy_streak_curve set policy_version = 1, day_index = 1 where policy_version = 2",
                "delete from xp.xp_policy_streak_curve where policy_version = 1"
            })
    void the_curve_of_a_published_and_of_an_archived_version_is_immutable(String statement) throws SQLException {
        Session session = xp.session();
        publishedAndDrafts(session);

        assertThat(session.refused(statement).rule()).isEqualTo("23001 xp_policy_streak_curve_of_draft");
        Given.archive(session, "p", 1);
        assertThat(session.refused(statement).rule()).isEqualTo("23001 xp_policy_streak_curve_of_draft");
    }

    @ParameterizedTest
    @Tag("PE-11")
    @ValueSource(
            strings = {
                "insert into xp.xp_policy_seasonal_boosts (policy_key, policy_version, label, multiplier, starts_at,"
                        + " ends_at) values ('p', 1, 'Boost', 2, '2027-01-01', '2027-02-01')",
                "update xp.xp_policy_seasonal_boosts set multiplier = 9 where policy_version = 1",
                "update xp.xp_policy_seasonal_boosts set policy_version = 3 where policy_version = 1",
                "update xp.xp_policy_seasonal_boosts set policy_version = 1, starts_at = '2027-01-01',"
                        + " ends_at = '2027-02-01' where policy_version = 2",
                "delete from xp.xp_policy_seasonal_boosts where policy_version = 1"
            })
    void the_boosts_of_a_published_and_of_an_archived_version_are_immutable(String statement) throws SQLException {
        Session session = xp.session();
        publishedAndDrafts(session);

        assertThat(session.refused(statement).rule()).isEqualTo("23001 xp_policy_seasonal_boosts_of_draft");
        Given.archive(session, "p", 1);
        assertThat(session.refused(statement).rule()).isEqualTo("23001 xp_policy_seasonal_boosts_of_draft");
    }

    @ParameterizedTest
    @Tag("PE-11")
    @ValueSource(strings = {"xp_policy_streak_curve", "xp_policy_seasonal_boosts"})
    void truncating_the_parts_does_not_get_round_it(String table) throws SQLException {
        Session session = xp.session();

        assertThat(session.refused("truncate xp." + table).rule()).isEqualTo("23001 " + table + "_not_truncated");
    }

    @Test
    @Tag("PE-11")
    void a_part_that_is_written_while_its_draft_is_published_comes_too_late() throws Exception {
        Session publisher = xp.session();
        Session writer = xp.session();
        Given.draft(publisher, "p");
        Given.day(publisher, "p", 1, 0);
        publisher.begin();
        Given.publish(publisher, "p", 1);

        Future<Refusal> refusal =
                xp.blocked(writer, session -> session.refused("update xp.xp_policy_streak_curve set multiplier = 9"));
        publisher.commit();

        assertThat(refusal.get().rule()).isEqualTo("23001 xp_policy_streak_curve_of_draft");
    }

    @Test
    @Tag("PE-11")
    void a_publication_waits_for_a_part_that_is_being_written() throws Exception {
        Session writer = xp.session();
        Session publisher = xp.session();
        Given.draft(writer, "p");
        writer.begin();
        Given.day(writer, "p", 1, 0);

        Future<Integer> published = xp.blocked(publisher, session -> {
            Given.publish(session, "p", 1);
            return (int) session.number("select count(*) from xp.xp_policy_streak_curve");
        });
        writer.commit();

        assertThat(published.get()).isEqualTo(1);
    }

    @Test
    @Tag("PE-11")
    void the_naive_look_at_the_status_lets_a_late_part_through() throws SQLException {
        Session publisher = xp.session();
        Session writer = xp.session();
        publisher.run("create table naive_version (status text)");
        publisher.run("create table naive_part (day_index int)");
        publisher.run("create function naive() returns trigger language plpgsql as $$ begin"
                + " if (select status from naive_version) <> 'Draft' then raise 'immutable'; end if;"
                + " return new; end $$");
        publisher.run("create trigger naive before insert on naive_part for each row execute function naive()");
        publisher.run("insert into naive_version values ('Draft')");

        publisher.begin();
        publisher.run("update naive_version set status = 'Published'");
        writer.run("insert into naive_part values (0)");
        publisher.commit();

        assertThat(publisher.number("select count(*) from naive_part, naive_version where status = 'Published'"))
                .isEqualTo(1);
    }

    @Test
    @Tag("PE-09")
    void a_version_says_who_wrote_and_who_published_it() throws SQLException {
        Session session = xp.session();
        Given.draft(session, "p", 1);
        Given.draft(session, "p", 2);
        String people = "select concat_ws(' ', created_by = session_user, coalesce(published_by, '-'))"
                + " from xp.xp_policy_versions where version = ?";
        assertThat(session.text(people, 1)).isEqualTo("t -");

        Given.publish(session, "p", 1);

        assertThat(session.text(people, 1)).isEqualTo("t " + session.text("select session_user"));
        Given.archive(session, "p", 1);
        session.run("update xp.xp_policy_versions set status = 'Published', effective_at = now(), published_at = now(),"
                + " published_by = 'Ada' where version = 2");
        assertThat(session.text(people, 2)).isEqualTo("t Ada");
    }

    @Test
    @Tag("PE-12")
    void a_version_without_a_curve_pays_its_base_amount_from_its_publication() throws SQLException {
        Session session = xp.session();
        Given.draft(session, "p", 1);
        Given.publish(session, "p", 1);

        assertThat(session.lines("select concat_ws(' ', policy_version, day_index, multiplier, additive_bonus_xp)"
                        + " from xp.xp_policy_streak_curve"))
                .containsExactly("1 0 1.0000 0");
        assertThat(session.refused("insert into xp.xp_policy_streak_curve (policy_key, policy_version, day_index)"
                                + " values ('p', 1, 1)")
                        .rule())
                .isEqualTo("23001 xp_policy_streak_curve_of_draft");
    }

    @Test
    @Tag("PE-11")
    void a_draft_is_not_archived_before_it_was_published() throws SQLException {
        Session session = xp.session();
        Given.draft(session, "p", 1);

        assertThat(session.refused("update xp.xp_policy_versions set status = 'Archived', effective_at = now(),"
                                + " published_at = now(), superseded_at = now()")
                        .rule())
                .isEqualTo("23001 xp_policy_versions_archived_after_published");
    }

    @Test
    @Tag("PE-11")
    void a_version_is_not_written_as_if_it_had_been_published() throws SQLException {
        Session session = xp.session();
        Given.draft(session, "p", 1);
        String archived =
                "insert into xp.xp_policy_versions (policy_key, version, base_xp_amount, streak_model, status,"
                        + " effective_at, superseded_at) values ('p', 2, 1, 'PlateauCap', 'Archived', now(), now() + interval '%s')";

        assertThat(session.refused(archived.formatted("1 year")).rule())
                .isEqualTo("23001 xp_policy_versions_archived_after_published");
        session.run(archived.formatted("0"));
        assertThat(session.text("select xp.policy_version_in_force('p', null)")).isEqualTo("null");
    }

    @Test
    @Tag("PE-11")
    void a_publication_is_signed_with_login_and_time_where_the_statement_names_none() throws SQLException {
        Session session = xp.session();
        Given.draft(session, "p", 1);

        session.run("update xp.xp_policy_versions set status = 'Published', effective_at = now()");

        assertThat(session.text("select concat_ws(' ', published_by = session_user, published_at = effective_at)"
                        + " from xp.xp_policy_versions"))
                .isEqualTo("t t");
    }

    /** Policy p: version 1 published, 2 a draft with the same parts, 3 an empty draft. */
    private static void publishedAndDrafts(Session session) throws SQLException {
        for (int version = 1; version <= 2; version++) {
            Given.draft(session, "p", version);
            Given.day(session, "p", version, 0);
            Given.boost(session, "p", version, "2026-01-01", "2026-02-01");
        }
        Given.draft(session, "p", 3);
        Given.publish(session, "p", 1);
    }
}
