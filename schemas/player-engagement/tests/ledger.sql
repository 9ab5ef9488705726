-- Totals follow the ledger, and nothing else. Raises where that is not so; leaves nothing behind.
--   psql -v ON_ERROR_STOP=1 -f tests/ledger.sql
begin;

create temp table player as
with u as (
    insert into xp.xp_users (external_user_id, reward_tz) values ('test ' || gen_random_uuid(), 'Europe/Berlin') returning user_id
)
select user_id from u;

create temp table season as
with s as (
    insert into xp.xp_seasons (label)
    select n || ' ' || gen_random_uuid() from unnest(array['one', 'two']) as n
    returning season_id, split_part(label, ' ', 1) as name
)
select season_id, name from s;

-- a credit, a debit, a correction of a part, a season that the balance does not show
select xp.book_entry(p.user_id, 100, 'quest', '00000000-0000-4000-8000-000000000001', s.season_id)
from player as p, season as s where s.name = 'one';
select xp.book_entry(p.user_id, -30, 'shop', '00000000-0000-4000-8000-000000000002') from player as p;
select xp.book_entry(p.user_id, -20, 'quest was wrong', '00000000-0000-4000-8000-000000000003',
    p_corrects => '00000000-0000-4000-8000-000000000001')
from player as p;
select xp.book_entry(p.user_id, 7, 'quest', '00000000-0000-4000-8000-000000000004', s.season_id)
from player as p, season as s where s.name = 'two';

do $$
declare
    v_user bigint := (select user_id from player);
    v_rule text;
begin
    if (select (b.current_xp, b.lifetime_xp) from xp.xp_balance as b where b.user_id = v_user) <> (57::bigint, 87::bigint) then
        raise 'the balance is wrong';
    end if;
    if (
        select array_agg(s.season_xp order by n.name) from xp.xp_season_balance as s join season as n using (season_id)
        where s.user_id = v_user
    ) <> array[80, 7]::bigint[] then
        raise 'the seasonal totals are wrong';
    end if;

    -- the same request again
    if (xp.book_entry(v_user, -30, 'shop', '00000000-0000-4000-8000-000000000002')).amount <> -30
        or (select count(*) from xp.xp_ledger as l where l.user_id = v_user) <> 4
    then
        raise 'a request was booked twice';
    end if;

    begin
        perform xp.book_entry(v_user, -58, 'shop', gen_random_uuid());
        raise 'more was spent than there was';
    exception when check_violation then
        get stacked diagnostics v_rule = constraint_name;
        if v_rule <> 'xp_balance_current_not_negative' then raise; end if;
    end;

    begin
        perform xp.book_entry(v_user, -81, 'again', gen_random_uuid(), p_corrects => '00000000-0000-4000-8000-000000000001');
        raise 'more was taken back than was given';
    exception when check_violation then
        get stacked diagnostics v_rule = constraint_name;
        if v_rule <> 'xp_ledger_correction_within_entry' then raise; end if;
    end;

    begin
        delete from xp.xp_ledger;
        raise 'an entry was deleted';
    exception when restrict_violation then
        get stacked diagnostics v_rule = constraint_name;
        if v_rule <> 'xp_ledger_append_only' then raise; end if;
    end;

    begin
        update xp.xp_balance set current_xp = 1000;
        raise 'a balance was written';
    exception when restrict_violation then
        get stacked diagnostics v_rule = constraint_name;
        if v_rule <> 'xp_balance_follows_ledger' then raise; end if;
    end;

    if exists (select from xp.xp_balance_differences) then
        raise 'totals do not follow the ledger: see xp_balance_differences';
    end if;
end
$$;

rollback;
