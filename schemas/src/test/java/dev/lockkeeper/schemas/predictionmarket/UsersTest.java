package dev.lockkeeper.schemas.predictionmarket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Refusal;
import dev.lockkeeper.schemas.Session;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("PM-03")
final class UsersTest {
    private static final String INSERT = "insert into core.users (email, role, password_hash) values (?, ?, ?)";
    private static final String BCRYPT = Given.BCRYPT;

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
        assertThat(session.text("select pg_collation_for(email) || ' ' || ('adı' = lower('ADI' collate \"tr-x-icu\"))"
                        + " from core.users"))
                .as("in a Turkish database the address could be taken twice")
                .isEqualTo("\"C\" true");
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
    @ValueSource(
            strings = {
                "",
                "ada",
                "ada@",
                "@example.org",
                "ada@example",
                "a da@example.org",
                "a@b@c.org",
                "ada\u200b@example.org",
                "\u00e4da@example.org"
            })
    void what_is_no_address_is_refused(String email) throws SQLException {
        assertThat(core.session().refused(INSERT, email, "viewer", BCRYPT).rule())
                .isEqualTo("23514 users_email_looks_like_one");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0",
                "$2a$10$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0",
                "$scrypt$ln=17,r=8,p=1$c29tZXNhbHRzb21lc2FsdA$ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0",
                "$scrypt$ln=15,r=8,p=3$c29tZXNhbHRzb21lc2FsdA$ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0"
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
                "$2b$31$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0",
                "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$ZGlnZXN0",
                "$argon2id$v=19$m=1,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0",
                "$argon2id$v=19$m=19455,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0",
                "$argon2id$v=19$m=65536,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0",
                "$argon2id$v=19$m=99999999999,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0",
                "$argon2i$v=19$m=65536,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0",
                "$argon2id$v=16$m=65536,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0",
                "$scrypt$ln=1,r=1,p=1$c29tZXNhbHRzb21lc2FsdA$ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0",
                "$scrypt$ln=14,r=8,p=9$c29tZXNhbHRzb21lc2FsdA$ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0",
                "$scrypt$ln=17,r=1,p=1$c29tZXNhbHRzb21lc2FsdA$ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0",
                "$scrypt$ln=15,r=8,p=1$c29tZXNhbHRzb21lc2FsdA$ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0",
                "$argon2id$v=19$m=9999999,t=99,p=1$c29tZXNhbHRzb21lc2FsdA$ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0",
                "$scrypt$ln=24,r=99,p=99$c29tZXNhbHRzb21lc2FsdA$ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0",
                "$scrypt$ln=63,r=8,p=1$c29tZXNhbHRzb21lc2FsdA$ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0",
                "x$2b$12$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            })
    void a_password_as_text_or_a_weak_hash_is_refused(String hash) throws SQLException {
        assertThat(core.session()
                        .refused(INSERT, "a@example.org", "viewer", hash)
                        .rule())
                .isEqualTo("23514 users_password_hash_of_known_scheme");
    }

    @Test
    void a_session_opens_for_an_active_account_and_says_when_it_was() throws SQLException {
        Session session = core.session();
        String user = Given.user(session, "viewer");
        Given.login(session, user);

        assertThat(session.text("select last_login_at = now() or last_login_at > created_at from core.users"))
                .isEqualTo("t");
        session.run("update core.users set is_active = false");
        assertThat(session.refused("select core.begin_session(?::uuid, sha256('x'))", user)
                        .rule())
                .isEqualTo("28000 users_active_one_logs_in");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "sha256('x') | interval '13 h'  | 23514 user_sessions_last_12_hours_at_most",
                "sha256('x') | interval '0'     | 23514 user_sessions_last_12_hours_at_most",
                "sha256('x') | interval '-1 h'  | 23514 user_sessions_last_12_hours_at_most",
                "'\\x00'      | interval '1 h'   | 23514 user_sessions_token_digest_is_sha256",
                "sha256('used') | interval '1 h' | 23505 user_sessions_token_digest_key",
            })
    void a_session_against_a_rule_is_refused_by_that_rule(String digest, String time, String rule) throws SQLException {
        Session session = core.session();
        String user = Given.user(session, "viewer");
        session.run("select core.begin_session(?::uuid, sha256('used'))", user);
        String begin = "select core.begin_session('" + user + "', " + digest + ", " + time + ")";

        assertThat(session.refused(begin).rule()).isEqualTo(rule);
    }

    @Test
    void a_session_that_ended_or_expired_shows_nobody_also_in_a_transaction_that_began_in_time() throws SQLException {
        Session session = core.session();
        String token = Given.admin(session);
        assertThat(session.text("select core.session_of(?)", token)).isNotEmpty();
        assertThat(session.text("select core.end_session(?)", token)).isEqualTo("t");
        assertThat(session.refused("select core.session_of(?)", token).rule())
                .isEqualTo("28000 user_sessions_token_valid");
        String other = Given.admin(session);
        session.begin();
        session.run("update core.user_sessions set expires_at = created_at + interval '1 microsecond'");
        assertThat(session.refused("select core.session_of(?)", other).rule())
                .isEqualTo("28000 user_sessions_token_valid");
        session.abort();
        assertThat(session.refused("select core.session_of(null)").rule()).isEqualTo("28000 user_sessions_token_valid");
    }

    @Test
    void a_person_is_forgotten_and_what_was_done_stays_under_the_id() throws SQLException {
        Session session = core.session();
        String user = Given.user(session, "admin");
        String token = Given.login(session, user);
        String approval = Given.approval(session, token, user, "{}");
        session.text("select core.erase_user(?::uuid, 'request 8')", user);

        assertThat(session.text("select email from core.users"))
                .matches("erased-[0-9a-f-]{36}@erased\\.invalid")
                .doesNotContain(user);
        assertThat(session.text("select coalesce(password_hash, 'none') || is_active from core.users"))
                .isEqualTo("nonefalse");
        assertThat(session.refused("select core.session_of(?)", token).sqlState())
                .isEqualTo("28000");
        assertThat(session.text("select actor_user_id from core.audit_event where id = ?::uuid", approval))
                .isEqualTo(user);
        assertThat(session.refused("update core.users set is_active = true").rule())
                .isEqualTo("23514 users_active_one_has_password");
    }

    @Test
    void whoever_was_forgotten_does_not_come_back_and_nobody_stands_in_the_way() throws SQLException {
        Session session = core.session();
        String user = Given.user(session, "admin");
        assertThat(session.refused(INSERT, "Erased-" + user + "@ERASED.invalid", "viewer", BCRYPT)
                        .rule())
                .isEqualTo("23514 users_erased_address_is_of_an_erased_one");
        session.text("select core.erase_user(?::uuid, 'request 8')", user);

        assertThat(session.refused("update core.users set is_active = true, password_hash = ?", BCRYPT)
                        .rule())
                .isEqualTo("23514 users_erased_one_stays_so");
        assertThat(session.refused("update core.users set email = 'ada@example.org'")
                        .rule())
                .isEqualTo("23514 users_erased_address_is_of_an_erased_one");
        assertThat(session.refused("select core.erase_user(?::uuid, 'again')", user)
                        .sqlState())
                .isEqualTo("P0002");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update core.users set role = 'admin' where role = 'super-admin'",
                "update core.users set is_active = false where is_active",
                "delete from core.users where is_active",
                "select core.erase_user((select id from core.users where is_active), 'request 8')"
            })
    void the_last_super_admin_who_can_log_in_stays(String statement) throws SQLException {
        Session session = core.session();
        Given.user(session, "super-admin");
        String barred = Given.user(session, "super-admin");
        session.run("update core.users set is_active = false where id = ?::uuid", barred);

        assertThat(session.refused(statement).rule()).isEqualTo("23001 users_keep_a_super_admin");
        Given.user(session, "super-admin");
        assertThat(session.refused(
                                statement.startsWith("select")
                                        ? "select core.erase_user(id, 'r') from core.users where is_active"
                                        : statement)
                        .rule())
                .as("all of them in one statement")
                .isEqualTo("23001 users_keep_a_super_admin");
        session.run("delete from core.users where id = (select id from core.users where is_active limit 1)");
        assertThat(session.number("select count(*) from core.users where is_active"))
                .isEqualTo(1);
    }

    @Test
    void two_super_admins_do_not_bar_each_other_at_once() throws Exception {
        Session session = core.session();
        String ada = Given.user(session, "super-admin");
        String bob = Given.user(session, "super-admin");
        Session one = core.session();
        one.begin();
        one.run("update core.users set is_active = false where id = ?::uuid", bob);
        Future<Refusal> other = core.blocked(
                core.session(), s -> s.refused("update core.users set role = 'viewer' where id = ?::uuid", ada));
        one.commit();
        assertThat(other.get().rule()).isEqualTo("23001 users_keep_a_super_admin");

        session.run("update core.users set is_active = true");
        Session old = core.session();
        old.connection().setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        old.begin();
        old.text("select count(*) from core.users");
        session.run("update core.users set is_active = false where id = ?::uuid", bob);
        assertThat(old.refused("update core.users set role = 'viewer' where id = ?::uuid", ada)
                        .sqlState())
                .as("with a snapshot in which the other is active")
                .isEqualTo("40001");
        old.abort();
    }

    @Test
    void a_login_waits_for_who_is_being_barred_and_not_for_who_acts() throws Exception {
        Session session = core.session();
        String user = Given.user(session, "admin");
        String token = Given.login(session, user);
        Session console = core.session();
        console.begin();
        console.text("select core.record_human(?, 'note', 'market', 'm')", token);
        session.run("set lock_timeout = 1");
        assertThat(Given.login(session, user)).isNotEmpty();
        console.commit();
        console.begin();
        console.run("update core.users set is_active = false where id = ?::uuid", user);
        Future<Refusal> login = core.blocked(
                core.session(), s -> s.refused("select core.begin_session(?::uuid, sha256('other'))", user));
        console.commit();

        assertThat(login.get().rule()).isEqualTo("28000 users_active_one_logs_in");
    }

    @Test
    void two_requests_of_one_person_that_record_and_log_out_do_not_wait_for_each_other() throws SQLException {
        Session session = core.session();
        String token = Given.admin(session);
        Session other = core.session();
        other.run("set lock_timeout = 1");
        session.begin();
        session.text("select core.record_human(?, 'note', 'market', 'm')", token);
        other.begin();
        other.text("select core.record_human(?, 'note', 'market', 'm')", token);
        assertThat(other.text("select core.end_session(?)", token)).isEqualTo("t");
        other.commit();
        assertThat(session.text("select core.end_session(?)", token)).isEqualTo("f");
        session.commit();

        assertThat(session.number("select count(*) from core.audit_event a join core.user_sessions s"
                        + " on s.id = a.session_id and a.occurred_at <= s.ended_at"))
                .isEqualTo(2);
    }

    @Test
    void a_token_says_who_it_is() throws SQLException {
        Session session = core.session();
        String user = Given.user(session, "editor");
        String token = Given.login(session, user);

        assertThat(session.text("select user_id || ' ' || role from core.whoami(?)", token))
                .isEqualTo(user + " editor");
        assertThat(session.refused("select * from core.whoami('x')").rule())
                .isEqualTo("28000 user_sessions_token_valid");
    }

    @Test
    void sessions_go_when_they_expired_long_ago_and_nothing_was_done_in_them() throws SQLException {
        Session session = core.session();
        String user = Given.user(session, "admin");
        Given.login(session, user);
        String used = Given.login(session, user);
        Given.approval(session, used, user, "{}");
        session.run("update core.user_sessions set created_at = now() - interval '40 days',"
                + " expires_at = now() - interval '39 days 13 h'");
        Given.login(session, user);

        assertThat(session.number("select core.purge_sessions()")).isEqualTo(1);
        assertThat(session.number("select count(*) from core.user_sessions")).isEqualTo(2);
        assertThat(session.refused("select core.purge_sessions(interval '-1 day')")
                        .sqlState())
                .isEqualTo("22023");
    }

    @ParameterizedTest
    @ValueSource(strings = {"is_active = false", "password_hash = replace(password_hash, 'a', 'b')"})
    void a_session_does_not_come_back_with_the_account(String change) throws SQLException {
        Session session = core.session();
        String token = Given.admin(session);
        session.run("update core.users set " + change);
        session.run("update core.users set is_active = true");

        assertThat(session.refused("select core.session_of(?)", token).rule())
                .isEqualTo("28000 user_sessions_token_valid");
        String other = Given.login(session, session.text("select id from core.users"));
        session.run("update core.users set role = 'editor'");
        assertThat(session.text("select core.session_of(?)", other)).isNotEmpty();
    }

    @Test
    void a_login_that_checked_the_password_of_before_comes_too_late() throws SQLException {
        Session session = core.session();
        String user = Given.user(session, "viewer");
        String begin = "select core.begin_session(?::uuid, sha256(gen_random_uuid()::text::bytea), '1 hour', ?)";
        assertThat(session.text(begin, user, Given.BCRYPT)).isNotEmpty();
        session.run("update core.users set password_hash = ?", "$2b$12$" + "b".repeat(53));

        assertThat(session.refused(begin, user, Given.BCRYPT).rule())
                .isEqualTo("28000 users_password_is_the_checked_one");
        assertThat(session.text(begin, user, "$2b$12$" + "b".repeat(53))).isNotEmpty();
        assertThat(session.text(begin, user, null)).as("nothing is asked").isNotEmpty();
    }

    @Test
    void a_session_that_whoever_barred_did_not_see_does_not_come_back_with_the_account() throws SQLException {
        Session session = core.session();
        String user = Given.user(session, "admin");
        Session console = core.session();
        console.begin();
        console.text("select core.record_human(?, 'note', 'market', 'm')", Given.login(session, user));
        Session old = core.session();
        old.begin();
        old.run("set transaction isolation level repeatable read");
        old.text("select count(*) from core.user_sessions");
        String token = Given.login(session, user);
        console.commit();
        old.run("update core.users set is_active = false where id = ?::uuid", user);
        old.commit();
        session.run("update core.users set is_active = true where id = ?::uuid", user);

        assertThat(session.refused("select core.whoami(?)", token).rule()).isEqualTo("28000 user_sessions_token_valid");
        assertThat(session.text("select role from core.whoami(?)", Given.login(session, user)))
                .isEqualTo("admin");
    }

    @Test
    void a_password_that_is_refused_is_in_no_message_of_the_server() throws SQLException {
        Session session = core.session();
        session.run("create table public.naive (email text, hash text check (core.is_password_hash(hash)))");

        assertThatThrownBy(() -> session.run("insert into public.naive values ('a@example.org', ?)", "hunter2"))
                .hasMessageContaining("hunter2");
        assertThatThrownBy(() -> session.run(INSERT, "a@example.org", "viewer", "hunter2"))
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void nobody_bars_the_way_to_barring_with_a_lock_that_any_login_may_take() throws SQLException {
        Session session = core.session();
        String user = Given.user(session, "viewer");
        core.session().text("select pg_advisory_lock('core.users'::regclass::oid::bigint)");
        session.run("set lock_timeout = 1");

        assertThat(session.run("update core.users set is_active = false where id = ?::uuid", user))
                .isEqualTo(1);
    }
}
