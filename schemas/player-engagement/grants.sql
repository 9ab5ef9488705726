-- What the roles of roles.sql may do, as the owner of the schema grants it: after each apply, whatever its version, as often as
-- you like. Write the name of your schema for xp where it is another one.
grant usage on schema xp to engagement_service, engagement_editor, engagement_privacy, engagement_reader;

-- The reader: all tables and views.
grant select on all tables in schema xp to engagement_reader;

-- The game. It has no right to write the ledger, the awards or the balances: functions do, and set time and receipt. Of a
-- user it gives what it knows; the zone of a user changes through the history.
grant select on all tables in schema xp to engagement_service;
grant insert (external_user_id, reward_tz, segment_key), update (segment_key) on xp.xp_users to engagement_service;
grant insert (user_id, new_tz, effective_from) on xp.xp_user_timezone_changes to engagement_service;
grant insert (user_id, current_streak, longest_streak, grace_used, last_reward_day, model_state),
    update (current_streak, longest_streak, grace_used, last_reward_day, model_state)
    on xp.xp_streaks to engagement_service;
grant execute on function
    xp.claim_daily_award(bigint, date, bigint, integer, text, integer, bigint, jsonb),
    xp.book_entry(bigint, bigint, text, uuid, bigint, text, integer, uuid, jsonb),
    xp.apply_due_timezone_changes()
    to engagement_service;

-- Who answers to players that want to be forgotten: finds them, and nothing else.
grant select on xp.xp_users, xp.xp_erasures to engagement_privacy;
grant execute on function xp.forget_player(bigint, text) to engagement_privacy;

-- The editor: drafts, publications, overrides and the calendar, and nothing of the players. Who wrote or published it and when
-- is for the database to say. What is not there yet, or no longer, is left out.
do $$
declare
    v_grant text;
begin
    foreach v_grant in array array[
        'xp.xp_rules: select',
        'xp.xp_rules_retired: select',
        'xp.xp_policies: select, delete, insert (policy_key, display_name, description), update (policy_key, display_name, description)',
        'xp.xp_policy_versions: select, delete, insert (COLUMNS), update (COLUMNS)',
        'xp.xp_policy_streak_curve: select, delete, insert, update',
        'xp.xp_policy_seasonal_boosts: select, delete, insert, update',
        'xp.xp_policy_segment_overrides: select, delete, insert (segment_key, policy_key, policy_version), update (segment_key, policy_key, policy_version)',
        'xp.xp_seasons: select, delete, insert (label, starts_on, ends_on, is_current), update (label, starts_on, ends_on, is_current)',
        'xp.xp_running_season: select'
    ] loop
        continue when to_regclass(split_part(v_grant, ':', 1)) is null;
        -- from before the columns were named
        execute format('revoke insert, update on %s from engagement_editor', split_part(v_grant, ':', 1));
        execute format('grant %s on %s to engagement_editor',
            replace(split_part(v_grant, ':', 2), 'COLUMNS',
                'policy_key, version, status, base_xp_amount, currency, claim_window_start_minutes,'
                ' claim_window_duration_hours, anchor_strategy, grace_allowed_misses, grace_window_days, streak_model,'
                ' streak_model_parameters, preview_window_days, preview_default_segment, seasonal_metadata, effective_at,'
                ' superseded_at'),
            split_part(v_grant, ':', 1));
    end loop;
end
$$;
