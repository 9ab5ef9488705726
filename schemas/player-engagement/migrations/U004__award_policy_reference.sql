-- Takes V004 back.
-- lockkeeper:accept-loss ${schema}.xp_policies: a policy that was adopted is named by awards and stays
-- lockkeeper:accept-loss ${schema}.xp_policy_versions: a version that was adopted is named by awards and stays
-- lockkeeper:accept-loss ${schema}.xp_policy_streak_curve: the curve belongs to a version that stays
-------------------------------------------------------------------------------
-- All tables at once, or none of them and again a little later: whoever holds one of them, an editor with an open draft or a
-- claim that asked for its version first, holds this up, and nobody waits for this longer than an instant.
--
-- First in a mode that only autovacuum and other migrations mind: autovacuum goes when somebody has waited for a second, which
-- nobody does below.
lock table ${schema}.xp_policy_versions, ${schema}.xp_awards, ${schema}.xp_ledger in share update exclusive mode;

do $$
declare
    v_patience constant text := current_setting('lock_timeout');
begin
    for i in 1..600 loop
        begin
            perform set_config('lock_timeout', '50ms', true);
            lock table ${schema}.xp_policy_versions, ${schema}.xp_awards, ${schema}.xp_ledger in access exclusive mode;
            perform set_config('lock_timeout', v_patience, true);
            return;
        exception
            when lock_not_available then
                perform pg_sleep(0.05);
        end;
    end loop;
    raise exception 'the tables are never free all at once' using
        errcode = 'lock_not_available',
        hint = 'Close transactions that are open for long, or pause the claims.';
end
$$;
-------------------------------------------------------------------------------
alter table ${schema}.xp_ledger drop constraint xp_ledger_policy_version_fkey;

alter table ${schema}.xp_awards drop constraint xp_awards_policy_version_fkey;
