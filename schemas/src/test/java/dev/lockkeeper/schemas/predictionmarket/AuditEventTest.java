package dev.lockkeeper.schemas.predictionmarket;

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

@Tag("PM-04")
final class AuditEventTest {
    private static final String INSERT = "insert into core.audit_event"
            + " (actor_type, actor_id, action, subject_type, subject_id, payload, payload_hash, signature)"
            + " values (%s, '" + Given.HASH + "', %s)";

    @RegisterExtension
    final Migrated core = Given.core();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {"human | null", "human | 'sig'", "system | null", "agent | 'sig'"})
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
                "agent_signs         | 'agent', 'a', 'x', 's', 'i', '{}'  | null",
                "signature_not_blank | 'agent', 'a', 'x', 's', 'i', '{}'  | ' '",
                "actor_type_known    | 'robot', 'a', 'x', 's', 'i', '{}'  | 'sig'",
                "actor_id_not_blank  | 'human', ' ', 'x', 's', 'i', '{}'  | null",
                "action_not_blank    | 'human', 'a', '', 's', 'i', '{}'   | null",
                "subject_not_blank   | 'human', 'a', 'x', '', 'i', '{}'   | null",
                "subject_not_blank   | 'human', 'a', 'x', 's', ' ', '{}'  | null",
                "payload_is_object   | 'human', 'a', 'x', 's', 'i', '[]'  | null",
            })
    void an_entry_against_a_rule_is_refused_by_that_rule(String rule, String values, String signature)
            throws SQLException {
        assertThat(core.session().refused(INSERT.formatted(values, signature)).rule())
                .isEqualTo("23514 audit_event_" + rule);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF"})
    void a_hash_of_another_form_is_refused(String hash) throws SQLException {
        assertThat(core.session()
                        .refused(INSERT.formatted("'human', 'a', 'x', 's', 'i', '{}'", "null")
                                .replace(Given.HASH, hash))
                        .rule())
                .isEqualTo("23514 audit_event_payload_hash_is_sha256");
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
        Given.audit(session, "human", "approve");

        Refusal refusal = session.refused(statement);
        assertThat(refusal.sqlState()).isEqualTo("23001");
        assertThat(refusal.message()).contains("append-only").doesNotContain("null");
    }

    @Test
    void its_owner_and_a_session_that_replays_replication_do_not_rewrite_it_either() throws SQLException {
        Session session = core.session();
        Given.audit(session, "human", "approve");
        session.script("create role audit_owner_test; alter table core.audit_event owner to audit_owner_test;"
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
}
