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

@Tag("PE-14")
final class SegmentOverridesTest {
    private static final String IN_FORCE = "select xp.policy_version_in_force(?, ?)";

    @RegisterExtension
    final Migrated xp = Migrated.of("player-engagement");

    @BeforeEach
    void publish_one_version_and_draft_another() throws SQLException {
        Session session = xp.session();
        Given.draft(session, "p", 1);
        Given.draft(session, "p", 2);
        Given.publish(session, "p", 1);
    }

    @Test
    void an_override_points_at_a_published_version() throws SQLException {
        Session session = xp.session();
        Given.override(session, "whales", "p", 1);
        Given.override(session, "minnows", "p", 1);

        assertThat(session.number("select count(*) from xp.xp_policy_segment_overrides"))
                .isEqualTo(2);
    }

    @Test
    void an_override_keeps_an_archived_version_in_force_for_its_segment() throws SQLException {
        Session session = xp.session();
        session.begin();
        Given.archive(session, "p", 1);
        Given.publish(session, "p", 2);
        session.commit();

        Given.override(session, "whales", "p", 1);

        assertThat(session.number(IN_FORCE, "p", "whales")).isEqualTo(1);
        assertThat(session.number(IN_FORCE, "p", "minnows")).isEqualTo(2);
    }

    @Test
    void an_override_releases_a_draft_to_its_segment_alone() throws SQLException {
        Session session = xp.session();

        Given.override(session, "whales", "p", 2);

        assertThat(session.text(
                        "select concat_ws(' ', status, published_by = session_user, superseded_at = published_at)"
                                + " from xp.xp_policy_versions where version = 2"))
                .isEqualTo("Archived t t");
        assertThat(session.refused("update xp.xp_policy_versions set base_xp_amount = 1 where version = 2")
                        .rule())
                .isEqualTo("23001 xp_policy_versions_published_immutable");
        assertThat(session.number(IN_FORCE, "p", "whales")).isEqualTo(2);
        assertThat(session.number(IN_FORCE, "p", "minnows")).isEqualTo(1);
    }

    @Test
    void an_override_points_at_a_version_of_its_policy() throws SQLException {
        Session session = xp.session();
        Given.draft(session, "q", 3);
        Given.publish(session, "q", 3);

        for (String version : new String[] {"'p', 3", "'q', 1", "'r', 1"}) {
            assertThat(session.refused("insert into xp.xp_policy_segment_overrides"
                                    + " (segment_key, policy_key, policy_version) values ('whales', " + version + ")")
                            .rule())
                    .isEqualTo("23503 xp_policy_segment_overrides_released_fkey");
        }
    }

    @Test
    void an_override_outlives_the_archiving_of_its_version() throws SQLException {
        Session session = xp.session();
        Given.override(session, "whales", "p", 1);
        session.begin();
        Given.archive(session, "p", 1);
        Given.publish(session, "p", 2);
        session.commit();

        assertThat(session.number(IN_FORCE, "p", "whales")).isEqualTo(1);
        session.run("delete from xp.xp_policy_segment_overrides");
        assertThat(session.number(IN_FORCE, "p", "whales")).isEqualTo(2);
    }

    @Test
    void a_published_version_is_in_force_when_it_is_effective() throws SQLException {
        Session session = xp.session();
        Given.draft(session, "q", 1);
        session.run("update xp.xp_policy_versions set status = 'Published', published_at = now(),"
                + " effective_at = now() + interval '1 hour' where policy_key = 'q'");

        assertThat(session.text(IN_FORCE, "q", null)).isEqualTo("null");
        assertThat(session.number("select xp.policy_version_in_force('q', null, now() + interval '1 hour')"))
                .isEqualTo(1);
    }

    @Test
    void what_was_in_force_before_stays_known_and_what_was_for_a_segment_never_was_for_all() throws SQLException {
        Session session = xp.session();
        Given.draft(session, "q", 1);
        Given.draft(session, "q", 2);
        session.run("update xp.xp_policy_versions set status = 'Published', published_at = now() - interval '3 days',"
                + " effective_at = now() - interval '3 days' where policy_key = 'q' and version = 1");
        session.run("update xp.xp_policy_versions set effective_at = now() - interval '2 days'"
                + " where policy_key = 'q' and version = 2");
        Given.archive(session, "q", 1);
        Given.override(session, "whales", "q", 2);

        assertThat(session.number("select xp.policy_version_in_force('q', null, now() - interval '1 day')"))
                .isEqualTo(1);
        assertThat(session.text("select xp.policy_version_in_force('q', null, now() - interval '4 days')"))
                .isEqualTo("null");
        assertThat(session.text(IN_FORCE, "q", null)).isEqualTo("null");
    }

    @Test
    void a_draft_that_counts_later_is_in_force_for_its_segment_from_then_on() throws SQLException {
        Session session = xp.session();
        session.run("update xp.xp_policy_versions set effective_at = now() + interval '1 day' where version = 2");

        Given.override(session, "whales", "p", 2);

        assertThat(session.number(IN_FORCE, "p", "whales")).isEqualTo(1);
        assertThat(session.number("select xp.policy_version_in_force('p', 'whales', now() + interval '1 day')"))
                .isEqualTo(2);
    }

    @Test
    void a_part_that_is_written_while_its_draft_is_released_to_a_segment_comes_too_late() throws Exception {
        Session author = xp.session();
        Session writer = xp.session();
        author.begin();
        Given.override(author, "whales", "p", 2);

        Future<Refusal> refusal = xp.blocked(
                writer,
                session ->
                        session.refused("insert into xp.xp_policy_streak_curve (policy_key, policy_version, day_index)"
                                + " values ('p', 2, 1)"));
        author.commit();

        assertThat(refusal.get().rule()).isEqualTo("23001 xp_policy_streak_curve_of_draft");
    }

    @Test
    void a_segment_has_one_override_per_policy_and_a_name() throws SQLException {
        Session session = xp.session();
        Given.override(session, "whales", "p", 1);
        String insert = "insert into xp.xp_policy_segment_overrides (segment_key, policy_key, policy_version)"
                + " values (?, 'p', 1)";

        assertThat(session.refused(insert, "whales").rule()).isEqualTo("23505 xp_policy_segment_overrides_pkey");
        assertThat(session.refused(insert, " ").rule()).isEqualTo("23514 words_not_blank");
    }

    @Test
    void the_naive_reference_to_the_version_alone_accepts_a_draft_and_survives_archiving() throws SQLException {
        Session session = xp.session();
        session.run("create table naive (policy_key text, policy_version int,"
                + " foreign key (policy_key, policy_version) references xp.xp_policy_versions (policy_key, version))");

        assertThat(session.run("insert into naive values ('p', 2), ('p', 1)")).isEqualTo(2);
        Given.archive(session, "p", 1);
    }
}
