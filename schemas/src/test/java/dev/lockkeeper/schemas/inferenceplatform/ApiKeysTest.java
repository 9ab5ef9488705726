package dev.lockkeeper.schemas.inferenceplatform;

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

@Tag("IP-03")
final class ApiKeysTest {
    private static final String REVOKE =
            "update inference.api_keys set status = 'revoked', revoked_at = now() where id = ?::uuid";
    private static final String ROTATE = "update inference.api_keys set status = 'rotating' where id = ?::uuid";

    @RegisterExtension
    final Migrated migrated = Given.operational();

    private static String successor(Session session, String organization, String of) throws SQLException {
        return session.text(
                "insert into inference.api_keys (organization_id, name, hashed_secret, replaces)"
                        + " select ?::uuid, 'next ' || n, sha256(('next ' || n)::bytea), ?::uuid"
                        + " from (select count(*) as n from inference.api_keys) c returning id",
                organization,
                of);
    }

    @Test
    void a_name_is_there_once_in_an_organization_and_a_secret_once_at_all() throws SQLException {
        Session session = migrated.session();
        String one = Given.organization(session, "one");
        String two = Given.organization(session, "two");
        String insert = "insert into inference.api_keys (organization_id, name, hashed_secret) values (?::uuid, ?, %s)";
        session.run(insert.formatted("sha256('s')"), one, "ci");

        assertThat(session.refused(insert.formatted("sha256('t')"), one, "ci").rule())
                .isEqualTo("23505 api_keys_name_key");
        assertThat(session.run(insert.formatted("sha256('t')"), two, "ci")).isEqualTo(1);
        assertThat(session.refused(insert.formatted("sha256('s')"), two, "other")
                        .rule())
                .isEqualTo("23505 api_keys_hashed_secret_key");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "label_not_blank                        | name = ''",
                "label_not_too_long                     | name = repeat('k', 301)",
                "api_keys_scopes_are_a_set              | scopes = array['a', 'a']",
                "api_keys_scopes_are_a_set              | scopes = array['a', null]",
                "api_keys_status_known                  | status = 'lost'",
                "api_keys_times_not_ahead               | last_used_at = now() + interval '1 day'",
                "instant_is_finite                      | last_used_at = 'infinity'",
                "instant_is_finite                      | expires_at = 'infinity'",
                "api_keys_revoked_at_only_when_revoked  | revoked_at = now()",
                "api_keys_key_prefix_has_form           | key_prefix = 'secret'",
                "api_keys_rotation_overlaps             | status = 'rotating'",
            })
    void a_change_against_a_rule_is_refused_by_that_rule(String rule, String change) throws SQLException {
        Session session = migrated.session();
        Given.key(session, Given.organization(session, "one"), "ci");

        assertThat(session.refused("update inference.api_keys set " + change).rule())
                .isEqualTo("23514 " + rule);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "scopes = array['chat', 'embed']",
                "expires_at = now() + interval '1 day'",
                "last_used_at = now()",
                "key_prefix = 'ik_9fQ2'",
                "status = 'revoked', revoked_at = now()",
                "status = 'revoked'"
            })
    void a_change_within_the_rules_is_accepted(String change) throws SQLException {
        Session session = migrated.session();
        Given.key(session, Given.organization(session, "one"), "ci");

        assertThat(session.run("update inference.api_keys set " + change)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'plain'::bytea", "sha512('s')", "''::bytea"})
    void a_secret_that_is_no_sha256_is_refused(String hash) throws SQLException {
        Session session = migrated.session();

        assertThat(session.refused(
                                "insert into inference.api_keys (organization_id, name, hashed_secret)"
                                        + " values (?::uuid, 'ci', " + hash + ")",
                                Given.organization(session, "one"))
                        .rule())
                .isEqualTo("23514 api_keys_hashed_secret_is_sha256");
    }

    @Test
    void a_rotation_overlaps_the_new_key_works_before_the_old_one_ends() throws SQLException {
        Session session = migrated.session();
        String organization = Given.organization(session, "one");
        String old = Given.key(session, organization, "ci");
        assertThat(session.refused(ROTATE, old).rule()).isEqualTo("23514 api_keys_rotation_overlaps");
        String next = successor(session, organization, old);

        assertThat(session.run(ROTATE, old)).isEqualTo(1);
        assertThat(session.lines("select status from inference.api_keys order by created_at"))
                .containsExactly("rotating", "active");
        assertThat(session.run(REVOKE, old)).isEqualTo(1);
        assertThat(session.refused(
                                "update inference.api_keys set status = 'active', revoked_at = null"
                                        + " where id = ?::uuid",
                                old)
                        .rule())
                .isEqualTo("23514 api_keys_revoked_for_good");
        session.run(REVOKE, next);
    }

    @Test
    void a_successor_that_is_revoked_does_not_count() throws SQLException {
        Session session = migrated.session();
        String organization = Given.organization(session, "one");
        String old = Given.key(session, organization, "ci");
        session.run(REVOKE, successor(session, organization, old));

        assertThat(session.refused(ROTATE, old).rule()).isEqualTo("23514 api_keys_rotation_overlaps");
    }

    @Test
    void a_successor_that_expired_makes_room_for_another_one() throws SQLException {
        Session session = migrated.session();
        String organization = Given.organization(session, "one");
        String old = Given.key(session, organization, "ci");
        String next = successor(session, organization, old);
        session.run(ROTATE, old);
        session.run("set session_replication_role = replica");
        session.run("update inference.api_keys set expires_at = now() - interval '1 second' where id = ?::uuid", next);
        session.run("set session_replication_role = origin");
        session.run("set role inference_service");
        session.text("select set_config('inference.organization_id', ?, false)", organization);
        successor(session, organization, old);

        assertThat(session.lines("select name || ' ' || status from inference.api_keys order by name"))
                .containsExactly("ci active", "next 1 revoked", "next 2 active");
        assertThat(session.run(ROTATE, old)).isEqualTo(1);
    }

    @Test
    void a_key_that_begins_as_revoked_was_revoked_now_whatever_its_program_says() throws SQLException {
        Session session = migrated.session();
        session.run(
                "insert into inference.api_keys (organization_id, name, hashed_secret, status, revoked_at)"
                        + " values (?::uuid, 'ci', sha256('s'), 'revoked', '2001-01-01')",
                Given.organization(session, "one"));

        assertThat(session.text(
                        "select revoked_at between now() - interval '1 hour' and created_at from inference.api_keys"))
                .isEqualTo("t");
    }

    @Test
    void a_key_has_one_successor_in_its_own_organization_and_is_not_its_own() throws SQLException {
        Session session = migrated.session();
        String one = Given.organization(session, "one");
        String old = Given.key(session, one, "ci");
        String insert = "insert into inference.api_keys (id, organization_id, name, hashed_secret, replaces)"
                + " values (?::uuid, ?::uuid, 'x', sha256('x'), ?::uuid)";
        String id = "00000000-0000-4000-8000-000000000001";

        assertThat(session.refused(insert, id, Given.organization(session, "two"), old)
                        .rule())
                .isEqualTo("23503 api_keys_replaces_fkey");
        assertThat(session.refused(insert, id, one, id).rule()).isEqualTo("23514 api_keys_replaces_another");
        successor(session, one, old);
        assertThat(session.refused(insert, id, one, old).rule()).isEqualTo("23505 api_keys_replaces_key");
    }

    @Test
    void what_a_key_is_does_not_change() throws SQLException {
        Session session = migrated.session();
        Given.key(session, Given.organization(session, "one"), "ci");

        for (String change : new String[] {
            "id = gen_random_uuid()",
            "hashed_secret = sha256('other')",
            "organization_id = '" + Given.organization(session, "two") + "'",
            "replaces = gen_random_uuid()"
        }) {
            assertThat(session.refused("update inference.api_keys set " + change)
                            .rule())
                    .isEqualTo("23001 api_keys_identity_immutable");
        }
    }

    @Test
    void a_beginning_that_people_know_stays() throws SQLException {
        Session session = migrated.session();
        Given.key(session, Given.organization(session, "one"), "ci");
        String update = "update inference.api_keys set key_prefix = ";
        for (String same : new String[] {"null", "'ik_9fQ2'", "'ik_9fQ2'"}) {
            assertThat(session.run(update + same)).isEqualTo(1);
        }

        for (String other : new String[] {"null", "'ik_9fQ3'"}) {
            assertThat(session.refused(update + other).rule()).isEqualTo("23001 api_keys_key_prefix_immutable");
        }
    }

    @Test
    void a_key_is_made_by_somebody_of_the_same_organization() throws SQLException {
        Session session = migrated.session();
        String one = Given.organization(session, "one");
        Given.key(session, one, "ci");
        String update = "update inference.api_keys set created_by = ?::uuid";

        assertThat(session.run(update, Given.user(session, one))).isEqualTo(1);
        assertThat(session.refused(update, Given.user(session, Given.organization(session, "two")))
                        .rule())
                .isEqualTo("23503 api_keys_created_by_fkey");
    }

    @Test
    void a_naive_foreign_key_takes_somebody_of_another_organization() throws SQLException {
        Session session = migrated.session();
        session.run(
                "create table public.naive (organization_id uuid, created_by uuid references inference.users (id))");

        assertThat(session.run(
                        "insert into public.naive values (?::uuid, ?::uuid)",
                        Given.organization(session, "one"),
                        Given.user(session, Given.organization(session, "two"))))
                .isEqualTo(1);
    }

    @Test
    void a_key_does_not_begin_as_one_that_rotates() throws SQLException {
        Session session = migrated.session();

        assertThat(session.refused(
                                "insert into inference.api_keys (organization_id, name, hashed_secret, status)"
                                        + " values (?::uuid, 'ci', sha256('s'), 'rotating')",
                                Given.organization(session, "one"))
                        .rule())
                .isEqualTo("23001 api_keys_begins_before_it_rotates");
    }

    @Test
    void a_rotation_waits_for_a_revocation_of_the_successor_that_is_under_way_and_is_refused() throws Exception {
        Session session = migrated.session();
        String organization = Given.organization(session, "one");
        String old = Given.key(session, organization, "ci");
        String next = successor(session, organization, old);
        Session revoker = migrated.session();
        revoker.begin();
        revoker.run(REVOKE, next);
        Future<Refusal> rotation = migrated.blocked(migrated.session(), s -> s.refused(ROTATE, old));
        revoker.commit();

        assertThat(rotation.get().rule()).isEqualTo("23514 api_keys_rotation_overlaps");
    }

    @Test
    void a_successor_that_expired_does_not_count() throws SQLException {
        Session session = migrated.session();
        String organization = Given.organization(session, "one");
        String old = Given.key(session, organization, "ci");
        String next = successor(session, organization, old);
        session.run("update inference.api_keys set expires_at = now() - interval '1 minute' where id = ?::uuid", next);

        assertThat(session.refused(ROTATE, old).rule()).isEqualTo("23514 api_keys_rotation_overlaps");
    }

    @ParameterizedTest
    @ValueSource(strings = {"status = 'revoked'", "expires_at = now() - interval '1 minute'"})
    void when_a_successor_ceases_to_work_its_predecessor_takes_over_again(String end) throws SQLException {
        Session session = migrated.session();
        String organization = Given.organization(session, "one");
        String old = Given.key(session, organization, "ci");
        String next = successor(session, organization, old);
        session.run(ROTATE, old);
        session.run("update inference.api_keys set " + end + " where id = ?::uuid", next);

        assertThat(session.text("select status from inference.api_keys where id = ?::uuid", old))
                .isEqualTo("active");
    }

    @Test
    void after_a_successor_that_was_revoked_another_one_may_follow() throws SQLException {
        Session session = migrated.session();
        String organization = Given.organization(session, "one");
        String old = Given.key(session, organization, "ci");
        session.run(REVOKE, successor(session, organization, old));
        successor(session, organization, old);

        assertThat(session.run(ROTATE, old)).isEqualTo(1);
    }

    @Test
    void a_revocation_of_the_successor_waits_for_a_rotation_that_is_under_way_and_undoes_it() throws Exception {
        Session session = migrated.session();
        String organization = Given.organization(session, "one");
        String old = Given.key(session, organization, "ci");
        String next = successor(session, organization, old);
        Session rotator = migrated.session();
        rotator.begin();
        rotator.run(ROTATE, old);
        Future<Integer> revocation = migrated.blocked(migrated.session(), s -> s.run(REVOKE, next));
        rotator.commit();

        revocation.get();
        assertThat(session.text("select status from inference.api_keys where id = ?::uuid", old))
                .isEqualTo("active");
    }

    @ParameterizedTest
    @ValueSource(strings = {"delete from inference.api_keys", "truncate inference.api_keys"})
    void a_key_is_history_and_a_secret_that_was_revoked_does_not_come_back(String removal) throws SQLException {
        Session session = migrated.session();
        String organization = Given.organization(session, "one");
        String insert = "insert into inference.api_keys (organization_id, name, hashed_secret)"
                + " values (?::uuid, ?, sha256('leaked')) returning id";
        String key = session.text(insert, organization, "k");
        session.run(REVOKE, key);

        assertThat(session.refused(removal).rule()).isEqualTo("23001 api_keys_history_kept");
        session.run("update inference.api_keys set name = 'leaked'");
        assertThat(session.refused(insert, organization, "k").rule()).isEqualTo("23505 api_keys_hashed_secret_key");
        assertThat(session.refused("update inference.api_keys set revoked_at = 'epoch'")
                        .rule())
                .isEqualTo("23514 api_keys_revoked_for_good");
    }

    @Test
    void the_server_says_when_a_key_was_revoked() throws SQLException {
        Session session = migrated.session();
        Given.key(session, Given.organization(session, "one"), "ci");
        session.run("update inference.api_keys set status = 'revoked', revoked_at = 'epoch'");

        assertThat(session.text("select revoked_at > now() - interval '1 hour' from inference.api_keys"))
                .isEqualTo("t");
    }

    @Test
    void an_expired_successor_stays_as_it_is_when_the_next_one_is_not_inserted() throws SQLException {
        Session session = migrated.session();
        String organization = Given.organization(session, "one");
        String old = Given.key(session, organization, "ci");
        String next = successor(session, organization, old);
        session.run("set session_replication_role = replica");
        session.run("update inference.api_keys set expires_at = now() - interval '1 second' where id = ?::uuid", next);
        session.run("set session_replication_role = origin");
        String insert = "insert into inference.api_keys (organization_id, name, hashed_secret, replaces%s)"
                + " values (?::uuid, '%s', sha256('%s'), ?::uuid%s) on conflict do nothing";

        assertThat(session.run(insert.formatted("", "ci", "s", ""), organization, old))
                .as("the name is taken")
                .isZero();
        assertThat(session.run(insert.formatted("", "new", "next 1", ""), organization, old))
                .as("the secret is taken")
                .isZero();
        assertThat(session.run(insert.formatted(", status", "gone", "t", ", 'revoked'"), organization, old))
                .as("one that succeeds nobody")
                .isEqualTo(1);
        assertThat(session.text("select status from inference.api_keys where id = ?::uuid", next))
                .isEqualTo("active");
    }
}
