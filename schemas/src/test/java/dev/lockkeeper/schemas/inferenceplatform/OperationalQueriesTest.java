package dev.lockkeeper.schemas.inferenceplatform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Reference;
import dev.lockkeeper.schemas.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The queries of the service, from the plan with statistics. */
@Tag("IP-11a")
final class OperationalQueriesTest {
    private static final Map<String, String> INDEXES = Map.of(
            "audit_of_target", "audit_log_entries_target_idx",
            "key_by_hash", "api_keys_hashed_secret_key",
            "models_of_organization", "model_registry_entries_organization_idx",
            "organization_usage", "Index Only Scan",
            "user_by_email_hash", "users_email_lookup_idx");

    /** Asked before the tenant is known. */
    private static final Set<String> OF_THE_GATEWAY = Set.of("key_by_hash", "user_by_email_hash");

    @RegisterExtension
    final Migrated migrated = Given.operational();

    @Test
    void each_named_query_uses_the_index_made_for_it() throws SQLException, IOException {
        Session session = migrated.session();
        Volume.of(session, 2_000, 50);
        String organization =
                "'" + session.text("select id from inference.organizations where slug = 'org-7'") + "'::uuid";
        Map<String, String[]> arguments = Map.of(
                "audit_of_target", new String[] {"'api_key'", "'org-7-3'"},
                "key_by_hash", new String[] {"sha256('org-7k1')"},
                "models_of_organization", new String[] {organization},
                "organization_usage",
                        new String[] {
                            organization,
                            "date_trunc('month', now(), 'UTC')",
                            "date_trunc('month', now(), 'UTC') + interval '10 hours'"
                        },
                "user_by_email_hash", new String[] {"sha256('org-71')"});
        Map<String, String> queries = queries();
        assertThat(queries.keySet()).isEqualTo(new TreeMap<>(INDEXES).keySet());

        for (Map.Entry<String, String> query : queries.entrySet()) {
            String sql = query.getValue();
            String[] values = arguments.getOrDefault(query.getKey(), new String[0]);
            for (int i = 0; i < values.length; i++) {
                sql = sql.replace("$" + (i + 1), values[i]);
            }
            boolean gateway = OF_THE_GATEWAY.contains(query.getKey());
            session.run("set role " + (gateway ? "inference_gateway" : "inference_service"));
            session.text("select set_config('inference.organization_id', " + (gateway ? "''" : organization + "::text")
                    + ", false)");
            assertThat(session.plan(sql))
                    .as(query.getKey())
                    .contains(INDEXES.getOrDefault(query.getKey(), "?"))
                    .doesNotContain("Seq Scan");
            assertThat(session.lines(sql)).as(query.getKey()).isNotEmpty();
        }
    }

    /** The queries by their names. */
    private static Map<String, String> queries() throws IOException {
        Map<String, String> queries = new TreeMap<>();
        try (Stream<Path> files =
                Files.list(Reference.folder("inference-platform").resolve("queries"))) {
            for (Path file : files.toList()) {
                queries.put(String.valueOf(file.getFileName()).replace(".sql", ""), Files.readString(file));
            }
        }
        return queries;
    }
}
