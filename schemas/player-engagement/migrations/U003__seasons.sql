-- Takes V003 back. The calendar goes with its rows; the ledger keeps its season keys.
-------------------------------------------------------------------------------
-- As in V001: the later season is the one with the greater key.
create or replace function ${schema}.post_to_balance() returns trigger
language plpgsql
set search_path = ''
as $$
declare
    v_users bigint;
    v_posted bigint;
begin
    perform from ${schema}.xp_balance as b
    where b.user_id in (select e.user_id from entries as e)
    order by b.user_id
    for no key update;

    with posting as (
        select
            e.user_id,
            sum(e.amount) as net,
            coalesce(sum(e.amount) filter (where e.amount > 0), 0) as earned,
            max(e.season_id) as season_id
        from entries as e
        group by e.user_id
    ), seasonal as (
        select e.user_id, e.season_id, sum(e.amount) as earned
        from entries as e
        where e.amount > 0
        group by e.user_id, e.season_id
    ), latest as (
        select p.user_id, p.net, p.earned, greatest(b.season_id, p.season_id) as season_id
        from posting as p
        join ${schema}.xp_balance as b on b.user_id = p.user_id
    )
    update ${schema}.xp_balance as b
    set current_xp = b.current_xp + l.net,
        lifetime_xp = b.lifetime_xp + l.earned,
        season_id = l.season_id,
        season_xp = case when b.season_id = l.season_id then b.season_xp else 0 end + coalesce(s.earned, 0),
        updated_at = ${schema}.now_utc()
    from latest as l
    left join seasonal as s on s.user_id = l.user_id and s.season_id = l.season_id
    where b.user_id = l.user_id;

    get diagnostics v_posted = row_count;
    select count(distinct e.user_id) into v_users from entries as e;
    if v_posted <> v_users then
        raise exception '% of % users have no balance', v_users - v_posted, v_users
            using errcode = 'restrict_violation',
                schema = tg_table_schema,
                table = tg_table_name,
                constraint = tg_name,
                hint = 'A user gets a balance when inserted; users loaded with triggers off need theirs.';
    end if;
    return null;
end
$$;
-------------------------------------------------------------------------------
alter table ${schema}.xp_balance drop constraint xp_balance_season_id_fkey;

alter table ${schema}.xp_ledger drop constraint xp_ledger_season_id_fkey;

drop table ${schema}.xp_seasons;
