package dev.lockkeeper.schemas.weekplanner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Reference;
import dev.lockkeeper.schemas.Refusal;
import dev.lockkeeper.schemas.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("WP-07")
final class AuditLogTest {
    @RegisterExtension
    final Migrated wp = Migrated.of("week-planner");

    private Planner ann;
    private Session session;

    @BeforeEach
    void write_rows() throws SQLException {
        ann = Planner.in(wp.session());
        session = wp.session();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "actor | 'user' | -",
                "actor | 'system' | -",
                "actor | 'ai' | -",
                "actor | 'root' | 23514 audit_log_actor_known",
                "action | ' ' | 23514 not_blank_shows_something",
                "action, reason, target_table, target_id | 'emergency_unlock', 'Flu', 'weekly_plan', gen_random_uuid()"
                        + " | 23514 audit_log_unlock_is_marked",
                "unlock_transaction | '3' | 23514 audit_log_unlock_is_marked",
                "action | 'locked_quota_change' | 23514 audit_log_unlock_is_marked",
                "action | 'note_2' | -",
                "action | 'I have pneumonia' | 23514 audit_log_action_is_a_name",
                "action | repeat('a', 64) | 23514 audit_log_action_is_a_name",
                "target_table, target_id | 'goal', gen_random_uuid() | -",
                "target_table, target_id | 'My doctor', gen_random_uuid() | 23514 audit_log_target_table_is_a_name",
                "target_table | 'goal' | 23514 audit_log_target_complete",
                "target_id | gen_random_uuid() | 23514 audit_log_target_complete",
                "reason | 'because' | -",
                "reason | '' | 23514 not_blank_shows_something",
                "before, after | '{\"a\": 1}', '{}' | -",
                "before | '[]' | 23514 audit_log_before_is_object",
                "after | '[1]' | 23514 audit_log_after_is_object",
                "after | 'null' | 23514 audit_log_after_is_object",
                "source_address | '192.0.2.7' | -",
                "source_address | '2001:db8::7' | -",
                "source_address | '192.0.2.0/24' | 23514 audit_log_source_address_is_host",
                "source_address | '2001:db8::/32' | 23514 audit_log_source_address_is_host",
                "action, unlock_transaction, target_table, target_id | 'emergency_unlock', '3', 'weekly_plan',"
                        + " gen_random_uuid() | 23514 audit_log_unlock_has_reason",
                "action, unlock_transaction, reason | 'emergency_unlock', '3', 'Flu'"
                        + " | 23514 audit_log_unlock_has_reason",
            })
    void an_entry_says_who_did_what_to_which_row(String columns, String values, String refusal) throws SQLException {
        String rest = (columns.startsWith("actor") ? "" : ", actor") + (columns.startsWith("action") ? "" : ", action");
        String given =
                (columns.startsWith("actor") ? "" : ", 'system'") + (columns.startsWith("action") ? "" : ", 'note'");
        String insert = "insert into public.audit_log (" + columns + ", user_id" + rest + ") values (" + values + ", '"
                + ann.user() + "'" + given + ")";
        if (refusal == null) {
            assertThat(session.run(insert)).isEqualTo(1);
        } else {
            assertThat(session.refused(insert).rule()).isEqualTo(refusal);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update public.audit_log set action = 'x'",
                "update public.audit_log set action = 'x' where false",
                "delete from public.audit_log",
                "truncate public.audit_log",
                "merge into public.audit_log as l using (values (1)) as v (x) on true when matched then delete"
            })
    void nothing_is_changed_or_deleted_not_even_by_a_superuser_without_ordinary_triggers(String statement)
            throws SQLException {
        assertThat(session.refused(statement).rule()).isEqualTo("23001 audit_log_append_only");
        assertThat(session.refused(statement).message()).contains("audit_log is refused: it is append-only");
        session.run("set session_replication_role = replica");
        assertThat(session.refused(statement).rule()).isEqualTo("23001 audit_log_append_only");
    }

    @ParameterizedTest
    @ValueSource(strings = {"authenticated", "service_role", "anon"})
    void no_role_of_the_api_changes_or_deletes_an_entry(String role) throws SQLException {
        Planner.request(session, role, Planner.claims(ann.user()));

        assertThat(session.refused("update public.audit_log set action = 'x'").sqlState())
                .isEqualTo("42501");
        assertThat(session.refused("delete from public.audit_log").sqlState()).isEqualTo("42501");
    }

    @Test
    void only_its_subject_reads_an_entry() throws SQLException {
        Planner bob = Planner.in(wp.session());

        assertThat(ann.asks(wp.session()).lines("select user_id from public.audit_log"))
                .containsExactly(ann.user().toString());
        assertThat(bob.asks(wp.session()).lines("select user_id from public.audit_log"))
                .containsExactly(bob.user().toString());
    }

    @Test
    void an_account_writes_in_its_own_name_alone() throws SQLException {
        Planner bob = Planner.in(wp.session());
        String insert = "insert into public.audit_log (user_id, actor, action) values (?, ?, 'note')";
        ann.asks(session);

        assertThat(session.run(insert, ann.user(), "user")).isEqualTo(1);
        assertThat(session.refused(insert, ann.user(), "system").rule()).isEqualTo("42501");
        assertThat(session.refused(insert, ann.user(), "ai").rule()).isEqualTo("42501");
        assertThat(session.refused(insert, bob.user(), "user").rule()).isEqualTo("42501");
    }

    @Test
    void nobody_dates_an_entry_back() throws SQLException {
        Planner.request(session, "service_role", "{}");

        assertThat(session.refused("insert into public.audit_log (user_id, actor, action, occurred_at)"
                                + " values (gen_random_uuid(), 'system', 'note', '2020-01-01Z')")
                        .rule())
                .isEqualTo("42501");
    }

    @Test
    void what_an_account_does_not_say_is_set_for_it() throws SQLException {
        ann.asks(session);
        session.run(
                "select set_config('request.headers', ?, false)",
                "{\"x-forwarded-for\": \"1.1.1.1, 192.0.2.7\"," + " \"user-agent\": \"" + "x".repeat(500) + "\"}");
        for (String column : List.of(
                "source_address",
                "user_agent",
                "actor_user_id",
                "occurred_at",
                "unlock_transaction",
                "words_removed_at")) {
            assertThat(session.refused(
                                    "insert into public.audit_log (user_id, actor, action, " + column
                                            + ") values (?, 'user', 'note', null)",
                                    ann.user())
                            .rule())
                    .as(column)
                    .isEqualTo("42501");
        }
        session.run("insert into public.audit_log (user_id, actor, action) values (?, 'user', 'note')", ann.user());

        assertThat(session.text("select actor_user_id || ' ' || host(source_address) || ' ' || length(user_agent)"
                        + " from public.audit_log where actor = 'user'"))
                .isEqualTo(ann.user() + " 192.0.2.7 400");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"x-forwarded-for\": \"\"}", "[]", "no headers"})
    void headers_that_say_nothing_hinder_nobody(String headers) throws SQLException {
        ann.asks(session);
        session.run("select set_config('request.headers', ?, false)", headers);

        assertThat(session.run(
                        "insert into public.audit_log (user_id, actor, action) values (?, 'user', 'note')", ann.user()))
                .isEqualTo(1);
        assertThat(session.text(
                        "select source_address = inet_client_addr() from public.audit_log where actor = 'user'"))
                .isEqualTo("t");
    }

    @ParameterizedTest
    @CsvSource({
        "1.1.1.1; 192.0.2.7:5555, 192.0.2.7/32",
        "2001:db8::7, 2001:db8::7/128",
        "[2001:db8::7], 2001:db8::7/128",
        "[2001:db8::7]:443, 2001:db8::7/128",
        "10.0.0.0/8, null",
        "unknown, null",
        "_hidden, null",
        "999.1.1.1, null",
        "fe80::1%eth0, null"
    })
    void an_address_is_that_of_one_host_without_its_port(String forwarded, String address) throws SQLException {
        ann.asks(session);
        session.run(
                "select set_config('request.headers', ?, false)",
                "{\"x-forwarded-for\": \"" + forwarded.replace(';', ',') + "\"}");
        session.run("insert into public.audit_log (user_id, actor, action) values (?, 'user', 'note')", ann.user());

        assertThat(session.text("select text(source_address) from public.audit_log where actor = 'user'"))
                .isEqualTo(address);
    }

    @Test
    void whoever_asks_about_another_account_does_not_learn_whether_it_is_there() throws SQLException {
        Planner bob = Planner.in(wp.session());
        ann.asks(session);
        String entry = "insert into public.audit_log (user_id, actor, action) values (?, 'user', 'note')";

        Refusal known = session.refused(entry, bob.user());
        Refusal unknown = session.refused(entry, UUID.randomUUID());

        assertThat(known.rule()).isEqualTo("42501");
        assertThat(unknown.rule()).isEqualTo(known.rule());
        assertThat(unknown.message()).isEqualTo(known.message());
    }

    @Test
    void words_are_not_removed_under_a_snapshot_that_misses_what_is_being_written() throws SQLException {
        session.run("set default_transaction_isolation = 'repeatable read'");

        assertThat(session.refused("select public.remove_words(?, 'Asked')", ann.user())
                        .sqlState())
                .isEqualTo("55000");
        assertThat(session.refused("delete from auth.users where id = ?", ann.user())
                        .sqlState())
                .isEqualTo("55000");
    }

    @Test
    void an_entry_that_is_being_written_loses_its_words_with_the_account_that_goes_meanwhile() throws Exception {
        Session writer = wp.session();
        writer.begin();
        writer.run(
                "insert into public.audit_log (user_id, actor, action, reason) values (?, 'user', 'note', 'Flu')",
                ann.user());

        Future<Integer> deleted = wp.blocked(session, s -> s.run("delete from auth.users where id = ?", ann.user()));
        writer.commit();

        assertThat(deleted.get()).isEqualTo(1);
        assertThat(wp.session()
                        .lines("select concat(action, reason, words_removed_at is not null)"
                                + " from public.audit_log order by 1"))
                .containsExactly("notet", "welcomet");
        assertThat(wp.session().lines("select user_id || ' ' || entries || ' ' || reason from planner.audit_removal"))
                .containsExactly(ann.user() + " 2 The account is gone.");
    }

    @Test
    void words_that_are_being_written_are_waited_for_and_go_with_the_others() throws Exception {
        Session writer = wp.session();
        writer.begin();
        writer.run(
                "insert into public.audit_log (user_id, actor, action, reason) values (?, 'user', 'note', 'Flu')",
                ann.user());

        Future<Long> removed = wp.blocked(
                Planner.request(session, "service_role", "{}"),
                s -> s.number("select public.remove_words(?, 'Asked for')", ann.user()));
        writer.commit();

        assertThat(removed.get()).isEqualTo(2);
        assertThat(wp.session().lines("select reason from public.audit_log")).containsExactly("null", "null");
    }

    @Test
    void an_entry_about_an_account_that_is_going_waits_and_is_refused() throws Exception {
        Session writer = wp.session();
        session.begin();
        session.run("delete from auth.users where id = ?", ann.user());

        Future<Refusal> refusal = wp.blocked(
                writer,
                s -> s.refused(
                        "insert into public.audit_log (user_id, actor, action, reason)"
                                + " values (?, 'user', 'note', 'Flu')",
                        ann.user()));
        session.commit();

        assertThat(refusal.get().rule()).isEqualTo("23503 audit_subject_user_id_fkey");
    }

    @Test
    void two_who_retire_entries_at_once_do_not_take_the_same_ones() throws Exception {
        session.run(
                "insert into public.audit_log (user_id, actor, action, occurred_at)"
                        + " select ?, 'system', 'note', '2020-01-01Z' from generate_series(1, 100)",
                ann.user());

        List<Long> retired = wp.crowd(
                2, rival -> rival.number("select count(*) from planner.retire_entries('2021-01-01Z', 'Old', 60)"));

        assertThat(retired.stream().mapToLong(Long::longValue).sum()).isBetween(60L, 100L);
        session.run("select count(*) from planner.retire_entries('2021-01-01Z', 'Old')");
        assertThat(session.text("select sum(entries) from planner.audit_removal"))
                .isEqualTo("100");
        assertThat(session.number("select count(*) from public.audit_log")).isEqualTo(1);
    }

    @Test
    void entries_that_belong_together_are_found_by_an_index() throws SQLException {
        List<String> correlation = session.lines("select indexrelid::regclass from pg_index"
                + " where indrelid = 'public.audit_log'::regclass and indisvalid and pg_get_indexdef(indexrelid)"
                + " like '%(correlation_id)'");

        assertThat(correlation).containsExactly("audit_log_correlation_idx");
        assertThat(UUID.fromString(session.text("select correlation_id from public.audit_log")))
                .isNotNull();
    }

    @Test
    void the_words_of_the_very_first_entry_are_waited_for_too() throws Exception {
        UUID bob = UUID.randomUUID();
        session.run("insert into auth.users (id) values (?)", bob);
        Session writer = wp.session();
        writer.begin();
        writer.run(
                "insert into public.audit_log (user_id, actor, action, reason) values (?, 'user', 'note', 'Flu')", bob);

        Future<Long> removed = wp.blocked(
                Planner.request(session, "service_role", "{}"),
                s -> s.number("select public.remove_words(?, 'Asked for')", bob));
        writer.commit();

        assertThat(removed.get()).isEqualTo(1);
    }

    private static final String REMOVAL =
            "insert into planner.audit_removal (kind, user_id, reason, actor, occurred_at, transaction_id, entries)"
                    + " values ('words', gen_random_uuid(), ?, 'somebody else', '2020-01-01Z', '3', 7)";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "entries = 0",
                "entries = 5, reason = 'rewritten'",
                "user_id = gen_random_uuid()",
                "actor = 'x'",
                "occurred_at = '2020-01-01Z'"
            })
    void an_open_removal_is_no_licence_to_rewrite_the_evidence(String change) throws SQLException {
        String update = "update planner.audit_removal set " + change + " where reason = ?";
        session.number("select public.remove_words(?, 'First')", ann.user());
        session.begin();
        session.run(REMOVAL, "Second");
        session.run("savepoint one");

        assertThat(session.refused(update, "First").rule()).isEqualTo("23001 audit_removal_append_only");
        session.run("rollback to savepoint one");
        if (change.equals("entries = 0")) {
            assertThat(session.run(update, "Second")).isEqualTo(1);
        }
        assertThat(session.refused(update, "Second").rule()).as("once").isEqualTo("23001 audit_removal_append_only");
        session.abort();
    }

    @Test
    void a_removal_says_itself_who_asked_for_it_and_when() throws SQLException {
        session.begin();
        session.run(REMOVAL, "Asked for");

        assertThat(session.text("select actor = session_user and occurred_at = now() and entries is null"
                        + " and transaction_id = pg_current_xact_id() from planner.audit_removal"))
                .isEqualTo("t");
        session.abort();
    }

    @ParameterizedTest
    @CsvSource({
        "now() - interval '366 days', true",
        "now() - interval '364 days', false",
        "now(), false",
        "timestamptz 'infinity', false",
        "timestamptz '-infinity', false"
    })
    void a_year_is_kept_whoever_writes_the_removal(String olderThan, boolean accepted) throws SQLException {
        String insert = "insert into planner.audit_removal (kind, older_than, reason, actor) values ('entries', "
                + olderThan + ", 'Old', 'x')";
        if (accepted) {
            assertThat(session.run(insert)).isEqualTo(1);
        } else {
            assertThat(session.refused(insert).rule()).isEqualTo("23514 audit_removal_keeps_a_year");
        }
    }

    @Test
    void entries_stay_where_the_archive_was_not_written() throws SQLException, IOException {
        session.run(
                "insert into public.audit_log (user_id, actor, action, occurred_at)"
                        + " values (?, 'system', 'note', '2020-01-01Z')",
                ann.user());
        session.begin();
        assertThat(session.number("select count(*) from planner.retire_entries('2021-01-01Z', 'Old')"))
                .isEqualTo(1);
        session.abort();

        assertThat(session.number("select count(*) from public.audit_log")).isEqualTo(2);
        assertThat(Files.readAllLines(Reference.folder("week-planner").resolve("README.md")))
                .as("in one transaction with the file")
                .anyMatch(line -> line.startsWith("psql -X -1 ") && line.contains("planner.retire_entries("));
    }

    @Test
    void the_alarm_for_old_entries_rings_for_the_service_alone() throws SQLException {
        String alarm = "select min(occurred_at) < now() - interval '26 months' from public.audit_log";
        session.run(
                "insert into public.audit_log (user_id, actor, action, occurred_at)"
                        + " values (?, 'system', 'note', '2020-01-01Z')",
                ann.user());

        assertThat(Planner.request(session, "authenticated", "{}").text(alarm)).isEqualTo("null");
        assertThat(Planner.request(session, "service_role", "{}").text(alarm)).isEqualTo("t");
    }
}
