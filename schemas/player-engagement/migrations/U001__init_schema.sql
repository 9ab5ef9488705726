-- Takes V001 back. All rows of its tables go with them.
-------------------------------------------------------------------------------
drop function ${schema}.forget_player(bigint, text);

drop function ${schema}.claim_daily_award(bigint, date, bigint, integer, text, integer, bigint, jsonb);

drop function ${schema}.book_entry(bigint, bigint, text, uuid, bigint, text, integer, uuid, jsonb);

drop view ${schema}.xp_balance_differences;

drop table ${schema}.xp_awards;

drop table ${schema}.xp_rules;

drop table ${schema}.xp_streaks;

drop table ${schema}.xp_ledger;

drop table ${schema}.xp_season_balance;

drop table ${schema}.xp_balance;

drop table ${schema}.xp_user_timezone_changes;

drop table ${schema}.xp_users;

drop function ${schema}.erasure_is_open();

drop table ${schema}.xp_erasures;
-------------------------------------------------------------------------------
drop function ${schema}.require_entry_of_award();

drop function ${schema}.keep_rule();

drop function ${schema}.post_to_balance();

drop function ${schema}.admit_correction();

drop function ${schema}.open_balance();

drop function ${schema}.reward_zone_at(bigint, timestamptz);

drop function ${schema}.apply_due_timezone_changes();

drop function ${schema}.require_timezone_change();

drop function ${schema}.apply_timezone_change();

drop function ${schema}.admit_timezone_change();

drop function ${schema}.admit_erasure();

drop function ${schema}.tell_erasure();

drop function ${schema}.append_only();

drop function ${schema}.refuse_statement();

drop function ${schema}.keep_streak_to_awards();

drop function ${schema}.touch_updated_at();

drop function ${schema}.is_iana_time_zone(text);

drop domain ${schema}.words;

drop domain ${schema}.instant;

drop function ${schema}.now_utc();
-------------------------------------------------------------------------------
-- Only the schema that V001 created, and only when nothing else lives in it.
do $$
begin
    if obj_description(to_regnamespace('${schema}'), 'pg_namespace') like 'player-engagement: %' then
        drop schema ${schema};
    end if;
end
$$;
