-- Takes V003 back. The calendar goes with its rows; the ledger and the seasonal totals keep their season keys, and V003
-- would know them again.
-------------------------------------------------------------------------------
-- All tables at once, or none of them and again a little later: whoever holds one of them, an editor with an open draft or a
-- claim that asked for its version first, holds this up, and nobody waits for this longer than an instant. The lock of
-- a view is one of its table, too.
--
-- First in a mode that only autovacuum and other migrations mind: autovacuum goes when somebody has waited for a second, which
-- nobody does below.
lock table ${schema}.xp_running_season, ${schema}.xp_ledger, ${schema}.xp_season_balance in share update exclusive mode;

do $$
declare
    v_patience constant text := current_setting('lock_timeout');
begin
    for i in 1..600 loop
        begin
            perform set_config('lock_timeout', '50ms', true);
            lock table ${schema}.xp_running_season, ${schema}.xp_ledger, ${schema}.xp_season_balance in access exclusive mode;
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
-- As in V001: the season that the balance shows is the one with the greatest key.
create or replace function ${schema}.post_to_balance() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_entries bigint;
    v_user bigint;
    v_net bigint;
    v_earned bigint;
    v_season bigint;
    v_shown bigint;
    v_posted bigint;
    v_users bigint[];
begin
    -- read only where there is one entry, which is then each of these
    select
        count(*),
        min(e.user_id),
        min(e.amount),
        min(case when e.corrects is null then greatest(e.amount, 0) else least(e.amount, 0) end),
        min(e.season_id)
    into v_entries, v_user, v_net, v_earned, v_season
    from entries as e;

    if v_entries = 1 then
        update ${schema}.xp_balance as b
        set current_xp = b.current_xp + v_net,
            lifetime_xp = b.lifetime_xp + v_earned,
            season_xp = b.season_xp + case when b.season_id = v_season then v_earned else 0 end,
            updated_at = now()
        where b.user_id = v_user
        returning b.season_id into v_shown;
        if found and v_season is null then
            return null;
        elsif found then
            -- what a correction takes back was there before; an upsert finds its row by the key, whatever statistics say
            insert into ${schema}.xp_season_balance as s (user_id, season_id, season_xp)
            values (v_user, v_season, greatest(v_earned, 0))
            on conflict (season_id, user_id) do update
            set season_xp = s.season_xp + v_earned, updated_at = now();
            if v_shown = v_season then
                return null;
            end if;
            v_users := array[v_user];
        else
            v_posted := 0;
            v_users := array[v_user];
        end if;
    else
        perform from ${schema}.xp_balance as b
        where b.user_id in (select e.user_id from entries as e)
        order by b.user_id
        for no key update;

        update ${schema}.xp_balance as b
        set current_xp = b.current_xp + p.net,
            lifetime_xp = b.lifetime_xp + p.earned,
            season_xp = b.season_xp + p.shown,
            updated_at = now()
        from (
            select
                e.user_id,
                sum(e.amount) as net,
                sum(case when e.corrects is null then greatest(e.amount, 0) else least(e.amount, 0) end) as earned,
                coalesce(
                    sum(case when e.corrects is null then greatest(e.amount, 0) else least(e.amount, 0) end)
                        filter (where e.season_id = k.season_id),
                    0) as shown
            from entries as e
            join ${schema}.xp_balance as k on k.user_id = e.user_id
            group by e.user_id
        ) as p
        where b.user_id = p.user_id;
        get diagnostics v_posted = row_count;

        select array_agg(distinct e.user_id) into v_users from entries as e;
    end if;

    if v_posted <> cardinality(v_users) then
        raise exception '% of % users have no balance', cardinality(v_users) - v_posted, cardinality(v_users)
            using errcode = 'restrict_violation',
                schema = tg_table_schema,
                table = tg_table_name,
                constraint = tg_name,
                hint = 'A user gets a balance when inserted; users loaded with triggers off need theirs.';
    end if;

    if v_entries > 1 then
        -- a total that is there takes what it gets, the others begin with it
        with earned as (
            select
                e.user_id,
                e.season_id,
                sum(case when e.corrects is null then greatest(e.amount, 0) else least(e.amount, 0) end) as xp
            from entries as e
            where e.season_id is not null
            group by e.user_id, e.season_id
        ), moved as (
            update ${schema}.xp_season_balance as s
            set season_xp = s.season_xp + d.xp, updated_at = now()
            from earned as d
            where s.user_id = d.user_id and s.season_id = d.season_id
            returning s.user_id, s.season_id
        )
        insert into ${schema}.xp_season_balance (user_id, season_id, season_xp)
        select d.user_id, d.season_id, d.xp
        from earned as d
        where not exists (select from moved as m where m.user_id = d.user_id and m.season_id = d.season_id);

        select array_agg(distinct e.user_id) into v_users from entries as e where e.season_id is not null;
    end if;

    -- the season that the balance shows is the one with the greatest key, until V003 brings a calendar
    update ${schema}.xp_balance as b
    set season_id = l.season_id, season_xp = l.season_xp
    from (
        select distinct on (s.user_id) s.user_id, s.season_id, s.season_xp
        from ${schema}.xp_season_balance as s
        where s.user_id = any (v_users)
        order by s.user_id, s.season_id desc
    ) as l
    where b.user_id = l.user_id and b.season_id is distinct from l.season_id;
    return null;
end
$$;
-------------------------------------------------------------------------------
alter table ${schema}.xp_season_balance drop constraint xp_season_balance_season_id_fkey;

alter table ${schema}.xp_ledger drop constraint xp_ledger_season_id_fkey;

drop view ${schema}.xp_running_season;

drop table ${schema}.xp_seasons;

drop function ${schema}.require_running_season();
