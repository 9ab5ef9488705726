package dev.lockkeeper.schemas.predictionmarket;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;

/** Rows that tests start from. */
final class Given {
    static final String HASH = "0123456789abcdef".repeat(4);

    private Given() {}

    static Migrated jobs() {
        return Migrated.of("prediction-market", "jobs");
    }

    static Migrated core() {
        return Migrated.of("prediction-market", "core");
    }

    static String job(Session session, String key) throws SQLException {
        return session.text("insert into jobs.jobs (job_type, idempotency_key) values ('fetch', ?) returning id", key);
    }

    static String audit(Session session, String actorType, String action) throws SQLException {
        return session.text(
                "insert into core.audit_event"
                        + " (actor_type, actor_id, action, subject_type, subject_id, payload_hash, signature)"
                        + " values (?, 'somebody', ?, 'market', 'm', ?, 'signed') returning id",
                actorType,
                action,
                HASH);
    }

    static String market(Session session, String slug) throws SQLException {
        return session.text(
                "insert into core.markets (question, market_type, slug, human_approval_audit_id)"
                        + " values ('Will it rain?', 'culture', ?, ?::uuid) returning id",
                slug,
                audit(session, "human", "approve"));
    }

    static String snapshot(Session session, String url) throws SQLException {
        return session.text(
                "insert into core.snapshots (id, url, fetched_at, content_type, byte_size)"
                        + " select core.snapshot_id(u, t), u, t, 'text/html', 7"
                        + " from (values (?, timestamptz '2026-03-01 12:00:00+00')) v (u, t) returning id",
                url);
    }

    static String event(Session session, String market, String... snapshots) throws SQLException {
        return session.text(
                "insert into core.events (market_id, title, occurred_at, confidence, snapshot_ids)"
                        + " values (?::uuid, 'It rained', '2026-03-01 12:00:00+00', 0.5, ?::text[]) returning id",
                market,
                "{" + String.join(",", snapshots) + "}");
    }
}
