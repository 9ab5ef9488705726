package dev.lockkeeper.schemas.playerengagement;

import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;

/** Rows that tests start from. */
final class Given {
    private Given() {}

    static long user(Session session) throws SQLException {
        return session.number("insert into xp.xp_users (external_user_id, reward_tz)"
                + " values (gen_random_uuid()::text, 'Europe/Berlin') returning user_id");
    }

    static void entry(Session session, long user, long amount) throws SQLException {
        session.run(
                "insert into xp.xp_ledger (user_id, amount, reason, correlation_id)"
                        + " values (?, ?, 'test', gen_random_uuid())",
                user,
                amount);
    }

    /** Awards of days under a policy of their own, which may lie in the past. */
    static void awards(Session session, long user, String... days) throws SQLException {
        if (session.number("select count(*) from xp.xp_policies where policy_key = 'awards'") == 0) {
            draft(session, "awards");
            publish(session, "awards", 1);
        }
        for (String day : days) {
            session.run(
                    "with entry as (insert into xp.xp_ledger"
                            + " (user_id, amount, reason, correlation_id, policy_key, policy_version)"
                            + " values (?, 1, 'daily-login', gen_random_uuid(), 'awards', 1) returning *)"
                            + " insert into xp.xp_awards"
                            + " (user_id, reward_day, xp_awarded, streak_day, policy_key, policy_version, receipt_id)"
                            + " select user_id, ?::date, amount, 0, policy_key, policy_version, correlation_id from entry",
                    user,
                    day);
        }
    }

    /** Version 1 of the policy, which is created when it does not exist; its days are those of UTC. */
    static void draft(Session session, String policy) throws SQLException {
        draft(session, policy, 1);
    }

    static void draft(Session session, String policy, int version) throws SQLException {
        session.run(
                "insert into xp.xp_policies (policy_key, display_name) values (?, 'Test') on conflict do nothing",
                policy);
        session.run(
                "insert into xp.xp_policy_versions"
                        + " (policy_key, version, base_xp_amount, streak_model, anchor_strategy)"
                        + " values (?, ?, 100, 'PlateauCap', 'FixedUtc')",
                policy,
                version);
    }

    static void day(Session session, String policy, int version, int day) throws SQLException {
        session.run(
                "insert into xp.xp_policy_streak_curve (policy_key, policy_version, day_index) values (?, ?, ?)",
                policy,
                version,
                day);
    }

    static void boost(Session session, String policy, int version, String start, String end) throws SQLException {
        session.run(
                "insert into xp.xp_policy_seasonal_boosts"
                        + " (policy_key, policy_version, label, multiplier, starts_at, ends_at)"
                        + " values (?, ?, 'Boost', 2, ?::timestamptz, ?::timestamptz)",
                policy,
                version,
                start,
                end);
    }

    static void publish(Session session, String policy, int version) throws SQLException {
        session.run(
                "update xp.xp_policy_versions set status = 'Published', effective_at = now(), published_at = now()"
                        + " where policy_key = ? and version = ?",
                policy,
                version);
    }

    static void archive(Session session, String policy, int version) throws SQLException {
        session.run(
                "update xp.xp_policy_versions set status = 'Archived', superseded_at = now()"
                        + " where policy_key = ? and version = ?",
                policy,
                version);
    }

    static void override(Session session, String segment, String policy, int version) throws SQLException {
        session.run(
                "insert into xp.xp_policy_segment_overrides (segment_key, policy_key, policy_version)"
                        + " values (?, ?, ?)",
                segment,
                policy,
                version);
    }

    static long season(Session session, String start, String end) throws SQLException {
        return session.number(
                "insert into xp.xp_seasons (label, starts_on, ends_on)"
                        + " values (gen_random_uuid()::text, ?::date, ?::date) returning season_id",
                start,
                end);
    }
}
