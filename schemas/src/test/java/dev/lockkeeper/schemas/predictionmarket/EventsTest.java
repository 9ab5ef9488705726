package dev.lockkeeper.schemas.predictionmarket;

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

@Tag("PM-07")
final class EventsTest {
    private static final String INSERT =
            "insert into core.events (market_id, title, occurred_at, confidence, snapshot_ids) values (?::uuid, %s)";

    @RegisterExtension
    final Migrated core = Given.core();

    @Test
    void an_event_rests_on_snapshots_that_exist() throws SQLException {
        Session session = core.session();
        String a = Given.snapshot(session, "https://example.org/a");
        String b = Given.snapshot(session, "https://example.org/b");
        String event = Given.event(session, Given.market(session, "m"), a, b);

        assertThat(session.lines("select snapshot_id from core.event_snapshots where event_id = ?::uuid", event))
                .containsExactlyInAnyOrder(a, b);
        session.run("update core.events set snapshot_ids = array[?]", b);
        assertThat(session.lines("select snapshot_id from core.event_snapshots"))
                .containsExactly(b);
        session.run("delete from core.events");
        assertThat(session.lines("select snapshot_id from core.event_snapshots"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"'{}'", "'{NULL}'", "array['x', null]", "array['x', 'x']", "array[['x'], ['y']]"})
    void an_empty_list_a_null_a_duplicate_and_a_table_of_ids_are_refused(String ids) throws SQLException {
        Session session = core.session();

        assertThat(session.refused(INSERT.formatted("'t', now(), 0.5, " + ids), Given.market(session, "m"))
                        .rule())
                .isEqualTo("23514 events_snapshot_ids_are_a_set");
    }

    @Test
    void a_naive_length_check_takes_the_empty_list() throws SQLException {
        Session session = core.session();
        session.run("create table public.naive (ids text[] not null check (array_length(ids, 1) > 0))");

        assertThat(session.run("insert into public.naive values ('{}')")).isEqualTo(1);
    }

    @Test
    void a_snapshot_that_does_not_exist_is_refused_and_named() throws SQLException {
        Session session = core.session();
        String market = Given.market(session, "m");
        Refusal refusal = session.refused(INSERT.formatted("'t', now(), 0.5, array[repeat('f', 64)]"), market);

        assertThat(refusal.rule()).isEqualTo("23503 event_snapshots_snapshot_id_fkey");
        assertThat(session.number("select count(*) from core.events")).isZero();
    }

    @Test
    void a_snapshot_in_use_is_not_deleted() throws SQLException {
        Session session = core.session();
        Given.event(session, Given.market(session, "m"), Given.snapshot(session, "https://example.org/a"));

        assertThat(session.refused("delete from core.snapshots").rule())
                .isEqualTo("23503 event_snapshots_snapshot_id_fkey");
    }

    @Test
    void a_new_event_and_the_deletion_of_its_snapshot_do_not_both_succeed() throws Exception {
        Session session = core.session();
        String market = Given.market(session, "m");
        String snapshot = Given.snapshot(session, "https://example.org/a");
        Session writer = core.session();
        writer.begin();
        Given.event(writer, market, snapshot);
        Future<Refusal> deletion =
                core.blocked(core.session(), deleter -> deleter.refused("delete from core.snapshots"));
        writer.commit();

        assertThat(deletion.get().rule()).isEqualTo("23503 event_snapshots_snapshot_id_fkey");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "insert into core.event_snapshots select id, (select min(id) from core.snapshots where id <> all (snapshot_ids)) from core.events",
                "delete from core.event_snapshots",
                "update core.event_snapshots set snapshot_id = snapshot_id",
                "truncate core.event_snapshots"
            })
    void the_rows_behind_the_list_are_not_changed_by_themselves(String statement) throws SQLException {
        Session session = core.session();
        Given.snapshot(session, "https://example.org/other");
        Given.event(session, Given.market(session, "m"), Given.snapshot(session, "https://example.org/a"));

        assertThat(session.refused(statement).rule()).isEqualTo("23001 event_snapshots_follows_events");
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 1", "0.123, 1", "0.9996, 1", "-0.001, 0", "1.001, 0", "1.0004, 0", "-0.0004, 0", "'NaN', 0"
    })
    void a_confidence_is_a_probability(String confidence, int accepted) throws SQLException {
        Session session = core.session();
        String snapshot = Given.snapshot(session, "https://example.org/a");
        String value = confidence.equals("NaN") ? "'NaN'" : confidence;
        String sql = INSERT.formatted("'t', now(), " + value + ", array['" + snapshot + "']");
        String market = Given.market(session, "m");

        if (accepted == 1) {
            assertThat(session.run(sql, market)).isEqualTo(1);
            assertThat(session.text("select confidence from core.events")).isEqualTo(confidence);
        } else {
            assertThat(session.refused(sql, market).rule()).isEqualTo("23514 events_confidence_between_0_and_1");
        }
        assertThat(session.refused(sql.replace(value + ", array", "0.1234567, array"), market)
                        .rule())
                .isEqualTo("23514 events_confidence_has_6_digits_at_most");
    }

    @Test
    void an_event_with_a_key_is_kept_once_by_many_at_once_and_another_needs_another_key() throws Exception {
        Session session = core.session();
        String market = Given.market(session, "m");
        String a = Given.snapshot(session, "https://example.org/a");
        String b = Given.snapshot(session, "https://example.org/b");
        String add = "select core.add_event('" + market + "', 'It rained', '2026-03-01', 0.5, array['" + a + "', '" + b
                + "'], '{}', 'job-1')";

        assertThat(core.crowd(8, s -> s.text(add))).containsOnly(session.text(add));
        assertThat(session.text(add.replace("'" + a + "', '" + b + "'", "'" + b + "', '" + a + "'")))
                .as("a list of snapshots is a set")
                .isEqualTo(session.text(add));
        for (String other : new String[] {
            add.replace("rained", "snowed"),
            add.replace("0.5", "0.6"),
            add.replace("-03-01", "-03-02"),
            add.replace(", '" + b + "'", ""),
            add.replace("'{}'", "'{\"a\": 1}'")
        }) {
            assertThat(session.refused(other).rule()).isEqualTo("23505 events_idempotency_key");
        }
        assertThat(session.refused(add.replace("job-1", "job of Ada")).rule()).isEqualTo("23514 subject_key_has_form");
        assertThat(session.text(add.replace("job-1", "job-2"))).isNotEqualTo(session.text(add));
        assertThat(session.text(add.replace(market, Given.market(session, "other"))))
                .isNotEqualTo(session.text(add));
        assertThat(session.number("select count(*) from core.events")).isEqualTo(3);
    }

    @Test
    void an_event_belongs_to_a_market_and_says_what_happened() throws SQLException {
        Session session = core.session();
        String values = "'%s', now(), 0.5, array['" + Given.snapshot(session, "https://example.org/a") + "']";

        assertThat(session.refused(INSERT.formatted(values.formatted(" ")), Given.market(session, "m"))
                        .rule())
                .isEqualTo("23514 words_not_blank");
        assertThat(session.refused(INSERT.formatted(values.formatted("t")), "00000000-0000-4000-8000-000000000000")
                        .rule())
                .isEqualTo("23503 events_market_id_fkey");
        Given.event(session, Given.market(session, "n"), session.text("select id from core.snapshots"));
        assertThat(session.refused("update core.events set metadata = '\"x\"'").rule())
                .isEqualTo("23514 events_metadata_is_object");
    }

    @Test
    void a_row_behind_the_list_is_not_slipped_in_while_the_list_changes() throws Exception {
        Session session = core.session();
        String a = Given.snapshot(session, "https://example.org/a");
        String b = Given.snapshot(session, "https://example.org/b");
        String event = Given.event(session, Given.market(session, "m"), a);
        Session writer = core.session();
        writer.begin();
        writer.run("update core.events set snapshot_ids = array[?]", b);
        Future<Refusal> stray = core.blocked(
                core.session(), s -> s.refused("insert into core.event_snapshots values (?::uuid, ?)", event, a));
        writer.commit();

        assertThat(stray.get().rule()).isEqualTo("23001 event_snapshots_follows_events");
        assertThat(session.lines("select snapshot_id from core.event_snapshots"))
                .containsExactly(b);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'infinity'               | 23514 instant_is_finite",
                "'-infinity'              | 23514 instant_is_finite",
                "now() + interval '1 day' | 23514 events_not_of_the_future"
            })
    void an_event_has_happened_at_an_instant(String time, String rule) throws SQLException {
        Session session = core.session();
        String market = Given.market(session, "m");
        String snapshot = Given.snapshot(session, "https://example.org/a");

        assertThat(session.refused("select core.add_event(?::uuid, 'E', " + time + ", 0.5, array[?])", market, snapshot)
                        .rule())
                .isEqualTo(rule);
        Given.event(session, market, snapshot);
        assertThat(session.refused("update core.events set occurred_at = " + time)
                        .rule())
                .isEqualTo(rule);
    }
}
