-- Policies take the place of the free-form rules: versions that are drafted, published and archived,
-- with their streak curve, seasonal boosts and segment overrides.
-------------------------------------------------------------------------------
-- Extension: equality on scalars inside a GiST index. One that exists already belongs to somebody
-- else and keeps its comment; the comment is the mark by which U002 knows its own.
do $$
begin
    if not exists (select from pg_catalog.pg_extension where extname = 'btree_gist') then
        create extension if not exists btree_gist with schema public;
        comment on extension btree_gist is
            'player-engagement: created by V002, dropped by U002 unless something else has come to need it.';
    end if;
end
$$;
-------------------------------------------------------------------------------
-- Rules retire. The table steps aside with all its rows instead of being dropped: nothing is copied,
-- nothing is lost, and U002 only has to call it back. Nothing writes to it any more. A view has its old name and
-- its readers, so the programs of the version before go on. Drop it when the last of them is gone.
alter table ${schema}.xp_rules rename to xp_rules_retired;

drop trigger xp_rules_not_truncated on ${schema}.xp_rules_retired;

create trigger xp_rules_retired_read_only
    before insert or update or delete or truncate on ${schema}.xp_rules_retired
    for each statement execute function ${schema}.refuse_statement(
        'the rules are retired',
        'Write a policy version instead.');

create view ${schema}.xp_rules with (security_invoker = true) as
select policy_key, version, definition, is_active, created_by, created_at, updated_at from ${schema}.xp_rules_retired;

do $$
declare
    v_reader record;
begin
    for v_reader in
        select distinct case a.grantee when 0 then 'public' else a.grantee::regrole::text end as name
        from pg_catalog.pg_class as c
        cross join aclexplode(c.relacl) as a
        where c.oid = '${schema}.xp_rules_retired'::regclass and a.privilege_type = 'SELECT' and a.grantee <> c.relowner
    loop
        execute format('grant select on ${schema}.xp_rules to %s', v_reader.name);
    end loop;
end
$$;

comment on view ${schema}.xp_rules is
    'The retired rules under their old name, for programs that still read them.';
comment on table ${schema}.xp_rules_retired is
    'The reward rules from before the policies, read-only, kept for reference and for U002.';
comment on trigger xp_rules_retired_read_only on ${schema}.xp_rules_retired is
    'No INSERT, UPDATE, DELETE or TRUNCATE.';
-------------------------------------------------------------------------------
-- Policies.
create table ${schema}.xp_policies (
    policy_key ${schema}.words not null,
    display_name ${schema}.words not null,
    description text not null default '',
    created_by ${schema}.words not null default session_user,
    created_at ${schema}.instant not null default ${schema}.now_utc(),
    updated_at timestamptz not null default ${schema}.now_utc(),
    constraint xp_policies_pkey primary key (policy_key)
);

create trigger xp_policies_touch
    before update on ${schema}.xp_policies
    for each row execute function ${schema}.touch_updated_at();

comment on table ${schema}.xp_policies is 'Reward policies; what they say is in their versions.';
comment on column ${schema}.xp_policies.policy_key is 'Name of the policy, such as daily-login-xp.';
comment on column ${schema}.xp_policies.display_name is 'Name for people.';
comment on column ${schema}.xp_policies.description is 'What the policy is for; may be empty.';
comment on column ${schema}.xp_policies.created_by is
    'Who wrote the row: the operator that the application names, else the login.';
comment on column ${schema}.xp_policies.created_at is 'Start of the transaction that wrote the row, by the clock of the server.';
comment on column ${schema}.xp_policies.updated_at is 'Start of the transaction that last changed the row; created_at before any change.';
comment on constraint xp_policies_pkey on ${schema}.xp_policies is 'A policy is known by its name.';
comment on trigger xp_policies_touch on ${schema}.xp_policies is 'When a row changed is for the database to say, whatever the statement says.';
-------------------------------------------------------------------------------
-- Policy versions.
create table ${schema}.xp_policy_versions (
    policy_key ${schema}.words not null,
    version integer not null,
    status text not null default 'Draft',
    base_xp_amount bigint not null,
    currency ${schema}.words not null default 'XP',
    claim_window_start_minutes integer not null default 0,
    claim_window_duration_hours integer not null default 24,
    anchor_strategy text not null default 'AnchorTimezone',
    grace_allowed_misses integer not null default 0,
    grace_window_days integer not null default 0,
    streak_model text not null,
    streak_model_parameters jsonb not null default '{}',
    preview_window_days integer not null default 7,
    preview_default_segment ${schema}.words,
    seasonal_metadata jsonb not null default '{}',
    effective_at timestamptz,
    superseded_at timestamptz,
    published_at timestamptz,
    published_by ${schema}.words,
    created_by ${schema}.words not null default session_user,
    for_segment_only boolean not null default false,
    is_released boolean not null generated always as (status <> 'Draft') stored,
    created_at ${schema}.instant not null default ${schema}.now_utc(),
    updated_at timestamptz not null default ${schema}.now_utc(),
    constraint xp_policy_versions_pkey primary key (policy_key, version),
    -- Lets a reference demand a released version: see xp_policy_segment_overrides.
    constraint xp_policy_versions_released_key unique (policy_key, version, is_released),
    constraint xp_policy_versions_policy_key_fkey foreign key (policy_key)
        references ${schema}.xp_policies (policy_key),
    constraint xp_policy_versions_version_positive check (version > 0),
    constraint xp_policy_versions_status_known check (status in ('Draft', 'Published', 'Archived')),
    constraint xp_policy_versions_base_xp_amount_positive check (base_xp_amount > 0),
    constraint xp_policy_versions_claim_window_start_in_day check (claim_window_start_minutes between 0 and 1439),
    constraint xp_policy_versions_claim_window_duration_in_day check (claim_window_duration_hours between 1 and 24),
    constraint xp_policy_versions_anchor_strategy_known
        check (anchor_strategy in ('AnchorTimezone', 'FixedUtc', 'ServerLocal')),
    constraint xp_policy_versions_grace_misses_not_negative check (grace_allowed_misses >= 0),
    constraint xp_policy_versions_grace_window_covers_misses check (grace_window_days >= grace_allowed_misses),
    constraint xp_policy_versions_streak_model_known check (
        streak_model in ('PlateauCap', 'WeeklyCycleReset', 'DecayCurve', 'TieredSeasonalReset', 'MilestoneMetaReward')
    ),
    constraint xp_policy_versions_parameters_is_object check (jsonb_typeof(streak_model_parameters) = 'object'),
    constraint xp_policy_versions_preview_window_positive check (preview_window_days >= 1),
    constraint xp_policy_versions_seasonal_metadata_is_object check (jsonb_typeof(seasonal_metadata) = 'object'),
    constraint xp_policy_versions_times_finite
        check (isfinite(effective_at) and isfinite(published_at) and isfinite(superseded_at)),
    constraint xp_policy_versions_times_match_status check (
        case status
            when 'Draft' then num_nonnulls(published_at, superseded_at, published_by) = 0
            when 'Published' then num_nonnulls(effective_at, published_at) = 2 and superseded_at is null
            else num_nonnulls(effective_at, published_at, superseded_at) = 3
        end
    ),
    constraint xp_policy_versions_segment_only_archived check (not for_segment_only or status = 'Archived'),
    constraint xp_policy_versions_superseded_after_published check (superseded_at >= published_at)
);

create unique index xp_policy_versions_one_published
    on ${schema}.xp_policy_versions (policy_key) where status = 'Published';

create function ${schema}.keep_published_version() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_allowed ${schema}.xp_policy_versions;
begin
    if tg_op = 'UPDATE' and old.status = 'Published' and new.status = 'Archived' then
        v_allowed := old;
        v_allowed.status := new.status;
        v_allowed.superseded_at := new.superseded_at;
        v_allowed.updated_at := new.updated_at;
        v_allowed.is_released := new.is_released;
        if new is not distinct from v_allowed then
            -- what counted, counted: awards were claimed under it. A client may be five minutes behind.
            if new.superseded_at < now() - interval '5 minutes' then
                raise exception 'version % of policy % counted after %', old.version, old.policy_key, new.superseded_at
                    using errcode = 'check_violation',
                        schema = tg_table_schema,
                        table = tg_table_name,
                        column = 'superseded_at',
                        constraint = 'xp_policy_versions_superseded_from_now',
                        hint = 'Give now() or a later time.';
            end if;
            return new;
        end if;
    end if;
    raise exception 'version % of policy % is % and immutable', old.version, old.policy_key, old.status
        using errcode = 'restrict_violation',
            schema = tg_table_schema,
            table = tg_table_name,
            constraint = tg_name,
            hint = 'Write a new version. The only move is from Published to Archived, with superseded_at and nothing else.';
end
$$;

comment on function ${schema}.keep_published_version() is
    'Trigger: refuses every change of a Published or Archived version but the move from Published to Archived.';

create function ${schema}.sign_version() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    new.published_by := coalesce(new.published_by, session_user);
    new.published_at := coalesce(new.published_at, now());
    return new;
end
$$;

comment on function ${schema}.sign_version() is
    'Trigger: names the login as the one who published and now as the time, where the statement names nobody and none.';

-- After the fact, so that the version is locked and nobody else writes a part of it.
create function ${schema}.complete_release() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    -- one that is adopted ends when it is published, so it never counts for all
    if new.status = 'Archived'
        and (case tg_op
            when 'INSERT' then new.published_at < new.superseded_at
            else not exists (
                select from ${schema}.xp_policy_segment_overrides as o
                where o.policy_key = new.policy_key and o.policy_version = new.version
            )
        end)
    then
        raise exception 'version % of policy % was never published', new.version, new.policy_key
            using errcode = 'restrict_violation',
                schema = tg_table_schema,
                table = tg_table_name,
                constraint = 'xp_policy_versions_archived_after_published',
                hint = 'Publish it, write an override that gives it to a segment, or delete the draft.';
    end if;

    -- what was in force at an instant that is over stays so: awards were paid under it
    if new.status = 'Published' and new.effective_at < now() - interval '5 minutes' and exists (
        select from ${schema}.xp_policy_versions as v
        where v.policy_key = new.policy_key
            and v.version <> new.version
            and v.published_at < v.superseded_at
            and v.effective_at < v.superseded_at
            and not v.for_segment_only
            and v.superseded_at > new.effective_at
    ) then
        raise exception 'another version of policy % was in force at %', new.policy_key, new.effective_at
            using errcode = 'check_violation',
                schema = tg_table_schema,
                table = tg_table_name,
                column = 'effective_at',
                constraint = 'xp_policy_versions_effective_from_now',
                hint = 'Give now() or a later time.';
    end if;

    insert into ${schema}.xp_policy_streak_curve (policy_key, policy_version, day_index, cap_next_day)
    select new.policy_key, new.version, 0, true
    where not exists (
        select from ${schema}.xp_policy_streak_curve as c
        where c.policy_key = new.policy_key and c.policy_version = new.version
    );
    return null;
end
$$;

revoke execute on function ${schema}.complete_release() from public;

comment on function ${schema}.complete_release() is
    'Trigger: gives a version that is released without a curve the day 0 at the base amount, refuses to archive a draft that no segment gets, and to publish for a time in which another version was in force.';

-- The update of the version is the lock: of two transactions that change parts of one draft, or one that changes parts and
-- one that publishes, the second waits, and then sees what the first did. Once per statement, whatever its number of rows.
create function ${schema}.change_parts_of_draft() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_parts text := case tg_op
        when 'INSERT' then 'select policy_key, policy_version from new_parts'
        when 'DELETE' then 'select policy_key, policy_version from old_parts'
        else 'select policy_key, policy_version from new_parts union select policy_key, policy_version from old_parts'
    end;
    v_part record;
begin
    for v_part in execute format('select distinct p.* from (%s) as p order by p.policy_key, p.policy_version', v_parts) loop
        update ${schema}.xp_policy_versions as v
        set updated_at = now()
        where v.policy_key = v_part.policy_key and v.version = v_part.policy_version and v.status = 'Draft';
        if not found and exists (
            select from ${schema}.xp_policy_versions as v
            where v.policy_key = v_part.policy_key and v.version = v_part.policy_version
        ) and not (
            -- only the release itself writes from within a trigger of the version, and only what it found missing
            tg_op = 'INSERT' and tg_table_name = 'xp_policy_streak_curve' and pg_trigger_depth() > 1
            and not exists (
                select from ${schema}.xp_policy_streak_curve as c
                where c.policy_key = v_part.policy_key and c.policy_version = v_part.policy_version
                    and c.day_index > 0
            )
        ) then
            raise exception 'version % of policy % is no draft: its parts are immutable',
                v_part.policy_version, v_part.policy_key
                using errcode = 'restrict_violation',
                    schema = tg_table_schema,
                    table = tg_table_name,
                    constraint = tg_table_name || '_of_draft',
                    hint = 'Write a new version.';
        end if;
    end loop;
    return null;
end
$$;

revoke execute on function ${schema}.change_parts_of_draft() from public;

comment on function ${schema}.change_parts_of_draft() is
    'Trigger: lets rows that belong to a policy version be written, moved or deleted only while the version is a Draft, one transaction at a time.';

create trigger xp_policy_versions_published_immutable
    before update or delete on ${schema}.xp_policy_versions
    for each row when (old.status <> 'Draft')
    execute function ${schema}.keep_published_version();

create trigger xp_policy_versions_sign
    before insert or update on ${schema}.xp_policy_versions
    for each row when (new.status <> 'Draft' and (new.published_by is null or new.published_at is null))
    execute function ${schema}.sign_version();

create trigger xp_policy_versions_complete_new
    after insert on ${schema}.xp_policy_versions
    for each row when (new.status <> 'Draft')
    execute function ${schema}.complete_release();

create trigger xp_policy_versions_complete
    after update on ${schema}.xp_policy_versions
    for each row when (old.status = 'Draft' and new.status <> 'Draft')
    execute function ${schema}.complete_release();

create trigger xp_policy_versions_not_truncated
    before truncate on ${schema}.xp_policy_versions
    for each statement execute function ${schema}.refuse_statement(
        'published versions are immutable',
        'Delete the drafts that are not wanted.');

create trigger xp_policy_versions_touch
    before update on ${schema}.xp_policy_versions
    for each row execute function ${schema}.touch_updated_at();

comment on table ${schema}.xp_policy_versions is
    'Versions of the policies. A Draft is changed freely, a Published version is in force and immutable, an Archived one was.';
comment on column ${schema}.xp_policy_versions.policy_key is 'Policy of the version.';
comment on column ${schema}.xp_policy_versions.version is 'Number of the version, from 1.';
comment on column ${schema}.xp_policy_versions.status is 'Draft, Published or Archived.';
comment on column ${schema}.xp_policy_versions.base_xp_amount is 'XP of a day before multipliers.';
comment on column ${schema}.xp_policy_versions.currency is 'What is granted, such as XP.';
comment on column ${schema}.xp_policy_versions.claim_window_start_minutes is
    'Minute of the day at which the claim window opens, 0 to 1439.';
comment on column ${schema}.xp_policy_versions.claim_window_duration_hours is
    'How long the claim window stays open, 1 to 24 hours.';
comment on column ${schema}.xp_policy_versions.anchor_strategy is
    'Whose calendar decides the reward day: AnchorTimezone the zone of the player, FixedUtc UTC, ServerLocal the zone of the game server.';
comment on column ${schema}.xp_policy_versions.grace_allowed_misses is
    'Missed days that are forgiven inside the grace window.';
comment on column ${schema}.xp_policy_versions.grace_window_days is 'Length of the grace window in days.';
comment on column ${schema}.xp_policy_versions.streak_model is
    'How the reward follows the streak: PlateauCap, WeeklyCycleReset, DecayCurve, TieredSeasonalReset or MilestoneMetaReward.';
comment on column ${schema}.xp_policy_versions.streak_model_parameters is
    'Parameters of the streak model: a JSON object.';
comment on column ${schema}.xp_policy_versions.preview_window_days is
    'How many coming days a player is shown, at least 1.';
comment on column ${schema}.xp_policy_versions.preview_default_segment is
    'Segment whose override is shown to whoever has none, in a preview; null: what all get.';
comment on column ${schema}.xp_policy_versions.seasonal_metadata is
    'What the application wants to know of the seasons under this version: a JSON object.';
comment on column ${schema}.xp_policy_versions.published_by is
    'Who released the version: the operator that the application names, else the login; null for a draft.';
comment on column ${schema}.xp_policy_versions.created_by is
    'Who wrote the version: the operator that the application names, else the login.';
comment on column ${schema}.xp_policy_versions.is_released is
    'Whether the version is Published or Archived: true for ever once true, so a reference can demand it.';
comment on column ${schema}.xp_policy_versions.effective_at is
    'From when the version counts; null only for a draft.';
comment on column ${schema}.xp_policy_versions.for_segment_only is
    'Whether an override released the version, so that it counts for the segments of overrides alone.';
comment on column ${schema}.xp_policy_versions.superseded_at is
    'Until when an Archived version counted or, where it lies ahead, counts; null before it is archived.';
comment on column ${schema}.xp_policy_versions.published_at is 'When the version was published; null before.';
comment on column ${schema}.xp_policy_versions.created_at is 'Start of the transaction that wrote the row, by the clock of the server.';
comment on column ${schema}.xp_policy_versions.updated_at is
    'When the version, its curve or its boosts were last changed.';
comment on constraint xp_policy_versions_pkey on ${schema}.xp_policy_versions is
    'One row per version of a policy; serves the reference to xp_policies.';
comment on constraint xp_policy_versions_released_key on ${schema}.xp_policy_versions is
    'Target for references that demand a released version.';
comment on constraint xp_policy_versions_seasonal_metadata_is_object on ${schema}.xp_policy_versions is
    'The metadata are a JSON object, not an array or a scalar.';
comment on constraint xp_policy_versions_times_finite on ${schema}.xp_policy_versions is
    'A version is in force from a day that comes.';
comment on constraint xp_policy_versions_policy_key_fkey on ${schema}.xp_policy_versions is
    'The policy exists; a policy with versions is not deleted.';
comment on constraint xp_policy_versions_version_positive on ${schema}.xp_policy_versions is
    'Versions count from 1.';
comment on constraint xp_policy_versions_status_known on ${schema}.xp_policy_versions is
    'A status is Draft, Published or Archived.';
comment on constraint xp_policy_versions_base_xp_amount_positive on ${schema}.xp_policy_versions is
    'A day is worth something.';
comment on constraint xp_policy_versions_claim_window_start_in_day on ${schema}.xp_policy_versions is
    'The claim window opens in a minute of the day.';
comment on constraint xp_policy_versions_claim_window_duration_in_day on ${schema}.xp_policy_versions is
    'The claim window lasts an hour to a day.';
comment on constraint xp_policy_versions_anchor_strategy_known on ${schema}.xp_policy_versions is
    'The anchor strategy is one of the three.';
comment on constraint xp_policy_versions_grace_misses_not_negative on ${schema}.xp_policy_versions is
    'Misses are counted from 0.';
comment on constraint xp_policy_versions_grace_window_covers_misses on ${schema}.xp_policy_versions is
    'No more misses are forgiven than the window has days.';
comment on constraint xp_policy_versions_streak_model_known on ${schema}.xp_policy_versions is
    'The streak model is one of the five.';
comment on constraint xp_policy_versions_parameters_is_object on ${schema}.xp_policy_versions is
    'The parameters are a JSON object, not an array or a scalar.';
comment on constraint xp_policy_versions_preview_window_positive on ${schema}.xp_policy_versions is
    'The preview shows a day at least.';
comment on constraint xp_policy_versions_times_match_status on ${schema}.xp_policy_versions is
    'A draft has no publishing time and nobody who published it, a published version is effective and not superseded, an archived one has all three times.';
comment on constraint xp_policy_versions_segment_only_archived on ${schema}.xp_policy_versions is
    'What counts for segments alone is Archived.';
comment on constraint xp_policy_versions_superseded_after_published on ${schema}.xp_policy_versions is
    'A version is superseded after it was published.';
comment on index ${schema}.xp_policy_versions_one_published is 'At most one published version per policy.';
comment on trigger xp_policy_versions_published_immutable on ${schema}.xp_policy_versions is
    'A Published or Archived version is neither changed nor deleted; the only move is Published to Archived.';
comment on trigger xp_policy_versions_sign on ${schema}.xp_policy_versions is 'Says who published.';
comment on trigger xp_policy_versions_complete_new on ${schema}.xp_policy_versions is
    'What is released has a curve.';
comment on trigger xp_policy_versions_complete on ${schema}.xp_policy_versions is
    'What is released has a curve, and was published or given to a segment.';
comment on trigger xp_policy_versions_not_truncated on ${schema}.xp_policy_versions is
    'No TRUNCATE: it would delete published versions.';
comment on trigger xp_policy_versions_touch on ${schema}.xp_policy_versions is 'When a row changed is for the database to say, whatever the statement says.';
-------------------------------------------------------------------------------
-- Streak curve. A numeric accepts NaN, and NaN is greater than every number: the checks name it.
create table ${schema}.xp_policy_streak_curve (
    policy_key ${schema}.words not null,
    policy_version integer not null,
    day_index integer not null,
    multiplier numeric(8, 4) not null default 1,
    additive_bonus_xp bigint not null default 0,
    cap_next_day boolean not null default false,
    constraint xp_policy_streak_curve_pkey primary key (policy_key, policy_version, day_index),
    constraint xp_policy_streak_curve_version_fkey foreign key (policy_key, policy_version)
        references ${schema}.xp_policy_versions (policy_key, version) on delete cascade,
    constraint xp_policy_streak_curve_day_index_not_negative check (day_index >= 0),
    constraint xp_policy_streak_curve_multiplier_not_negative check (multiplier >= 0 and multiplier <> 'NaN'),
    constraint xp_policy_streak_curve_bonus_not_negative check (additive_bonus_xp >= 0)
);

-- Day indexes are unique and not negative: they run from 0 without a gap exactly when each but 0 has the one before it. So
-- a row that came looks for that one, a row that went for the one after it, and a curve costs what it is long.
create function ${schema}.require_contiguous_curve() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_here record;
    v_day integer;
begin
    -- the day after one that went: it stands without a predecessor, unless that one is there again
    if tg_op <> 'INSERT' then
        perform from ${schema}.xp_policy_streak_curve as c
        where c.policy_key = old.policy_key and c.policy_version = old.policy_version
            and c.day_index = old.day_index + 1;
        if found then
            v_here := old;
            v_day := old.day_index;
            perform from ${schema}.xp_policy_streak_curve as c
            where c.policy_key = old.policy_key and c.policy_version = old.policy_version
                and c.day_index = old.day_index;
            if found then
                v_day := null;
            end if;
        end if;
    end if;
    -- the day before one that came, unless that one is gone again
    if v_day is null and tg_op <> 'DELETE' and new.day_index > 0 then
        perform from ${schema}.xp_policy_streak_curve as c
        where c.policy_key = new.policy_key and c.policy_version = new.policy_version
            and c.day_index = new.day_index - 1;
        if not found then
            perform from ${schema}.xp_policy_streak_curve as c
            where c.policy_key = new.policy_key and c.policy_version = new.policy_version
                and c.day_index = new.day_index;
            if found then
                v_here := new;
                v_day := new.day_index - 1;
            end if;
        end if;
    end if;
    if v_day is not null then
        raise exception 'the curve of version % of policy % has no day %, and one after it',
            v_here.policy_version, v_here.policy_key, v_day
            using errcode = 'check_violation',
                schema = tg_table_schema,
                table = tg_table_name,
                column = 'day_index',
                constraint = tg_name,
                hint = 'Day indexes run from 0 without a gap when the transaction commits.';
    end if;
    return null;
end
$$;

revoke execute on function ${schema}.require_contiguous_curve() from public;

comment on function ${schema}.require_contiguous_curve() is
    'Trigger: refuses a curve whose day indexes do not run from 0 without a gap.';

create trigger xp_policy_streak_curve_insert_of_draft
    after insert on ${schema}.xp_policy_streak_curve
    referencing new table as new_parts
    for each statement execute function ${schema}.change_parts_of_draft();

create trigger xp_policy_streak_curve_update_of_draft
    after update on ${schema}.xp_policy_streak_curve
    referencing old table as old_parts new table as new_parts
    for each statement execute function ${schema}.change_parts_of_draft();

create trigger xp_policy_streak_curve_delete_of_draft
    after delete on ${schema}.xp_policy_streak_curve
    referencing old table as old_parts
    for each statement execute function ${schema}.change_parts_of_draft();

create trigger xp_policy_streak_curve_not_truncated
    before truncate on ${schema}.xp_policy_streak_curve
    for each statement execute function ${schema}.refuse_statement(
        'the curves of published versions are immutable',
        'Delete the curves of drafts that are not wanted.');

create constraint trigger xp_policy_streak_curve_contiguous
    after insert or update or delete on ${schema}.xp_policy_streak_curve
    deferrable initially deferred
    for each row execute function ${schema}.require_contiguous_curve();

comment on table ${schema}.xp_policy_streak_curve is
    'What each day of a streak is worth under a policy version.';
comment on column ${schema}.xp_policy_streak_curve.policy_key is 'Policy of the curve.';
comment on column ${schema}.xp_policy_streak_curve.policy_version is 'Version of the policy.';
comment on column ${schema}.xp_policy_streak_curve.day_index is 'Day of the streak, from 0 without a gap.';
comment on column ${schema}.xp_policy_streak_curve.multiplier is 'Factor on the base amount, 1 leaves it; four places, more are rounded.';
comment on column ${schema}.xp_policy_streak_curve.additive_bonus_xp is 'XP on top of the product; 0: nothing.';
comment on column ${schema}.xp_policy_streak_curve.cap_next_day is
    'Whether the days after this one stay at its value.';
comment on constraint xp_policy_streak_curve_pkey on ${schema}.xp_policy_streak_curve is
    'One row per day of a curve; serves the reference to xp_policy_versions.';
comment on constraint xp_policy_streak_curve_version_fkey on ${schema}.xp_policy_streak_curve is
    'A curve belongs to a version and goes with that draft.';
comment on constraint xp_policy_streak_curve_day_index_not_negative on ${schema}.xp_policy_streak_curve is
    'Days count from 0.';
comment on constraint xp_policy_streak_curve_multiplier_not_negative on ${schema}.xp_policy_streak_curve is
    'A day takes nothing away, and NaN is no factor.';
comment on constraint xp_policy_streak_curve_bonus_not_negative on ${schema}.xp_policy_streak_curve is
    'A bonus takes nothing away.';
comment on trigger xp_policy_streak_curve_insert_of_draft on ${schema}.xp_policy_streak_curve is
    'The curve of a Published or Archived version is immutable.';
comment on trigger xp_policy_streak_curve_update_of_draft on ${schema}.xp_policy_streak_curve is
    'The curve of a Published or Archived version is immutable.';
comment on trigger xp_policy_streak_curve_delete_of_draft on ${schema}.xp_policy_streak_curve is
    'The curve of a Published or Archived version is immutable.';
comment on trigger xp_policy_streak_curve_not_truncated on ${schema}.xp_policy_streak_curve is
    'No TRUNCATE: it would empty the curves of published versions.';
comment on trigger xp_policy_streak_curve_contiguous on ${schema}.xp_policy_streak_curve is
    'Day indexes run from 0 without a gap; checked at commit.';
comment on constraint xp_policy_streak_curve_contiguous on ${schema}.xp_policy_streak_curve is
    'Day indexes run from 0 without a gap; checked at commit.';
-------------------------------------------------------------------------------
-- Seasonal boosts. Half-open: a boost may start at the instant at which another one ends.
create table ${schema}.xp_policy_seasonal_boosts (
    policy_key ${schema}.words not null,
    policy_version integer not null,
    label ${schema}.words not null,
    multiplier numeric(8, 4) not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    constraint xp_policy_seasonal_boosts_pkey primary key (policy_key, policy_version, starts_at),
    constraint xp_policy_seasonal_boosts_version_fkey foreign key (policy_key, policy_version)
        references ${schema}.xp_policy_versions (policy_key, version) on delete cascade,
    constraint xp_policy_seasonal_boosts_multiplier_at_least_one check (multiplier >= 1 and multiplier <> 'NaN'),
    constraint xp_policy_seasonal_boosts_ends_after_start check (ends_at > starts_at),
    constraint xp_policy_seasonal_boosts_no_overlap exclude using gist (
        policy_key with =,
        policy_version with =,
        tstzrange(starts_at, ends_at, '[)') with &&
    )
);

create trigger xp_policy_seasonal_boosts_insert_of_draft
    after insert on ${schema}.xp_policy_seasonal_boosts
    referencing new table as new_parts
    for each statement execute function ${schema}.change_parts_of_draft();

create trigger xp_policy_seasonal_boosts_update_of_draft
    after update on ${schema}.xp_policy_seasonal_boosts
    referencing old table as old_parts new table as new_parts
    for each statement execute function ${schema}.change_parts_of_draft();

create trigger xp_policy_seasonal_boosts_delete_of_draft
    after delete on ${schema}.xp_policy_seasonal_boosts
    referencing old table as old_parts
    for each statement execute function ${schema}.change_parts_of_draft();

create trigger xp_policy_seasonal_boosts_not_truncated
    before truncate on ${schema}.xp_policy_seasonal_boosts
    for each statement execute function ${schema}.refuse_statement(
        'the boosts of published versions are immutable',
        'Delete the boosts of drafts that are not wanted.');

comment on table ${schema}.xp_policy_seasonal_boosts is 'Spans of time in which a policy version gives more.';
comment on column ${schema}.xp_policy_seasonal_boosts.policy_key is 'Policy of the boost.';
comment on column ${schema}.xp_policy_seasonal_boosts.policy_version is 'Version of the policy.';
comment on column ${schema}.xp_policy_seasonal_boosts.label is 'Name for people.';
comment on column ${schema}.xp_policy_seasonal_boosts.multiplier is 'Factor on the amount, at least 1.';
comment on column ${schema}.xp_policy_seasonal_boosts.starts_at is 'First instant of the boost.';
comment on column ${schema}.xp_policy_seasonal_boosts.ends_at is 'First instant after the boost.';
comment on constraint xp_policy_seasonal_boosts_pkey on ${schema}.xp_policy_seasonal_boosts is
    'Boosts of a version do not overlap, so the start tells them apart; serves the reference to xp_policy_versions.';
comment on constraint xp_policy_seasonal_boosts_version_fkey on ${schema}.xp_policy_seasonal_boosts is
    'A boost belongs to a version and goes with that draft.';
comment on constraint xp_policy_seasonal_boosts_multiplier_at_least_one on ${schema}.xp_policy_seasonal_boosts is
    'A boost takes nothing away, and NaN is no factor.';
comment on constraint xp_policy_seasonal_boosts_ends_after_start on ${schema}.xp_policy_seasonal_boosts is
    'A boost lasts: an empty span would overlap with nothing.';
comment on constraint xp_policy_seasonal_boosts_no_overlap on ${schema}.xp_policy_seasonal_boosts is
    'At most one boost of a version at any instant; touching spans are allowed.';
comment on trigger xp_policy_seasonal_boosts_insert_of_draft on ${schema}.xp_policy_seasonal_boosts is
    'The boosts of a Published or Archived version are immutable.';
comment on trigger xp_policy_seasonal_boosts_update_of_draft on ${schema}.xp_policy_seasonal_boosts is
    'The boosts of a Published or Archived version are immutable.';
comment on trigger xp_policy_seasonal_boosts_delete_of_draft on ${schema}.xp_policy_seasonal_boosts is
    'The boosts of a Published or Archived version are immutable.';
comment on trigger xp_policy_seasonal_boosts_not_truncated on ${schema}.xp_policy_seasonal_boosts is
    'No TRUNCATE: it would delete the boosts of published versions.';
-------------------------------------------------------------------------------
-- Segment overrides. An override names a version that is Published or Archived: with one Published version per policy, the
-- others are the Archived ones, and an override keeps one in force for its segment. The constant column takes that into the
-- reference. A version never goes back to Draft, so the reference holds for ever.
--
-- An override that names a draft releases it, to its segment alone: the version becomes Archived without ever having been
-- what all get. Deferred, since the draft is released after the row is there.
create table ${schema}.xp_policy_segment_overrides (
    segment_key ${schema}.words not null,
    policy_key ${schema}.words not null,
    policy_version integer not null,
    must_be_released boolean not null generated always as (true) stored,
    created_by ${schema}.words not null default session_user,
    created_at ${schema}.instant not null default ${schema}.now_utc(),
    updated_at timestamptz not null default ${schema}.now_utc(),
    constraint xp_policy_segment_overrides_pkey primary key (segment_key, policy_key),
    constraint xp_policy_segment_overrides_released_fkey
        foreign key (policy_key, policy_version, must_be_released)
        references ${schema}.xp_policy_versions (policy_key, version, is_released)
        deferrable initially deferred
);

create index xp_policy_segment_overrides_version_idx
    on ${schema}.xp_policy_segment_overrides (policy_key, policy_version, must_be_released);

create function ${schema}.release_to_segment() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    update ${schema}.xp_policy_versions as v
    set status = 'Archived',
        effective_at = coalesce(v.effective_at, now()),
        published_at = now(),
        published_by = new.created_by,
        superseded_at = now(),
        for_segment_only = true
    where v.policy_key = new.policy_key and v.version = new.policy_version and v.status = 'Draft';
    return null;
end
$$;

revoke execute on function ${schema}.release_to_segment() from public;

comment on function ${schema}.release_to_segment() is
    'Trigger: a draft that an override names becomes Archived, immutable and in force for the segment, from its effective_at on.';

create trigger xp_policy_segment_overrides_release
    after insert or update on ${schema}.xp_policy_segment_overrides
    for each row execute function ${schema}.release_to_segment();

create trigger xp_policy_segment_overrides_touch
    before update on ${schema}.xp_policy_segment_overrides
    for each row execute function ${schema}.touch_updated_at();

comment on table ${schema}.xp_policy_segment_overrides is
    'Which version of a policy a segment gets instead of the Published one.';
comment on column ${schema}.xp_policy_segment_overrides.segment_key is
    'Segment of players, as in xp_users.segment_key.';
comment on column ${schema}.xp_policy_segment_overrides.policy_key is 'Policy that is overridden.';
comment on column ${schema}.xp_policy_segment_overrides.policy_version is
    'Version that the segment gets: Published or Archived; a draft becomes Archived.';
comment on column ${schema}.xp_policy_segment_overrides.must_be_released is
    'Always true: what the reference demands of the version.';
comment on column ${schema}.xp_policy_segment_overrides.created_by is
    'Who wrote the row: the operator that the application names, else the login.';
comment on column ${schema}.xp_policy_segment_overrides.created_at is 'Start of the transaction that wrote the row, by the clock of the server.';
comment on column ${schema}.xp_policy_segment_overrides.updated_at is 'Start of the transaction that last changed the row; created_at before any change.';
comment on constraint xp_policy_segment_overrides_pkey on ${schema}.xp_policy_segment_overrides is
    'One override per segment and policy.';
comment on constraint xp_policy_segment_overrides_released_fkey on ${schema}.xp_policy_segment_overrides is
    'The version exists and is Published or Archived; checked at commit.';
comment on index ${schema}.xp_policy_segment_overrides_version_idx is
    'Overrides that point at a version; serves the reference to xp_policy_versions.';
comment on trigger xp_policy_segment_overrides_release on ${schema}.xp_policy_segment_overrides is
    'Releases a draft to the segment.';
comment on trigger xp_policy_segment_overrides_touch on ${schema}.xp_policy_segment_overrides is
    'When a row changed is for the database to say, whatever the statement says.';
-------------------------------------------------------------------------------
-- Which version a player gets.
create function ${schema}.policy_version_in_force(p_policy_key text, p_segment_key text, p_at timestamptz default now())
returns integer
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(
        (
            select o.policy_version
            from ${schema}.xp_policy_segment_overrides as o
            join ${schema}.xp_policy_versions as v on v.policy_key = o.policy_key and v.version = o.policy_version
            where o.policy_key = p_policy_key and o.segment_key = p_segment_key and v.effective_at <= p_at
        ),
        (
            select v.version from ${schema}.xp_policy_versions as v
            where v.policy_key = p_policy_key
                and v.status <> 'Draft'
                and not v.for_segment_only
                and v.effective_at <= p_at
                and (v.superseded_at is null or v.published_at < v.superseded_at and p_at < v.superseded_at)
            order by v.effective_at desc, v.version desc
            limit 1
        )
    )
$$;

comment on function ${schema}.policy_version_in_force(text, text, timestamptz) is
    'Version of a policy for a segment at an instant: the one of its override, else the latest that was Published, each from effective_at on and the latter until superseded_at; null: none. No segment is null. Overrides have no past: the one of today counts.';
-------------------------------------------------------------------------------
-- The day whose window is open. A wall clock has one day at a time, so a player has one day at a time, too.
create function ${schema}.open_reward_day(
    p_user_id bigint,
    p_policy_key text,
    p_policy_version integer default null,
    p_at timestamptz default now()
) returns date
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select d.day
    from ${schema}.xp_policy_versions as v
    cross join lateral (
        select case v.anchor_strategy
            when 'AnchorTimezone' then p_at at time zone ${schema}.reward_zone_at(p_user_id, p_at)
            when 'FixedUtc' then p_at at time zone 'UTC'
            else p_at::timestamp
        end as clock
    ) as w
    cross join lateral (
        select (w.clock - make_interval(mins => v.claim_window_start_minutes))::date as day
    ) as d
    where v.policy_key = p_policy_key
        and v.version = coalesce(
            p_policy_version,
            ${schema}.policy_version_in_force(
                p_policy_key,
                (select u.segment_key from ${schema}.xp_users as u where u.user_id = p_user_id),
                p_at))
        and w.clock < d.day + make_interval(
            mins => v.claim_window_start_minutes, hours => v.claim_window_duration_hours)
$$;

comment on function ${schema}.open_reward_day(bigint, text, integer, timestamptz) is
    'Day that a player may claim at an instant under a version of a policy, by its anchor and claim window; null: the window is closed, or there is no such version. No version is the one in force. For ServerLocal the zone is the TimeZone of the session.';
-------------------------------------------------------------------------------
-- As in V001, and an override wins: a player of its segment claims under its version and no other, and nobody claims under
-- a draft, one that counts later or no longer, or one that is for a segment alone, and no day but the one whose window is
-- open. Without a version the one in force counts. Programs of the version before name a version that was adopted, of which
-- nobody knows a window, and go on.
create or replace function ${schema}.claim_daily_award(
    p_user_id bigint,
    p_reward_day date,
    p_xp_awarded bigint,
    p_streak_day integer,
    p_policy_key text,
    p_policy_version integer,
    p_season_id bigint default null,
    p_state_snapshot jsonb default '{}'
) returns ${schema}.xp_awards
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_award ${schema}.xp_awards;
    -- a transaction may have begun when another day was open
    v_now timestamptz := clock_timestamp();
    v_segment text;
    v_zone text;
    v_overriding integer;
    v_version integer;
    v_named record;
    v_known boolean;
    v_has_window boolean;
begin
    -- U002 takes the policies away. It locks the players meanwhile: who waits here finds them gone, and claims as in V001.
    select u.segment_key into v_segment from ${schema}.xp_users as u where u.user_id = p_user_id;
    if to_regclass('${schema}.xp_policy_versions') is null then
        return ${schema}.claim_daily_award(
            p_user_id, p_reward_day, p_xp_awarded, p_streak_day, p_policy_key, p_policy_version, p_season_id,
            p_state_snapshot);
    end if;

    -- The policy comes first, also for an award that is there: whoever asked for the version before holds its table already,
    -- and what locks both tables, as U004 does, would meet the two orders in a circle.
    select o.policy_version into v_overriding
    from ${schema}.xp_policy_segment_overrides as o
    join ${schema}.xp_policy_versions as v on v.policy_key = o.policy_key and v.version = o.policy_version
    where o.segment_key = v_segment and o.policy_key = p_policy_key and v.effective_at <= now();
    v_version := coalesce(
        p_policy_version,
        v_overriding,
        ${schema}.policy_version_in_force(p_policy_key, null));
    select v.status, v.effective_at, v.published_at, v.superseded_at, v.for_segment_only into v_named
    from ${schema}.xp_policy_versions as v
    where v.policy_key = p_policy_key and v.version = v_version;
    v_known := found;
    -- one that was adopted never counted for all, nor for a segment alone
    v_has_window := v_known
        and (v_named.for_segment_only or v_named.superseded_at is null or v_named.published_at < v_named.superseded_at);

    select a.* into v_award
    from ${schema}.xp_awards as a
    where a.user_id = p_user_id and a.reward_day = p_reward_day;
    if found then
        return v_award;
    end if;

    if v_version is null then
        raise exception 'no version of policy % is in force', p_policy_key
            using errcode = 'check_violation',
                table = 'xp_awards',
                column = 'policy_version',
                constraint = 'xp_awards_policy_in_force',
                hint = 'Publish a version, or name one.';
    end if;
    if v_version <> v_overriding or v_overriding is null and v_named.for_segment_only then
        raise exception 'user % gets version % of policy %, not %', p_user_id,
            coalesce(v_overriding, ${schema}.policy_version_in_force(p_policy_key, null)), p_policy_key, v_version
            using errcode = 'check_violation',
                table = 'xp_awards',
                column = 'policy_version',
                constraint = 'xp_awards_policy_of_segment',
                hint = 'Compute the award under the version that policy_version_in_force returns.';
    end if;
    if v_named.status = 'Draft' then
        raise exception 'version % of policy % is a draft', v_version, p_policy_key
            using errcode = 'check_violation',
                table = 'xp_awards',
                column = 'policy_version',
                constraint = 'xp_awards_policy_released';
    end if;
    if v_named.effective_at > now() then
        raise exception 'version % of policy % counts from % on', v_version, p_policy_key, v_named.effective_at
            using errcode = 'check_violation',
                table = 'xp_awards',
                column = 'policy_version',
                constraint = 'xp_awards_policy_effective';
    end if;

    -- no window is longer than a day
    if v_overriding is null and v_has_window and v_named.superseded_at <= now() - interval '24 hours' then
        raise exception 'version % of policy % counted until %', v_version, p_policy_key, v_named.superseded_at
            using errcode = 'check_violation',
                table = 'xp_awards',
                column = 'policy_version',
                constraint = 'xp_awards_policy_effective',
                hint = 'Compute the award under the version that policy_version_in_force returns.';
    end if;

    -- of an unknown player the reference speaks
    if v_has_window then
        if p_reward_day is not null
            and not exists (
                select from (values (interval '0'), ('-5 minutes'), ('5 minutes')) as t (late)
                where p_reward_day = ${schema}.open_reward_day(p_user_id, p_policy_key, v_version, v_now + t.late)
                    -- the session may set a zone that is nowhere
                    and p_reward_day >= (v_now at time zone 'UTC')::date - 2
            )
            and exists (select from ${schema}.xp_users as u where u.user_id = p_user_id)
        then
            raise exception 'the day % is not open for user % under version % of policy %',
                p_reward_day, p_user_id, v_version, p_policy_key
                using errcode = 'check_violation',
                    table = 'xp_awards',
                    column = 'reward_day',
                    constraint = 'xp_awards_reward_day_open',
                    hint = 'Claim the day that open_reward_day returns. A game server may be five minutes ahead or behind.';
        end if;
    else
        -- of one that was adopted nobody knows window and calendar: as in V001
        v_zone := ${schema}.reward_zone_at(p_user_id, v_now);
        if p_reward_day not between (v_now at time zone v_zone)::date - 1 and (v_now at time zone v_zone)::date + 1 then
            raise exception 'user % in % has neither the day % now nor one next to it', p_user_id, v_zone, p_reward_day
                using errcode = 'check_violation',
                    table = 'xp_awards',
                    column = 'reward_day',
                    constraint = 'xp_awards_reward_day_near';
        end if;
    end if;

    -- one statement: what is checked at its end, where a client wants constraints immediate, finds both rows
    with claimed as (
        insert into ${schema}.xp_awards
            (user_id, reward_day, xp_awarded, streak_day, policy_key, policy_version, state_snapshot)
        values
            (p_user_id, p_reward_day, p_xp_awarded, p_streak_day, p_policy_key, v_version, p_state_snapshot)
        on conflict on constraint xp_awards_user_id_reward_day_key do nothing
        returning *
    ), booked as (
        insert into ${schema}.xp_ledger
            (user_id, amount, reason, correlation_id, policy_key, policy_version, season_id)
        select c.user_id, c.xp_awarded, 'daily-login', c.receipt_id, c.policy_key, c.policy_version, p_season_id
        from claimed as c
    )
    select c.* into v_award from claimed as c;

    if not found then
        select a.* into strict v_award
        from ${schema}.xp_awards as a
        where a.user_id = p_user_id and a.reward_day = p_reward_day;
    elsif not v_known and exists (
        select from ${schema}.xp_policy_versions as v
        where v.policy_key = p_policy_key and v.version = v_version and v.status = 'Draft'
    ) then
        -- written while this claim waited for a rival
        raise exception 'version % of policy % is a draft', v_version, p_policy_key
            using errcode = 'check_violation',
                table = 'xp_awards',
                column = 'policy_version',
                constraint = 'xp_awards_policy_released';
    end if;
    return v_award;
end
$$;
-------------------------------------------------------------------------------
-- As in V001, and no entry is booked under a draft, which could still change.
create or replace function ${schema}.book_entry(
    p_user_id bigint,
    p_amount bigint,
    p_reason text,
    p_correlation_id uuid,
    p_season_id bigint default null,
    p_policy_key text default null,
    p_policy_version integer default null,
    p_corrects uuid default null,
    p_context jsonb default '{}'
) returns ${schema}.xp_ledger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_entry ${schema}.xp_ledger;
    v_status text;
begin
    -- before the ledger, and behind the players, as in a claim
    if p_policy_key is not null and p_corrects is null then
        perform from ${schema}.xp_users as u where u.user_id = p_user_id;
        if to_regclass('${schema}.xp_policy_versions') is null then
            return ${schema}.book_entry(
                p_user_id, p_amount, p_reason, p_correlation_id, p_season_id, p_policy_key, p_policy_version, p_corrects,
                p_context);
        end if;
        select v.status into v_status
        from ${schema}.xp_policy_versions as v
        where v.policy_key = p_policy_key and v.version = p_policy_version;
    end if;
    select * into v_entry from ${schema}.xp_ledger as l where l.correlation_id = p_correlation_id;
    if not found then
        if v_status = 'Draft' then
            raise exception 'version % of policy % is a draft', p_policy_version, p_policy_key
                using errcode = 'check_violation',
                    table = 'xp_ledger',
                    column = 'policy_version',
                    constraint = 'xp_ledger_policy_released';
        end if;
        insert into ${schema}.xp_ledger
            (user_id, amount, reason, correlation_id, season_id, policy_key, policy_version, corrects, context)
        values
            (p_user_id, p_amount, p_reason, p_correlation_id, p_season_id, p_policy_key, p_policy_version, p_corrects,
                p_context)
        on conflict on constraint xp_ledger_correlation_id_key do nothing
        returning * into v_entry;
        if found then
            -- one that was unknown may have been written as a draft while this entry waited for a rival
            if v_status is null and p_policy_key is not null and p_corrects is null and exists (
                select from ${schema}.xp_policy_versions as v
                where v.policy_key = p_policy_key and v.version = p_policy_version and v.status = 'Draft'
            ) then
                raise exception 'version % of policy % is a draft', p_policy_version, p_policy_key
                    using errcode = 'check_violation',
                        table = 'xp_ledger',
                        column = 'policy_version',
                        constraint = 'xp_ledger_policy_released';
            end if;
            return v_entry;
        end if;
        select * into strict v_entry from ${schema}.xp_ledger as l where l.correlation_id = p_correlation_id;
    end if;

    -- a correction may leave season and policy to the entry that it corrects
    if (v_entry.user_id, v_entry.amount, v_entry.corrects) is distinct from (p_user_id, p_amount, p_corrects)
        or v_entry.reason is distinct from p_reason
            -- whose words were taken is told apart by what is left, else the game would book it again under another key
            and (v_entry.reason <> 'erased' or not exists (
                select from ${schema}.xp_erasures as e where e.user_id = v_entry.user_id
            ))
        or p_corrects is null
            and (v_entry.season_id, v_entry.policy_key, v_entry.policy_version)
                is distinct from (p_season_id, p_policy_key, p_policy_version)
    then
        raise exception 'request % was booked as another entry', p_correlation_id
            using errcode = 'unique_violation',
                table = 'xp_ledger',
                column = 'correlation_id',
                constraint = 'xp_ledger_correlation_id_key',
                hint = 'Give each request a key of its own.';
    end if;
    return v_entry;
end
$$;

-- The other way round: what an award or an entry names already, before V004 refers to it, is not written as a draft.
create function ${schema}.require_unnamed_draft() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    -- of a version that is there the primary key speaks
    if not exists (
        select from ${schema}.xp_policy_versions as v
        where v.policy_key = new.policy_key and v.version = new.version
    ) and (
        exists (
            select from ${schema}.xp_awards as a
            where a.policy_key = new.policy_key and a.policy_version = new.version
        ) or exists (
            select from ${schema}.xp_ledger as l
            where l.policy_key = new.policy_key and l.policy_version = new.version
        )
    ) then
        raise exception 'awards or entries name version % of policy % already', new.version, new.policy_key
            using errcode = 'restrict_violation',
                schema = tg_table_schema,
                table = tg_table_name,
                column = 'version',
                constraint = tg_name,
                hint = 'Give the draft another number.';
    end if;
    return new;
end
$$;

revoke execute on function ${schema}.require_unnamed_draft() from public;

comment on function ${schema}.require_unnamed_draft() is
    'Trigger: refuses a draft under a number that an award or an entry names.';

create trigger xp_policy_versions_draft_is_new
    before insert or update of policy_key, version on ${schema}.xp_policy_versions
    for each row when (new.status = 'Draft')
    execute function ${schema}.require_unnamed_draft();

comment on trigger xp_policy_versions_draft_is_new on ${schema}.xp_policy_versions is
    'Nothing that was paid has a draft for its policy.';
-------------------------------------------------------------------------------
-- What rules, awards and entries name becomes an Archived version, so that V004 finds it and its number is not handed out
-- again. Archived, for nobody has said yet what such a version pays: publish one of your own when its programs are there.
-- From award to award of another version, not over all of them.
create function ${schema}.adopt_policy_versions() returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_named record;
    v_adopted bigint := 0;
begin
    for v_named in
        with recursive booked as (
            (
                select l.policy_key, l.policy_version from ${schema}.xp_ledger as l
                where l.policy_key is not null
                order by l.policy_key, l.policy_version
                limit 1
            )
            union all
            select n.policy_key, n.policy_version
            from booked as b
            cross join lateral (
                select l.policy_key, l.policy_version from ${schema}.xp_ledger as l
                where (l.policy_key, l.policy_version) > (b.policy_key, b.policy_version)
                order by l.policy_key, l.policy_version
                limit 1
            ) as n
        ), awarded as (
            (
                select a.policy_key, a.policy_version from ${schema}.xp_awards as a
                order by a.policy_key, a.policy_version
                limit 1
            )
            union all
            select n.policy_key, n.policy_version
            from awarded as b
            cross join lateral (
                select a.policy_key, a.policy_version from ${schema}.xp_awards as a
                where (a.policy_key, a.policy_version) > (b.policy_key, b.policy_version)
                order by a.policy_key, a.policy_version
                limit 1
            ) as n
        )
        select k.policy_key, k.version, r.definition, coalesce(r.created_at, now()) as known_at, r.created_by
        from (
            select r.policy_key, r.version from ${schema}.xp_rules_retired as r
            union select b.policy_key, b.policy_version from booked as b
            union select a.policy_key, a.policy_version from awarded as a
        ) as k
        left join ${schema}.xp_rules_retired as r on r.policy_key = k.policy_key and r.version = k.version
        where not exists (
            select from ${schema}.xp_policy_versions as v
            where v.policy_key = k.policy_key and v.version = k.version
        )
        order by k.policy_key, k.version
    loop
        insert into ${schema}.xp_policies (policy_key, display_name, description)
        values (v_named.policy_key, v_named.policy_key, 'From before the policies.')
        on conflict do nothing;

        insert into ${schema}.xp_policy_versions
            (policy_key, version, status, base_xp_amount, streak_model, streak_model_parameters,
                effective_at, published_at, superseded_at, created_by, published_by)
        values
            (v_named.policy_key, v_named.version, 'Archived', 1, 'PlateauCap',
                jsonb_build_object('definition', v_named.definition),
                v_named.known_at, greatest(v_named.known_at, now()), greatest(v_named.known_at, now()),
                coalesce(v_named.created_by, session_user), coalesce(v_named.created_by, session_user));
        v_adopted := v_adopted + 1;
    end loop;
    return v_adopted;
end
$$;

revoke execute on function ${schema}.adopt_policy_versions() from public;

comment on function ${schema}.adopt_policy_versions() is
    'Writes an Archived version for each that rules, awards or entries name and that is not there; returns how many. Its base amount of 1 says nothing: the rule is in streak_model_parameters, under definition.';

select ${schema}.adopt_policy_versions();
