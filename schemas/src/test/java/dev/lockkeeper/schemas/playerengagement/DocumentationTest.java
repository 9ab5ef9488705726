package dev.lockkeeper.schemas.playerengagement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.HouseRules;
import dev.lockkeeper.schemas.Migrated;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("PE-01")
final class DocumentationTest extends HouseRules {
    DocumentationTest() {
        super(Migrated.of("player-engagement"), "xp");
    }

    @Test
    void every_default_of_a_timestamp_is_now_utc() throws SQLException {
        assertThat(lines("""
                select table_name || '.' || column_name from information_schema.columns
                where table_schema = 'xp' and data_type = 'timestamp with time zone'
                    and column_default <> 'xp.now_utc()'
                """)).isEmpty();
    }

    @Test
    void every_function_is_used_by_a_table_a_trigger_or_a_caller() throws SQLException {
        assertThat(lines("""
                select p.proname from pg_proc p
                where p.pronamespace = 'xp'::regnamespace
                    and not exists (select from pg_trigger t where t.tgfoid = p.oid)
                    and not exists (
                        select from pg_depend d
                        where d.refclassid = 'pg_proc'::regclass and d.refobjid = p.oid
                    )
                """))
                .containsExactlyInAnyOrder(
                        "adopt_policy_versions",
                        "apply_due_timezone_changes",
                        "book_entry",
                        "claim_daily_award",
                        "forget_player",
                        "open_reward_day",
                        "policy_version_in_force",
                        "reward_zone_at");
    }

    @Test
    void what_runs_as_the_owner_is_called_by_nobody_who_was_not_granted_it() throws SQLException {
        assertThat(lines("""
                select p.oid::regprocedure from pg_proc p
                where p.pronamespace = 'xp'::regnamespace and p.prosecdef
                    and has_function_privilege('public', p.oid, 'execute')
                """)).isEmpty();
    }
}
