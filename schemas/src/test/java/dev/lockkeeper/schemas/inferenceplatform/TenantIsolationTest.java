package dev.lockkeeper.schemas.inferenceplatform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Refusal;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two tenants, every table, every verb. */
@Tag("IP-10")
final class TenantIsolationTest {
    private static final String ONE = "00000000-0000-4000-8000-0000000000a1";
    private static final String TWO = "00000000-0000-4000-8000-0000000000b2";
    private static final List<String> TABLES = List.of(
            "organizations", "users", "api_keys", "model_registry_entries", "audit_log_entries", "usage_events");

    @RegisterExtension
    final Migrated migrated = Given.operational();

    /** A row of each table for each of the two tenants. */
    private Session furnished() throws SQLException {
        Session session = migrated.session();
        for (String tenant : List.of(ONE, TWO)) {
            session.run("insert into inference.organizations (id, display_name) values (?::uuid, 'T')", tenant);
            Given.user(session, tenant);
            Given.key(session, tenant, "k");
            session.run(
                    "insert into inference.model_registry_entries (organization_id, model_name, revision)"
                            + " values (?::uuid, 'own', '1')",
                    tenant);
            Given.audit(session, tenant);
            Given.event(session, tenant);
        }
        return session;
    }

    private static void become(Session session, String role, String tenant) throws SQLException {
        session.run("set role " + role);
        session.text("select set_config('inference.organization_id', ?, false)", tenant);
    }

    private static String tenantOf(String table) {
        return table.equals("organizations") ? "id" : "organization_id";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "organizations",
                "users",
                "api_keys",
                "model_registry_entries",
                "audit_log_entries",
                "usage_events"
            })
    void a_tenant_sees_its_own_rows_and_nobody_without_a_tenant_sees_any(String table) throws SQLException {
        Session session = furnished();
        String rows = "select count(*) from inference." + table + " where " + tenantOf(table) + " is not null";
        String others = rows + " and " + tenantOf(table) + " <> '" + ONE + "'";

        become(session, "inference_service", ONE);
        assertThat(session.number(rows)).isEqualTo(1);
        assertThat(session.number(others)).isZero();
        become(session, "inference_service", "");
        assertThat(session.number(rows)).isZero();
        become(session, "inference_maintenance", "");
        assertThat(session.number(rows)).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "users                  | (organization_id, email_ciphertext, email_hash) values ('T', decode(repeat('ab', 40), 'hex'), sha256('x'))",
                "api_keys               | (organization_id, name, hashed_secret) values ('T', 'new', sha256('x'))",
                "model_registry_entries | (organization_id, model_name, revision) values ('T', 'new', '1')",
                "audit_log_entries      | (organization_id, actor_type, actor_id, action, target_type, target_id) values ('T', 'user', 'u', 'a', 't', 'i')",
                "usage_events           | (event_id, occurred_at, organization_id, model_id, region, status) select gen_random_uuid(), now(), 'T', id, 'eu', 'success' from inference.model_registry_entries where organization_id is null",
            })
    void a_tenant_adds_rows_of_its_own_only(String table, String values) throws SQLException {
        Session session = furnished();
        String insert = "insert into inference." + table + " " + values;

        become(session, "inference_service", ONE);
        assertThat(session.run(insert.replace("'T'", "'" + ONE + "'"))).isEqualTo(1);
        for (String[] stranger : new String[][] {{ONE, TWO}, {"", TWO}, {TWO, ONE}}) {
            become(session, "inference_service", stranger[0]);
            Refusal refusal = session.refused(insert.replace("'T'", "'" + stranger[1] + "'"));
            assertThat(refusal.sqlState()).isEqualTo("42501");
            assertThat(refusal.message()).contains("row-level security");
        }
    }

    @Test
    void the_service_opens_no_organizations() throws SQLException {
        Session session = furnished();
        become(session, "inference_service", ONE);

        assertThat(session.refused("insert into inference.organizations (id, display_name) values ('" + ONE + "', 'T')")
                        .sqlState())
                .isEqualTo("42501");
    }

    @ParameterizedTest
    @CsvSource({
        "organizations, display_name = 'x'",
        "users, role = 'admin'",
        "api_keys, name = 'x'",
        "model_registry_entries, retired_at = now()"
    })
    void a_tenant_changes_its_own_rows_only(String table, String change) throws SQLException {
        Session session = furnished();
        String update = "update inference." + table + " set " + change;

        become(session, "inference_service", ONE);
        assertThat(session.run(update)).isEqualTo(1);
        assertThat(session.run(update + " where " + tenantOf(table) + " = '" + TWO + "'"))
                .isZero();
        become(session, "inference_service", "");
        assertThat(session.run(update)).isZero();
        become(session, "inference_maintenance", "");
        assertThat(session.run(update + " where " + tenantOf(table) + " is not null"))
                .isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"users", "model_registry_entries"})
    void a_tenant_gives_no_row_away(String table) throws SQLException {
        Session session = furnished();
        become(session, "inference_service", ONE);

        assertThat(session.refused("update inference." + table + " set organization_id = '" + TWO + "'")
                        .sqlState())
                .isIn("42501", "23001");
    }

    @ParameterizedTest
    @ValueSource(strings = {"audit_log_entries", "usage_events"})
    void what_is_counted_and_written_down_is_not_changed_by_the_service(String table) throws SQLException {
        Session session = furnished();
        become(session, "inference_service", ONE);

        assertThat(session.refused("update inference." + table + " set organization_id = '" + ONE + "'")
                        .sqlState())
                .isEqualTo("42501");
        assertThat(session.refused("delete from inference." + table).sqlState()).isEqualTo("42501");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "organizations",
                "users",
                "api_keys",
                "model_registry_entries",
                "audit_log_entries",
                "usage_events"
            })
    void neither_the_service_nor_maintenance_deletes_anything(String table) throws SQLException {
        Session session = furnished();
        for (String role : List.of("inference_service", "inference_maintenance")) {
            become(session, role, ONE);
            assertThat(session.refused("delete from inference." + table).sqlState())
                    .isEqualTo("42501");
            assertThat(session.refused("truncate inference." + table + " cascade")
                            .sqlState())
                    .isEqualTo("42501");
        }
    }

    @Test
    void everybody_sees_the_models_for_everybody_and_no_tenant_changes_them() throws SQLException {
        Session session = furnished();
        for (String tenant : List.of(ONE, TWO, "")) {
            become(session, "inference_service", tenant);
            assertThat(session.number(
                            "select count(*) from inference.model_registry_entries where organization_id is null"))
                    .isEqualTo(1);
            assertThat(session.run("update inference.model_registry_entries set retired_at = now()"
                            + " where organization_id is null"))
                    .isZero();
        }
        assertThat(session.refused("insert into inference.model_registry_entries (model_name, revision)"
                                + " values ('everybody', '1')")
                        .sqlState())
                .isEqualTo("42501");
    }

    @Test
    void a_partition_is_not_reached_past_its_table() throws SQLException {
        Session session = furnished();
        String partition = session.text("select tableoid::regclass from inference.usage_events limit 1");
        for (String role : List.of("inference_service", "inference_maintenance")) {
            become(session, role, ONE);
            assertThat(session.refused("select * from " + partition).sqlState()).isEqualTo("42501");
        }
        session.run("reset role");
        String fresh = session.text("select inference.create_partitions('2031-01-01', 1)");
        become(session, "inference_service", ONE);
        assertThat(session.refused("select * from inference." + fresh).sqlState())
                .isEqualTo("42501");
    }

    @Test
    void the_keys_of_events_are_hidden_from_the_service_which_counts_all_the_same() throws SQLException {
        Session session = furnished();
        become(session, "inference_service", ONE);

        assertThat(session.refused("select * from inference.usage_event_keys").sqlState())
                .isEqualTo("42501");
        assertThat(session.text("select status from inference.usage_events")).isEqualTo("success");
    }

    @Test
    void the_owner_of_the_tables_is_bound_too() throws SQLException {
        Session session = furnished();
        session.script("create role tenant_owner_test; grant usage on schema inference to tenant_owner_test");
        try {
            for (String table : TABLES) {
                session.run("alter table inference." + table + " owner to tenant_owner_test");
            }
            become(session, "tenant_owner_test", ONE);
            for (String table : TABLES) {
                assertThat(session.number("select count(*) from inference." + table + " where " + tenantOf(table)
                                + " is not null"))
                        .as(table)
                        .isEqualTo(1);
            }
        } finally {
            session.script("reset role; reassign owned by tenant_owner_test to current_user;"
                    + " drop owned by tenant_owner_test; drop role tenant_owner_test");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "' or true --", "00000000"})
    void a_malformed_tenant_is_an_error_and_no_way_in(String tenant) throws SQLException {
        Session session = furnished();
        become(session, "inference_service", tenant);

        assertThat(session.refused("select * from inference.users").sqlState()).isEqualTo("22P02");
    }

    @Test
    void every_table_with_a_tenant_is_isolated_by_force() throws SQLException {
        assertThat(migrated.session().lines("""
                select c.relname from pg_class c
                where c.relnamespace = 'inference'::regnamespace and c.relkind in ('r', 'p')
                    and not (c.relrowsecurity and c.relforcerowsecurity)
                order by 1
                """)).containsExactly("retired_partitions", "usage_event_keys");
    }

    @Test
    void no_policy_reads_a_whole_table_at_volume() throws SQLException {
        Session session = migrated.session();
        Volume.of(session, 2_000, 20);
        become(session, "inference_service", session.text("select id from inference.organizations limit 1"));

        for (String table : TABLES) {
            assertThat(session.plan("select * from inference." + table))
                    .as(table)
                    .contains("Index")
                    .doesNotContain("Seq Scan");
        }
    }

    @Test
    void a_partition_says_nothing_to_its_owner_nor_to_whom_default_privileges_let_in() throws SQLException {
        Session session = furnished();
        session.script("create role tenant_owner_test; grant usage on schema inference to tenant_owner_test;"
                + " alter default privileges in schema inference grant select on tables to inference_service");
        try {
            String partition = session.text("select tableoid::regclass from inference.usage_events limit 1");
            session.run("alter table " + partition + " owner to tenant_owner_test");
            become(session, "tenant_owner_test", ONE);
            assertThat(session.number("select count(*) from " + partition)).isZero();
            session.run("reset role");
            session.lines("select inference.create_partitions('2025-01-02', 1)");
            session.run("insert into inference.usage_events"
                    + " (event_id, occurred_at, organization_id, model_id, region, status)"
                    + " select gen_random_uuid(), '2025-01-02Z', organization_id, model_id, 'eu', 'success'"
                    + " from inference.usage_events");
            become(session, "inference_service", ONE);
            assertThat(session.number("select count(*) from inference.usage_events_20250102"))
                    .isZero();
            assertThat(session.number("select count(*) from inference.usage_events"))
                    .isEqualTo(2);
        } finally {
            session.script("reset role; reassign owned by tenant_owner_test to current_user;"
                    + " drop owned by tenant_owner_test; drop role tenant_owner_test");
        }
    }

    @Test
    void an_event_does_not_name_the_model_of_another_tenant_and_does_not_learn_that_it_exists() throws SQLException {
        Session session = furnished();
        String foreign =
                session.text("select id from inference.model_registry_entries where organization_id = ?::uuid", TWO);
        String own =
                session.text("select id from inference.model_registry_entries where organization_id = ?::uuid", ONE);
        String insert = "insert into inference.usage_events"
                + " (event_id, occurred_at, organization_id, model_id, region, status)"
                + " values (gen_random_uuid(), now(), '" + ONE + "', ?::uuid, 'eu', 'success')";

        for (String role : List.of("inference_service", "inference_maintenance")) {
            become(session, role, ONE);
            assertThat(session.run(insert, own)).isEqualTo(1);
            Refusal refusal = session.refused(insert, foreign);
            assertThat(refusal.rule()).isEqualTo("23503 usage_events_model_within_reach");
            assertThat(session.refused(insert, "00000000-0000-4000-8000-000000000000"))
                    .isEqualTo(new Refusal(
                            refusal.sqlState(),
                            refusal.schema(),
                            refusal.table(),
                            refusal.column(),
                            refusal.constraint(),
                            refusal.message().replace(foreign, "00000000-0000-4000-8000-000000000000"),
                            refusal.hint()));
        }
    }

    @Test
    void the_gateway_finds_keys_and_people_by_their_hash_and_reads_nothing_else() throws SQLException {
        Session session = furnished();
        become(session, "inference_gateway", "");

        assertThat(session.number("select count(hashed_secret) from inference.api_keys"))
                .isEqualTo(2);
        assertThat(session.number("select count(email_hash) from inference.users"))
                .isEqualTo(2);
        for (String statement : List.of(
                "select name from inference.api_keys",
                "select email_ciphertext from inference.users",
                "select display_name from inference.organizations",
                "select created_by from inference.api_keys",
                "select last_login_at from inference.users",
                "select event_id from inference.usage_events",
                "update inference.api_keys set status = 'revoked'",
                "delete from inference.users")) {
            assertThat(session.refused(statement).sqlState()).as(statement).isEqualTo("42501");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "inference_service, inference_gateway",
                "inference_service, inference_maintenance",
                "inference_service, inference_gateway, inference_maintenance"
            })
    void a_login_that_is_member_of_several_roles_sees_what_its_tenant_sees_until_it_becomes_another(String roles)
            throws SQLException {
        Session session = furnished();
        session.script("create role login_test login; grant " + roles + " to login_test");
        try {
            for (String[] tenant : new String[][] {{ONE, "1"}, {"", "0"}}) {
                become(session, "login_test", tenant[0]);
                for (String table : TABLES) {
                    assertThat(session.text("select count(*) from inference." + table + " where " + tenantOf(table)
                                    + " is not null"))
                            .as(table)
                            .isEqualTo(tenant[1]);
                }
                if (roles.contains("gateway")) {
                    session.run("set role inference_gateway");
                    assertThat(session.number("select count(id) from inference.api_keys"))
                            .isEqualTo(2);
                }
            }
            become(session, "login_test", ONE);
            assertThat(session.refused("insert into inference.users (organization_id, email_ciphertext, email_hash)"
                                    + " values ('" + TWO + "', decode(repeat('ab', 40), 'hex'), sha256('x'))")
                            .sqlState())
                    .isEqualTo("42501");
        } finally {
            session.script("reset role; drop role login_test");
        }
    }

    @Test
    void no_role_of_the_project_passes_policies_by() throws SQLException {
        assertThat(migrated.session()
                        .lines("select rolname from pg_roles where rolname like 'inference\\_%'"
                                + " and (rolbypassrls or rolsuper or rolcreaterole or rolcanlogin)"))
                .isEmpty();
    }
}
