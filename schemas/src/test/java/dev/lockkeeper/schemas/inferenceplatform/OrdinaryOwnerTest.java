package dev.lockkeeper.schemas.inferenceplatform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Reference;
import dev.lockkeeper.schemas.Refusal;
import dev.lockkeeper.schemas.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An owner without any right beyond its tables, as on a managed server: bound by the policies, and all works. */
@Tag("IP-10")
final class OrdinaryOwnerTest {
    private static final String OWNED = """
            select format('alter schema %s owner to ordinary_owner_test', n)
            from unnest(array['inference', 'inference_archive']) n
            union all
            select format('alter function %s owner to ordinary_owner_test', oid::regprocedure)
            from pg_proc where pronamespace = 'inference'::regnamespace
            union all
            select format('alter table %s owner to ordinary_owner_test', oid::regclass)
            from pg_class where relnamespace = 'inference'::regnamespace and relkind in ('r', 'p')
            """;

    @RegisterExtension
    final Migrated migrated = Given.operational();

    @Test
    void a_role_that_may_create_roles_makes_those_of_the_project() throws SQLException, IOException {
        Session session = migrated.session();
        String roles = Files.readString(Reference.folder("inference-platform").resolve("roles.sql"))
                .replace("inference_", "other_");
        session.script("create role admin_test createrole; set role admin_test");
        try {
            session.script(roles);
            session.script(roles);
            assertThat(session.number("select count(*) from pg_roles where rolname like 'other\\_%'"))
                    .isEqualTo(3);
        } finally {
            session.script(
                    "reset role; drop role if exists other_service, other_gateway, other_maintenance, admin_test");
        }
    }

    @Test
    void metering_maintenance_and_audit_work_under_an_owner_who_sees_no_row() throws SQLException {
        Session session = migrated.session();
        String organization = Given.organization(session, "one");
        String event = Given.event(session, organization);
        session.script("create role ordinary_owner_test; grant create on database "
                + session.text("select quote_ident(current_database())") + " to ordinary_owner_test");
        try {
            for (String change : session.lines(OWNED + """
                    union all
                    select format('alter policy %I on %s to ordinary_owner_test', polname, polrelid::regclass)
                    from pg_policy where polname in ('usage_events_once', 'audit_log_entries_of_migrations',
                        'audit_log_entries_seen_by_their_writer', 'audit_log_entries_of_retention',
                        'audit_log_entries_of_voids')
                    """)) {
                session.run(change);
            }
            session.run("set role ordinary_owner_test");
            assertThat(session.number("select count(*) from inference.usage_events"))
                    .isZero();
            session.run("set role inference_service");
            session.text("select set_config('inference.organization_id', ?, false)", organization);
            session.run("insert into inference.usage_events"
                    + " (event_id, occurred_at, organization_id, model_id, region, status)"
                    + " select '" + event + "', now(), '" + organization + "', id, 'eu', 'success'"
                    + " from inference.model_registry_entries");
            assertThat(session.number("select count(*) from inference.usage_events"))
                    .as("the copy is taken out")
                    .isEqualTo(1);

            session.run("set role inference_maintenance");
            session.text("select set_config('inference.organization_id', '', false)");
            assertThat(session.text("select inference.void_event(organization_id, event_id, occurred_at, 'typo')"
                            + " from inference.usage_events"))
                    .isEqualTo("t");
            assertThat(session.number("select count(*) from inference.usage_events"))
                    .isZero();
            assertThat(session.lines("select inference.create_partitions('2020-01-01', 1)"))
                    .hasSize(1);
            assertThat(session.lines("select inference.retire_partitions()")).hasSize(1);
            session.lines("select inference.drop_retired_partition('usage_events_20200101', 0, 'file')");
            assertThat(session.number("select inference.forget_events()")).isZero();
            session.text("select inference.record_migration('m', 'select 1')");
            String entry =
                    session.text("insert into inference.audit_log_entries (organization_id, actor_type, actor_id,"
                            + " action, target_type, target_id) values ('" + organization
                            + "', 'user', 'u', 'a', 't', 'i') returning id");
            assertThat(session.text("select inference.redact_audit_entry('" + entry + "', 'asked for')"))
                    .isEqualTo("t");
            assertThat(session.text("select metadata from inference.audit_log_entries where id = '" + entry + "'"))
                    .isEqualTo("{\"redacted\": true}");
            assertThat(session.number("select inference.forget_audit_entries()"))
                    .isZero();
        } finally {
            session.script("reset role; reassign owned by ordinary_owner_test to current_user;"
                    + " drop owned by ordinary_owner_test; drop role ordinary_owner_test");
        }
    }

    @Test
    void a_new_owner_whom_policies_do_not_name_is_told_so_and_nothing_is_missed_in_silence() throws SQLException {
        Session session = migrated.session();
        String organization = Given.organization(session, "one");
        String event = Given.event(session, organization);
        Given.audit(session, organization);
        session.script("create role ordinary_owner_test; grant create on database "
                + session.text("select quote_ident(current_database())") + " to ordinary_owner_test");
        try {
            for (String change : session.lines(OWNED)) {
                session.run(change);
            }
            session.run("set role inference_maintenance");
            List<String> calls = List.of(
                    "select inference.void_event(organization_id, event_id, occurred_at, 'typo')"
                            + " from inference.usage_events",
                    "select inference.forget_missing_events('" + organization + "', '{" + event + "}')",
                    "select inference.redact_audit_entry(id, 'asked for') from inference.audit_log_entries",
                    "select inference.forget_audit_entries()",
                    "insert into inference.usage_events"
                            + " (event_id, occurred_at, organization_id, model_id, region, status)"
                            + " select event_id, now(), organization_id, model_id, 'eu', 'success'"
                            + " from inference.usage_events");
            Set<String> hints = new TreeSet<>();
            for (String call : calls) {
                Refusal refusal = session.refused(call);
                assertThat(refusal.sqlState()).as(call).isEqualTo("55000");
                hints.add(String.valueOf(refusal.hint()).replaceFirst(".*alter policy", "alter policy"));
            }
            assertThat(hints).hasSize(2);
            session.run("reset role");
            for (String hint : hints) {
                session.run(hint);
            }
            session.run("set role inference_maintenance");
            session.run(calls.get(4));
            assertThat(session.number("select count(*) from inference.usage_events"))
                    .isEqualTo(1);
            for (String call : calls.subList(1, 4)) {
                session.lines(call);
            }
            assertThat(session.number(
                            "select count(*) from inference.audit_log_entries where metadata ->> 'redacted' = 'true'"))
                    .isEqualTo(1);
        } finally {
            session.script("reset role; reassign owned by ordinary_owner_test to current_user;"
                    + " drop owned by ordinary_owner_test; drop role ordinary_owner_test");
        }
    }
}
