package dev.lockkeeper.schemas.predictionmarket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("PM-06")
final class SnapshotsTest {
    private static final String INSERT = "insert into core.snapshots"
            + " (id, url, fetched_at, content_type, byte_size, content_digest, object_store_path)"
            + " values (core.snapshot_id(%1$s, %2$s), %1$s, %2$s, %3$s, %4$s, 'sha256:" + Given.HASH + "', '"
            + Given.HASH + "')";
    private static final String URL = "'https://example.org/a'";
    private static final String TIME = "timestamptz '2026-03-01 12:00:00.5+00'";

    @RegisterExtension
    final Migrated core = Given.core();

    @Test
    void the_name_is_what_another_program_computes() throws SQLException, NoSuchAlgorithmException {
        byte[] digest = MessageDigest.getInstance("SHA-256")
                .digest("https://example.org/é\n2026-03-01T12:00:00.500000Z".getBytes(StandardCharsets.UTF_8));

        assertThat(core.session().text("select core.snapshot_id('https://example.org/é', '2026-03-01 12:00:00.5+00')"))
                .isEqualTo(HexFormat.of().formatHex(digest));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTC", "America/New_York", "Pacific/Chatham"})
    void the_name_does_not_depend_on_the_session(String zone) throws SQLException {
        Session session = core.session();
        String name = session.text("select core.snapshot_id(" + URL + ", " + TIME + ")");
        session.run("set timezone = '" + zone + "'");
        session.run("set intervalstyle = 'iso_8601'");

        assertThat(session.text("select core.snapshot_id(" + URL + ", " + TIME + ")"))
                .isEqualTo(name);
        assertThat(session.run(INSERT.formatted(URL, TIME, "'text/html'", "0"))).isEqualTo(1);
    }

    @Test
    void the_naive_name_from_the_time_as_text_depends_on_the_session() throws SQLException {
        Session session = core.session();
        String naive = "select encode(sha256((" + URL + " || " + TIME + "::text)::bytea), 'hex')";
        session.run("set timezone = 'UTC'");
        String name = session.text(naive);
        session.run("set timezone = 'Pacific/Chatham'");

        assertThat(session.text(naive)).isNotEqualTo(name);
    }

    @Test
    void another_name_is_refused() throws SQLException {
        Session session = core.session();

        assertThat(session.refused(INSERT.formatted(URL, TIME, "'text/html'", "1")
                                .replaceFirst("core.snapshot_id[(].*?[)]", "'" + Given.HASH + "'"))
                        .rule())
                .isEqualTo("23514 snapshots_id_is_content");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update core.snapshots set url = 'https://example.org/b'",
                "update core.snapshots set fetched_at = fetched_at + interval '1 microsecond'",
                "update core.snapshots set content_digest = 'sha256:' || repeat('a', 64)",
                "update core.snapshots set metadata = '{\"status\": 200}'",
                "truncate core.snapshots, core.event_snapshots"
            })
    void evidence_does_not_change(String statement) throws SQLException {
        Session session = core.session();
        Given.snapshot(session, "https://example.org/a");

        assertThat(session.refused(statement).sqlState()).isEqualTo("23001");
    }

    @Test
    void the_same_page_of_the_same_instant_is_there_once() throws SQLException {
        Session session = core.session();
        session.run(INSERT.formatted(URL, TIME, "'text/html'", "1"));

        assertThat(session.refused(INSERT.formatted(URL, TIME, "'text/html'", "1"))
                        .rule())
                .isEqualTo("23505 snapshots_pkey");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "url_of_the_web         | 'ftp://example.org' | now()      | 'text/html' | 1",
                "url_of_the_web         | 'https://a b'       | now()      | 'text/html' | 1",
                "url_of_the_web         | 'https://user:secret@a.org/' | now() | 'text/html' | 1",
                "url_of_the_web         | 'https://user@a.org' | now()     | 'text/html' | 1",
                "url_of_the_web         | 'https://a.org\\@b.org/' | now()  | 'text/html' | 1",
                "url_of_the_web         | 'https://?q'        | now()      | 'text/html' | 1",
                "content_type_has_form  | 'https://a.org'     | now()      | 'html'      | 1",
                "byte_size_not_negative | 'https://a.org'     | now()      | 'text/html' | -1",
            })
    void a_snapshot_against_a_rule_is_refused_by_that_rule(
            String rule, String url, String time, String type, String size) throws SQLException {
        assertThat(core.session()
                        .refused(INSERT.formatted(url, time, type, size))
                        .rule())
                .isEqualTo("23514 snapshots_" + rule);
    }

    @ParameterizedTest
    @ValueSource(strings = {"infinity", "-infinity"})
    void a_time_that_is_no_instant_is_refused(String time) throws SQLException {
        assertThat(core.session()
                        .refused(INSERT.formatted(URL, "timestamptz '" + time + "'", "'text/html'", "1"))
                        .rule())
                .isEqualTo("23514 instant_is_finite");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "23514 content_digest_has_form | D                | D",
                "23514 content_digest_has_form | md5:D            | D",
                "23514 content_digest_has_form | sha1:D           | D",
                "23514 content_digest_has_form | sha512:D         | D",
                "23514 content_digest_has_form | sha256:DD        | D",
                "23514 content_digest_has_form | SHA256:D         | D",
                "23514 snapshots_content_digest_of_something | sha256:E | E",
                "23514 snapshots_object_store_path_names_content | sha256:D | pages/today",
                "23514 snapshots_object_store_path_has_form | sha256:D | /D",
                "23514 snapshots_object_store_path_has_form | sha256:D | ../D",
                "23514 snapshots_object_store_path_has_form | sha256:D | a/../D",
                "23514 snapshots_object_store_path_has_form | sha256:D | s3://bucket/D",
                "23514 snapshots_object_store_path_has_form | sha256:D | a//D",
                "23514 snapshots_object_store_path_has_form | sha256:D | D/",
                "23514 snapshots_object_store_path_has_form | sha256:D | D/DDDDDDDDDDDDDDDD",
                "accepted | sha256:D  | pages/2026/D.html",
                "accepted | sha384:DH | pages/DH",
                "accepted | sha512:DD | DD",
            })
    void a_digest_is_strong_complete_and_in_the_path(String rule, String digest, String path) throws SQLException {
        Session session = core.session();
        String empty = session.text("select encode(sha256(''), 'hex')");
        String add = "select core.add_snapshot('https://a.org/', '2026-03-01', 'text/html', 7, '%s', '%s')"
                .formatted(
                        digest.replace("H", Given.HASH.substring(32))
                                .replace("D", Given.HASH)
                                .replace("E", empty),
                        path.replace("H", Given.HASH.substring(32))
                                .replace("D", Given.HASH)
                                .replace("E", empty))
                .replace("S" + Given.HASH.substring(32) + "A256", "SHA256");

        if (rule.equals("accepted")) {
            assertThat(session.text(add)).hasSize(64);
        } else {
            assertThat(session.refused(add).rule()).isEqualTo(rule);
        }
    }

    @Test
    void the_digest_of_nothing_is_that_of_an_empty_answer() throws SQLException {
        assertThat(core.session()
                        .text("select core.add_snapshot('https://a.org/', now(), 'text/html', 0,"
                                + " 'sha256:' || encode(sha256(''), 'hex'), encode(sha256(''), 'hex'))"))
                .hasSize(64);
    }

    @Test
    void a_snapshot_is_kept_once_and_its_content_is_not_exchanged() throws SQLException {
        Session session = core.session();
        String add = "select core.add_snapshot('https://a.org/', '2026-03-01', 'text/html', 7, 'sha256:%1$s', '%1$s')";
        String id = session.text(add.formatted(Given.HASH));

        assertThat(session.text(add.formatted(Given.HASH))).isEqualTo(id);
        assertThat(session.refused(add.formatted("a".repeat(64))).rule()).isEqualTo("23505 snapshots_pkey");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "now() + interval '1 day'        | 23514 snapshots_not_of_the_future",
                "timestamptz '1989-12-31'        | 23514 snapshots_fetched_at_since_the_web",
                "timestamptz '2026-03-01 BC'     | 23514 snapshots_fetched_at_since_the_web"
            })
    void a_page_of_the_future_or_of_before_the_web_is_refused(String time, String rule) throws SQLException {
        assertThat(core.session()
                        .refused(INSERT.formatted(URL, time, "'text/html'", "1"))
                        .rule())
                .isEqualTo(rule);
    }

    @Test
    void metadata_are_an_object() throws SQLException {
        Session session = core.session();
        String add = "select core.add_snapshot('https://a.org/', '2026-03-01', 'text/html', 7, 'sha256:" + Given.HASH
                + "', '" + Given.HASH + "', '%s')";

        assertThat(session.refused(add.formatted("[]")).rule()).isEqualTo("23514 snapshots_metadata_is_object");
        assertThat(session.text(add.formatted("{\"status\": 200}"))).hasSize(64);
    }

    /** The trap is now(): it stays behind the clock by as long as the transaction lasts. */
    @Test
    void what_has_just_been_fetched_is_not_of_the_future_in_a_transaction_that_began_a_while_ago() throws SQLException {
        Session session = core.session();
        session.begin();
        session.text("select now()");

        assertThat(session.text(
                        "select core.add_snapshot('https://a.org/', clock_timestamp() + interval '5 minutes',"
                                + " 'text/html', 7, ?, ?)",
                        "sha256:" + Given.HASH,
                        Given.HASH))
                .hasSize(64);
        session.abort();
    }
}
