package dev.lockkeeper.schemas.predictionmarket;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.UUID;

/** Rows that tests start from. */
final class Given {
    static final String HASH = "0123456789abcdef".repeat(4);
    static final String BCRYPT = "$2b$12$" + "a".repeat(53);

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

    static String user(Session session, String role) throws SQLException {
        return session.text(
                "insert into core.users (email, role, password_hash) values (?, ?, ?) returning id",
                UUID.randomUUID() + "@example.org",
                role,
                BCRYPT);
    }

    /** The token of an open session of the user. */
    static String login(Session session, String user) throws SQLException {
        String token = UUID.randomUUID().toString();
        session.text("select core.begin_session(?::uuid, sha256(convert_to(?, 'UTF8')))", user, token);
        return token;
    }

    /** The token of an open session of a new admin. */
    static String admin(Session session) throws SQLException {
        return login(session, user(session, "admin"));
    }

    static String agentEntry(Session session) throws SQLException {
        return session.text(
                "select core.record_agent('propose', 'market', 'm', '{\"risk\": \"low\"}', ?)",
                UUID.randomUUID().toString());
    }

    /** An approval of the market by a new admin. */
    static String approval(Session session, String market) throws SQLException {
        return approval(session, admin(session), market, "{}");
    }

    static String approval(Session session, String token, String market, String metadata) throws SQLException {
        return session.text(
                "select core.approve_market(?, ?::uuid, 'Will it rain?', 'culture', 'low', ?::timestamptz, ?::jsonb)",
                token,
                market,
                "2100-01-01 00:00:00+00",
                metadata);
    }

    /** A market with what {@link #approval} approves, written by itself. */
    static String insertMarket(String market, String approval) {
        return "insert into core.markets"
                + " (id, question, market_type, risk_level, closes_at, human_approval_audit_id, created_by)"
                + " select '%s', 'Will it rain?', 'culture', 'low', '2100-01-01 00:00:00+00', id, actor_user_id"
                        .formatted(market)
                + " from core.audit_event where id = '" + approval + "'";
    }

    static String market(Session session, String slug) throws SQLException {
        String approval =
                approval(session, admin(session), UUID.randomUUID().toString(), "{\"slug\": \"" + slug + "\"}");
        return session.text("select core.publish_market(?::uuid)", approval);
    }

    /** The entry in which the market was resolved. */
    static String resolve(Session session, String token, String market) throws SQLException {
        for (String step : new String[] {"open", "closed"}) {
            session.text("select core.move_market(?, ?::uuid, ?)", token, market, step);
        }
        return session.text(
                "select core.move_market(?, ?::uuid, 'resolved', '{\"outcome\": {\"rain\": true}}')", token, market);
    }

    /** Entries as if they had been written eight years ago. */
    static void age(Session session) throws SQLException {
        session.script("""
            set session_replication_role = replica;
            alter table core.audit_event disable trigger all;
            update core.audit_event set occurred_at = occurred_at - interval '8 years';
            alter table core.audit_event enable trigger all;
            alter table core.audit_event enable always trigger audit_event_append_only;
            alter table core.audit_event enable always trigger audit_event_not_truncated;
            set session_replication_role = default;
            """);
    }

    /** The SHA-256 of an archive of what is seven years old. */
    static final String DIGEST_DUE = "select encode(sha256(convert_to(string_agg(line || chr(10), ''), 'UTF8')), 'hex')"
            + " from core.audit_due(now() - interval '7 years', 10000) as line";

    /** Purges what is seven years old as if it had just been archived. */
    static String purge(int limit) {
        return "select core.purge_audit(now() - interval '7 years', count(*),"
                + " encode(sha256(convert_to(string_agg(line || chr(10), ''), 'UTF8')), 'hex'), " + limit + ")"
                + " from core.audit_due(now() - interval '7 years', " + limit + ") as line";
    }

    static String snapshot(Session session, String url) throws SQLException {
        return session.text(
                "select core.add_snapshot(?, '2026-03-01 12:00:00+00', 'text/html', 7, ?, ?)",
                url,
                "sha256:" + HASH,
                "pages/" + HASH);
    }

    static String event(Session session, String market, String... snapshots) throws SQLException {
        return session.text(
                "insert into core.events (market_id, title, occurred_at, confidence, snapshot_ids)"
                        + " values (?::uuid, 'It rained', '2026-03-01 12:00:00+00', 0.5, ?::text[]) returning id",
                market,
                "{" + String.join(",", snapshots) + "}");
    }
}
