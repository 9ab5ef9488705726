-- What the roles of roles.sql may do, as the owner of the schema grants it: after each apply, as often as you like. Write the
-- name of your schema for xp where it is another one.
grant usage on schema xp to engagement_service, engagement_editor, engagement_reader;

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

-- The editor: drafts, publications, overrides and the calendar, and nothing of the players.
grant select on xp.xp_rules, xp.xp_rules_retired to engagement_editor;
grant select, delete on xp.xp_policies, xp.xp_policy_versions, xp.xp_policy_streak_curve,
    xp.xp_policy_seasonal_boosts, xp.xp_policy_segment_overrides, xp.xp_seasons to engagement_editor;
revoke insert, update on xp.xp_policies, xp.xp_policy_versions, xp.xp_policy_segment_overrides, xp.xp_seasons
    from engagement_editor;
-- Who wrote or published it and when is for the database to say.
grant insert (policy_key, display_name, description), update (policy_key, display_name, description)
    on xp.xp_policies to engagement_editor;
grant
    insert (policy_key, version, status, base_xp_amount, currency, claim_window_start_minutes, claim_window_duration_hours,
        anchor_strategy, grace_allowed_misses, grace_window_days, streak_model, streak_model_parameters,
        preview_window_days, preview_default_segment, seasonal_metadata, effective_at, superseded_at),
    update (policy_key, version, status, base_xp_amount, currency, claim_window_start_minutes, claim_window_duration_hours,
        anchor_strategy, grace_allowed_misses, grace_window_days, streak_model, streak_model_parameters,
        preview_window_days, preview_default_segment, seasonal_metadata, effective_at, superseded_at)
    on xp.xp_policy_versions to engagement_editor;
grant insert, update on xp.xp_policy_streak_curve, xp.xp_policy_seasonal_boosts to engagement_editor;
grant insert (segment_key, policy_key, policy_version), update (segment_key, policy_key, policy_version)
    on xp.xp_policy_segment_overrides to engagement_editor;
grant insert (label, starts_on, ends_on, is_current), update (label, starts_on, ends_on, is_current)
    on xp.xp_seasons to engagement_editor;
grant select on xp.xp_running_season to engagement_editor;
