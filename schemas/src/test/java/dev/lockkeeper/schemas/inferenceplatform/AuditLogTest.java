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
                "actor_type_known      | 'robot', 'u', 'a', 't', 'i', null, '{}'",
                "actor_id_not_blank    | 'user', '', 'a', 't', 'i', null, '{}'",
                "action_not_blank      | 'user', 'u', ' ', 't', 'i', null, '{}'",
                "target_not_blank      | 'user', 'u', 'a', '', 'i', null, '{}'",
                "target_not_blank      | 'user', 'u', 'a', 't', '', null, '{}'",
                "script_of_a_migration | 'migration', 'm', 'a', 't', 'i', null, '{}'",
                "script_of_a_migration | 'user', 'u', 'a', 't', 'i', repeat('0a', 32), '{}'",
                "script_is_sha256      | 'migration', 'm', 'a', 't', 'i', repeat('0A', 32), '{}'",
                "metadata_is_object    | 'user', 'u', 'a', 't', 'i', null, '[]'",
            })
    void an_entry_against_a_rule_is_refused_by_that_rule(String rule, String values) throws SQLException {
        assertThat(migrated.session().refused(INSERT.formatted(values)).rule())
                .isEqualTo("23514 audit_log_entries_" + rule);
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
            assertThat(refusal.hint()).isEqualTo("Insert an entry that says what is true now.");
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
}
