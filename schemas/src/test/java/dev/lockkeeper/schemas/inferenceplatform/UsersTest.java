package dev.lockkeeper.schemas.inferenceplatform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("IP-02")
final class UsersTest {
    private static final String INSERT = "insert into inference.users"
            + " (organization_id, email_ciphertext, email_hash) values (?::uuid, decode(repeat('ab', %s), 'hex'), %s)";

    @RegisterExtension
    final Migrated migrated = Given.operational();

    @Test
    void an_address_is_there_once_in_an_organization_and_may_be_in_another() throws SQLException {
        Session session = migrated.session();
        String one = Given.organization(session, "one");
        String two = Given.organization(session, "two");
        String insert = INSERT.formatted("29", "sha256('ada')");
        session.run(insert, one);

        assertThat(session.refused(insert, one).rule()).isEqualTo("23505 users_email_hash_key");
        assertThat(session.run(insert, two)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "email_ciphertext_is_sealed | 28 | sha256('a')",
                "email_ciphertext_is_sealed | 0  | sha256('a')",
                "email_hash_is_hmac_sha256  | 40 | 'ada@example.org'::bytea",
                "email_hash_is_hmac_sha256  | 40 | sha512('a')",
            })
    void an_address_that_is_not_sealed_is_refused(String rule, String length, String hash) throws SQLException {
        Session session = migrated.session();

        assertThat(session.refused(INSERT.formatted(length, hash), Given.organization(session, "one"))
                        .rule())
                .isEqualTo("23514 users_" + rule);
    }

    @Test
    void no_column_holds_an_address_as_text() throws SQLException {
        assertThat(migrated.session()
                        .lines("select attname || ' ' || atttypid::regtype from pg_attribute"
                                + " where attrelid = 'inference.users'::regclass and attname like '%mail%' order by 1"))
                .containsExactly("email_ciphertext bytea", "email_hash bytea");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "23514 users_role_known          | role = 'root'",
                "23514 users_status_known        | status = 'gone'",
                "23514 users_deleted_is_disabled | deleted_at = now()",
                "23514 users_times_not_ahead     | status = 'disabled', deleted_at = now() + interval '1 day'",
                "23514 users_times_not_ahead     | last_login_at = now() + interval '1 day'",
                "23514 instant_is_finite         | last_login_at = '-infinity'",
            })
    void a_change_against_a_rule_is_refused_by_that_rule(String rule, String change) throws SQLException {
        Session session = migrated.session();
        Given.user(session, Given.organization(session, "one"));

        assertThat(session.refused("update inference.users set " + change).rule())
                .isEqualTo(rule);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "role = 'owner'",
                "role = 'billing'",
                "last_login_at = now()",
                "status = 'active'",
                "status = 'disabled', deleted_at = now()"
            })
    void a_change_within_the_rules_is_accepted(String change) throws SQLException {
        Session session = migrated.session();
        Given.user(session, Given.organization(session, "one"));

        assertThat(session.run("update inference.users set " + change)).isEqualTo(1);
    }

    @Test
    void who_was_removed_may_be_invited_again_and_is_there_once() throws SQLException {
        Session session = migrated.session();
        String organization = Given.organization(session, "one");
        String insert = INSERT.formatted("29", "sha256('ada')");
        session.run(insert, organization);
        session.run("update inference.users set status = 'disabled', deleted_at = now()");

        assertThat(session.run(insert, organization)).isEqualTo(1);
        assertThat(session.refused("update inference.users set deleted_at = null")
                        .rule())
                .as("the removed one does not come back beside the new one")
                .isEqualTo("23505 users_email_hash_key");
    }

    @Test
    void somebody_of_the_same_organization_invites() throws SQLException {
        Session session = migrated.session();
        String one = Given.organization(session, "one");
        Given.user(session, one);
        String update = "update inference.users set created_by = ?::uuid where organization_id = ?::uuid";

        assertThat(session.run(update, Given.user(session, one), one)).isEqualTo(2);
        assertThat(session.refused(update, Given.user(session, Given.organization(session, "two")), one)
                        .rule())
                .isEqualTo("23503 users_created_by_fkey");
    }

    @Test
    void who_is_active_follows_from_the_status() throws SQLException {
        Session session = migrated.session();
        Given.user(session, Given.organization(session, "one"));
        List<String> active = new ArrayList<>();
        for (String change : List.of("status = 'invited'", "status = 'active'", "status = 'disabled'")) {
            session.run("update inference.users set " + change);
            active.add(session.text("select is_active from inference.users"));
        }

        assertThat(active).containsExactly("f", "t", "f");
        assertThat(session.refused("update inference.users set is_active = true")
                        .sqlState())
                .isEqualTo("428C9");
    }

    @Test
    void the_key_of_a_person_stays_and_the_organization_for_the_audit_refers_to_them() throws SQLException {
        Session session = migrated.session();
        Given.user(session, Given.organization(session, "one"));
        String other = Given.organization(session, "two");

        assertThat(session.run("update inference.users set id = id, organization_id = organization_id"))
                .isEqualTo(1);
        for (String change : new String[] {"id = gen_random_uuid()", "organization_id = '" + other + "'"}) {
            assertThat(session.refused("update inference.users set " + change).rule())
                    .isEqualTo("23001 users_identity_immutable");
        }
    }

    @Test
    void a_person_belongs_to_an_organization_that_exists() throws SQLException {
        assertThat(migrated.session()
                        .refused("insert into inference.users (organization_id, email_ciphertext, email_hash)"
                                + " values (gen_random_uuid(), decode(repeat('ab', 40), 'hex'), sha256('u'))")
                        .rule())
                .isEqualTo("23503 users_organization_id_fkey");
    }
}
