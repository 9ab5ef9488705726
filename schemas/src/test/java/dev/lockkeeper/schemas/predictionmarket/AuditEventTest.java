package dev.lockkeeper.schemas.predictionmarket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Refusal;
import dev.lockkeeper.schemas.Session;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("PM-04")
final class AuditEventTest {
    private static final String INSERT = "insert into core.audit_event"
            + " (actor_type, actor_id, action, subject_type, subject_id, payload, signature) values (%s, %s)";

    @RegisterExtension
    final Migrated core = Given.core();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {"system | null", "agent | 'sig'"})
    void an_entry_within_the_rules_is_accepted(String actor, String signature) throws SQLException {
        assertThat(core.session()
                        .run(INSERT.formatted("'" + actor + "', 'a', 'approve', 'market', 'm', '{}'", signature)))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "audit_event_agent_signs       | 'agent', 'a', 'x', 's', 'i', '{}'  | null",
                "audit_event_signature_has_form | 'agent', 'a', 'x', 's', 'i', '{}' | ' '",
                "audit_event_signature_has_form | 'agent', 'a', 'x', 's', 'i', '{}' | 'sig '",
                "audit_event_signature_has_form | 'agent', 'a', 'x', 's', 'i', '{}' | repeat('s', 10001)",
                "audit_event_actor_type_known  | 'robot', 'a', 'x', 's', 'i', '{}'  | 'sig'",
                "words_not_blank               | 'system', ' ', 'x', 's', 'i', '{}' | null",
                "key_has_form                  | 'system', 'a', '', 's', 'i', '{}'  | null",
                "key_has_form                  | 'system', 'a', 'x', '', 'i', '{}'  | null",
                "key_has_form                  | 'system', 'a', 'x', 'Ada Lovelace', 'i', '{}' | null",
                "subject_key_has_form          | 'system', 'a', 'x', 's', e'\\t', '{}' | null",
                "subject_key_has_form          | 'system', 'a', 'x', 's', u&'\\00A0\\200B\\3000\\FEFF', '{}' | null",
                "subject_key_has_form          | 'system', 'a', 'x', 's', 'ada@example.org', '{}' | null",
                "subject_key_has_form          | 'system', 'a', 'x', 's', repeat('i', 201), '{}' | null",
                "key_has_form                  | 'system', 'a', 'note to Ada', 's', 'i', '{}' | null",
                "key_has_form                  | 'system', 'a', u&'move\\00A0', 's', 'i', '{}' | null",
                "audit_event_payload_is_object | 'system', 'a', 'x', 's', 'i', '[]' | null",
            })
    void an_entry_against_a_rule_is_refused_by_that_rule(String rule, String values, String signature)
            throws SQLException {
        assertThat(core.session().refused(INSERT.formatted(values, signature)).rule())
                .isEqualTo("23514 " + rule);
    }

    @Test
    void time_digest_and_login_are_those_of_the_database_whatever_the_writer_says() throws Exception {
        Session session = core.session();
        session.run("insert into core.audit_event (actor_type, actor_id, action, subject_type, subject_id, payload,"
                + " payload_hash, payload_forgotten, signature, recorded_by, occurred_at) values ('agent', 'a', 'propose',"
                + " 'market', 'm', '{\"risk\":   \"low\", \"a\": 1}', '" + Given.HASH
                + "', true, 'sig', 'somebody', 'infinity')");
        byte[] digest = MessageDigest.getInstance("SHA-256").digest("{\"a\": 1, \"risk\": \"low\"}".getBytes(UTF_8));

        assertThat(session.text("select payload_hash from core.audit_event"))
                .as("what another program computes")
                .isEqualTo(HexFormat.of().formatHex(digest));
        assertThat(session.text("select payload_forgotten or recorded_by <> session_user"
                        + " or occurred_at not between now() - interval '1 h' and now() from core.audit_event"))
                .isEqualTo("f");
    }

    @Test
    void the_actor_of_an_agent_is_its_login() throws SQLException {
        Session session = core.session();
        Given.agentEntry(session);

        assertThat(session.text("select actor_id = session_user and actor_type = 'agent' from core.audit_event"))
                .isEqualTo("t");
        assertThat(session.refused("select core.record_agent('propose', 'market', 'm', '{}', null)")
                        .rule())
                .isEqualTo("23514 audit_event_agent_signs");
    }

    @Test
    void that_a_human_acts_is_shown_by_an_open_session_and_not_said() throws SQLException {
        Session session = core.session();
        String said = INSERT.formatted("'human', 'the agent itself', 'approve', 'market', 'm', '{}'", "null");
        String shown =
                "insert into core.audit_event (actor_type, actor_id, session_id, action, subject_type, subject_id)"
                        + " select '%s', 'somebody else', id, 'note', 'market', 'm' from core.user_sessions";

        assertThat(session.refused(said).rule()).isEqualTo("28000 audit_event_human_is_logged_in");
        String user = Given.user(session, "viewer");
        String token = Given.login(session, user);
        assertThat(session.run(shown.formatted("human"))).isEqualTo(1);
        assertThat(session.lines("select actor_id from core.audit_event where action = 'note'"))
                .containsExactly(user);
        assertThat(session.refused(shown.formatted("system")).rule()).isEqualTo("23514 audit_event_human_has_session");
        session.run("select core.end_session(?)", token);
        assertThat(session.refused(shown.formatted("human")).rule()).isEqualTo("28000 audit_event_human_is_logged_in");
    }

    @Test
    void an_account_is_not_closed_while_it_is_acting() throws Exception {
        Session session = core.session();
        String user = Given.user(session, "admin");
        String token = Given.login(session, user);
        Session person = core.session();
        person.begin();
        person.text("select core.record_human(?, 'note', 'market', 'm')", token);
        Future<Integer> closing = core.blocked(
                core.session(), s -> s.run("update core.users set is_active = false where id = ?::uuid", user));
        person.commit();

        assertThat(closing.get()).isEqualTo(1);
        assertThat(session.refused("select core.record_human(?, 'note', 'market', 'm')", token)
                        .rule())
                .isEqualTo("28000 user_sessions_token_valid");
    }

    @Test
    void accounts_are_in_the_audit_without_their_addresses() throws SQLException {
        Session session = core.session();
        Given.user(session, "viewer");
        session.run("update core.users set role = 'admin'");
        session.run("update core.users set last_login_at = now()");

        assertThat(session.lines("select action || ' ' || coalesce(payload ->> 'role_before', '') || ' '"
                        + " || (payload ->> 'role') from core.audit_event order by action desc"))
                .containsExactly("create-account  viewer", "change-account viewer admin");
        assertThat(session.number("select count(*) from core.audit_event where payload::text ~ '@'"))
                .isZero();
    }

    @Test
    void a_payload_is_forgotten_and_the_rest_of_the_entry_stays() throws SQLException {
        Session session = core.session();
        String entry = Given.agentEntry(session);
        String hash = session.text("select payload_hash from core.audit_event");
        session.text("select core.forget_payload(?::uuid, 'request 7')", entry);

        assertThat(session.text("select payload || payload_hash from core.audit_event where id = ?::uuid", entry))
                .isEqualTo("{}" + hash);
        assertThat(session.text("select subject_id || (payload ->> 'reason') from core.audit_event"
                        + " where action = 'forget-payload'"))
                .isEqualTo(entry + "request 7");
        assertThat(session.refused("delete from core.audit_event").rule()).isEqualTo("23001 audit_event_append_only");
        assertThat(session.text("select tgenabled from pg_trigger where tgname = 'audit_event_append_only'"))
                .isEqualTo("A");
        assertThat(session.refused("select core.forget_payload(?::uuid, 'again')", entry)
                        .sqlState())
                .isEqualTo("P0002");
    }

    @Test
    void what_was_archived_goes_and_nothing_else_and_leaves_its_digest() throws Exception {
        Session session = core.session();
        Given.market(session, "m");
        Given.age(session);
        String kept = session.text("select human_approval_audit_id from core.markets");
        session.run("set timezone = 'Pacific/Chatham'");
        List<String> archive = session.lines("select core.audit_due('2019-12-31 00:00:00+00'::timestamptz)");
        session.run("set timezone = 'UTC'");
        byte[] file = archive.stream()
                .map(line -> line + "\n")
                .collect(Collectors.joining())
                .getBytes(UTF_8);
        String digest =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file));

        assertThat(archive).hasSize(2);
        assertThat(archive.get(0)).contains("create-account");
        assertThat(archive.get(1)).contains("publish");
        for (String arguments :
                List.of("1, '" + digest + "'", "2, repeat('0', 64)", "null, '" + digest + "'", "2, null", "0, null")) {
            assertThat(session.refused("select core.purge_audit('2019-12-31', " + arguments + ")")
                            .rule())
                    .as(arguments)
                    .isEqualTo("23001 audit_event_purged_as_archived");
        }
        assertThat(session.number("select core.purge_audit('2019-12-31', 2, ?)", digest))
                .isEqualTo(2);
        assertThat(session.text("select payload ->> 'sha256' || (payload ->> 'entries') from core.audit_event"
                        + " where action = 'purge'"))
                .isEqualTo(digest + "2");
        assertThat(session.lines("select id from core.audit_event where action <> 'purge'"))
                .containsExactly(kept);
        assertThat(session.refused("select core.withdraw_approval(?, ?::uuid, 'late')", Given.admin(session), kept)
                        .rule())
                .isEqualTo("23001 markets_approval_is_used");
        assertThat(session.refused("delete from core.audit_event").rule()).isEqualTo("23001 audit_event_append_only");
    }

    @Test
    void what_was_forgotten_after_it_was_archived_is_archived_again() throws SQLException {
        Session session = core.session();
        String entry = Given.agentEntry(session);
        Given.age(session);
        String purge = Given.purge(10);
        String digest = session.text(Given.DIGEST_DUE);
        session.text("select core.forget_payload(?::uuid, 'request 7')", entry);

        assertThat(session.refused("select core.purge_audit(now() - interval '7 years', 1, ?)", digest)
                        .rule())
                .isEqualTo("23001 audit_event_purged_as_archived");
        assertThat(session.number(purge)).isEqualTo(1);
    }

    @Test
    void what_came_true_is_neither_purged_nor_forgotten_without_the_outcome() throws SQLException {
        Session session = core.session();
        String token = Given.admin(session);
        String market = Given.market(session, "m");
        String entry = Given.resolve(session, token, market);
        Given.age(session);

        assertThat(session.number(Given.purge(10000))).isEqualTo(5);
        assertThat(session.lines("select action from core.audit_event where action <> 'purge' order by 1"))
                .containsExactly("approve", "move");
        assertThat(session.text(
                        "select outcome::jsonb ->> 'rain' from core.markets where resolution_audit_id = ?::uuid",
                        entry))
                .isEqualTo("true");
        assertThat(session.refused("select core.forget_payload(?::uuid, 'request 7')", entry)
                        .rule())
                .isEqualTo("23001 audit_event_resolution_stays");
    }

    @Test
    void a_purge_takes_the_oldest_by_index_up_to_a_limit_and_no_writer_waits_for_it() throws SQLException {
        Session session = core.session();
        session.run("insert into core.audit_event (actor_type, actor_id, action, subject_type, subject_id)"
                + " select 'system', 'a', 'note', 's', 'i' from generate_series(1, 5000)");
        Given.age(session);
        session.script("vacuum analyze core.audit_event");

        for (String arguments : List.of(
                "now() - interval '7 years', 1, 'x', null",
                "now() - interval '7 years', 1, 'x', 0",
                "now() - interval '7 years', 1, 'x', 10001",
                "now() - interval '360 days', 1, 'x'",
                "'infinity', 1, 'x'",
                "null, 1, 'x'")) {
            assertThat(session.refused("select core.purge_audit(" + arguments + ")")
                            .sqlState())
                    .as(arguments)
                    .isEqualTo("22023");
        }
        Session purger = core.session();
        purger.begin();
        assertThat(purger.number(Given.purge(10))).isEqualTo(10);
        assertThat(purger.number("select seq_tup_read from pg_stat_xact_all_tables"
                        + " where relid = 'core.audit_event'::regclass"))
                .as("a purge reads what it takes, however much is old")
                .isZero();
        session.run("set lock_timeout = 1");
        Given.agentEntry(session);
        purger.commit();
        assertThat(session.number("select count(*) from core.audit_event where action = 'note'"))
                .isEqualTo(4990);
    }

    @Test
    void two_purges_of_one_archive_purge_it_once() throws Exception {
        Session session = core.session();
        session.run("insert into core.audit_event (actor_type, actor_id, action, subject_type, subject_id)"
                + " select 'system', 'a', 'note', 's', 'i' from generate_series(1, 30)");
        Given.age(session);
        Session one = core.session();
        one.begin();
        assertThat(one.number(Given.purge(10))).isEqualTo(10);
        Future<Refusal> other = core.blocked(core.session(), s -> s.refused(Given.purge(10)));
        one.commit();

        assertThat(other.get().rule()).isEqualTo("23001 audit_event_purged_as_archived");
        assertThat(session.number("select count(*) from core.audit_event where action = 'note'"))
                .isEqualTo(20);
    }

    @Test
    void several_entries_are_forgotten_in_one_query_of_the_audit_or_none_and_no_writer_waits() throws SQLException {
        Session session = core.session();
        for (int i = 0; i < 5; i++) {
            Given.agentEntry(session);
        }
        Given.resolve(session, Given.admin(session), Given.market(session, "m"));
        String forget =
                "select count(*) from core.forget_payloads(array(select id from core.audit_event where %s), 'r')";

        assertThat(session.refused(forget.formatted("true")).sqlState()).isEqualTo("23001");
        assertThat(session.number("select count(*) from core.audit_event where payload_forgotten"))
                .isZero();
        Session one = core.session();
        one.begin();
        assertThat(one.number(forget.formatted("action = 'propose'"))).isEqualTo(5);
        session.run("set lock_timeout = 1");
        Given.agentEntry(session);
        one.commit();
        assertThat(session.lines("select payload || payload_hash from core.audit_event where action = 'propose'"
                        + " and payload_forgotten"))
                .containsOnly("{}" + session.text("select core.digest_of('{\"risk\": \"low\"}')"));
        assertThat(session.number("select count(*) from core.audit_event where action = 'forget-payload'"))
                .isEqualTo(5);
        for (String ids : List.of("'{}'", "null", "array[null::uuid]")) {
            assertThat(session.refused("select core.forget_payloads(" + ids + ", 'r')")
                            .sqlState())
                    .as(ids)
                    .isIn("22023", "P0002", "23502");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update core.audit_event set action = 'x'",
                "update core.audit_event set payload = '{\"a\": 1}', payload_forgotten = true",
                "update core.audit_event set payload_forgotten = false",
                "update core.audit_event set payload = '{}', payload_forgotten = true where not payload_forgotten",
                "delete from core.audit_event",
                "truncate core.audit_event, core.markets, core.events, core.event_snapshots"
            })
    void a_removal_that_is_open_rewrites_nothing_and_ends_with_its_transaction(String statement) throws SQLException {
        Session session = core.session();
        String entry = Given.agentEntry(session);
        Given.agentEntry(session);
        session.begin();
        session.text("select core.forget_payload(?::uuid, 'request 7')", entry);

        assertThat(session.refused(statement).rule()).isEqualTo("23001 audit_event_append_only");
        session.abort();
        session.text("select core.forget_payload(?::uuid, 'request 7')", entry);
        assertThat(session.refused("delete from core.audit_event").rule()).isEqualTo("23001 audit_event_append_only");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "''", "' '", "u&'\\00A0\\200B'"})
    void nothing_is_forgotten_without_a_reason(String reason) throws SQLException {
        Session session = core.session();
        String entry = Given.agentEntry(session);

        assertThat(session.refused("select core.forget_payload(?::uuid, " + reason + ")", entry)
                        .rule())
                .isEqualTo("23514 words_not_blank");
        assertThat(session.refused("select core.erase_user(?::uuid, " + reason + ")", Given.user(session, "viewer"))
                        .rule())
                .isEqualTo("23514 words_not_blank");
    }

    @Test
    void why_something_was_forgotten_is_not_forgotten() throws SQLException {
        Session session = core.session();
        String reason = session.text("select core.forget_payload(?::uuid, 'request 7')", Given.agentEntry(session));

        assertThat(session.refused("select core.forget_payload(?::uuid, 'again')", reason)
                        .rule())
                .isEqualTo("23001 audit_event_removal_stays");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "move",
                "purge",
                "forget-payload",
                "forget-snapshot",
                "forget-market",
                "erase-account",
                "create-account",
                "change-account",
                "withdraw-event",
                "withdraw-approval",
                "approve"
            })
    void what_the_database_does_is_not_recorded_by_a_word(String action) throws SQLException {
        Session session = core.session();
        String token = Given.admin(session);

        for (String call : List.of(
                "record_human('" + token + "', ?, 'market', 'm')",
                "record_agent(?, 'market', 'm', '{}', 'signed')",
                "record_system(?, 'market', 'm')")) {
            assertThat(session.refused("select core." + call, action).rule())
                    .as(call)
                    .isEqualTo("42501 audit_event_action_reserved");
        }
        assertThat(session.text("select core.record_human(?, 'note', 'market', 'm')", token))
                .isNotEmpty();
    }

    @Test
    void an_agent_signs_all_that_its_entry_says_and_a_signature_counts_once() throws SQLException {
        Session session = core.session();
        session.text("select core.record_agent('reject', 'market', 'm1', '{}', 'one-signature')");

        assertThat(session.refused("select core.record_agent('propose', 'market', 'm2', '{}', 'one-signature')")
                        .rule())
                .isEqualTo("23505 audit_event_signature_key");
        assertThat(session.number("select count(distinct core.digest_of(s)) from (values"
                        + " (core.agent_statement('reject', 'market', 'm', '{}')),"
                        + " (core.agent_statement('propose', 'market', 'm', '{}')),"
                        + " (core.agent_statement('reject', 'event', 'm', '{}')),"
                        + " (core.agent_statement('reject', 'market', 'n', '{}')),"
                        + " (core.agent_statement('reject', 'market', 'm', '{\"a\": 1}')),"
                        + " (core.agent_statement('reject', 'market', 'm', '{}', gen_random_uuid()))) as t (s)"))
                .isEqualTo(6);
    }

    @Test
    void an_entry_is_of_the_instant_in_which_it_was_written() throws SQLException {
        Session session = core.session();
        session.begin();
        session.text("select now()");
        String entry = Given.agentEntry(session);

        assertThat(session.text(
                        "select occurred_at > now() and occurred_at <= clock_timestamp() from core.audit_event"
                                + " where id = ?::uuid",
                        entry))
                .as("an idle transaction dates nothing back")
                .isEqualTo("t");
        session.abort();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update core.audit_event set action = 'x'",
                "update core.audit_event set action = 'x' where false",
                "delete from core.audit_event",
                "truncate core.audit_event cascade",
                "truncate core.audit_event, core.markets, core.events, core.event_snapshots",
                "merge into core.audit_event a using (select 1) s on true when matched then delete"
            })
    void nobody_rewrites_it(String statement) throws SQLException {
        Session session = core.session();
        Given.agentEntry(session);

        Refusal refusal = session.refused(statement);
        assertThat(refusal.sqlState()).isEqualTo("23001");
        assertThat(refusal.message()).contains("append-only").doesNotContain("null");
    }

    @Test
    void its_owner_and_a_session_that_replays_replication_do_not_rewrite_it_either() throws SQLException {
        Session session = core.session();
        Given.agentEntry(session);
        session.script("create role audit_owner_test; alter table core.audit_event owner to audit_owner_test;"
                + " alter function core.removal_is_open() owner to audit_owner_test;"
                + " grant usage on schema core to audit_owner_test");
        try {
            session.run("set role audit_owner_test");
            assertThat(session.refused("delete from core.audit_event").rule())
                    .isEqualTo("23001 audit_event_append_only");
            assertThat(session.refused("truncate core.audit_event cascade").sqlState())
                    .isIn("23001", "42501");
            session.run("reset role");
            session.run("set session_replication_role = replica");
            assertThat(session.refused("update core.audit_event set action = 'x'")
                            .rule())
                    .isEqualTo("23001 audit_event_append_only");
        } finally {
            session.script(
                    "reset role; reset session_replication_role; reassign owned by audit_owner_test to current_user;"
                            + " drop owned by audit_owner_test; drop role audit_owner_test");
        }
    }

    @Test
    void a_row_trigger_alone_lets_truncate_through() throws SQLException {
        Session session = core.session();
        session.script("""
            create table public.naive (id int);
            create function public.refuse() returns trigger language plpgsql as
                $$ begin raise exception 'append-only'; end $$;
            create trigger t before update or delete on public.naive for each row execute function public.refuse();
            insert into public.naive values (1);
            """);
        session.run("truncate public.naive");

        assertThat(session.number("select count(*) from public.naive")).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a.actor_user_id = 'a0000000-0000-4000-8000-000000000001'",
                "a.actor_user_id = 'a0000000-0000-4000-8000-000000000001' and a.session_id = a.actor_user_id"
            })
    void what_a_person_did_is_found_without_reading_the_whole_audit(String condition) throws SQLException {
        Session session = core.session();
        session.run("select core.record_system('note', 'thing', i::text) from generate_series(1, 1000) as i");
        session.run("analyze core.audit_event");

        assertThat(session.plan("select * from core.audit_event as a where " + condition))
                .contains("audit_event_session_idx")
                .doesNotContain("Seq Scan");
    }
}
