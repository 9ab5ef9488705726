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
    private static final String INSERT = "insert into core.snapshots (id, url, fetched_at, content_type, byte_size)"
            + " values (core.snapshot_id(%1$s, %2$s), %1$s, %2$s, %3$s, %4$s)";
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

        assertThat(session.refused("insert into core.snapshots (id, url, fetched_at, content_type, byte_size) values ('"
                                + Given.HASH + "', " + URL + ", " + TIME + ", 'text/html', 1)")
                        .rule())
                .isEqualTo("23514 snapshots_id_is_content");
        Given.snapshot(session, "https://example.org/a");
        assertThat(session.refused("update core.snapshots set url = 'https://example.org/b'")
                        .rule())
                .isEqualTo("23514 snapshots_id_is_content");
        assertThat(session.refused("update core.snapshots set fetched_at = fetched_at + interval '1 microsecond'")
                        .rule())
                .isEqualTo("23514 snapshots_id_is_content");
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
                        .refused("insert into core.snapshots (id, url, fetched_at, content_type, byte_size) values ('"
                                + Given.HASH + "', " + URL + ", '" + time + "', 'text/html', 1)")
                        .rule())
                .isEqualTo("23514 snapshots_fetched_at_finite");
    }

    @Test
    void metadata_are_an_object() throws SQLException {
        Session session = core.session();
        Given.snapshot(session, "https://example.org/a");

        assertThat(session.run("update core.snapshots set metadata = '{\"status\": 200}'"))
                .isEqualTo(1);
        assertThat(session.refused("update core.snapshots set metadata = '[]'").rule())
                .isEqualTo("23514 snapshots_metadata_is_object");
    }
}
