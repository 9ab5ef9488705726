package dev.lockkeeper.schemas.inferenceplatform;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.Map;

/** Rows that tests start from. */
final class Given {
    /** The keys with which packages of seeds are brought. */
    static final Map<String, String> SEED_KEYS =
            Map.of("INFERENCE_SEED_HASH_KEY", "local-dev-key", "INFERENCE_SEED_SECRET", "local-dev-secret");

    private Given() {}

    static Migrated operational() {
        return Migrated.of("inference-platform", "operational");
    }

    static Migrated analytics() {
        return Migrated.of("inference-platform", "analytics");
    }

    static String organization(Session session, String slug) throws SQLException {
        return session.text(
                "insert into inference.organizations (slug, display_name) values (?, 'Test') returning id", slug);
    }

    static String user(Session session, String organization) throws SQLException {
        return session.text(
                "insert into inference.users (organization_id, email_ciphertext, email_hash)"
                        + " values (?::uuid, decode(repeat('ab', 40), 'hex'), sha256(gen_random_uuid()::text::bytea))"
                        + " returning id",
                organization);
    }

    static String key(Session session, String organization, String name) throws SQLException {
        return session.text(
                "insert into inference.api_keys (organization_id, name, hashed_secret)"
                        + " values (?::uuid, ?, sha256(gen_random_uuid()::text::bytea)) returning id",
                organization,
                name);
    }

    /** The model that everybody may call. */
    static String model(Session session) throws SQLException {
        session.run("insert into inference.model_registry_entries (model_name, revision) values ('chat', '1')"
                + " on conflict do nothing");
        return session.text("select id from inference.model_registry_entries where model_name = 'chat'");
    }

    static String event(Session session, String organization) throws SQLException {
        return session.text(
                "insert into inference.usage_events (event_id, occurred_at, organization_id, model_id, region, status)"
                        + " values (gen_random_uuid(), now(), ?::uuid, ?::uuid, 'eu', 'success') returning event_id",
                organization,
                model(session));
    }

    static String audit(Session session, String organization) throws SQLException {
        return session.text(
                "insert into inference.audit_log_entries"
                        + " (organization_id, actor_type, actor_id, action, target_type, target_id)"
                        + " values (?::uuid, 'user', 'u', 'changed', 'api_key', 'k') returning id",
                organization);
    }
}
