-- A day is paid once for ever, and an award and its entry belong together. Leaves nothing behind.
begin;

create temp table player as
with u as (
    insert into xp.xp_users (external_user_id, reward_tz, segment_key)
    select 'test ' || gen_random_uuid(), 'UTC', s from unnest(array['test-vip', null, 'test-other']) as s
    returning user_id, segment_key
)
select user_id, segment_key from u;

insert into xp.xp_policies (policy_key, display_name) values ('test-policy', 'Test');
insert into xp.xp_policy_versions (policy_key, version, base_xp_amount, streak_model, status, effective_at, published_at)
values ('test-policy', 1, 100, 'PlateauCap', 'Published', now(), now());
insert into xp.xp_policy_versions (policy_key, version, base_xp_amount, streak_model)
values ('test-policy', 2, 200, 'PlateauCap'), ('test-policy', 3, 300, 'PlateauCap');
insert into xp.xp_policy_segment_overrides (segment_key, policy_key, policy_version) values ('test-vip', 'test-policy', 2);

do $$
declare
    v_today date := (now() at time zone 'UTC')::date;
    v_user bigint := (select user_id from player where segment_key is null);
    v_vip bigint := (select user_id from player where segment_key = 'test-vip');
    v_other bigint := (select user_id from player where segment_key = 'test-other');
    v_award xp.xp_awards;
    v_rule text;
begin
    v_award := xp.claim_daily_award(v_user, v_today, 100, 0, 'test-policy', 1);
    if (xp.claim_daily_award(v_user, v_today, 999, 0, 'test-policy', 1)).receipt_id <> v_award.receipt_id
        or (select current_xp from xp.xp_balance where user_id = v_user) <> 100
    then
        raise 'a day was paid twice';
    end if;

    -- what is in force
    if (xp.claim_daily_award(v_vip, v_today, 200, 0, 'test-policy', null)).policy_version <> 2
        or (xp.claim_daily_award(v_other, v_today, 100, 0, 'test-policy', null)).policy_version <> 1
    then
        raise 'the override does not win for its segment, or for another one too';
    end if;

    begin
        perform xp.claim_daily_award(v_vip, v_today - 1, 100, 0, 'test-policy', 1);
        raise 'the version of others was paid';
    exception when check_violation then
        get stacked diagnostics v_rule = constraint_name;
        if v_rule <> 'xp_awards_policy_of_segment' then raise; end if;
    end;

    begin
        perform xp.claim_daily_award(v_user, v_today - 2, 300, 0, 'test-policy', 3);
        raise 'a draft was paid';
    exception when check_violation then
        get stacked diagnostics v_rule = constraint_name;
        if v_rule <> 'xp_awards_policy_released' then raise; end if;
    end;

    if xp.open_reward_day(v_user, 'test-policy') <> v_today then
        raise 'another day is open than that of the player';
    end if;
    for v_late in -2..2 by 4 loop
        begin
            perform xp.claim_daily_award(v_user, v_today + v_late, 100, 0, 'test-policy', 1);
            raise 'a day was paid that is not open';
        exception when check_violation then
            get stacked diagnostics v_rule = constraint_name;
            if v_rule <> 'xp_awards_reward_day_open' then raise; end if;
        end;
    end loop;

    begin
        delete from xp.xp_awards where user_id = v_user;
        raise 'an award was deleted';
    exception when restrict_violation then
        get stacked diagnostics v_rule = constraint_name;
        if v_rule <> 'xp_awards_append_only' then raise; end if;
    end;

    -- the receipt of somebody else's entry
    begin
        insert into xp.xp_ledger (user_id, amount, reason, correlation_id, policy_key, policy_version)
        values (v_vip, 5, 'gift', '00000000-0000-4000-8000-000000000009', 'test-policy', 1);
        insert into xp.xp_awards (user_id, reward_day, xp_awarded, streak_day, policy_key, policy_version, receipt_id)
        values (v_user, v_today - 2, 5, 0, 'test-policy', 1, '00000000-0000-4000-8000-000000000009');
        set constraints all immediate;
        raise 'an award took the entry of another player';
    exception when check_violation then
        get stacked diagnostics v_rule = constraint_name;
        if v_rule <> 'xp_awards_receipt_matches' then raise; end if;
    end;
end
$$;

rollback;
