package dev.lockkeeper.schemas.playerengagement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("PE-16")
final class PolicyReferenceTest {
    private static final String CLAIM =
            "select xp.claim_daily_award(?, (now() at time zone 'utc')::date, 100, 0, 'daily', ?)";
    private static final String VALIDATED =
            "select convalidated from pg_constraint where conname = 'xp_awards_policy_version_fkey'";
    private static final String LOCKS_THAT_STOP_WRITERS =
            "select c.relname || ' ' || l.mode from pg_locks l join pg_class c on c.oid = l.relation"
                    + " where l.pid = ? and c.relname in ('xp_awards', 'xp_policy_versions')"
                    + " and l.mode in ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')";

    @RegisterExtension
    final Migrated xp = Migrated.of("player-engagement").to("3");

    @Test
    void V004_adopts_what_awards_name_holds_new_ones_to_it_and_leaves_the_old_ones_for_V005() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        session.run(CLAIM, user, 1);

        xp.up("4");

        assertThat(session.text("select concat_ws(' ', policy_key, version, status) from xp.xp_policy_versions"))
                .isEqualTo("daily 1 Archived");
        assertThat(session.text(VALIDATED)).isEqualTo("f");
        assertThat(session.refused(CLAIM, Given.user(session), 2).rule())
                .isEqualTo("23503 xp_awards_policy_version_fkey");
        session.run(CLAIM, Given.user(session), 1);
        xp.up("5");
        assertThat(session.text(VALIDATED)).isEqualTo("t");
    }

    @Test
    void V005_names_an_award_whose_policy_version_is_missing() throws SQLException {
        Session session = xp.session();
        xp.up("4");
        session.run("set session_replication_role = replica");
        session.run(CLAIM, Given.user(session), 1);
        session.run("set session_replication_role = origin");

        assertThatThrownBy(() -> xp.up("5"))
                .isInstanceOf(LockkeeperException.class)
                .hasMessageContaining("xp_awards_policy_version_fkey")
                .extracting(e -> ((LockkeeperException) e).problems().get(0).server())
                .asString()
                .contains("(daily, 1)");
        assertThat(session.text(VALIDATED)).isEqualTo("f");
    }

    @Test
    void U005_leaves_the_reference_not_valid_and_working() throws SQLException {
        xp.up("4");
        xp.up("5");
        xp.down();
        Session session = xp.session();

        assertThat(session.text(VALIDATED)).isEqualTo("f");
        assertThat(session.refused(CLAIM, Given.user(session), 1).rule())
                .isEqualTo("23503 xp_awards_policy_version_fkey");
    }

    @Test
    void claims_go_on_while_V005_reads_the_awards() throws SQLException {
        Session session = xp.session();
        Given.draft(session, "daily");
        Given.publish(session, "daily", 1);
        xp.up("4");
        Session migration = xp.session();
        migration.begin();
        migration.script(xp.reference().up("5"));

        assertThat(session.lines(LOCKS_THAT_STOP_WRITERS, migration.pid())).isEmpty();
        assertThat(session.run(CLAIM, Given.user(session), 1)).isZero();
        migration.commit();
    }

    @Test
    void claims_go_on_while_V004_waits_for_an_editor_with_an_open_draft() throws Exception {
        Session session = xp.session();
        Given.draft(session, "daily");
        Given.publish(session, "daily", 1);
        Session editor = xp.session();
        editor.begin();
        Given.draft(editor, "daily", 2);
        Session migration = xp.session();
        migration.begin();
        Future<Boolean> applied = xp.blocked(migration, blocked -> {
            blocked.script(xp.reference().up("4"));
            return true;
        });

        session.run("set lock_timeout = '5s'");
        session.run(CLAIM, Given.user(session), 1);
        editor.commit();
        assertThat(applied.get()).isTrue();
        migration.commit();
    }

    @Test
    void a_game_that_booked_and_is_about_to_claim_does_not_meet_V004_in_a_circle() throws Exception {
        Session session = xp.session();
        Given.draft(session, "daily");
        Given.publish(session, "daily", 1);
        long user = Given.user(session);
        Session game = xp.session();
        game.begin();
        game.run("select xp.book_entry(?, 5, 'quest', gen_random_uuid())", user);
        Session migration = xp.session();
        Future<Boolean> applied = xp.blocked(migration, blocked -> {
            blocked.script(xp.reference().up("4"));
            return true;
        });

        game.run(CLAIM, user, 1);
        game.commit();

        assertThat(applied.get()).isTrue();
    }

    @Test
    void what_an_award_or_an_entry_names_is_not_written_as_a_draft() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        session.run(CLAIM, user, 8);
        session.run("select xp.book_entry(?, 5, 'x', gen_random_uuid(), null, 'daily', 9)", user);
        String draft = "insert into xp.xp_policy_versions (policy_key, version, base_xp_amount, streak_model)"
                + " values ('daily', ?, 1, 'PlateauCap')";
        Given.draft(session, "daily", 7);

        for (int version : new int[] {8, 9}) {
            assertThat(session.refused(draft, version).rule()).isEqualTo("23001 xp_policy_versions_draft_is_new");
            assertThat(session.refused("update xp.xp_policy_versions set version = ?", version)
                            .rule())
                    .isEqualTo("23001 xp_policy_versions_draft_is_new");
        }
    }

    @Test
    void the_naive_single_migration_stops_writers_for_as_long_as_it_reads() throws Exception {
        Session session = xp.session();
        long user = Given.user(session);
        Given.draft(session, "daily");
        Given.publish(session, "daily", 1);
        Session migration = xp.session();
        migration.begin();
        migration.script(xp.reference().up("4"));
        migration.run("alter table xp.xp_awards validate constraint xp_awards_policy_version_fkey");

        assertThat(session.lines(LOCKS_THAT_STOP_WRITERS, migration.pid()))
                .contains("xp_awards ShareRowExclusiveLock", "xp_policy_versions ShareRowExclusiveLock");
        Future<Integer> claim = xp.blocked(session, blocked -> blocked.run(CLAIM, user, 1));
        migration.commit();
        assertThat(claim.get()).isZero();
    }
}
