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
    void an_override_does_not_point_at_a_draft_an_archived_or_a_missing_version() throws SQLException {
        Session session = xp.session();
        Given.draft(session, "q", 1);
        Given.publish(session, "q", 1);
        Given.archive(session, "q", 1);

        for (String version : new String[] {"'p', 2", "'q', 1", "'p', 3"}) {
            assertThat(session.refused("insert into xp.xp_policy_segment_overrides"
                                    + " (segment_key, policy_key, policy_version) values ('whales', " + version + ")")
                            .rule())
                    .isEqualTo("23503 xp_policy_segment_overrides_published_fkey");
        }
    }

    @Test
    void an_override_does_not_move_to_a_draft() throws SQLException {
        Session session = xp.session();
        Given.override(session, "whales", "p", 1);

        assertThat(session.refused("update xp.xp_policy_segment_overrides set policy_version = 2")
                        .rule())
                .isEqualTo("23503 xp_policy_segment_overrides_published_fkey");
    }

    @Test
    void a_version_that_overrides_point_at_is_not_archived() throws SQLException {
        Session session = xp.session();
        Given.override(session, "whales", "p", 1);

        assertThat(session.refused("update xp.xp_policy_versions set status = 'Archived', superseded_at = now()"
                                + " where version = 1")
                        .rule())
                .isEqualTo("23503 xp_policy_segment_overrides_published_fkey");
    }

    @Test
    void one_transaction_replaces_the_version_and_moves_the_overrides() throws SQLException {
        Session session = xp.session();
        Given.override(session, "whales", "p", 1);

        session.begin();
        Given.archive(session, "p", 1);
        Given.publish(session, "p", 2);
        session.run("update xp.xp_policy_segment_overrides set policy_version = 2");
        session.commit();

        assertThat(session.number("select policy_version from xp.xp_policy_segment_overrides"))
                .isEqualTo(2);
    }

    @Test
    void a_replacement_that_forgets_the_overrides_does_not_commit() throws SQLException {
        Session session = xp.session();
        Given.override(session, "whales", "p", 1);

        session.begin();
        Given.archive(session, "p", 1);
        Given.publish(session, "p", 2);

        assertThat(session.commitRefused().rule()).isEqualTo("23503 xp_policy_segment_overrides_published_fkey");
    }

    @Test
    void an_override_that_is_written_while_its_version_is_archived_comes_too_late() throws Exception {
        Session archivist = xp.session();
        Session writer = xp.session();
        archivist.begin();
        Given.archive(archivist, "p", 1);

        Future<Refusal> refusal = xp.blocked(
                writer,
                session -> session.refused("insert into xp.xp_policy_segment_overrides"
                        + " (segment_key, policy_key, policy_version) values ('whales', 'p', 1)"));
        archivist.commit();

        assertThat(refusal.get().rule()).isEqualTo("23503 xp_policy_segment_overrides_published_fkey");
    }

    @Test
    void a_segment_has_one_override_per_policy_and_a_name() throws SQLException {
        Session session = xp.session();
        Given.override(session, "whales", "p", 1);
        String insert = "insert into xp.xp_policy_segment_overrides (segment_key, policy_key, policy_version)"
                + " values (?, 'p', 1)";

        assertThat(session.refused(insert, "whales").rule()).isEqualTo("23505 xp_policy_segment_overrides_pkey");
        assertThat(session.refused(insert, " ").rule())
                .isEqualTo("23514 xp_policy_segment_overrides_segment_key_not_blank");
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
