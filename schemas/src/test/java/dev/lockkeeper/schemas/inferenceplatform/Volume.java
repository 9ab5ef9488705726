package dev.lockkeeper.schemas.inferenceplatform;

import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;

/** Many rows, with statistics. */
final class Volume {
    private Volume() {}

    /**
     * Organizations with a key, people, a model and audit entries each, and events of this month and the next one.
     *
     * @param events for each organization
     */
    static void of(Session session, int organizations, int events) throws SQLException {
        session.script("""
            set session_replication_role = replica;
            insert into inference.organizations (slug, display_name)
                select 'org-' || i, 'O' from generate_series(1, %1$d) i;
            insert into inference.users (organization_id, email_ciphertext, email_hash)
                select id, decode(repeat('ab', 40), 'hex'), sha256((slug || u)::bytea)
                from inference.organizations, generate_series(1, 5) u;
            insert into inference.api_keys (organization_id, name, hashed_secret)
                select id, 'k' || k, sha256((slug || 'k' || k)::bytea)
                from inference.organizations, generate_series(1, 3) k;
            insert into inference.model_registry_entries (organization_id, model_name, revision)
                select id, 'own', r::text from inference.organizations, generate_series(1, 5) r
                union all select null, 'global-' || m, '1' from generate_series(1, 20) m;
            insert into inference.audit_log_entries
                (organization_id, actor_type, actor_id, action, target_type, target_id)
                select id, 'user', 'u', 'a', 'api_key', slug || '-' || a
                from inference.organizations, generate_series(1, 10) a;
            insert into inference.usage_events (event_id, occurred_at, organization_id, model_id, region, status)
                select gen_random_uuid(), date_trunc('month', now(), 'UTC') + make_interval(secs => random() * s.span), o.id,
                    (select id from inference.model_registry_entries where organization_id is null limit 1), 'eu',
                    'success'
                from inference.organizations o, generate_series(1, %2$d) e, (
                    select extract(epoch from max(upper_bound) - min(lower_bound)) as span
                    from inference.partitions_of('inference.usage_events')
                ) s;
            set session_replication_role = origin;
            """.formatted(organizations, events));
        session.run("vacuum (analyze)");
    }
}
