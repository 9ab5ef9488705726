package dev.lockkeeper.schemas.predictionmarket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("PM-03")
final class UsersTest {
    private static final String INSERT = "insert into core.users (email, role, password_hash) values (?, ?, ?)";
    private static final String BCRYPT = "$2b$12$" + "a".repeat(53);

    @RegisterExtension
    final Migrated core = Given.core();

    @ParameterizedTest
    @ValueSource(strings = {"viewer", "editor", "admin", "super-admin"})
    void the_four_roles_are_known(String role) throws SQLException {
        assertThat(core.session().run(INSERT, "a@example.org", role, BCRYPT)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Admin", "superadmin", "owner"})
    void another_role_is_refused(String role) throws SQLException {
        assertThat(core.session().refused(INSERT, "a@example.org", role, BCRYPT).rule())
                .isEqualTo("23514 users_role_known");
    }

    @Test
    void an_address_is_taken_whatever_its_letter_case() throws SQLException {
        Session session = core.session();
        session.run(INSERT, "Ada@Example.org", "viewer", BCRYPT);

        assertThat(session.refused(INSERT, "ada@example.ORG", "viewer", BCRYPT).rule())
                .isEqualTo("23505 users_email_key");
        assertThat(session.plan("select * from core.users where lower(email) = 'ada@example.org'"))
                .contains("users_email_key");
    }

    @Test
    void a_plain_unique_constraint_takes_both_spellings() throws SQLException {
        Session session = core.session();
        session.run("create table public.naive (email text unique)");

        assertThat(session.run("insert into public.naive values ('Ada@Example.org'), ('ada@example.org')"))
                .isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ada", "ada@", "@example.org", "ada@example", "a da@example.org", "a@b@c.org"})
    void what_is_no_address_is_refused(String email) throws SQLException {
        assertThat(core.session().refused(INSERT, email, "viewer", BCRYPT).rule())
                .isEqualTo("23514 users_email_looks_like_one");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0",
                "$2a$10$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "$scrypt$ln=17,r=8,p=1$c29tZXNhbHRzb21lc2FsdA$ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0"
            })
    void hashes_of_known_schemes_are_accepted(String hash) throws SQLException {
        assertThat(core.session().run(INSERT, "a@example.org", "viewer", hash)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret",
                "5f4dcc3b5aa765d61d8327deb882cf99",
                "$1$salt$qJH7.N4xYta3aEG/dfqo/0",
                "$2b$04$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "$2b$12$short",
                "x$2b$12$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            })
    void a_password_as_text_or_a_weak_hash_is_refused(String hash) throws SQLException {
        assertThat(core.session()
                        .refused(INSERT, "a@example.org", "viewer", hash)
                        .rule())
                .isEqualTo("23514 users_password_hash_of_known_scheme");
    }
}
