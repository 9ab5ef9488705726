-- Takes V002 back. The rows of the policy tables go with them; the rules come back with all theirs.
-------------------------------------------------------------------------------
-- All tables at once, or none of them and again a little later: whoever holds one of them, an editor with an open draft or a
-- claim that asked for its version first, holds this up, and nobody waits for this longer than an instant. Claims and entries
-- wait at the players, and then find the policies gone, and go on as in V001. The lock of a view is one of its table, too.
--
-- First in a mode that only autovacuum and other migrations mind: autovacuum goes when somebody has waited for a second, which
-- nobody does below.
lock table ${schema}.xp_users, ${schema}.xp_policies, ${schema}.xp_policy_versions, ${schema}.xp_policy_streak_curve,
    ${schema}.xp_policy_seasonal_boosts, ${schema}.xp_policy_segment_overrides, ${schema}.xp_rules
    in share update exclusive mode;

do $$
declare
    v_patience constant text := current_setting('lock_timeout');
begin
    for i in 1..600 loop
        begin
            perform set_config('lock_timeout', '50ms', true);
            lock table ${schema}.xp_users, ${schema}.xp_policies, ${schema}.xp_policy_versions,
                ${schema}.xp_policy_streak_curve, ${schema}.xp_policy_seasonal_boosts,
                ${schema}.xp_policy_segment_overrides, ${schema}.xp_rules in access exclusive mode;
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
-- As in V001.
create or replace function ${schema}.claim_daily_award(
    p_user_id bigint,
    p_reward_day date,
    p_xp_awarded bigint,
    p_streak_day integer,
    p_policy_key text,
    p_policy_version integer,
    p_season_id bigint default null,
    p_state_snapshot jsonb default '{}'
) returns ${schema}.xp_awards
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_award ${schema}.xp_awards;
    -- a transaction may have begun when another day was near
    v_now timestamptz := clock_timestamp();
    v_zone text;
begin
    select a.* into v_award
    from ${schema}.xp_awards as a
    where a.user_id = p_user_id and a.reward_day = p_reward_day;
    if found then
        return v_award;
    end if;

    -- No window is known before V002, nor whose calendar the game goes by: it is never further than a day from the player's.
    v_zone := ${schema}.reward_zone_at(p_user_id, v_now);
    if p_reward_day not between (v_now at time zone v_zone)::date - 1 and (v_now at time zone v_zone)::date + 1 then
        raise exception 'user % in % has neither the day % now nor one next to it', p_user_id, v_zone, p_reward_day
            using errcode = 'check_violation',
                table = 'xp_awards',
                column = 'reward_day',
                constraint = 'xp_awards_reward_day_near';
    end if;

    -- one statement: what is checked at its end, where a client wants constraints immediate, finds both rows
    with claimed as (
        insert into ${schema}.xp_awards
            (user_id, reward_day, xp_awarded, streak_day, policy_key, policy_version, state_snapshot)
        values
            (p_user_id, p_reward_day, p_xp_awarded, p_streak_day, p_policy_key, p_policy_version, p_state_snapshot)
        on conflict on constraint xp_awards_user_id_reward_day_key do nothing
        returning *
    ), booked as (
        insert into ${schema}.xp_ledger
            (user_id, amount, reason, correlation_id, policy_key, policy_version, season_id)
        select c.user_id, c.xp_awarded, 'daily-login', c.receipt_id, c.policy_key, c.policy_version, p_season_id
        from claimed as c
    )
    select c.* into v_award from claimed as c;

    if not found then
        select a.* into strict v_award
        from ${schema}.xp_awards as a
        where a.user_id = p_user_id and a.reward_day = p_reward_day;
    end if;
    return v_award;
end
$$;

create or replace function ${schema}.book_entry(
    p_user_id bigint,
    p_amount bigint,
    p_reason text,
    p_correlation_id uuid,
    p_season_id bigint default null,
    p_policy_key text default null,
    p_policy_version integer default null,
    p_corrects uuid default null,
    p_context jsonb default '{}'
) returns ${schema}.xp_ledger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_entry ${schema}.xp_ledger;
begin
    select * into v_entry from ${schema}.xp_ledger as l where l.correlation_id = p_correlation_id;
    if not found then
        insert into ${schema}.xp_ledger
            (user_id, amount, reason, correlation_id, season_id, policy_key, policy_version, corrects, context)
        values
            (p_user_id, p_amount, p_reason, p_correlation_id, p_season_id, p_policy_key, p_policy_version, p_corrects,
                p_context)
        on conflict on constraint xp_ledger_correlation_id_key do nothing
        returning * into v_entry;
        if found then
            return v_entry;
        end if;
        select * into strict v_entry from ${schema}.xp_ledger as l where l.correlation_id = p_correlation_id;
    end if;

    -- a correction may leave season and policy to the entry that it corrects
    if (v_entry.user_id, v_entry.amount, v_entry.corrects) is distinct from (p_user_id, p_amount, p_corrects)
        or v_entry.reason is distinct from p_reason
            -- whose words were taken is told apart by what is left, else the game would book it again under another key
            and (v_entry.reason <> 'erased' or not exists (
                select from ${schema}.xp_erasures as e where e.user_id = v_entry.user_id
            ))
        or p_corrects is null
            and (v_entry.season_id, v_entry.policy_key, v_entry.policy_version)
                is distinct from (p_season_id, p_policy_key, p_policy_version)
    then
        raise exception 'request % was booked as another entry', p_correlation_id
            using errcode = 'unique_violation',
                table = 'xp_ledger',
                column = 'correlation_id',
                constraint = 'xp_ledger_correlation_id_key',
                hint = 'Give each request a key of its own.';
    end if;
    return v_entry;
end
$$;
-------------------------------------------------------------------------------
drop function ${schema}.adopt_policy_versions();

drop function ${schema}.open_reward_day(bigint, text, integer, timestamptz);

drop function ${schema}.policy_version_in_force(text, text, timestamptz);

drop table ${schema}.xp_policy_segment_overrides;

drop table ${schema}.xp_policy_seasonal_boosts;

drop table ${schema}.xp_policy_streak_curve;

drop table ${schema}.xp_policy_versions;

drop table ${schema}.xp_policies;
-------------------------------------------------------------------------------
drop function ${schema}.require_contiguous_curve();

drop function ${schema}.release_to_segment();

drop function ${schema}.complete_release();

drop function ${schema}.require_unnamed_draft();

drop function ${schema}.change_parts_of_draft();

drop function ${schema}.sign_version();

drop function ${schema}.keep_published_version();
-------------------------------------------------------------------------------
drop view ${schema}.xp_rules;

drop trigger xp_rules_retired_read_only on ${schema}.xp_rules_retired;

alter table ${schema}.xp_rules_retired rename to xp_rules;

create trigger xp_rules_not_truncated
    before truncate on ${schema}.xp_rules
    for each statement execute function ${schema}.refuse_statement(
        'rules are immutable',
        'Insert a new version, and move is_active to it.');

comment on trigger xp_rules_not_truncated on ${schema}.xp_rules is
    'Row triggers do not see TRUNCATE.';
comment on table ${schema}.xp_rules is 'Versions of the reward rules as free-form documents.';
-------------------------------------------------------------------------------
-- Only the extension that V002 created, and only when nothing else has come to need it.
do $$
begin
    if exists (
        select from pg_catalog.pg_extension as e
        where e.extname = 'btree_gist'
            and obj_description(e.oid, 'pg_extension') like 'player-engagement: %'
    ) then
        drop extension btree_gist;
    end if;
exception
    when dependent_objects_still_exist then
        raise notice 'extension btree_gist stays: other objects need it';
end
$$;
