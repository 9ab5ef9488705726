package dev.lockkeeper.schemas.inferenceplatform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each migration on a database in use at the version before it. */
@Tag("IP-10")
final class UpgradeTest {
    private static final List<String> VERSIONS =
            List.of("202512010900", "202512010910", "202512010920", "202601150900", "202601150910", "202601150920");

    @RegisterExtension
    final Migrated migrated = Migrated.of("inference-platform", "operational").to("202511010950");

    private static int use(Session session, String organization, AtomicBoolean over) {
        int rounds = 0;
        try {
            while (!over.get()) {
                session.run("set role inference_service");
                session.text("select set_config('inference.organization_id', ?, false)", organization);
                session.run("update inference.organizations set display_name = 'T " + rounds + "'");
                session.run("update inference.users set last_login_at = now()");
                session.run("update inference.api_keys set status = 'revoked' where status = 'active'");
                Given.key(session, organization, "k" + rounds);
                session.run(
                        "insert into inference.model_registry_entries (organization_id, model_name, revision)"
                                + " values (?::uuid, 'own', ?)",
                        organization,
                        Integer.toString(rounds));
                session.run(
                        "insert into inference.audit_log_entries"
                                + " (organization_id, actor_type, actor_id, action, target_type, target_id)"
                                + " values (?::uuid, 'user', 'u', 'a', 't', 'i')",
                        organization);
                session.run(
                        "insert into inference.usage_events"
                                + " (event_id, occurred_at, organization_id, model_id, region, status)"
                                + " select gen_random_uuid(), now(), ?::uuid, id, 'eu', 'success'"
                                + " from inference.model_registry_entries limit 1",
                        organization);
                session.run("set role inference_maintenance");
                if (rounds % 3 == 0) {
                    session.lines("select inference.void_event(organization_id, event_id, occurred_at, 'typo')"
                            + " from inference.usage_events where organization_id = '" + organization
                            + "' order by occurred_at limit 1");
                }
                rounds++;
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return rounds;
    }

    @Test
    void each_migration_runs_beside_clients_of_whom_none_is_refused_and_loses_nothing() throws Exception {
        Session session = migrated.session();
        int rounds = 0;
        int upgrades = 0;
        String[] tenants = {Given.organization(session, "one"), Given.organization(session, "two")};
        for (String tenant : tenants) {
            Given.user(session, tenant);
        }
        for (String version : VERSIONS) {
            AtomicBoolean over = new AtomicBoolean();
            String tenant = Given.organization(session, "client-" + version);
            Session client = migrated.session();
            CompletableFuture<Integer> use = CompletableFuture.supplyAsync(() -> use(client, tenant, over));
            migrated.up(version);
            over.set(true);
            rounds += use.get();
            upgrades++;
        }

        assertThat(upgrades).isEqualTo(VERSIONS.size());
        long voided = session.number("select count(*) from inference.audit_log_entries where action = 'voided'");
        assertThat(voided).isPositive();
        assertThat(session.number("select count(*) from inference.audit_log_entries"))
                .isEqualTo(rounds + voided);
        assertThat(session.number("select count(*) from inference.usage_events"))
                .isEqualTo(rounds - voided);
        for (String table : List.of("api_keys", "model_registry_entries")) {
            assertThat(session.number("select count(*) from inference." + table))
                    .as(table)
                    .isEqualTo(rounds);
        }
        assertThat(session.number("select count(*) from inference.users")).isEqualTo(2);
    }
}
