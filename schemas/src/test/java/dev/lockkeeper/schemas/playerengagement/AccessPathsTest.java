package dev.lockkeeper.schemas.playerengagement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How the queries of the service find their rows among a hundred thousand entries, from the plan with statistics. */
@Tag("PE-04")
final class AccessPathsTest {
    @RegisterExtension
    final Migrated xp = Migrated.of("player-engagement");

    private static void volume(Session session) throws SQLException {
        session.script("""
            insert into xp.xp_policies (policy_key, display_name) select 'p' || k, 'P' from generate_series(1, 50) k;
            insert into xp.xp_policy_versions (policy_key, version, base_xp_amount, streak_model)
                select 'p' || k, v, 1, 'PlateauCap' from generate_series(1, 50) k, generate_series(1, 4) v;
            insert into xp.xp_seasons (season_id, label, starts_on, ends_on)
                select s, 's' || s, date '2000-01-01' + s, date '2000-01-02' + s from generate_series(1, 200) s;
            insert into xp.xp_users (external_user_id, reward_tz)
                select 'u' || u, (array['UTC', 'Europe/Berlin', 'Asia/Tokyo'])[1 + u % 3] from generate_series(1, 2000) u;
            insert into xp.xp_ledger
                (user_id, amount, reason, correlation_id, policy_key, policy_version, season_id, created_at)
                select u.user_id, 1, 'login', gen_random_uuid(), 'p' || 1 + i % 50, 1 + i % 4, 1 + i % 200,
                    timestamptz '2024-01-01Z' + i * interval '1 hour'
                from xp.xp_users u, generate_series(1, 50) i;
            insert into xp.xp_awards (user_id, reward_day, xp_awarded, streak_day, receipt_id, policy_key, policy_version)
                select user_id, created_at::date, 1, 0, correlation_id, policy_key, policy_version
                from (select distinct on (user_id, created_at::date) * from xp.xp_ledger) e;
            analyze;
            """);
    }

    @Test
    void every_query_of_the_service_uses_the_index_made_for_it() throws SQLException {
        Session session = xp.session();
        volume(session);

        assertThat(session.plan("select * from xp.xp_ledger where user_id = 7 order by created_at desc limit 20"))
                .contains("xp_ledger_user_recent_idx")
                .doesNotContain("Seq Scan", "\"Sort\"");
        assertThat(session.plan("select sum(amount) from xp.xp_ledger where policy_key = 'p7' and policy_version = 4"))
                .contains("xp_ledger_policy_idx")
                .doesNotContain("Seq Scan");
        assertThat(session.plan("select count(*) from xp.xp_ledger where season_id = 7"))
                .contains("xp_ledger_season_idx")
                .doesNotContain("Seq Scan");
        assertThat(session.plan(
                        "select 1 from xp.xp_ledger where correlation_id = '00000000-0000-4000-8000-000000000001'"))
                .contains("xp_ledger_correlation_id_key")
                .doesNotContain("Seq Scan");
        assertThat(session.plan("select * from xp.xp_users where external_user_id = 'u7'"))
                .contains("xp_users_external_user_id_key")
                .doesNotContain("Seq Scan");
    }

    @Test
    @Tag("PE-08")
    void the_award_of_a_day_is_found_by_its_key() throws SQLException {
        Session session = xp.session();
        volume(session);

        assertThat(session.plan("select * from xp.xp_awards where user_id = 7 and reward_day = '2024-01-01'"))
                .contains("xp_awards_user_id_reward_day_key")
                .doesNotContain("Seq Scan");
    }
}
