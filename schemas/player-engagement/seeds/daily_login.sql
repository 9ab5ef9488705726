-- The policy that a new game starts with: 100 XP for the login of a day, more for each day in a row, a cap on the
-- seventh, and the season of the running year. Run it as often as you like: what is there stays as it is.
insert into ${schema}.xp_policies (policy_key, display_name, description)
values ('daily-login-xp', 'Daily login', 'Rewards the first login of each day.')
on conflict do nothing;
-------------------------------------------------------------------------------
-- One version with its curve, written and published by this block or not at all: a draft of somebody else is not ours to
-- publish. Where the upgrade adopted versions, and nobody has written one since, it is the number after theirs.
do $$
declare
    v_version integer;
begin
    select coalesce(max(v.version), 0) + 1 into v_version
    from ${schema}.xp_policy_versions as v
    where v.policy_key = 'daily-login-xp'
    having coalesce(
        bool_and(v.status = 'Archived' and v.published_at = v.superseded_at and not v.for_segment_only),
        true);

    insert into ${schema}.xp_policy_versions
        (policy_key, version, base_xp_amount, grace_allowed_misses, grace_window_days, streak_model, streak_model_parameters)
    select 'daily-login-xp', v_version, 100, 1, 7, 'PlateauCap', '{"plateauDay": 6}'
    where v_version is not null
    on conflict do nothing;
    if found then
        -- seven days, each worth a tenth more than the one before it
        insert into ${schema}.xp_policy_streak_curve
            (policy_key, policy_version, day_index, multiplier, additive_bonus_xp, cap_next_day)
        select 'daily-login-xp', v_version, d.day, 1 + d.day * 0.1, case d.day when 6 then 50 else 0 end, d.day = 6
        from generate_series(0, 6) as d (day);

        update ${schema}.xp_policy_versions
        set status = 'Published', effective_at = timestamptz '2026-01-01 00:00:00+00',
            published_at = timestamptz '2026-01-01 00:00:00+00'
        where policy_key = 'daily-login-xp' and version = v_version;
    elsif ${schema}.policy_version_in_force('daily-login-xp', null) is null then
        raise notice 'no version of daily-login-xp is in force: publish one of those that are there';
    end if;
end
$$;
-------------------------------------------------------------------------------
-- A season that the ledger knew before the calendar may be the one of this year: it gets its dates first.
do $$
begin
    if exists (select from ${schema}.xp_seasons where starts_on is null) then
        raise notice 'no season is added: give those without dates their dates first';
        return;
    end if;
    insert into ${schema}.xp_seasons (label, starts_on, ends_on)
    select 'Season ' || extract(year from y.starts_on), y.starts_on, y.ends_on
    from (
        select date_trunc('year', d.today)::date, (date_trunc('year', d.today) + interval '1 year')::date
        from (select now() at time zone 'UTC') as d (today)
    ) as y (starts_on, ends_on)
    where not exists (
        select from ${schema}.xp_seasons as s
        where daterange(s.starts_on, s.ends_on) && daterange(y.starts_on, y.ends_on)
    )
    on conflict do nothing;
end
$$;
