-------------------------------------------------------------------------------
-- The policy that a new game starts with: 100 XP for the login of a day, more for each day in a row, a cap on the
-- seventh, and the season of the year 2026. Run it as often as you like: what is there stays as it is.
insert into ${schema}.xp_policies (policy_key, display_name, description)
values ('daily-login-xp', 'Daily login', 'Rewards the first login of each day.')
on conflict do nothing;
-------------------------------------------------------------------------------
-- The first version, a draft until its curve is there.
insert into ${schema}.xp_policy_versions
    (policy_key, version, base_xp_amount, grace_allowed_misses, grace_window_days, streak_model, streak_model_parameters)
values ('daily-login-xp', 1, 100, 1, 7, 'PlateauCap', '{"plateauDay": 6}')
on conflict do nothing;
-------------------------------------------------------------------------------
-- Seven days, each worth a tenth more than the one before it.
insert into ${schema}.xp_policy_streak_curve
    (policy_key, policy_version, day_index, multiplier, additive_bonus_xp, cap_next_day)
select v.policy_key, v.version, d.day, 1 + d.day * 0.1, case d.day when 6 then 50 else 0 end, d.day = 6
from ${schema}.xp_policy_versions as v
cross join generate_series(0, 6) as d (day)
where v.policy_key = 'daily-login-xp' and v.version = 1 and v.status = 'Draft'
on conflict do nothing;
-------------------------------------------------------------------------------
update ${schema}.xp_policy_versions
set status = 'Published', effective_at = timestamptz '2026-01-01 00:00:00+00',
    published_at = timestamptz '2026-01-01 00:00:00+00'
where policy_key = 'daily-login-xp' and version = 1 and status = 'Draft';
-------------------------------------------------------------------------------
insert into ${schema}.xp_seasons (label, starts_on, ends_on)
select 'Season 2026', date '2026-01-01', date '2027-01-01'
where not exists (
    select from ${schema}.xp_seasons
    where starts_on is not null and daterange(starts_on, ends_on) && daterange('2026-01-01', '2027-01-01')
)
on conflict do nothing;
