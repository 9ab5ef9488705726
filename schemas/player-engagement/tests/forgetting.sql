-- A player is forgotten: the words go with evidence, the amounts stay, and nothing else goes. Leaves nothing behind. As the
-- owner of the schema.
begin;

do $$
declare
    v_user bigint;
    v_request uuid := gen_random_uuid();
    v_statement text;
begin
    insert into xp.xp_users (external_user_id, reward_tz, segment_key) values ('test of forgetting', 'Europe/Berlin', 'vip')
    returning user_id into v_user;
    perform xp.book_entry(v_user, 5, 'In hospital', v_request, p_context => '{"doctor": "X"}');
    insert into xp.xp_user_timezone_changes (user_id, new_tz) values (v_user, 'Asia/Tokyo');

    perform xp.forget_player(v_user, 'Request 7');

    if exists (select from xp.xp_ledger where user_id = v_user and (reason <> 'erased' or context <> '{}'))
        or exists (select from xp.xp_user_timezone_changes where user_id = v_user)
        or exists (
            select from xp.xp_users
            where user_id = v_user and (external_user_id not like 'gone %' or segment_key is not null or reward_tz <> 'UTC')
        )
    then
        raise 'words are left';
    end if;
    if not exists (
        select from xp.xp_erasures
        where user_id = v_user and (reason, entries, zone_changes) = ('Request 7', 1, 1) and actor = session_user
    ) then
        raise 'no evidence';
    end if;
    if not exists (select from xp.xp_balance where user_id = v_user and current_xp = 5) then
        raise 'the amount is gone';
    end if;

    -- the request comes again: it is known, and its words stay away
    if (xp.book_entry(v_user, 5, 'In hospital', v_request)).reason <> 'erased' then
        raise 'the words are back';
    end if;

    foreach v_statement in array array[
        'update xp.xp_ledger set amount = amount + 1 where user_id = %s',
        'update xp.xp_ledger set reason = ''better'' where user_id = %s',
        'delete from xp.xp_ledger where user_id = %s',
        'delete from xp.xp_erasures where user_id = %s'
    ] loop
        begin
            execute format(v_statement, v_user);
            raise 'passed: %', v_statement;
        exception when restrict_violation then
            null;
        end;
    end loop;
end
$$;

rollback;
