package dev.lockkeeper.schemas.inferenceplatform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Refusal;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("IP-05")
final class AuditLogTest {
    private static final String INSERT = "insert into inference.audit_log_entries"
            + " (actor_type, actor_id, action, target_type, target_id, script_sha256, metadata) values (%s)";

    @RegisterExtension
    final Migrated migrated = Given.operational();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'user', 'u', 'a', 't', 'i', null, '{}'",
                "'service', 's', 'a', 't', 'i', null, '{\"k\": 1}'",
                "'migration', 'm', 'a', 't', 'i', repeat('0a', 32), '{}'"
            })
    void an_entry_within_the_rules_is_accepted(String values) throws SQLException {
        assertThat(migrated.session().run(INSERT.formatted(values))).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "audit_log_entries_actor_type_known      | 'robot', 'u', 'a', 't', 'i', null, '{}'",
                "label_not_blank                         | 'user', '', 'a', 't', 'i', null, '{}'",
                "label_not_blank                         | 'user', 'u', ' ', 't', 'i', null, '{}'",
                "label_not_blank                         | 'user', 'u', 'a', E'\\t', 'i', null, '{}'",
                "label_not_blank                         | 'user', 'u', 'a', 't', '', null, '{}'",
                "label_not_too_long                      | 'user', 'u', 'a', 't', repeat('i', 301), null, '{}'",
                "audit_log_entries_script_of_a_migration | 'migration', 'm', 'a', 't', 'i', null, '{}'",
                "audit_log_entries_script_of_a_migration | 'user', 'u', 'a', 't', 'i', repeat('0a', 32), '{}'",
                "audit_log_entries_script_is_sha256      | 'migration', 'm', 'a', 't', 'i', repeat('0A', 32), '{}'",
                "audit_log_entries_metadata_is_object    | 'user', 'u', 'a', 't', 'i', null, '[]'",
            })
    void an_entry_against_a_rule_is_refused_by_that_rule(String rule, String values) throws SQLException {
        assertThat(migrated.session().refused(INSERT.formatted(values)).rule()).isEqualTo("23514 " + rule);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update inference.audit_log_entries set action = 'x'",
                "update inference.audit_log_entries set action = 'x' where false",
                "delete from inference.audit_log_entries",
                "truncate inference.audit_log_entries"
            })
    void nobody_rewrites_it_neither_its_owner_nor_maintenance_nor_replication(String statement) throws SQLException {
        Session session = migrated.session();
        Given.audit(session, Given.organization(session, "one"));

        for (String who : new String[] {"set role none", "set session_replication_role = replica"}) {
            session.run(who);
            Refusal refusal = session.refused(statement);
            assertThat(refusal.rule()).isEqualTo("23001 audit_log_entries_append_only");
            assertThat(refusal.message()).contains("append-only");
            assertThat(refusal.hint()).isEqualTo("Insert a row that corrects the earlier one.");
        }
        session.run("set session_replication_role = origin");
        session.run("set role inference_maintenance");
        assertThat(session.refused(statement).sqlState()).isIn("23001", "42501");
    }

    @Test
    void an_entry_of_a_tenant_names_one_that_exists() throws SQLException {
        assertThat(migrated.session()
                        .refused("insert into inference.audit_log_entries"
                                + " (organization_id, actor_type, actor_id, action, target_type, target_id)"
                                + " values (gen_random_uuid(), 'user', 'u', 'a', 't', 'i')")
                        .rule())
                .isEqualTo("23503 audit_log_entries_organization_id_fkey");
    }

    @ParameterizedTest
    @CsvSource({
        "inference_service, occurred_at, 'infinity'",
        "inference_service, recorded_by, 'somebody'",
        "inference_service, script_sha256, ''",
        "inference_maintenance, occurred_at, 'epoch'",
        "inference_maintenance, script_sha256, ''"
    })
    void what_the_server_says_is_said_by_nobody_else(String role, String column, String value) throws SQLException {
        Session session = migrated.session();
        String organization = Given.organization(session, "one");
        session.run("set role " + role);
        session.text("select set_config('inference.organization_id', ?, false)", organization);

        assertThat(session.refused("insert into inference.audit_log_entries (organization_id, actor_type, actor_id,"
                                + " action, target_type, target_id, " + column + ") values ('" + organization
                                + "', 'user', 'u', 'a', 't', 'i', '" + value + "')")
                        .sqlState())
                .isEqualTo("42501");
    }

    @Test
    void time_and_login_are_the_server_s_whoever_writes() throws SQLException {
        Session session = migrated.session();
        session.run(INSERT.replace("metadata)", "metadata, occurred_at, recorded_by)")
                .formatted("'user', 'u', 'a', 't', 'i', null, '{}', 'epoch', 'somebody'"));

        assertThat(session.text("select occurred_at between now() - interval '1 hour' and clock_timestamp()"
                        + " and recorded_by = session_user from inference.audit_log_entries"))
                .isEqualTo("t");
    }

    @Test
    void the_service_does_not_speak_for_a_migration_whose_digest_is_made_from_its_script() throws SQLException {
        Session session = migrated.session();
        String organization = Given.organization(session, "one");
        session.run("set role inference_service");
        session.text("select set_config('inference.organization_id', ?, false)", organization);
        assertThat(session.refused("insert into inference.audit_log_entries (organization_id, actor_type, actor_id,"
                                + " action, target_type, target_id) values ('" + organization
                                + "', 'migration', 'm', 'a', 't', 'i')")
                        .sqlState())
                .isIn("42501", "23514");
        assertThat(session.refused("select inference.record_migration('m', 'select 1')")
                        .sqlState())
                .isEqualTo("42501");
        session.run("set role inference_maintenance");
        session.text("select inference.record_migration('m', 'select 1')");
        assertThat(session.text("select target_id || ' ' || (script_sha256 = encode(sha256('select 1'), 'hex'))"
                        + " from inference.audit_log_entries"))
                .isEqualTo("m true");
    }

    @Test
    void words_of_a_person_are_removed_with_evidence() throws SQLException {
        Session session = migrated.session();
        String organization = Given.organization(session, "one");
        String entry = session.text("insert into inference.audit_log_entries (organization_id, actor_type, actor_id,"
                + " action, target_type, target_id, metadata) values ('" + organization
                + "', 'user', 'u', 'a', 't', 'i', '{\"reason\": \"private\"}') returning id");
        session.run("set role inference_maintenance");

        assertThat(session.text("select inference.redact_audit_entry('" + entry + "', 'request 7')"))
                .isEqualTo("t");
        assertThat(session.lines(
                        "select action || ' ' || metadata from inference.audit_log_entries order by occurred_at"))
                .first()
                .isEqualTo("a {\"redacted\": true}");
        assertThat(session.text("select metadata::text || organization_id from inference.audit_log_entries"
                        + " where action = 'redacted' and target_id = '" + entry + "'"))
                .as("no digest, by which few words could be found again")
                .isEqualTo("{\"reason\": \"request 7\"}" + organization);
        session.run("reset role");
        assertThat(session.refused("delete from inference.audit_log_entries").rule())
                .as("the trigger is on again")
                .isEqualTo("23001 audit_log_entries_append_only");
    }

    @Test
    void the_longest_labels_of_the_widest_characters_fit_into_its_indexes() throws SQLException {
        Session session = migrated.session();
        String label =
                "(select string_agg(chr(65536 + ('x' || substring(md5(n::text || '%s') for 4))::bit(16)::int), '')"
                        + " from generate_series(1, 300) n)";

        assertThat(session.run(INSERT.formatted("'user', " + label.formatted("a") + ", 'a', " + label.formatted("b")
                        + ", " + label.formatted("c") + ", null, '{}'")))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "audit_log_entries_occurred_idx | occurred_at < now() - interval '7 years' order by occurred_at limit 10",
                "audit_log_entries_actor_idx    | actor_id = 'u'",
            })
    void retention_and_erasure_need_not_read_all_of_it(String index, String condition) throws SQLException {
        Session session = migrated.session();
        session.run("set enable_seqscan = off");
        session.run("set role inference_maintenance");

        assertThat(String.join(
                        "\n", session.lines("explain select id from inference.audit_log_entries where " + condition)))
                .contains(index);
    }

    @Test
    void old_entries_are_forgotten_with_evidence_and_no_year_is() throws SQLException {
        Session session = migrated.session();
        session.script("set session_replication_role = replica;"
                + " insert into inference.audit_log_entries"
                + " (actor_type, actor_id, action, target_type, target_id, occurred_at)"
                + " select 'service', 's', 'a', 't', 'i', now() - n * interval '1 year' from generate_series(1, 9) n;"
                + " set session_replication_role = origin; set role inference_maintenance");

        assertThat(session.number("select inference.forget_audit_entries('6 years 1 day', 2)"))
                .isEqualTo(2);
        assertThat(session.number("select inference.forget_audit_entries('6 years 1 day')"))
                .isEqualTo(1);
        assertThat(session.lines("select metadata ->> 'entries' from inference.audit_log_entries"
                        + " where action = 'forgotten' order by occurred_at"))
                .containsExactly("2", "1");
        for (String keep : new String[] {"'-7 years'", "'11 months'", "null"}) {
            assertThat(session.refused("select inference.forget_audit_entries(" + keep + ")")
                            .rule())
                    .isEqualTo("22023 audit_log_entries_kept_a_year");
        }
    }

    @Test
    void all_entries_of_a_person_are_redacted_by_one_query() throws SQLException {
        Session session = migrated.session();
        String organization = Given.organization(session, "one");
        for (int i = 0; i < 3; i++) {
            Given.audit(session, organization);
        }
        session.run("set role inference_maintenance");

        assertThat(session.lines("select inference.redact_audit_entry(id, 'request 7')"
                        + " from inference.audit_log_entries where actor_id = 'u'"))
                .containsExactly("t", "t", "t");
        assertThat(session.number("select count(*) from inference.audit_log_entries"
                        + " where actor_id = 'u' and metadata = '{\"redacted\": true}'"))
                .isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "''", "E' \\t'"})
    void a_redaction_says_why(String reason) throws SQLException {
        Session session = migrated.session();
        String entry = Given.audit(session, Given.organization(session, "one"));
        session.run("set role inference_maintenance");

        assertThat(session.refused("select inference.redact_audit_entry('" + entry + "', " + reason + ")")
                        .rule())
                .isEqualTo("22023 audit_log_entries_redacted_for_a_reason");
    }

    @Test
    void writers_of_the_audit_do_not_wait_for_retention_nor_redaction_nor_these_for_a_report() throws SQLException {
        Session session = migrated.session();
        String organization = Given.organization(session, "one");
        String entry = Given.audit(session, organization);
        Session report = migrated.session();
        report.begin();
        report.number("select count(*) from inference.audit_log_entries");
        Session maintenance = migrated.session();
        maintenance.run("set role inference_maintenance");
        maintenance.run("set lock_timeout = '20s'");
        maintenance.begin();
        assertThat(maintenance.text("select inference.redact_audit_entry('" + entry + "', 'request 7')"))
                .isEqualTo("t");
        assertThat(maintenance.number("select inference.forget_audit_entries()"))
                .isZero();
        session.run("set lock_timeout = '20s'");
        assertThat(Given.audit(session, organization)).isNotEmpty();
        maintenance.commit();
        report.commit();
    }

    @ParameterizedTest
    @ValueSource(strings = {"inference_service", "inference_maintenance", "audit_writer_test"})
    void the_setting_of_retention_opens_nothing_to_who_does_not_own_the_table(String role) throws SQLException {
        Session session = migrated.session();
        String organization = Given.organization(session, "one");
        Given.audit(session, organization);
        session.script("create role audit_writer_test bypassrls; grant usage on schema inference to audit_writer_test;"
                + " grant select, update, delete on inference.audit_log_entries to audit_writer_test");
        try {
            session.run("set role " + role);
            session.text("select set_config('inference.organization_id', ?, false)", organization);
            session.run("set inference.audit_retention = 'on'");
            for (String statement : new String[] {
                "update inference.audit_log_entries set action = 'x'", "delete from inference.audit_log_entries"
            }) {
                assertThat(session.refused(statement).rule().strip())
                        .isEqualTo(role.equals("audit_writer_test") ? "23001 audit_log_entries_append_only" : "42501");
            }
        } finally {
            session.script("reset role; drop owned by audit_writer_test; drop role audit_writer_test");
        }
    }

    @Test
    void no_more_entries_are_forgotten_at_a_time_than_was_said() throws SQLException {
        Session session = migrated.session();
        session.script("set session_replication_role = replica;"
                + " insert into inference.audit_log_entries"
                + " (actor_type, actor_id, action, target_type, target_id, occurred_at)"
                + " select 'service', 's', 'a', 't', 'i', now() - interval '8 years' from generate_series(1, 25) n;"
                + " set session_replication_role = origin; set role inference_maintenance;"
                // a plan that looks for each row anew, as one without statistics may be
                + " set enable_hashjoin = off; set enable_mergejoin = off; set enable_hashagg = off;"
                + " set enable_sort = off; set enable_material = off; set enable_indexscan = off;"
                + " set enable_bitmapscan = off");

        for (int left : new int[] {10, 10, 5, 0}) {
            assertThat(session.number("select inference.forget_audit_entries('7 years', 10)"))
                    .isEqualTo(left);
        }
    }

    @Test
    void it_is_on_for_sessions_of_replication_too() throws SQLException {
        assertThat(migrated.session()
                        .text("select tgenabled from pg_trigger where tgname = 'audit_log_entries_append_only'"))
                .isEqualTo("A");
    }
}
