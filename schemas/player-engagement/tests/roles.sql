-- The roles can do their work and no more: roles.sql and grants.sql have run. Needs a superuser, or whoever created the
-- roles: that is no member of them, so it becomes one until the end. Leaves nothing behind.
begin;

grant engagement_service, engagement_editor, engagement_reader, engagement_privacy to current_user;

set local role engagement_service;
insert into xp.xp_users (external_user_id, reward_tz) values ('test of roles', 'Europe/Berlin');
select xp.book_entry(u.user_id, 5, 'gift', gen_random_uuid()) from xp.xp_users as u where u.external_user_id = 'test of roles';
insert into xp.xp_user_timezone_changes (user_id, new_tz)
select u.user_id, 'Asia/Tokyo' from xp.xp_users as u where u.external_user_id = 'test of roles';

do $$
declare
    v_statement text;
begin
    foreach v_statement in array array[
        'insert into xp.xp_ledger (user_id, amount, reason, correlation_id) values (1, 1, ''x'', gen_random_uuid())',
        'delete from xp.xp_ledger',
        'update xp.xp_balance set current_xp = 1000000',
        'insert into xp.xp_season_balance (user_id, season_id) values (1, 1)',
        'insert into xp.xp_awards (user_id, reward_day, xp_awarded, streak_day, policy_key, policy_version) values (1, now(), 1, 0, ''p'', 1)',
        'update xp.xp_users set reward_tz = ''UTC''',
        'insert into xp.xp_user_timezone_changes (user_id, new_tz, requested_at) values (1, ''UTC'', now() - interval ''9 days'')',
        'insert into xp.xp_policies (policy_key, display_name) values (''p'', ''P'')',
        'select xp.adopt_policy_versions()',
        'select xp.forget_player(1, ''x'')',
        'insert into xp.xp_erasures (user_id, reason) values (1, ''x'')',
        'update xp.xp_users set zone_changes_at = null',
        'truncate xp.xp_users cascade'
    ] loop
        begin
            execute v_statement;
            raise 'the service could: %', v_statement;
        exception when insufficient_privilege then
            null;
        end;
    end loop;
end
$$;

set local role engagement_editor;
insert into xp.xp_policies (policy_key, display_name) values ('test-of-roles', 'Test');
insert into xp.xp_policy_versions (policy_key, version, base_xp_amount, streak_model) values ('test-of-roles', 1, 1, 'PlateauCap');
insert into xp.xp_policy_streak_curve (policy_key, policy_version, day_index) values ('test-of-roles', 1, 0);
update xp.xp_policy_versions set status = 'Published', effective_at = now() where policy_key = 'test-of-roles';

do $$
declare
    v_statement text;
begin
    foreach v_statement in array array[
        'insert into xp.xp_policies (policy_key, display_name, created_by) values (''p'', ''P'', ''alice'')',
        'insert into xp.xp_policies (policy_key, display_name, created_at) values (''p'', ''P'', ''infinity'')',
        'update xp.xp_policy_versions set published_at = ''2999-01-01''',
        'update xp.xp_policy_versions set published_by = ''alice''',
        'update xp.xp_policy_versions set for_segment_only = true',
        'insert into xp.xp_seasons (season_id, label) values (45, ''S'')'
    ] loop
        begin
            execute v_statement;
            raise 'the editor could: %', v_statement;
        exception when insufficient_privilege then
            null;
        end;
    end loop;
    if exists (
        select from xp.xp_policy_versions as v
        where v.policy_key = 'test-of-roles' and (v.published_at, v.published_by) is distinct from (now(), session_user::text)
    ) then
        raise 'the publication is not signed';
    end if;

    perform from xp.xp_ledger;
    raise 'the editor could read the ledger';
exception when insufficient_privilege then
    null;
end
$$;

set local role engagement_reader;
select count(*) from xp.xp_balance_differences;
do $$
begin
    perform xp.book_entry(1, 1, 'x', gen_random_uuid());
    raise 'the reader could book';
exception when insufficient_privilege then
    null;
end
$$;

rollback;
