package dev.lockkeeper.schemas.inferenceplatform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Reference;
import dev.lockkeeper.schemas.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One row of these queries admits: the key or the person is good, and the tenant lives. */
@Tag("IP-11a")
final class AdmissionTest {
    @RegisterExtension
    final Migrated migrated = Given.operational();

    private static int admitted(Session session, String query, String hash) throws SQLException, IOException {
        String sql = Files.readString(Reference.folder("inference-platform").resolve("queries/" + query + ".sql"))
                .replace("$1", hash);
        session.run("set role inference_gateway");
        int rows = session.lines(sql).size();
        session.run("reset role");
        return rows;
    }

    private Session furnished() throws SQLException {
        Session session = migrated.session();
        String organization = Given.organization(session, "one");
        session.run(
                "insert into inference.api_keys (organization_id, name, hashed_secret) values (?::uuid, 'k', sha256('k'))",
                organization);
        session.run(
                "insert into inference.users (organization_id, email_ciphertext, email_hash)"
                        + " values (?::uuid, decode(repeat('ab', 40), 'hex'), sha256('u'))",
                organization);
        return session;
    }

    @Test
    void a_good_key_and_an_invited_person_are_admitted() throws SQLException, IOException {
        Session session = furnished();

        assertThat(admitted(session, "key_by_hash", "sha256('k')")).isEqualTo(1);
        assertThat(admitted(session, "key_by_hash", "sha256('other')")).isZero();
        assertThat(admitted(session, "user_by_email_hash", "sha256('u')")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"status = 'suspended'", "status = 'closed'", "status = 'closed', deleted_at = now()"})
    void nobody_of_a_tenant_that_does_not_live_is_admitted(String change) throws SQLException, IOException {
        Session session = furnished();
        session.run("update inference.organizations set " + change);

        assertThat(admitted(session, "key_by_hash", "sha256('k')")).isZero();
        assertThat(admitted(session, "user_by_email_hash", "sha256('u')")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"status = 'revoked'", "expires_at = now() - interval '1 second'"})
    void a_key_that_ceased_to_work_is_not_admitted(String change) throws SQLException, IOException {
        Session session = furnished();
        session.run("update inference.api_keys set " + change);

        assertThat(admitted(session, "key_by_hash", "sha256('k')")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"status = 'disabled'", "status = 'disabled', deleted_at = now()"})
    void a_person_who_is_disabled_is_not_admitted(String change) throws SQLException, IOException {
        Session session = furnished();
        session.run("update inference.users set " + change);

        assertThat(admitted(session, "user_by_email_hash", "sha256('u')")).isZero();
    }
}
